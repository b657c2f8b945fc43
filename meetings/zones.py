"""What calendars are told of a zone: a VTIMEZONE (RFC 5545, 3.6.5), made from the zone's own data.

The package writes each change of the clocks as a date in a list, which some calendars read an hour wrong. Here what
comes back every year is a rule, and only what does not is a date.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from meetings.recurrence import DAYS, nth_of_month

YEARS = range(2020, 2041)  # no series is older; what is a rule goes on after the last
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True)
class _Change:
    """Clocks are put forward or back: by the clock before, naive."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool

    @property
    def as_rule(self) -> tuple:
        """The same for changes that one rule may bring."""
        return self.before, self.after, self.name, self.wall.month, self.wall.weekday(), self.wall.time()


@cache
def vtimezone(zone: ZoneInfo) -> Timezone:
    """The zone as calendars read it, under its IANA name."""
    found = Timezone()
    found.add("tzid", zone.key)
    changes, parts, has_rule = sorted(_changes(zone), key=lambda one: (one.as_rule, one.wall)), [], False
    for _, of_rule in groupby(changes, key=lambda one: one.as_rule):
        same = list(of_rule)
        which = _which(same)
        has_rule = has_rule or bool(which)
        weekday = DAYS[same[0].wall.weekday()]
        parts += [_part(same[0], f"{which}{weekday}")] if which else [_part(one) for one in same]
    if not has_rule:
        parts.insert(0, _part(_beginning(zone)))
    for part in parts:
        found.add_component(part)
    return found


def _part(change: _Change, by_day: str = "") -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
    part.add("dtstart", change.wall)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    if by_day:
        part.add("rrule", {"freq": "yearly", "bymonth": change.wall.month, "byday": by_day})
    return part


def _which(same: list[_Change]) -> int:
    """The how-manieth such weekday of its month it always is, -1 for the last; 0 where it is no rule of every year."""
    days = [one.wall.date() for one in same]
    years = [day.year for day in days]
    if years != list(range(years[0], YEARS[-1] + 1)) or len(years) < 2:
        return 0
    numbers = {nth_of_month(day) for day in days}
    if len(numbers) == 1:
        return numbers.pop()
    return -1 if all(_is_last(day) for day in days) else 0


def _is_last(day: date) -> bool:
    return (day + 7 * DAY).month != day.month


def _changes(zone: ZoneInfo) -> Iterator[_Change]:
    day, end = datetime(YEARS[0], 1, 1, tzinfo=UTC), datetime(YEARS[-1] + 1, 1, 1, tzinfo=UTC)
    while day < end:
        before, after = day.astimezone(zone), (day + DAY).astimezone(zone)
        if before.utcoffset() != after.utcoffset() or before.tzname() != after.tzname():
            yield _change(day, zone)
        day += DAY


def _change(day: datetime, zone: ZoneInfo) -> _Change:
    """The one change within a day."""
    before = day.astimezone(zone)
    low, high = 0, int(DAY / SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        at = (day + middle * SECOND).astimezone(zone)
        same = (at.utcoffset(), at.tzname()) == (before.utcoffset(), before.tzname())
        low, high = (middle, high) if same else (low, middle)
    after = (day + high * SECOND).astimezone(zone)
    old, new = before.utcoffset() or timedelta(), after.utcoffset() or timedelta()
    wall = (day + high * SECOND).replace(tzinfo=None) + old
    return _Change(wall, old, new, after.tzname() or "", bool(after.dst()))


def _beginning(zone: ZoneInfo) -> _Change:
    at = datetime(YEARS[0], 1, 1, tzinfo=zone)
    offset = at.utcoffset() or timedelta()
    return _Change(at.replace(tzinfo=None), offset, offset, at.tzname() or "", bool(at.dst()))
