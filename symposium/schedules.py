"""The schedule as staff are putting it together, the programme as it was last released, and what differs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from meetings.clocks import clock
from meetings.wall import as_instant
from members.models import Member
from symposium.clashes import Clash, clashes
from symposium.models import Edition, Programme, Release, ReleasedSession, Room, Session

STEP = 15  # minutes of a row of the schedule
FIELDS = ("title", "abstract", "track_id", "format_id", "room_id", "starts_at", "minutes", "parts")


def draft_of(edition: Edition) -> tuple[list[ReleasedSession], list[Session]]:
    """What is scheduled now, each with its people, not saved; and the sessions that have no time yet. Three queries."""
    sessions = (
        Session.objects.filter(edition=edition, cancelled_at=None)
        .select_related("track", "format", "room", "meeting__series")
        .prefetch_related("speakers__member")
        .order_by("starts_at", "title")
    )
    placed, waiting = [], []
    for session in sessions:
        if session.starts_at is None:
            waiting.append(session)
        else:
            placed.append(as_scheduled(session))
    return placed, waiting


def as_scheduled(session: Session) -> ReleasedSession:
    """A session that has a time and a room, as the next version would have it. Not saved."""
    slot = ReleasedSession(
        session=session,
        title=session.title,
        abstract=session.abstract,
        track=session.track,
        format=session.format,
        room=session.room,
        starts_at=session.starts_at,  # type: ignore[misc]  # it has one
        minutes=session.minutes,
        parts=[[str(one.member_id), one.part] for one in session.speakers.all()],
    )
    slot.people = _people(session)
    return slot


def _people(session: Session) -> list["Person"]:
    return [
        Person(one.member_id, one.member.name, one.member.time_zone, one.member.photo_version, one.part)
        for one in session.speakers.all()
    ]


def last_release(edition: Edition) -> Release | None:
    return edition.releases.first()


def slots_of(release: Release | None) -> list[ReleasedSession]:
    """The sessions of a version, each with its people: in two queries."""
    if release is None:
        return []
    found = list(release.sessions.select_related("session", "track", "format", "room"))
    load_people(found)
    return found


def load_people(slots: Iterable[ReleasedSession]) -> None:
    """Who speaks and chairs, in order: each another object, for the part that they have in that session."""
    slots = list(slots)
    keys = {UUID(key) for slot in slots for key, _ in slot.parts}
    rows = Member.objects.filter(pk__in=keys).values_list("pk", "name", "time_zone", "photo_version")
    known = {str(row[0]): row for row in rows}
    for slot in slots:
        slot.people = [Person(*known[key], part) for key, part in slot.parts if key in known]


@dataclass(frozen=True)
class Person:
    """What a programme says of somebody who speaks in a session or chairs it."""

    pk: UUID
    name: str
    time_zone: str
    photo_version: int
    part: str


def clashes_of(edition: Edition, slots: list[ReleasedSession]) -> list[Clash]:
    return clashes(slots, edition.tz, Programme.of(edition).break_minutes)


@dataclass(frozen=True)
class Change:
    """What became of a session from one version to the next."""

    what: str  # added, moved, cancelled, changed
    session_id: UUID
    before: ReleasedSession | None
    after: ReleasedSession | None

    @property
    def title(self) -> str:
        return (self.after or self.before).title  # type: ignore[union-attr]  # there is one of them

    def said(self, zone: ZoneInfo) -> str:
        """In words, by the clock of a zone."""
        if self.after is None:
            return "It does not take place."
        if self.before is None:
            return f"It is on {place_in_words(self.after, zone)}."
        if self.what == "moved":
            return f"From {place_in_words(self.before, zone)} to {place_in_words(self.after, zone)}."
        names = {"track_id": "track", "format_id": "format", "minutes": "length", "parts": "speakers"}
        changed = [name for name in FIELDS if getattr(self.before, name) != getattr(self.after, name)]
        return f"Its {' and '.join(names.get(name, name) for name in changed)} changed."


def place_in_words(slot: ReleasedSession, zone: ZoneInfo) -> str:
    there = slot.starts_at.astimezone(zone)
    room = f", {slot.room}" if slot.room else ""
    return f"{there:%A}, {there:%B} {there.day}, {clock(there)} {there:%Z}{room}"


def differences(before: Iterable[ReleasedSession], after: Iterable[ReleasedSession]) -> list[Change]:
    """What was added, moved, cancelled and changed otherwise, by when it is."""
    then = {slot.session_id: slot for slot in before}
    now_is = {slot.session_id: slot for slot in after}
    found = [Change("cancelled", key, slot, None) for key, slot in then.items() if key not in now_is]
    for key, slot in now_is.items():
        was = then.get(key)
        if was is None:
            found.append(Change("added", key, None, slot))
        elif (was.starts_at, was.room_id) != (slot.starts_at, slot.room_id):
            found.append(Change("moved", key, was, slot))
        elif any(getattr(was, name) != getattr(slot, name) for name in FIELDS):
            found.append(Change("changed", key, was, slot))
    return sorted(found, key=lambda one: ((one.after or one.before).starts_at, one.title))  # type: ignore[union-attr]


def in_numbers(changes: Iterable[Change]) -> str:
    """ "3 added, 1 moved"."""
    counted = Counter(change.what for change in changes)
    return ", ".join(f"{counted[what]} {what}" for what in ("added", "moved", "cancelled", "changed") if counted[what])


@dataclass
class Cell:
    """A room from one time on, over so many rows, and what is held there: nothing, a session, or several that clash."""

    room: Room
    at: time
    rows: int
    slots: list[ReleasedSession]


@dataclass
class Day:
    """A day of the schedule: rows by the clock of the edition, and in each the cells that begin there."""

    on: date
    rows: list[tuple[time, list[Cell]]]


def days_of(edition: Edition, slots: list[ReleasedSession], rooms: list[Room], programme: Programme) -> list[Day]:
    """The days of an edition, and others on which something was put."""
    held: dict[date, list[tuple[datetime, ReleasedSession]]] = {day: [] for day in edition.days}
    for slot in slots:
        wall = as_wall(slot.starts_at, edition)
        held.setdefault(wall.date(), []).append((wall, slot))
    return [_day(day, held[day], rooms, programme) for day in sorted(held)]


def _day(on: date, held: list[tuple[datetime, ReleasedSession]], rooms: list[Room], programme: Programme) -> Day:
    midnight = datetime.combine(on, time())
    spans = {slot.session_id: _rows_of(at - midnight, slot.minutes) for at, slot in held}
    first = min([_minutes(programme.day_begins_at) // STEP, *(span[0] for span in spans.values())])
    last = max([-(-_minutes(programme.day_ends_at) // STEP), *(span[1] for span in spans.values())])
    rows: list[list[Cell]] = [[] for _ in range(first, last)]
    for room in rooms:
        theirs = sorted(
            ((spans[slot.session_id], slot) for _, slot in held if slot.room_id == room.pk),
            key=lambda one: (one[0], one[1].title),
        )
        at = first
        while at < last:
            block, until = [], at + 1
            while theirs and theirs[0][0][0] < until:
                span, slot = theirs.pop(0)
                block.append(slot)
                until = max(until, span[1])
            rows[at - first].append(Cell(room, _clock(at), until - at, block))
            at = until
    return Day(on, [(_clock(first + number), cells) for number, cells in enumerate(rows)])


def _rows_of(since_midnight: timedelta, minutes: int) -> tuple[int, int]:
    begins = int(since_midnight / timedelta(minutes=1))
    return begins // STEP, -(-(begins + minutes) // STEP)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _clock(row: int) -> time:
    return time(row * STEP // 60 % 24, row * STEP % 60)


def as_wall(moment: datetime, edition: Edition) -> datetime:
    """What the clock of an edition shows then, naive."""
    return moment.astimezone(edition.tz).replace(tzinfo=None)


def instant_of(edition: Edition, on: date, at: time) -> datetime:
    """The instant of a wall time of an edition."""
    return as_instant(datetime.combine(on, at), edition.tz)
