"""A series: planned, changed from some date on or as a whole, ended, and written ahead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.timezone import now

from access import Refusal, require
from meetings import letters
from meetings.actions.dates import lock
from meetings.actions.town import pair_further
from meetings.models import Meeting, MeetingChange, MeetingSeries, Rsvp
from meetings.recurrence import OPEN_ENDED, first_wall, nth_of_month, walls, write_event
from meetings.wall import as_recurrence_id, exists
from members.models import Member, Organisation

AHEAD = timedelta(days=396)  # thirteen months
DAY = timedelta(days=1)
MOST_PICKED = 60
Audience, Pattern, What = MeetingSeries.Audience, MeetingSeries.Pattern, MeetingChange.What
CADENCE = ("pattern", "every")
WORDS = ("title", "description", "audience", "room_url", "built_in_room", "captions_url")
SHAPE = ("zone", "begins_at", "minutes", *CADENCE)


def check(series: MeetingSeries) -> None:
    """Put in order what was typed, and raise Refusal where a series cannot be like that."""
    if series.pattern == Pattern.BY_HAND:
        series.picked = sorted({series.first_on.isoformat(), *series.picked})
        series.first_on, series.last_on = map(date.fromisoformat, (series.picked[0], series.picked[-1]))
    else:
        series.picked = []
    if series.pattern == Pattern.ONCE:
        series.last_on = series.first_on
    if series.pattern != Pattern.WEEKLY:
        series.every = 1
    weekday = f"{series.first_on:%A}"
    if len(series.picked) > MOST_PICKED:
        raise Refusal(f"That is more than {MOST_PICKED} dates. Plan them as two series.")
    if series.last_on and series.last_on < series.first_on:
        raise Refusal("The last date comes before the first. Change one of them.")
    if series.pattern == Pattern.NTH_WEEKDAY and nth_of_month(series.first_on) == 5:
        raise Refusal(f"Not every month has a fifth {weekday}. Choose the last {weekday} of each month instead.")
    if series.pattern == Pattern.MONTH_DAY and series.first_on.day > 28:
        raise Refusal("Not every month has that day. Choose a day up to the 28th, or a weekday of the month.")
    first = datetime.combine(series.first_on, series.begins_at)
    if not exists(first, series.tz):
        raise Refusal("On the first date clocks go forward, and leave that time out. Choose another hour.")
    if first_wall(series) != first:
        raise Refusal(f"The first date is not the last {weekday} of its month. Choose that one as the first.")


@transaction.atomic
def plan_series(
    *, series: MeetingSeries, by: Member, organisations: Iterable[Organisation] = (), message: str = ""
) -> MeetingSeries:
    """Put a new series, not saved yet, into the calendar, with a meeting for each of its dates."""
    require(by, "series.plan", series)
    check(series)
    _insist_that_it_comes(series)
    series.created_by = by
    _write(series, organisations)
    _create(series, walls(series, series.written_until))
    MeetingChange.objects.create(series=series, what=What.PLANNED, message=message, by=by)
    return series


@transaction.atomic
def change_series(
    *,
    series: MeetingSeries,
    to: MeetingSeries,
    by: Member,
    since: Meeting | None = None,
    organisations: Iterable[Organisation] = (),
    message: str = "",
    tells: bool = True,
) -> MeetingSeries:
    """Make a series what `to`, not saved, says: from the date of a meeting on, or as a whole. Gives what it is now.

    `to.first_on` is the new date of the first meeting that changes. What has begun stays on record as it was, and so
    does what comes before `since`: where there is such, the series ends there and another follows it, to which the
    later meetings go with all that hangs on them. Dates that were moved or cancelled stay so, and go along by the
    wall clock. What the series does not come to any more is cancelled.

    Not `tells`: nobody gets a letter, because another one says it.
    """
    series = lock(series.pk)
    require(by, "series.change", series)
    rows = list(series.meetings.order_by("recurrence_id"))
    kept = _kept(rows, since)
    ahead = [row for row in rows if row.recurrence_id > kept]
    first_on = _first_after(series, kept)
    check(to)
    reshaped = any(getattr(to, name) != getattr(series, name) for name in SHAPE)
    if first_on:
        reshaped = reshaped or to.first_on != first_on
    elif reshaped or since:
        raise Refusal("All of its dates are over. Plan a new series instead.")
    if reshaped or since:
        _insist_that_it_comes(to)
    stands = [_Stand.of_meeting(row, series) for row in ahead]
    cadence = [getattr(series, name) for name in CADENCE]
    if first_on and kept and (reshaped or since):
        to.follows, to.created_by = series, by
        _end_before(series, first_on)
        now_is = _write(to, organisations)
        Rsvp.objects.bulk_create(
            Rsvp(series=to, member_id=one.member_id, answer=one.answer, note=one.note, answered_at=one.answered_at)
            for one in series.rsvps.all()
        )
    else:
        to.first_on = to.first_on if reshaped else series.first_on
        now_is = _write(_become(series, to), organisations)
    to_come = [wall for wall in walls(now_is, now_is.written_until) if as_recurrence_id(wall) > kept]
    in_step = reshaped and cadence == [getattr(to, name) for name in CADENCE] and to.pattern != Pattern.BY_HAND
    skipped = _skipped(to, to.first_on - first_on) if first_on and in_step else None
    _fit(now_is, stands, to_come, skipped, by=by)
    MeetingChange.objects.create(series=now_is, what=What.CHANGED, message=message, by=by)
    if now_is != series:
        letters.tell_of_series(series, What.ENDED)  # to calendars it is another one
    if tells:
        letters.tell_of_series(now_is, What.CHANGED, message)
    return now_is


def first_to_change(series: MeetingSeries, since: Meeting | None = None) -> date | None:
    """The day of the first date that a change concerns, as a whole or from a meeting on; None where all are over."""
    return _first_after(series, _kept(series.meetings.all(), since))


def _kept(meetings: Iterable[Meeting], since: Meeting | None) -> str:
    """The last recurrence id that a change leaves as it is: of what has begun, or comes before. Empty for none."""
    stays = (one.recurrence_id for one in meetings if one.has_begun or (since and one.planned < since.planned))
    return max(stays, default="")


def _first_after(series: MeetingSeries, kept: str) -> date | None:
    coming = (wall.date() for wall in walls(series, series.written_until) if as_recurrence_id(wall) > kept)
    return next(coming, None)


@transaction.atomic
def end_series(*, series: MeetingSeries, since: Meeting, by: Member, message: str = "") -> None:
    """Hold no meeting of it any more, from the date of this one on."""
    series = lock(series.pk)
    require(by, "series.change", series)
    ahead = [
        one
        for one in series.meetings.filter(recurrence_id__gte=since.recurrence_id)
        if not (one.has_begun or one.left_at)
    ]
    if not ahead:
        raise Refusal("It has no dates to come any more. Reload the page.")
    _end_before(series, min(one.planned.date() for one in ahead))
    _leave(ahead, by=by)
    MeetingChange.objects.create(series=series, what=What.ENDED, message=message, by=by)
    letters.tell_of_series(series, What.ENDED, message)


@transaction.atomic
def write_ahead(*, series: MeetingSeries) -> int:
    """Write the dates that have come within thirteen months since. Gives how many."""
    series = lock(series.pk)
    written, series.written_until = series.written_until, _horizon(series)
    series.save(update_fields=["written_until"])
    count = _create(series, [wall for wall in walls(series, series.written_until) if wall.date() > written])
    pair_further(series)
    return count


@dataclass(frozen=True)
class _Stand:
    """How a meeting stands to its series before the series changes."""

    meeting: Meeting
    planned: datetime
    shift: timedelta | None
    minutes: int | None

    @classmethod
    def of_meeting(cls, meeting: Meeting, series: MeetingSeries) -> "_Stand":
        meeting.series = series
        moved, longer = meeting.is_moved, meeting.minutes != series.minutes
        return cls(
            meeting,
            meeting.planned,
            meeting.wall - meeting.planned if moved else None,
            meeting.minutes if longer else None,
        )


def _insist_that_it_comes(series: MeetingSeries) -> None:
    if series.first_at <= now():
        raise Refusal("The first date is over already. Choose one to come.")


def _become(series: MeetingSeries, to: MeetingSeries) -> MeetingSeries:
    for name in (*WORDS, "space", "picked", "first_on", "last_on", *SHAPE):
        setattr(series, name, getattr(to, name))
    series.sequence += 1
    return series


def _write(series: MeetingSeries, organisations: Iterable[Organisation]) -> MeetingSeries:
    """Keep a series and its recurrence."""
    series.written_until, series.changed_at = _horizon(series), now()
    write_event(series)
    series.save()
    series.organisations.set(organisations if series.audience == Audience.ORGANISATIONS else [])
    return series


def _horizon(series: MeetingSeries) -> date:
    """Up to which day its dates have rows: all of them where the last is known to be near."""
    until = max(now().date() + AHEAD, series.first_on)
    return max(until, series.last_on) if series.last_on and series.pattern not in OPEN_ENDED else until


def _end_before(series: MeetingSeries, day: date) -> None:
    series.picked = [one for one in series.picked if one < day.isoformat()]
    series.last_on, series.changed_at = day - DAY, now()
    series.sequence += 1
    write_event(series)
    series.save()


def _skipped(to: MeetingSeries, later: timedelta) -> int:
    """How many dates it leaves out by beginning later; negative: how many it adds in front."""
    if to.pattern == Pattern.ONCE:
        return 0
    if to.pattern == Pattern.WEEKLY:
        return int(later.days / (7 * to.every))  # Monday to Friday is the same week's
    return round(later.days / 30.44)  # days of a month, on average


def _fit(
    series: MeetingSeries, stands: list[_Stand], to_come: list[datetime], skipped: int | None, *, by: Member
) -> None:
    """Give each meeting its date in the series as it is now: in order where it keeps step, else where the day is the
    same. What gets none is cancelled, and a date that nobody has gets its meeting.
    """
    pairs: list[tuple[_Stand, datetime]] = []
    if skipped is not None:
        own = [one for one in stands if not one.meeting.left_at]
        pairs = list(zip(own[max(0, skipped) :], to_come[max(0, -skipped) :], strict=False))
    placed, given = {one.meeting.pk for one, _ in pairs}, {wall for _, wall in pairs}
    free = {wall.date(): wall for wall in to_come if wall not in given}
    rest = [one for one in stands if one.meeting.pk not in placed]
    pairs += [(one, free.pop(one.planned.date())) for one in rest if one.planned.date() in free]
    placed = {one.meeting.pk for one, _ in pairs}
    moving = Meeting.objects.filter(pk__in=placed)
    moving.update(
        series=series, recurrence_id=Concat(Value("x"), Substr("recurrence_id", 2))
    )  # out of each other's way
    for one, wall in pairs:
        meeting = one.meeting
        meeting.series = series
        meeting.plan(wall)
        meeting.put(wall + (one.shift or timedelta()), one.minutes or series.minutes)
        if meeting.left_at:
            if meeting.cancelled_at == meeting.left_at:  # and not for a reason of its own
                meeting.cancelled_at, meeting.cancelled_by = None, None
            meeting.left_at = None
        meeting.sequence, meeting.changed_at = series.sequence, now()
        meeting.save()
    _leave([one.meeting for one in stands if one.meeting.pk not in placed], by=by)
    _create(series, list(free.values()))


def _leave(meetings: list[Meeting], *, by: Member) -> None:
    """What its series does not come to any more has left it, and is called off."""
    leaving, at = [one for one in meetings if not one.left_at], now()
    on = [one for one in leaving if not one.cancelled_at]
    for one in leaving:
        one.left_at = at
    for one in on:
        one.cancelled_at, one.cancelled_by, one.changed_at = at, by, at
        one.sequence = one.series.sequence
    Meeting.objects.bulk_update(leaving, ["left_at", "cancelled_at", "cancelled_by", "changed_at", "sequence"])
    MeetingChange.objects.bulk_create(
        MeetingChange(series_id=one.series_id, meeting=one, what=What.CANCELLED, after=one.starts_at, by=by)
        for one in on
    )


def _create(series: MeetingSeries, dates: list[datetime]) -> int:
    meetings = [Meeting(series=series, sequence=series.sequence) for _ in dates]
    for meeting, wall in zip(meetings, dates, strict=True):
        meeting.plan(wall)
        meeting.put(wall, series.minutes)
    return len(Meeting.objects.bulk_create(meetings))
