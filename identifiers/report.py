"""Measures the check against marked examples and prints the table.

    python -m identifiers.report tests/identifiers/corpus.txt
    python -m identifiers.report tests/identifiers/corpus.txt --into docs/identifiers.md

An examples file has one example a line, with each identifier marked as {class|text}; "#" starts a comment. The classes
are those of 45 CFR 164.514(b)(2) and our own. An identifier counts as found when findings of its own level
cover the whole of it; a hold is false when a block finding touches nothing that is marked.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from identifiers.classes import CLASSES
from identifiers.finder import Finding, find

MARK = re.compile(r"\{([a-z0-9_]+)\|([^{}]+)\}")
TABLE_IN_PAGE = re.compile(r"^\| class \|(?:.*\n)+?.*with nothing to find\.\n", re.M)
ESCAPE = re.compile(r"\\(n|u[0-9a-f]{4})")


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    marks: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `false` counts findings of the class in places that are not marked."""

    cls: str
    examples: int
    found: int
    false: int

    @property
    def recall(self) -> float:
        return self.found / self.examples if self.examples else 1.0


def read(path: Path) -> list[Example]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_example(line) for line in lines if line.strip() and not line.startswith("# ")]


def measure(examples: Sequence[Example]) -> list[Row]:
    marked, found, false = (dict.fromkeys(CLASSES, 0) for _ in range(3))
    for example in examples:
        findings = find(example.text)
        for code, start, end in example.marks:
            marked[code] += 1
            found[code] += is_found(code, start, end, findings)
        for finding in findings:
            false[finding.cls] += not any(s < finding.end and finding.start < e for _, s, e in example.marks)
    return [Row(code, marked[code], found[code], false[code]) for code in CLASSES]


def is_found(code: str, start: int, end: int, findings: Iterable[Finding]) -> bool:
    """A block class must be held as itself; any block finding is as good as a warning."""
    good = {code} if CLASSES[code].level == "block" else {code, *(c for c in CLASSES if CLASSES[c].level == "block")}
    return any(f.cls in good and f.start <= start and end <= f.end for f in findings)


def table(rows: Iterable[Row]) -> str:
    lines = ["| class | level | examples | found | recall | false |", "|---|---|--:|--:|--:|--:|"]
    for row in rows:
        cls = CLASSES[row.cls]
        lines.append(f"| {cls.label} | {cls.level} | {row.examples} | {row.found} | {row.recall:.0%} | {row.false} |")
    return "\n".join(lines)


def _example(line: str) -> Example:
    line = ESCAPE.sub(lambda m: "\n" if m[1] == "n" else chr(int(m[1][1:], 16)), line)
    text, marks, at = "", [], 0
    for mark in MARK.finditer(line):
        text += line[at : mark.start()]
        marks.append((mark[1], len(text), len(text) + len(mark[2])))
        text += mark[2]
        at = mark.end()
    return Example(text + line[at:], tuple(marks))


def report(paths: Iterable[Path]) -> str:
    examples = [example for path in paths for example in read(path)]
    clean = sum(not example.marks for example in examples)
    return f"{table(measure(examples))}\n\n{len(examples)} examples, {clean} of them with nothing to find.\n"


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m identifiers.report", description="Measure the identifier check.")
    asked.add_argument("examples", nargs="+", type=Path, help="files of marked examples")
    asked.add_argument("--into", type=Path, help="a page whose table is replaced by the new one")
    options = asked.parse_args(arguments)
    text = report(options.examples)
    if options.into:
        page = options.into.read_text(encoding="utf-8")
        options.into.write_text(TABLE_IN_PAGE.sub(lambda _: text, page, count=1), encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
