"""A series before it is saved: its dates by many clocks, and what speaks against some of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from django.db.models import Q

from meetings.actions.series import AHEAD
from meetings.clocks import Clock, clocks
from meetings.models import Meeting, MeetingSeries
from meetings.recurrence import walls
from meetings.wall import as_instant, clock_changes
from members.models import Affiliation, Member, Organisation
from spaces.models import Membership

Audience = MeetingSeries.Audience


@dataclass
class Date:
    """A date to come: its clocks, whose of them were put forward or back since the date before, and warnings."""

    wall: datetime
    start: datetime
    end: datetime
    clocks: list[Clock]
    put: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def dates_of(series: MeetingSeries, reader: Member, first: int = 10) -> list[Date]:
    """Its dates of thirteen months, and in any case the first ten; of a series that is not saved."""
    near = walls(series, series.first_on + AHEAD)
    if len(near) < first:
        near = walls(series, series.first_on + timedelta(days=6 * 366))[:first]
    dates: list[Date] = []
    for wall in near:
        start = as_instant(wall, series.tz)
        end = start + timedelta(minutes=series.minutes)
        one = Date(wall, start, end, clocks(start, end, series.zone, reader.time_zone))
        if dates:
            before = dates[-1].start
            one.put = [c.name for c in one.clocks if clock_changes(before, start, ZoneInfo(c.zone))]
        dates.append(one)
    return dates


def warn(
    dates: list[Date],
    series: MeetingSeries,
    organisations: Iterable[Organisation] = (),
    besides: MeetingSeries | None = None,
) -> None:
    """Say of each date whether it is a federal holiday, and which meetings some of the same people are asked to then.

    In two queries. Not those of the series that this one is to be instead of, `besides`.
    """
    free = holidays.country_holidays("US", years={one.wall.year for one in dates})
    for one in dates:
        if one.wall.date() in free:
            one.warnings.append(f"A federal holiday: {free[one.wall.date()]}")
    others = Meeting.objects.on().between(dates[0].start, dates[-1].end).filter(_concerns(series, organisations))
    if besides and besides.pk:
        others = others.exclude(series=besides.pk)
    for other in others.select_related("series").distinct():
        for one in dates:
            if other.starts_at < one.end and one.start < other.ends_at:
                one.warnings.append(f"At the same time: {_named(other, series)}")


def _concerns(series: MeetingSeries, organisations: Iterable[Organisation]) -> Q:
    """Meetings of others to which some of those are asked whom this series is for."""
    if series.audience == Audience.ELIGIBLE:
        return Q()
    people: Any  # the ids of members
    if series.audience == Audience.ORGANISATIONS:
        people = Affiliation.objects.current().filter(organisation__in=list(organisations)).values("member")
    else:
        people = Membership.objects.filter(space=series.space_id, left_at=None).values("member")
    spaces = Membership.objects.filter(member__in=people, left_at=None).values("space")
    employers = Affiliation.objects.current().filter(member__in=people).values("organisation")
    of_them = MeetingSeries.objects.filter(organisations__in=employers)
    return Q(series__audience=Audience.ELIGIBLE) | Q(series__in=of_them) | Q(series__space__in=spaces)


def _named(other: Meeting, series: MeetingSeries) -> str:
    """What whoever plans may read of it: of a session of another group only that there is one."""
    if other.series.space_id and other.series.space_id != series.space_id:
        return "a session of a group that some of these people are in"
    return other.series.title
