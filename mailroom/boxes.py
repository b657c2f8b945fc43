"""The file of a list's archive as its mails, one at a time: an mbox, or a notebook of Listserv.

`mailbox` of the standard library begins a mail at every line that starts with "From ": so does many a sentence, and
Mailman never quoted those. Here such a line has to carry a date, and a header has to follow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST_LINE = 64 * 1024  # bytes that are read at once
MBOX = re.compile(rb"From \S.{0,300}?(\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.{6,60})", re.DOTALL)
LISTSERV = re.compile(rb"={60,}\s*")
HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:|>From ")
QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


class NotAnArchive(Exception):
    """The file is neither an mbox nor a notebook of Listserv."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a mail stands in the file, in bytes. `said` is the date on the line above it, if there is one."""

    number: int
    at: int
    size: int
    said: str


def pieces(file: BinaryIO) -> Iterator[Piece]:
    """Every mail of the file, counted from 1. Holds a line at a time. Raises NotAnArchive."""
    begins = _first_line(file)
    number, start, said, at = 0, 0, "", 0
    candidate: tuple[int, str] | None = None
    file.seek(0)
    for line in iter(lambda: file.readline(LONGEST_LINE), b""):
        if candidate and HEADER.match(line):
            if number:
                yield Piece(number, start, candidate[0] - start, said)
            number, start, said = number + 1, at, candidate[1]
        found = begins.match(line)
        candidate = (at, found[1].decode("latin-1").strip() if found.groups() else "") if found else None
        at += len(line)
    if not number:
        raise NotAnArchive
    yield Piece(number, start, at - start, said)


def content(file: BinaryIO, piece: Piece, most: int) -> bytes:
    """A mail, or as much of it: with lines as they were before the box quoted those that begin like its own."""
    file.seek(piece.at)
    return QUOTED.sub(rb"\1", file.read(min(piece.size, most)))


def _first_line(file: BinaryIO) -> re.Pattern[bytes]:
    file.seek(0)
    for line in iter(lambda: file.readline(LONGEST_LINE), b""):
        if line.strip():
            for pattern in (MBOX, LISTSERV):
                if pattern.match(line):
                    return pattern
            break
    raise NotAnArchive
