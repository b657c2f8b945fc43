"""One plain spelling for the many ways to type the same characters, with the way back to the original offsets.

Full-width and other digits become 0–9, every dash "-", every space " ", accents go, invisible characters vanish.
Works on any str, also with NUL or lone surrogates. (Unicode Standard Annex 15 for the compatibility forms.)
"""

import unicodedata
from dataclasses import dataclass

LOOK_ALIKES = {
    "А": "A",
    "Α": "A",
    "−": "-",
    "⁃": "-",
    "’": "'",
    "‘": "'",
    "＇": "'",
    "“": '"',
    "”": '"',
    "º": "o",
    "°": "o",
}
LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is what patterns read; `origin[i]` is where its character i stood in the text of the author."""

    text: str
    origin: list[int] | None
    length: int

    def span(self, start: int, end: int, original: str) -> tuple[int, int]:
        """The original offsets of text[start:end], with the combining marks that belong to its last character."""
        if self.origin is None:
            return start, end
        last = self.origin[end - 1] + 1
        while last < self.length and unicodedata.category(original[last]) in ("Mn", "Me"):
            last += 1
        return self.origin[start], last


def fold(text: str) -> Folded:
    if text.isascii() and not any(c < " " and c not in "\n" or c == "\x7f" for c in set(text)):
        return Folded(text, None, len(text))
    known = {c: _fold_character(c) for c in set(text)}
    origin = [i for i, c in enumerate(text) if known[c]]
    return Folded("".join(known[c] for c in text), origin, len(text))


def _fold_character(c: str) -> str:
    """One character, or none: the offsets stay simple."""
    if c in LOOK_ALIKES:
        return LOOK_ALIKES[c]
    if c in LINE_ENDS:
        return "\n"
    if c == "\t":
        return " "
    category = unicodedata.category(c)
    if category in ("Cf", "Cc", "Mn", "Me"):
        return ""
    if category == "Pd":
        return "-"
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(c))
    plain = unicodedata.normalize("NFKC", c)
    return unicodedata.normalize("NFD", plain if len(plain) == 1 else c)[0]
