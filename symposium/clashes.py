"""What does not go together in a schedule, in words. Some of it keeps a programme from being released."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from meetings.clocks import clock, zone_name
from symposium.models import ReleasedSession

EARLIEST, LATEST = time(7), time(22)  # what comes before or after is night to a speaker


@dataclass(frozen=True)
class Clash:
    """What, said in a sentence, and of which sessions. `stops`: not to be released without a reason."""

    words: str
    sessions: tuple[Any, ...]  # their keys
    stops: bool = False


def clashes(slots: Iterable[ReleasedSession], zone: ZoneInfo, break_minutes: int) -> list[Clash]:
    """Of sessions with their people: the same room or speaker twice, a track that overlaps, short breaks, nights.

    Times are said by the clock of a zone. What stops a release comes first.
    """
    slots = sorted(slots, key=lambda slot: (slot.starts_at, slot.title))
    found: list[Clash] = []
    for first, second in _overlapping(slots):
        found += _of_two(first, second, zone)
    found += _short_breaks(slots, break_minutes)
    found += [clash for slot in slots for clash in _nights(slot)]
    return sorted(found, key=lambda clash: not clash.stops)


def _overlapping(slots: list[ReleasedSession]) -> Iterable[tuple[ReleasedSession, ReleasedSession]]:
    for number, first in enumerate(slots):
        for second in slots[number + 1 :]:
            if second.starts_at >= first.ends_at:
                break
            yield first, second


def _of_two(first: ReleasedSession, second: ReleasedSession, zone: ZoneInfo) -> Iterable[Clash]:
    both, at = (first.session_id, second.session_id), _said(second.starts_at, zone)
    named = f"“{first.title}” and “{second.title}”"
    if first.room_id and first.room_id == second.room_id:
        yield Clash(f"{named} are both in {first.room} on {at}.", both, stops=True)
    for key, person in _people(first).items():
        if key in _people(second):
            yield Clash(f"{person.name} is in {named} at the same time, on {at}.", both, stops=True)
    if first.track_id and first.track_id == second.track_id:
        yield Clash(f"{named} are both of the track {first.track}, and overlap on {at}.", both)


def _short_breaks(slots: list[ReleasedSession], least: int) -> Iterable[Clash]:
    whose: dict[Any, list[ReleasedSession]] = defaultdict(list)
    names: dict[Any, str] = {}
    for slot in slots:
        for one in [slot.room, *_people(slot).values()]:
            if one is not None:
                whose[one.pk].append(slot)
                names[one.pk] = one.name
    for key, theirs in whose.items():
        for first, second in zip(theirs, theirs[1:], strict=False):
            pause = second.starts_at - first.ends_at
            if timedelta() <= pause < timedelta(minutes=least):
                minutes = int(pause / timedelta(minutes=1))
                between = f"between “{first.title}” and “{second.title}”"
                words = f"{names[key]} has {minutes} minutes {between}; {least} are wanted."
                yield Clash(words, (first.session_id, second.session_id))


def _nights(slot: ReleasedSession) -> Iterable[Clash]:
    for person in _people(slot).values():
        zone = ZoneInfo(person.time_zone)
        begins, ends = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
        if begins.time() < EARLIEST or ends.time() > LATEST or ends.date() > begins.date():
            when = f"from {clock(begins)} to {clock(ends)} ({zone_name(person.time_zone)})"
            yield Clash(f"It is night for {person.name} during “{slot.title}”: {when}.", (slot.session_id,))


def _people(slot: ReleasedSession) -> dict[Any, Any]:
    """Each once, also who speaks and chairs."""
    return {one.pk: one for one in slot.people}


def _said(moment: datetime, zone: ZoneInfo) -> str:
    there = moment.astimezone(zone)
    return f"{there:%A} at {clock(there)}"
