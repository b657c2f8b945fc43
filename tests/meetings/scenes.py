"""Series of every pattern in many zones, to which everything has happened that can happen."""

from datetime import date, datetime, time, timedelta

from meetings.actions import cancel_meeting, change_series, end_series, move_meeting, restore_meeting, write_ahead
from meetings.models import Meeting, MeetingSeries
from tests.meetings.conftest import unsaved

Pattern = MeetingSeries.Pattern


def nth(series, number):
    """The series' meeting of this number, from 0, as it is now."""
    return series.meetings.select_related("series").order_by("recurrence_id")[number]


def everything_happens(plan, cast, time_machine):
    """Planned and changed in December 2025; a year goes by, and the dates of the next are written."""
    by = cast.specialist
    untouched = {
        "second Tuesday": plan(),
        "weekly": plan(pattern=Pattern.WEEKLY, begins_at=time(10)),
        "six-weekly": plan(pattern=Pattern.WEEKLY, every=6, zone="America/Chicago"),
        "last weekday": plan(pattern=Pattern.LAST_WEEKDAY, first_on=date(2026, 1, 30), zone="America/Denver"),
        "day of the month": plan(pattern=Pattern.MONTH_DAY, first_on=date(2026, 1, 28), zone="America/Los_Angeles"),
        "picked": plan(pattern=Pattern.BY_HAND, picked=["2026-03-10", "2026-07-01", "2027-02-01"], zone="Pacific/Guam"),
        "once": plan(pattern=Pattern.ONCE, zone="America/Anchorage"),
        "until": plan(pattern=Pattern.WEEKLY, last_on=date(2026, 5, 26), title="Ends; with, all\\ that\nis escaped"),
    }
    for zone in ("America/Phoenix", "Pacific/Honolulu", "Australia/Lord_Howe", "Europe/London", "Pacific/Pago_Pago"):
        one = untouched[zone] = plan(pattern=Pattern.WEEKLY, zone=zone, begins_at=time(9, 30))
        move_meeting(meeting=nth(one, 12), wall=datetime(2026, 4, 11, 1, 30), minutes=45, by=by)
        cancel_meeting(meeting=nth(one, 44), by=by)
    for name in ("weekly", "picked", "once", "until"):
        one = plan(**_terms(untouched[name]))
        move_meeting(meeting=nth(one, 0), wall=datetime(2026, 2, 1, 7), minutes=60, by=by)
    for name in ("second Tuesday", "picked", "once"):
        one = plan(**_terms(untouched[name]))
        cancel_meeting(meeting=nth(one, 0), by=by)
    restored = plan(pattern=Pattern.WEEKLY)
    restore_meeting(meeting=cancel_meeting(meeting=nth(restored, 3), by=by), by=by)
    ended = plan(pattern=Pattern.WEEKLY)
    move_meeting(meeting=nth(ended, 4), wall=datetime(2026, 6, 1, 7), minutes=60, by=by)
    end_series(series=ended, since=nth(ended, 9), by=by)
    over_at_once = plan(pattern=Pattern.WEEKLY)
    end_series(series=over_at_once, since=nth(over_at_once, 0), by=by)
    for every, first_on, begins_at, since in ((1, 20, 21, 1), (2, 13, 20, None), (1, 27, 20, None), (1, 15, 8, None)):
        one = plan(pattern=Pattern.WEEKLY)
        move_meeting(meeting=nth(one, 5), wall=datetime(2026, 2, 18, 18), minutes=60, by=by)
        cancel_meeting(meeting=nth(one, 7), by=by)
        to = unsaved(pattern=Pattern.WEEKLY, every=every, first_on=date(2026, 1, first_on), begins_at=time(begins_at))
        change_series(series=one, to=to, by=by, since=nth(one, since) if since else None)
    time_machine.move_to("2026-11-20 15:00Z")
    held = MeetingSeries.objects.filter(pattern=Pattern.WEEKLY, last_on=None).first()
    to = unsaved(pattern=Pattern.WEEKLY, first_on=date(2026, 11, 26), begins_at=time(19))
    change_series(series=held, to=to, by=by)
    for series in MeetingSeries.objects.all():
        write_ahead(series=series)


def happens(series, by, what, number, days, hour):
    """One thing, to some date of one of the series that came of this one. Raises Refusal where it cannot be."""
    rows = list(Meeting.objects.filter(series__title=series.title).select_related("series").order_by("starts_at"))
    one = rows[number % len(rows)]
    series, wall = one.series, datetime.combine(one.planned.date(), time(hour)) + timedelta(days=days)
    match what:
        case "move":
            move_meeting(meeting=one, wall=wall, minutes=30 + 5 * hour, by=by)
        case "cancel":
            cancel_meeting(meeting=one, by=by)
        case "restore":
            restore_meeting(meeting=one, by=by)
        case "end":
            end_series(series=series, since=one, by=by)
        case "change" | "follow":
            since = one if what == "follow" else None
            ahead = [
                row
                for row in rows
                if row.series == series and not row.has_begun and (not since or row.planned >= since.planned)
            ]
            terms = _terms(series) | {"begins_at": time(hour), "title": series.title}
            terms["first_on"] = min((row.planned.date() for row in ahead), default=wall.date()) + timedelta(days=days)
            change_series(series=series, to=unsaved(**terms), by=by, since=since)


def in_the_database(start, end, meetings=None):
    found = (meetings or Meeting.objects).on().between(start, end).select_related("series")
    return sorted((str(one.series.uid), one.starts_at, one.ends_at) for one in found)


def _terms(series):
    kept = ("pattern", "first_on", "begins_at", "zone", "picked", "last_on", "every")
    return {name: getattr(series, name) for name in kept}
