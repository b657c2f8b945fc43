"""Meetings as calendars read them: iCalendar (RFC 5545, 7986). One event a series, and one for each date that differs.

What stands here is read by calendars and servers of others: no link to join, nobody's name, nothing of what a
group is about.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, Max, Min, OuterRef, Subquery
from django.urls import reverse
from icalendar import Calendar, Event, vCalAddress, vDuration, vRecur, vText
from icalendar.parser import Contentline

from meetings.models import Meeting, MeetingChange, MeetingQuerySet, MeetingSeries
from meetings.recurrence import DAYS, OPEN_ENDED, nth_of_month, walls
from meetings.wall import as_instant, as_recurrence_id
from meetings.zones import vtimezone
from spaces.kinds import space_kind

Pattern = MeetingSeries.Pattern
REFRESH = timedelta(hours=4)


class Date(NamedTuple):
    """What is read of a meeting."""

    pk: UUID
    series_id: UUID
    recurrence_id: str
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None
    sequence: int
    changed_at: datetime


class Shown(NamedTuple):
    """How much of a series is shown, and in which state it is: two that are alike have the same text."""

    series_id: UUID
    zone: str
    sequence: int
    changed_at: datetime
    written_until: date
    dates: int
    first: datetime
    last: datetime


# How many dates of a series have a row; and whether any of them was ever moved or cancelled: else none differs.
OF_DATES: dict[str, Any] = {
    "rows": Subquery(
        Meeting.objects.filter(series=OuterRef("pk"))
        .order_by()
        .values("series")
        .annotate(Count("pk"))
        .values("pk__count")
    ),
    "changed": Exists(MeetingChange.objects.filter(series=OuterRef("pk"), meeting__isnull=False)),
}
MOST_KEPT = 5000
_kept: dict[Shown, bytes] = {}


def calendar_of(meetings: MeetingQuerySet, name: str) -> bytes:
    """A calendar of exactly these meetings: of each series a stretch of its dates by when they start, or all."""
    calendar = empty_calendar("PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(REFRESH), {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    of_series = [f"series__{field}" for field in ("zone", "sequence", "changed_at", "written_until")]
    rows = meetings.order_by("series").values_list("series", *of_series)
    shown = [Shown(*row) for row in rows.annotate(Count("pk"), Min("starts_at"), Max("starts_at"))]
    texts = {one: _kept.get(one) for one in shown}
    texts |= _new_texts(meetings, {one.series_id: one for one, text in texts.items() if text is None})
    return _text(calendar, [text for text in texts.values() if text], [one.zone for one in shown])


def _new_texts(meetings: MeetingQuerySet, shown: dict[UUID, Shown]) -> dict[Shown, bytes]:
    """Every change of a series or of a date raises the series' sequence, so that the rest need not be read again."""
    if not shown:
        return {}
    found = {
        one.pk: one for one in MeetingSeries.objects.filter(pk__in=shown).annotate(**OF_DATES).select_related("space")
    }
    regular = [one for pk, one in found.items() if is_told_by_its_pattern(one, shown[pk].dates)]
    texts = {shown[one.pk]: text_of_pattern(one) for one in regular}
    rest = found.keys() - {one.pk for one in regular}
    if rest:
        dates = dates_of(meetings.filter(series__in=rest))
        for one in MeetingSeries.objects.filter(pk__in=rest).select_related("event__rule", "space"):
            texts[shown[one.pk]] = b"".join(event.to_ical() for event in events_of(one, dates[one.pk]))
    if len(_kept) > MOST_KEPT:
        _kept.clear()
    _kept.update(texts)
    return texts


def is_told_by_its_pattern(series: Any, dates: int) -> bool:
    """Whether the pattern of a series, with `OF_DATES`, says all of its dates, and each of them is among so many."""
    return series.pattern in OPEN_ENDED and dates == series.rows and not series.changed and not series.follows_id


def text_of_pattern(series: MeetingSeries) -> bytes:
    """The event of such a series, to the byte as the package writes it in five times as long (decision 0104).

    No date of it need be looked at.
    """
    changed = f"{series.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VEVENT",
        f"SUMMARY:{_escaped(title_of(series))}",
        f"DTSTART;TZID={series.zone}:{as_recurrence_id(datetime.combine(series.first_on, series.begins_at))}",
        f"DURATION:{vDuration(timedelta(minutes=series.minutes)).to_ical().decode()}",
        f"DTSTAMP:{changed}",
        f"UID:{_uid(series)}",
        f"SEQUENCE:{series.sequence}",
        f"RRULE:{vRecur(rrule(series, series.last_on)).to_ical().decode()}",
        *([] if tells(series) else ["CLASS:PRIVATE"]),
        *([f"DESCRIPTION:{_escaped(series.description)}"] if series.description and tells(series) else []),
        f"LAST-MODIFIED:{changed}",
        _organizer_line(settings.DEFAULT_FROM_EMAIL, settings.SITE_NAME),
        "STATUS:CONFIRMED",
        f"URL:{_page(series)}",
        "END:VEVENT",
        "",
    ]
    return "\r\n".join(_folded(line) for line in lines).encode()


def _escaped(text: str) -> str:
    return vText(text).to_ical().decode()


def _folded(line: str) -> str:
    return line if line.isascii() and len(line) < 75 else Contentline(line).to_ical().decode()


def dates_of(meetings: MeetingQuerySet) -> dict[UUID, dict[str, Date]]:
    """By series and recurrence id, in one query."""
    dates: dict[UUID, dict[str, Date]] = defaultdict(dict)
    for row in meetings.order_by().values_list(*Date._fields):
        one = Date(*row)
        dates[one.series_id][one.recurrence_id] = one
    return dates


def calendar_of_one(meeting: Meeting) -> bytes:
    """One meeting, to be put into a calendar by hand. By its UID a calendar knows it again when it is changed."""
    return written(empty_calendar("PUBLISH"), [event_of(meeting)], meeting.series.zone)


def event_of(meeting: Meeting) -> Event:
    """One date of a series, as it is now."""
    one = Date(*(getattr(meeting, name) for name in Date._fields))
    return override(meeting.series, one) if meeting.series.repeats else _date(meeting.series, one)


def empty_calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//cop//meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def written(calendar: Calendar, events: Iterable[Event], zone: str) -> bytes:
    """The text of a calendar with these events, which name this zone."""
    return _text(calendar, [event.to_ical() for event in events], [zone])


def _text(calendar: Calendar, events: list[bytes], zones: Iterable[str]) -> bytes:
    for zone in sorted(set(zones)):
        calendar.add_component(vtimezone(ZoneInfo(zone)))
    end = b"END:VCALENDAR\r\n"
    return b"".join([calendar.to_ical().removesuffix(end), *events, end])


def events_of(series: MeetingSeries, dates: dict[str, Date], *, asks: bool = False) -> list[Event]:
    """A series as far as these dates of it go (by recurrence id): what it is, and each date that is not like that.

    A date to which it does not come any more is left out. Empty where no date is left. What asks somebody to come says
    nothing of a cancelled date but that there is none (RFC 5546, 3.2.2).
    """
    planned = walls(series, series.written_until)
    shown = [wall for wall in planned if as_recurrence_id(wall) in dates]
    if not shown:
        return []
    of_shown = [(wall, dates[as_recurrence_id(wall)]) for wall in shown]
    told = {wall: one for wall, one in of_shown if not (asks and one.cancelled_at)}
    if series.pattern == Pattern.ONCE:
        return [_date(series, one) for one in told.values()]
    if series.pattern == Pattern.BY_HAND:
        planned = shown = list(told)
        if not shown:
            return []
    master = _master(series, planned[0])
    if series.pattern == Pattern.BY_HAND:
        # The first stands there, too: some calendars leave it out else, and none shows it twice (RFC 5545, 3.8.5.2).
        master.add("rdate", [wall.replace(tzinfo=series.tz) for wall in shown])
    else:
        until = series.last_on if shown[-1] == planned[-1] else shown[-1].date()
        master.add("rrule", rrule(series, until))
        hidden = [wall for wall in planned if wall <= shown[-1] and wall not in told]
        if hidden:
            master.add("exdate", [wall.replace(tzinfo=series.tz) for wall in hidden])
    return [master, *(override(series, one) for wall, one in told.items() if _differs(series, wall, one))]


def end_of(series: MeetingSeries) -> Event:
    """A series of which no date is left."""
    event = _master(series, datetime.combine(series.first_on, series.begins_at))
    event["status"] = "CANCELLED"
    return event


def override(series: MeetingSeries, one: Date) -> Event:
    """One date of a series that repeats, as it is now."""
    event = _date(series, one)
    planned = datetime.fromisoformat(one.recurrence_id)
    event.add("recurrence-id", planned.replace(tzinfo=series.tz))
    return event


def rrule(series: MeetingSeries, until: date | None) -> dict:
    """The pattern of a series, up to a day, included."""
    weekday = DAYS[series.first_on.weekday()]
    rule: dict = {"freq": "monthly"}
    match series.pattern:
        case Pattern.WEEKLY:
            rule = {"freq": "weekly", "interval": series.every}
        case Pattern.NTH_WEEKDAY:
            rule["byday"] = f"{nth_of_month(series.first_on)}{weekday}"
        case Pattern.LAST_WEEKDAY:
            rule["byday"] = f"-1{weekday}"
        case Pattern.MONTH_DAY:
            rule["bymonthday"] = series.first_on.day
    if until:
        rule["until"] = as_instant(datetime.combine(until, series.begins_at), series.tz)
    return rule


def title_of(series: MeetingSeries) -> str:
    """What those may read who look over somebody's shoulder."""
    return series.title if tells(series) else "Group session"


def tells(series: MeetingSeries) -> bool:
    return series.space is None or space_kind(series.space.kind).tells_content


def organizer(sender: str, name: str) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{parseaddr(sender)[1]}")
    organizer.params["CN"] = name
    return organizer


@cache
def _organizer_line(*whose: str) -> str:
    found = organizer(*whose)
    return Contentline.from_parts("ORGANIZER", found.params, found)


def _master(series: MeetingSeries, first: datetime) -> Event:
    event = _event(series, _page(series), series.sequence, series.changed_at)
    event.add("status", "CONFIRMED")
    event.add("dtstart", first.replace(tzinfo=series.tz))
    event.add("duration", timedelta(minutes=series.minutes))
    return event


def _date(series: MeetingSeries, one: Date) -> Event:
    page = settings.SITE_URL + reverse("meetings:meeting", args=[one.pk])
    event = _event(series, page, one.sequence, one.changed_at)
    event.add("status", "CANCELLED" if one.cancelled_at else "CONFIRMED")
    event.add("dtstart", one.starts_at.astimezone(series.tz))
    event.add("duration", one.ends_at - one.starts_at)
    return event


def _event(series: MeetingSeries, page: str, sequence: int, changed_at: datetime) -> Event:
    event = Event()
    event.add("uid", _uid(series))
    event.add("dtstamp", changed_at.astimezone(UTC))
    event.add("last-modified", changed_at.astimezone(UTC))
    event.add("sequence", sequence)
    event.add("summary", title_of(series))
    if series.description and tells(series):
        event.add("description", series.description)
    if not tells(series):
        event.add("class", "PRIVATE")
    event.add("organizer", organizer(settings.DEFAULT_FROM_EMAIL, settings.SITE_NAME))
    event.add("url", page)
    return event


def _uid(series: MeetingSeries) -> str:
    return f"{series.uid}@{urlsplit(settings.SITE_URL).hostname}"


def _page(series: MeetingSeries) -> str:
    return settings.SITE_URL + reverse("meetings:series", args=[series.pk])


def _differs(series: MeetingSeries, planned: datetime, one: Date) -> bool:
    if one.cancelled_at or one.ends_at - one.starts_at != timedelta(minutes=series.minutes):
        return True
    return one.starts_at != as_instant(planned, series.tz)
