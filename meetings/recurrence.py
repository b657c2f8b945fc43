"""What django-scheduler is used for, and the only file that knows it: keeping a recurrence, and running it.

The library takes the zone of a meeting from whoever asks, so a meeting at ten moves to eleven in summer. Here it is
asked in the zone of the series alone, for wall times without a zone; what they are as instants is said elsewhere.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from schedule.models import Calendar, Event, Rule

from meetings.models import MeetingSeries
from meetings.wall import as_instant

Pattern = MeetingSeries.Pattern
OPEN_ENDED = (Pattern.WEEKLY, Pattern.NTH_WEEKDAY, Pattern.LAST_WEEKDAY, Pattern.MONTH_DAY)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def nth_of_month(day: date) -> int:
    """1 for the first such weekday of its month, 5 for a fifth."""
    return (day.day - 1) // 7 + 1


def rule_of(series: MeetingSeries) -> tuple[str, str] | None:
    """Frequency and parameters as the library writes them; none for what happens once or on dates picked by hand."""
    weekday = DAYS[series.first_on.weekday()]
    match series.pattern:
        case Pattern.WEEKLY:
            return "WEEKLY", f"interval:{series.every}"
        case Pattern.NTH_WEEKDAY:  # "byweekday:2TU" would be read as every day
            return "MONTHLY", f"byweekday:{weekday};bysetpos:{nth_of_month(series.first_on)}"
        case Pattern.LAST_WEEKDAY:
            return "MONTHLY", f"byweekday:{weekday};bysetpos:-1"
        case Pattern.MONTH_DAY:
            return "MONTHLY", f"bymonthday:{series.first_on.day}"
    return None


def event_of(series: MeetingSeries) -> Event:
    """The library's event and rule of a series as it is now, not saved."""
    event = series.event if series.event_id else Event()
    event.title, event.description = series.title, series.description
    event.start = series.first_at
    event.end = event.start + timedelta(minutes=series.minutes)
    event.end_recurring_period = None
    if series.last_on:
        event.end_recurring_period = as_instant(datetime.combine(series.last_on, time(23, 59, 59)), series.tz)
    terms = rule_of(series)
    if terms is None:
        event.rule = None
    else:
        event.rule = event.rule or Rule()  # one to each: taking one away turns every series that used it into a one-off
        event.rule.name, event.rule.description = series.Pattern(series.pattern).name.lower(), str(series.pk)
        event.rule.frequency, event.rule.params = terms
    return event


def write_event(series: MeetingSeries) -> None:
    """Keep the recurrence of a series, which is to be saved after it."""
    before = series.event.rule if series.event_id else None
    event = event_of(series)
    if event.rule:
        event.rule.save()
    event.calendar, _ = Calendar.objects.get_or_create(slug="meetings", defaults={"name": "Meetings"})
    event.creator = series.created_by
    event.save()
    if before and before != event.rule:
        before.delete()
    series.event = event


def walls(series: MeetingSeries, until: date) -> list[datetime]:
    """The wall times of a series by the clock of its zone, naive, from its first to the end of a day."""
    last = datetime.combine(until, time.max)
    return list(takewhile(lambda wall: wall <= last, _from_the_first(series)))


def first_wall(series: MeetingSeries) -> datetime | None:
    """The first wall time; None where the dates leave no room for any."""
    return next(_from_the_first(series), None)


def _from_the_first(series: MeetingSeries) -> Iterator[datetime]:
    if series.pattern == Pattern.BY_HAND:
        for day in sorted(series.picked):
            yield datetime.combine(date.fromisoformat(day), series.begins_at)
    elif series.pattern == Pattern.ONCE:
        yield datetime.combine(series.first_on, series.begins_at)
    else:
        yield from event_of(series).get_rrule_object(series.tz)
