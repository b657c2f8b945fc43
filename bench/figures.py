"""A figure as it is told: a median with its spread, what it is compared with, and whether it meets its aim."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class Figure:
    """One row. Of `values` the median is told; an aim is the most that it may be (or the least)."""

    part: str
    what: str
    unit: str
    values: Sequence[float]
    cpu: float | None = None  # seconds
    ratio: float | None = None
    beside: str = ""  # what the ratio is to
    aim: str = ""
    met: bool | None = None
    tails: bool = False  # whether p95 and p99 mean something: these are single events, not rounds

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def quantile(self, share: float) -> float:
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def row(self) -> list[str]:
        median = f"{say(self.median)} {self.unit}"
        if not self.tails and len(self.values) > 1:
            median += f" ({say(min(self.values))}–{say(max(self.values))})"
        return [
            self.what,
            median,
            say(self.quantile(0.95)) if self.tails else "",
            say(self.quantile(0.99)) if self.tails else "",
            "" if self.cpu is None else say(self.cpu),
            "" if self.ratio is None else f"{say(self.ratio)} × {self.beside}",
            self.aim,
            {True: "yes", False: "**no**", None: ""}[self.met],
        ]

    def told(self) -> dict[str, Any]:
        known = asdict(self) | {"values": list(self.values), "median": self.median}
        return known | ({"p95": self.quantile(0.95), "p99": self.quantile(0.99)} if self.tails else {})


HEADINGS = ["what", "median (spread)", "p95", "p99", "CPU s", "ratio", "aim", "met"]


def table(figures: Sequence[Figure]) -> str:
    rows = [HEADINGS, ["---"] * len(HEADINGS), *(figure.row() for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def say(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def as_json(about: dict[str, Any], figures: Sequence[Figure]) -> str:
    return json.dumps({**about, "figures": [figure.told() for figure in figures]}, indent=1)
