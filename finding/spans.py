"""Where what was sought stands in a text."""

import re
from dataclasses import dataclass

START, STOP = "\ue000", "\ue001"  # of the private use area: nobody types them
AROUND = 90  # characters shown before the first word found
SHOWN = 260  # and in all


@dataclass(frozen=True)
class Marked:
    """A text, and the places in it of what was sought: (first, last + 1) characters."""

    text: str
    spans: list[tuple[int, int]]

    def whole(self) -> list[tuple[str, bool]]:
        """All of it, in pieces: (text, whether it was sought)."""
        return self._pieces(0, len(self.text))

    def part(self) -> list[tuple[str, bool]]:
        """The part around the first that was found, cut between words."""
        first = self.spans[0][0] if self.spans else 0
        start = max(0, first - AROUND)
        if start:
            blank = self.text.find(" ", start, first)
            start = blank + 1 if blank >= 0 else start
        end = min(len(self.text), start + SHOWN)
        if end < len(self.text):
            blank = self.text.rfind(" ", start + SHOWN // 2, end)
            end = blank if blank >= 0 else end
        before, after = ("… " if start else ""), (" …" if end < len(self.text) else "")
        return [(before, False), *self._pieces(start, end), (after, False)]

    def _pieces(self, start: int, end: int) -> list[tuple[str, bool]]:
        pieces, at = [], start
        for first, last in self.spans:
            if at <= first and last <= end:
                pieces += [(self.text[at:first], False), (self.text[first:last], True)]
                at = last
        return [*pieces, (self.text[at:end], False)]


def unmarked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without the marks that a database put into it, and where they stood."""
    spans, plain, begun, length = [], [], 0, 0
    for piece in re.split(f"([{START}{STOP}])", text):
        if piece == START:
            begun = length
        elif piece == STOP:
            spans.append((begun, length))
        else:
            plain.append(piece)
            length += len(piece)
    return "".join(plain), spans
