"""Colours are read from the one file that holds them; WCAG 2.2, 1.4.3 and 1.4.11, in both themes."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static/css/tokens.css").read_text()
TOKENS = {m[1]: (m[2], m[3]) for m in re.finditer(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", CSS)}
PAIRS = [
    (m[1], ground, float(m[3]))
    for m in re.finditer(r"^pair (\S+) +on ([\w -]+?) +([\d.]+)$", CSS, re.M)
    for ground in m[2].split()
]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2 definition)."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "lowest"), PAIRS)
def test_declared_pair_can_be_read(text: str, ground: str, lowest: float, theme: int) -> None:
    assert contrast(TOKENS[text][theme], TOKENS[ground][theme]) >= lowest


def test_every_ink_and_ground_is_declared() -> None:
    named = {name for text, ground, _ in PAIRS for name in (text, ground)}
    assert set(TOKENS) - named == {"line"}  # decoration only
