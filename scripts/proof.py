"""docs/proof.md: what `make faults` and `make bench` measured last, each in its own section."""

from __future__ import annotations

import os
import platform
import re
from datetime import date

import ground

PAGE = ground.ROOT / "docs" / "proof.md"


def keep(section: str, text: str) -> None:
    """Put a text between the marks of a section: `<!-- faults -->` and `<!-- end of faults -->`."""
    marked = re.compile(rf"(<!-- {section} -->\n).*?(<!-- end of {section} -->)", re.DOTALL)
    page, times = marked.subn(lambda marks: f"{marks[1]}\n{text.strip()}\n\n{marks[2]}", PAGE.read_text())
    if times != 1:
        ground.stop(f"docs/proof.md has no section {section}.")
    PAGE.write_text(page)


def machine() -> str:
    """The date, and what it was measured on, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{date.today().isoformat()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}, load average {load}"
    )
