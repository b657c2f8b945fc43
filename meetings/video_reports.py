"""Reading what Zoom and Teams say of who was in a video room, and when: their participant reports, as CSV files.

Zoom writes one table, in some versions after a summary of the meeting; Teams writes several, in UTF-16 with tabs. What
counts is the first table that has a name, a time of joining and a time of leaving: one row for each stay.
"""

import codecs
import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from access import Refusal
from meetings.models import ReportImport
from meetings.wall import as_instant

Room = ReportImport.Room

MOST = 5000  # rows
DELIMITERS = "\t,;"
COLUMNS = {
    "name": {"name (original name)", "name", "full name", "user name", "participant", "participant name"},
    "email": {"email", "user email", "email address", "e-mail"},
    "joined": {"join time", "joined", "joined at"},
    "left": {"leave time", "left", "left at"},
    "waited": {"in waiting room"},
    "lasted": {"duration", "duration (minutes)", "total duration (minutes)", "in-meeting duration"},
    "did": {"user action"},
}
OF_ZOOM = {"name (original name)", "user email", "duration (minutes)", "in waiting room"}
DAYS = ("%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d", "%b %d %Y", "%B %d %Y")
CLOCKS = ("%I:%M:%S %p", "%I:%M %p", "%H:%M:%S", "%H:%M")
ZONES = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "guam": "Pacific/Guam",
}
SECTION = re.compile(r"\d+\. ")
OF_ZONE = re.compile(r"(?P<column>join time|leave time|joined|left)(?: at)? \((?P<zone>.+)\)")
OFFSET = re.compile(r"(?:utc|gmt)? ?(?P<sign>[+-])(?P<hours>\d\d?):?(?P<minutes>\d\d)?")
OVERRIDE = re.compile("[\u202d\u202e]")
WITH_OFFSET = re.compile(r"(?P<wall>.*\d(?: [ap]m)?) ?(?P<zone>z|utc|gmt|(?:utc|gmt)? ?[+-]\d\d:?\d\d)", re.IGNORECASE)

Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Stay:
    """A row of a report: somebody was there from one instant to another."""

    name: str
    email: str
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class VideoReport:
    """What a report says."""

    room: str
    stays: list[Stay]


def read(raw: bytes, zone: tzinfo) -> VideoReport:
    """What a file says; its times are of this zone where it names none itself. Raises Refusal, which says why not."""
    text = decode(raw)
    for delimiter in DELIMITERS:
        rows = _rows(text, delimiter)
        for at, (_, cells) in enumerate(rows):
            columns = _columns(cells)
            if {"name", "joined", "left"} <= columns.keys():
                zone = _zone_of(rows[: at + 1]) or zone
                room = Room.ZOOM if OF_ZOOM & {_word(cell) for cell in cells} else Room.TEAMS
                return VideoReport(room, _stays(rows[at + 1 :], columns, zone))
    raise Refusal(_what_it_is_instead(text))


def decode(raw: bytes) -> str:
    """The text of a file: UTF-16 as Teams writes it, UTF-8, else Windows-1252. Raises Refusal where it is no text."""
    if raw.startswith(b"PK\x03\x04"):
        raise Refusal("This is an Excel workbook. Open it, save it as CSV, and bring in that file.")
    try:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = raw.decode("utf-16")
        elif raw[1:2] == b"\0":
            text = raw.decode("utf-16-le")
        else:
            text = _utf8(raw)
    except UnicodeDecodeError:
        raise Refusal("The file breaks off in the middle of a letter. Download it again.") from None
    if "\0" in text:
        raise Refusal("This is not a CSV file. Download the participant report from Zoom or Teams, and bring in that.")
    return text


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _rows(text: str, delimiter: str) -> Rows:
    """Each with the line where it ends. None where it is no CSV with this delimiter: it may be with another."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [(reader.line_num, [_plain(cell) for cell in cells]) for cells in reader]
    except csv.Error:
        return []


def _plain(cell: str) -> str:
    """Without marks that nobody sees, and with plain spaces: Teams puts a narrow one before “PM”.

    What turns the letters around is kept as a mark to be seen: a name that only looks like somebody's is nobody's.
    """
    if not cell.isprintable():
        cell = OVERRIDE.sub("\ufffd", cell)
        cell = "".join(one for one in cell if one.isspace() or unicodedata.category(one)[0] != "C")
    return " ".join(cell.split())


def _word(cell: str) -> str:
    """The name of a column, without the zone that it may say."""
    word = cell.casefold()
    found = OF_ZONE.fullmatch(word)
    return found["column"] if found else word


def _columns(cells: list[str]) -> dict[str, int]:
    """Where what stands, in a row that names columns."""
    words = [_word(cell) for cell in cells]
    return {
        kind: next(at for at, word in enumerate(words) if word in names)
        for kind, names in COLUMNS.items()
        if names & set(words)
    }


def _stays(rows: Rows, columns: dict[str, int], zone: tzinfo) -> list[Stay]:
    stays = []
    for line, cells in rows:
        if SECTION.match(cells[0] if cells else ""):
            break
        if not any(cells):
            continue
        said = {kind: cells[at] if at < len(cells) else "" for kind, at in columns.items()}
        if said.get("waited", "").casefold() == "yes":
            continue
        stay = Stay(
            said["name"][:200],
            said.get("email", "").lower()[:254],
            _instant(said["joined"], zone, line),
            _instant(said["left"], zone, line),
        )
        if stay.until_at < stay.from_at:
            raise Refusal(f"Line {line}: they left before they joined. Download the file again, and do not edit it.")
        stays.append(stay)
        if len(stays) > MOST:
            raise Refusal(f"This file has more than {MOST} rows. Is it the report of one meeting?")
    if not stays:
        raise Refusal("This report names nobody. Download it again once the meeting is over.")
    return stays


def _instant(text: str, zone: tzinfo, line: int) -> datetime:
    if not text:
        raise Refusal(
            f"Line {line} has no time of joining or of leaving. Download the report once the meeting is over."
        )
    at = _wall(text)
    if at is None:
        own = WITH_OFFSET.fullmatch(text)
        at, zone = (_wall(own["wall"]), _zone(own["zone"]) or zone) if own else (None, zone)
    if at is None or not 2000 <= at.year < 2100:
        raise Refusal(
            f"Line {line}: “{text[:40]}” is no time that we can read. It should be like 1/13/2026 8:00:12 PM."
        )
    return at.astimezone(UTC) if at.tzinfo else as_instant(at, zone)


def _wall(text: str) -> datetime | None:
    """What a clock shows; with a zone only where ISO 8601 says one."""
    if ":" in text:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    text = text.replace(",", "")
    for day in DAYS:
        for clock in CLOCKS:
            try:
                return datetime.strptime(text, f"{day} {clock}")  # noqa: DTZ007 (a wall time)
            except ValueError:
                continue
    return None


def _zone_of(rows: Rows) -> tzinfo | None:
    """The zone that a file names: in the names of its columns, which stand last, or in a line of its own before."""
    named = [found["zone"] for cell in rows[-1][1] if (found := OF_ZONE.fullmatch(cell.casefold()))]
    named += [cells[1] for _, cells in rows if len(cells) > 1 and cells[0].casefold() in {"time zone", "timezone"}]
    if not named:
        return None
    zone = _zone(named[0])
    if zone is None:
        raise Refusal(f"The file says that its times are of “{named[0][:60]}”, a zone that we do not know.")
    return zone


def _zone(name: str) -> tzinfo | None:
    """ "UTC", "America/New_York", "(GMT-05:00) Eastern Time (US and Canada)", "-0500"."""
    word = name.casefold().strip(" ()")
    if word in {"utc", "gmt", "z"}:
        return UTC
    for place, key in ZONES.items():  # before the offset, which is that of the winter
        if f"{place} time" in word or word == place:
            return ZoneInfo(key)
    offset = OFFSET.match(word)
    if offset and int(offset["hours"]) <= 14:
        ahead = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        return timezone(ahead if offset["sign"] == "+" else -ahead)
    return ZoneInfo(_iana()[word]) if word in _iana() else None


@cache
def _iana() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def _what_it_is_instead(text: str) -> str:
    if text.strip() and not _rows(text, max(DELIMITERS, key=text.count)):
        return "The file is broken: its quotation marks do not match. Download it again, and do not edit it."
    for delimiter in DELIMITERS:
        for _, cells in _rows(text, delimiter):
            columns = _columns(cells)
            if {"name", "did"} <= columns.keys():
                return (
                    "This is the list that Teams offers during a meeting. Once it is over, open its Attendance tab, "
                    "download the report there, and bring in that."
                )
            if {"name", "lasted"} <= columns.keys():
                return (
                    "This report says how long people stayed, not when. In Zoom, untick “Show unique users” and export "
                    "the participants again; from Teams, bring in the file as it is downloaded."
                )
    return (
        "This is no participant report that we can read: no line names the columns for the name, the join time and the "
        "leave time. Download the participants of the meeting from Zoom or Teams, and bring in that file as it is."
    )
