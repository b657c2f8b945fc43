"""`find` and `take_out`: gather what the patterns and the phone library claim, then keep what does not overlap.

Source of the classes: 45 CFR 164.514(b)(2). Time grows in proportion to the length of the text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from phonenumbers import Leniency, PhoneNumberMatcher

from identifiers.classes import CLASSES, Level
from identifiers.folding import fold
from identifiers.patterns import PATTERNS, B, E

ORDER = {code: (cls.level != "block", rank) for rank, (code, cls) in enumerate(CLASSES.items())}
FAX = re.compile(rf"{B}(?:fax|facsimile|telefax)(?:es)?{E}[^\n\d]{{0,20}}\(?\+?$", re.I)
FAX_AFTER = re.compile(r" {0,2}[(,]? ?(?:fax|f)\b(?! ?:? ?\(?\d)", re.I)
LINK = re.compile(r"https?://[^\s<>\"']{1,2000}", re.I)
MEETING = re.compile(
    r"(?:meeting|webinar|zoom|conference|event) ?(?:id|number|no|#)[^\n\d]{0,10}$|isbn[^\n]{0,10}$|doi[^\n]{0,20}$",
    re.I,
)
ZIP = re.compile(rf"{B}(?<![$#])\d{{5}}(?:-\d{{4}})?{E}")
DIGITS_THAT_LINKS_HOLD = {"phone", "fax", "long_number", "zip", "date", "ssn", "card", "ip"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in the author's text, `text[start:end]`, with a sentence for the author."""

    cls: str
    level: Level
    start: int
    end: int
    why: str
    instead: str


def find(text: str, region: str = "US") -> list[Finding]:
    """All that may identify someone in `text`, in order, without overlaps. `region` reads phone numbers without "+"."""
    folded = fold(text)
    kept = []
    for code, start, end in _without_overlaps(_claims(folded.text, region), len(folded.text)):
        cls = CLASSES[code]
        kept.append(Finding(code, cls.level, *folded.span(start, end, text), cls.why, cls.instead))
    return kept


def take_out(text: str, findings: Iterable[Finding]) -> str:
    """The text with a word in brackets in place of each finding."""
    parts, at = [], 0
    for finding in sorted(findings, key=lambda f: f.start):
        parts += [text[at : finding.start], f"[{CLASSES[finding.cls].placeholder}]"]
        at = finding.end
    return "".join([*parts, text[at:]])


def _claims(text: str, region: str) -> Iterator[tuple[str, int, int]]:
    links = _cover((m.span() for m in LINK.finditer(text)), len(text))
    for code, start, end in [*_by_pattern(text), *_by_phone_library(text, region)]:
        if code == "phone" and MEETING.search(text[max(0, start - 40) : start]):
            continue
        if code in DIGITS_THAT_LINKS_HOLD and links[start]:
            continue
        if code == "phone" and (FAX.search(text[max(0, start - 30) : start]) or FAX_AFTER.match(text, end)):
            code = "fax"
        yield code, start, end


def _by_pattern(text: str) -> Iterator[tuple[str, int, int]]:
    for pattern in PATTERNS:
        for start, end in pattern.spans(text):
            zip_code = ZIP.search(text, end, end + 90) if pattern.cls == "street" else None
            if zip_code and text.count("\n", end, zip_code.start()) < 3:
                yield "address", start, zip_code.end()
            else:
                yield pattern.cls, start, end


def _by_phone_library(text: str, region: str) -> Iterator[tuple[str, int, int]]:
    for match in PhoneNumberMatcher(text, region, leniency=Leniency.VALID, max_tries=len(text) + 1):
        yield "phone", match.start, match.end


def _without_overlaps(claims: Iterable[tuple[str, int, int]], length: int) -> list[tuple[str, int, int]]:
    """Block before warn, then the class that comes first in the registry, then the longer."""
    taken, kept = bytearray(length), []
    for code, start, end in sorted(set(claims), key=lambda c: (ORDER[c[0]], c[1] - c[2], c[1])):
        if not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            kept.append((code, start, end))
    return sorted(kept, key=lambda c: c[1])


def _cover(spans: Iterable[tuple[int, int]], length: int) -> bytearray:
    covered = bytearray(length)
    for start, end in spans:
        covered[start:end] = b"\x01" * (end - start)
    return covered
