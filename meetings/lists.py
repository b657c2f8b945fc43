"""Meetings as lists and calendars show them: each with its place and with what the reader said."""

from calendar import SUNDAY, Calendar
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils.timezone import get_current_timezone, localtime

from meetings.coming import own_answers
from meetings.models import Meeting, MeetingQuerySet, MeetingSeries
from members.models import Member
from spaces.kinds import nouns, space_kind
from spaces.models import Space

PAGE = 30
MOST_IN_A_DAY = 6  # of a month: its week has all


@dataclass
class Day:
    """A day of a calendar, by the reader's clock; not `inside` where it belongs to another month."""

    on: date
    inside: bool = True
    meetings: list[Any] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many there are that are not among them."""
        return self.meetings[0].of_day - len(self.meetings) if self.meetings else 0

    @property
    def is_today(self) -> bool:
        return self.on == localtime().date()


def agenda(meetings: MeetingQuerySet, member: Member, number: str | None = None) -> Page:
    """A page of meetings in their order, as `shown()`."""
    page = Paginator(meetings, PAGE).get_page(number)
    page.object_list = shown(page.object_list, member)
    return page


def of_space(space: Space) -> MeetingQuerySet:
    return Meeting.objects.filter(series__space=space)


def calendar_of(meetings: MeetingQuerySet, member: Member, days: list[date], month: int | None = None) -> list[Any]:
    """The weeks of these days, Sunday first, each a list of `Day`s with the meetings that start on it: where it is a
    month, the first ones of a full day.
    """
    zone = get_current_timezone()
    begin = datetime.combine(days[0], time.min, zone)
    end = datetime.combine(days[-1] + timedelta(days=1), time.min, zone)
    same_day: dict[str, Any] = {"partition_by": TruncDate("starts_at", tzinfo=zone)}
    found = meetings.filter(starts_at__gte=begin, starts_at__lt=end).order_by("starts_at", "pk")
    found = found.annotate(
        turn=Window(RowNumber(), order_by=["starts_at", "pk"], **same_day), of_day=Window(Count("pk"), **same_day)
    )
    if month:  # never a single one is left out
        found = found.filter(Q(turn__lte=MOST_IN_A_DAY) | Q(of_day=MOST_IN_A_DAY + 1))
    on: dict[date, list[Any]] = defaultdict(list)
    for meeting in shown(found, member):
        on[meeting.day].append(meeting)
    cells = [Day(day, month in {None, day.month}, on[day]) for day in days]
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def days_of_month(first: date) -> list[date]:
    """The days of whole weeks that hold the month."""
    return [day for week in Calendar(SUNDAY).monthdatescalendar(first.year, first.month) for day in week]


def days_of_week(day: date) -> list[date]:
    """Sunday to Saturday."""
    sunday = day - timedelta(days=(day.weekday() + 1) % 7)
    return [sunday + timedelta(days=number) for number in range(7)]


def with_places(meetings: Any) -> Any:
    """Fetched with their series, and with what the space of it is."""
    return meetings.select_related("series", *(f"series__space__{noun}" for noun in nouns()))


def shown(meetings: Any, member: Member) -> list[Any]:
    """Each with its `day` by the reader's clock, its `place` and what they said of it, `mine`. In three queries.

    A month has several dates of a series, which is read once.
    """
    with_space = MeetingSeries.objects.select_related(*(f"space__{noun}" for noun in nouns()))
    found = list(meetings.prefetch_related(Prefetch("series", with_space)))
    mine = own_answers(member, found)
    for meeting in found:
        meeting.day = localtime(meeting.starts_at).date()
        meeting.month = meeting.day.replace(day=1)
        meeting.place = place_of(meeting.series)
        meeting.mine = mine.get(meeting.pk)
    return found


def planned_at(meeting: Any) -> str:
    """The page of what plans it, where that is not its own: it is moved and cancelled there alone. Else empty."""
    series = meeting.series
    page = space_kind(series.space.kind).page_of_meeting if series.space and series.by_choice else None
    return page(meeting) if page else ""


def place_of(series: Any) -> str:
    """Whose meeting it is: the name of its space, or whom of the network it is for."""
    if series.space:
        return space_kind(series.space.kind).title(series.space)
    return series.get_audience_display()
