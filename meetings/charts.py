"""Charts as the page draws them, in SVG: each knows its rows, so that its table beside it says the same.

Widths and places are percents of the drawing, heights are pixels: it fits any page, and its letters stay as large.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

HEIGHT = 160  # of the highest column
ROW = 44  # of a bar with its words
THICK = 0.6  # of the room that a column has
FEW = 4  # columns that would be too broad if they had all the room


@dataclass(frozen=True)
class Mark:
    """A column or a bar: what it is of, what it says, and where it stands."""

    label: str
    name: str
    value: int
    says: str
    cells: list[str]
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 3)

    @property
    def above(self) -> float:
        return self.y - 6


@dataclass(frozen=True)
class Chart:
    """What a chart shows, and the columns of its table."""

    key: str
    title: str
    says: str
    columns: list[str]
    marks: list[Mark] = field(default_factory=list)

    @property
    def height(self) -> float:
        return ROW * len(self.marks)


def columns_of(key: str, title: str, columns: list[str], rows: Iterable[tuple[str, str, int, list[str]]]) -> Chart:
    """A column for each row: a short label, its whole name, its value, and the cells of the table after these two."""
    rows = list(rows)
    most, room = max((value for _, _, value, _ in rows), default=0) or 1, 100 / max(len(rows), FEW)
    marks = []
    for at, (label, name, value, cells) in enumerate(rows):
        height = round(HEIGHT * value / most, 1)
        x, y = round(room * (at + (1 - THICK) / 2), 3), 24 + HEIGHT - height
        marks.append(Mark(label, name, value, str(value), [str(value), *cells], x, y, round(room * THICK, 3), height))
    says = "; ".join(f"{one.name}: {one.says}" for one in marks)
    return Chart(key, title, says, columns, marks)


def shares_of(key: str, title: str, columns: list[str], rows: Iterable[tuple[str, int, int]]) -> Chart:
    """A bar for each row: its name, and how many of how many. Those without any are left out."""
    marks: list[Mark] = []
    for name, part, whole in rows:
        if whole:
            share = percent(part, whole)
            says, cells = f"{part} of {whole}, {share} %", [str(part), str(whole), f"{share} %"]
            marks.append(Mark(name, name, share, says, cells, y=ROW * len(marks), width=share))
    says = "; ".join(f"{one.name}: {one.says}" for one in marks)
    return Chart(key, title, says, columns, marks)


def percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
