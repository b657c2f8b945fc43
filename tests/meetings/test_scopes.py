"""One date, this and all that follow, or the whole series: what was moved or cancelled stays so."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from access import Refusal
from meetings.actions import cancel_meeting, change_series, end_series, move_meeting, restore_meeting
from meetings.actions.series import write_ahead
from meetings.models import Meeting, MeetingSeries, Rsvp
from tests.meetings.conftest import unsaved

Pattern = MeetingSeries.Pattern


def nth(series, number):
    """The series' meeting of this number, from 0, as it is now."""
    return series.meetings.select_related("series").order_by("recurrence_id")[number]


def weekly(plan, **terms):
    return plan(pattern=Pattern.WEEKLY, **terms)


def walls(series, count=4):
    return [
        None if one.cancelled_at else f"{one.wall:%m-%d %H:%M}"
        for one in series.meetings.select_related("series").order_by("recurrence_id")[:count]
    ]


def test_a_series_has_a_meeting_for_each_date_of_thirteen_months(plan):
    series = plan()
    assert [f"{one.wall:%y-%m-%d %H:%M}" for one in series.meetings.select_related("series")][:3] == [
        "26-01-13 20:00", "26-02-10 20:00", "26-03-10 20:00",
    ]  # fmt: skip
    assert (series.meetings.count(), series.meetings.latest("starts_at").wall.date()) == (12, date(2026, 12, 8))
    assert (series.event.rule.frequency, series.event.rule.params) == ("MONTHLY", "byweekday:TU;bysetpos:2")


def test_time_goes_on_and_further_dates_are_written_once(plan, time_machine):
    series = plan()
    time_machine.move_to("2026-03-01 15:00Z")
    assert (write_ahead(series=series), write_ahead(series=series)) == (3, 0)
    assert series.meetings.latest("starts_at").wall.date() == date(2027, 3, 9)


def test_one_date_is_moved_and_the_others_stay(plan, cast):
    series = weekly(plan)
    move_meeting(
        meeting=nth(series, 1), wall=datetime(2026, 1, 21, 18), minutes=60, by=cast.specialist, message="Holiday."
    )
    assert walls(series) == ["01-13 20:00", "01-21 18:00", "01-27 20:00", "02-03 20:00"]
    moved = nth(series, 1)
    assert (moved.is_moved, moved.minutes, moved.recurrence_id) == (True, 60, "20260120T200000")
    assert moved.sequence == moved.series.sequence == 1
    assert [(one.what, one.message) for one in moved.changes.all()] == [("moved", "Holiday.")]


def test_a_cancelled_date_is_restored_where_it_was(plan, cast):
    series = weekly(plan)
    cancel_meeting(meeting=nth(series, 2), by=cast.specialist)
    assert walls(series) == ["01-13 20:00", "01-20 20:00", None, "02-03 20:00"]
    with pytest.raises(Refusal, match="cancelled already"):
        cancel_meeting(meeting=nth(series, 2), by=cast.specialist)
    restore_meeting(meeting=nth(series, 2), by=cast.specialist)
    assert walls(series)[2] == "01-27 20:00"
    assert nth(series, 2).sequence == 2


@pytest.fixture
def with_exceptions(plan, cast):
    """Weekly from January 13, the second date moved to Wednesday at six, the fourth cancelled; Mara comes to both."""
    series = weekly(plan, last_on=date(2026, 3, 24))
    move_meeting(meeting=nth(series, 1), wall=datetime(2026, 1, 21, 18), minutes=60, by=cast.specialist)
    cancel_meeting(meeting=nth(series, 3), by=cast.specialist)
    for number in (1, 3):
        Rsvp.objects.create(meeting=nth(series, number), member=cast.member, answer="yes")
    return series


def test_the_whole_series_is_put_an_hour_later_and_exceptions_go_along(with_exceptions, cast):
    series = with_exceptions
    ids = list(series.meetings.order_by("recurrence_id").values_list("pk", flat=True))
    to = unsaved(pattern=Pattern.WEEKLY, begins_at=time(21), last_on=date(2026, 3, 24))
    same = change_series(series=series, to=to, by=cast.specialist)
    assert same == series
    assert walls(same) == ["01-13 21:00", "01-21 19:00", "01-27 21:00", None]
    assert list(same.meetings.order_by("recurrence_id").values_list("pk", flat=True)) == ids
    assert (nth(same, 1).minutes, nth(same, 2).minutes, same.uid) == (60, 75, series.uid)
    assert nth(same, 3).planned == datetime(2026, 2, 3, 21)


def test_another_weekday_takes_the_exceptions_along(with_exceptions, cast):
    to = unsaved(pattern=Pattern.WEEKLY, first_on=date(2026, 1, 16), last_on=date(2026, 3, 24))
    same = change_series(series=with_exceptions, to=to, by=cast.specialist)
    assert walls(same) == ["01-16 20:00", "01-24 18:00", "01-30 20:00", None]
    assert walls(same, 11)[-1] is None, "the last of the old Tuesdays finds no Friday before the end"


def test_a_week_later_is_the_same_series_without_its_first_date(with_exceptions, cast):
    to = unsaved(pattern=Pattern.WEEKLY, first_on=date(2026, 1, 20), last_on=date(2026, 3, 24))
    same = change_series(series=with_exceptions, to=to, by=cast.specialist)
    assert walls(same) == [None, "01-21 18:00", "01-27 20:00", None]
    assert same.meetings.count() == 11


def test_this_and_what_follows_becomes_a_series_of_its_own_and_rsvps_go_along(with_exceptions, cast):
    series, since = with_exceptions, nth(with_exceptions, 1)
    Rsvp.objects.create(series=series, member=cast.colleague, answer="maybe")
    to = unsaved(pattern=Pattern.WEEKLY, first_on=date(2026, 1, 20), begins_at=time(12), last_on=date(2026, 3, 24))
    following = change_series(series=series, to=to, by=cast.specialist, since=since)
    assert following != series
    assert following.follows == series
    assert walls(series) == ["01-13 20:00"]
    assert walls(following) == ["01-21 10:00", "01-27 12:00", None, "02-10 12:00"]
    assert [rsvp.meeting.series for rsvp in Rsvp.objects.filter(member=cast.member)] == [following] * 2
    assert following.rsvps.get().answer == "maybe"
    series.refresh_from_db()
    assert (series.last_on, following.uid != series.uid) == (date(2026, 1, 19), True)


def test_what_has_begun_stays_as_it_was_when_the_whole_series_is_changed(with_exceptions, cast, time_machine):
    time_machine.move_to("2026-01-22 15:00Z")
    to = unsaved(pattern=Pattern.WEEKLY, first_on=date(2026, 1, 27), begins_at=time(19), last_on=date(2026, 3, 24))
    following = change_series(series=with_exceptions, to=to, by=cast.specialist)
    assert walls(with_exceptions) == ["01-13 20:00", "01-21 18:00"]
    assert walls(following, 3) == ["01-27 19:00", None, "02-10 19:00"]


def test_a_new_title_alone_changes_no_date_and_keeps_the_series_whole(with_exceptions, cast, time_machine):
    time_machine.move_to("2026-01-22 15:00Z")
    before = walls(with_exceptions, 11)
    to = unsaved(title="Town hall", pattern=Pattern.WEEKLY, first_on=date(2026, 1, 27), last_on=date(2026, 3, 24))
    same = change_series(series=with_exceptions, to=to, by=cast.specialist)
    assert (same, same.title, same.first_on) == (with_exceptions, "Town hall", date(2026, 1, 13))
    assert walls(same, 11) == before


def test_an_earlier_end_cancels_what_is_after_it_and_a_later_one_brings_that_back(with_exceptions, cast):
    def until(day):
        return change_series(
            series=with_exceptions, to=unsaved(pattern=Pattern.WEEKLY, last_on=day), by=cast.specialist
        )

    assert walls(until(date(2026, 2, 10)), 11)[4:] == ["02-10 20:00", *[None] * 6]
    with pytest.raises(Refusal, match="does not come to this date"):
        restore_meeting(meeting=nth(with_exceptions, 5), by=cast.specialist)
    longer = until(date(2026, 3, 31))
    assert walls(longer, 12)[3:] == [
        None, "02-10 20:00", "02-17 20:00", "02-24 20:00", "03-03 20:00", "03-10 20:00", "03-17 20:00",
        "03-24 20:00", "03-31 20:00",
    ]  # fmt: skip


def test_every_other_week_keeps_the_dates_that_it_still_has(with_exceptions, cast):
    to = unsaved(pattern=Pattern.WEEKLY, every=2, last_on=date(2026, 3, 24))
    same = change_series(series=with_exceptions, to=to, by=cast.specialist)
    assert walls(same, 5) == ["01-13 20:00", None, "01-27 20:00", None, "02-10 20:00"]


def test_what_another_cadence_left_out_is_not_restored_by_hand_and_comes_back_with_the_old_one(with_exceptions, cast):
    def every(weeks):
        to = unsaved(pattern=Pattern.WEEKLY, every=weeks, last_on=date(2026, 3, 24))
        return change_series(series=with_exceptions, to=to, by=cast.specialist)

    assert walls(every(2), 5) == ["01-13 20:00", None, "01-27 20:00", None, "02-10 20:00"]
    with pytest.raises(Refusal, match="does not come to this date"):
        restore_meeting(meeting=nth(with_exceptions, 1), by=cast.specialist)
    assert walls(every(1), 5) == ["01-13 20:00", "01-21 18:00", "01-27 20:00", None, "02-10 20:00"]
    restore_meeting(meeting=nth(with_exceptions, 3), by=cast.specialist)


def test_a_title_is_changed_where_the_next_date_has_left_the_series(with_exceptions, cast, time_machine):
    def become(first_on, **more):
        to = unsaved(pattern=Pattern.WEEKLY, first_on=first_on, last_on=date(2026, 3, 24), **more)
        return change_series(series=with_exceptions, to=to, by=cast.specialist)

    become(date(2026, 1, 13), every=2)
    time_machine.move_to("2026-01-14 15:00Z")
    same = become(date(2026, 1, 27), every=2, title="Town hall")
    assert (same, same.title) == (with_exceptions, "Town hall")


def test_a_date_picked_anew_is_added_and_one_left_out_is_cancelled(plan, cast):
    picks = ["2026-02-24", "2026-04-07"]
    series = plan(pattern=Pattern.BY_HAND, picked=picks)
    to = unsaved(pattern=Pattern.BY_HAND, picked=["2026-02-24", "2026-05-19"])
    same = change_series(series=series, to=to, by=cast.specialist)
    assert walls(same) == ["01-13 20:00", "02-24 20:00", None, "05-19 20:00"]


def test_the_second_tuesday_becomes_the_last_thursday(plan, cast):
    series = plan()
    cancel_meeting(meeting=nth(series, 1), by=cast.specialist)
    to = unsaved(pattern=Pattern.LAST_WEEKDAY, first_on=date(2026, 1, 29))
    same = change_series(series=series, to=to, by=cast.specialist)
    on = same.meetings.on().select_related("series").order_by("starts_at")
    assert [f"{one.wall:%m-%d}" for one in on[:3]] == ["01-29", "02-26", "03-26"]


def test_it_is_ended_from_a_date_on(with_exceptions, cast):
    end_series(series=with_exceptions, since=nth(with_exceptions, 2), by=cast.specialist)
    assert walls(with_exceptions) == ["01-13 20:00", "01-21 18:00", None, None]
    assert not with_exceptions.meetings.on().filter(starts_at__gt=now() + timedelta(days=60)).exists()


def test_what_was_held_is_neither_moved_nor_cancelled(plan, cast, time_machine):
    series = weekly(plan)
    time_machine.move_to("2026-01-14 15:00Z")
    held = nth(series, 0)
    for change in (
        lambda: cancel_meeting(meeting=held, by=cast.specialist),
        lambda: move_meeting(meeting=held, wall=datetime(2026, 5, 1, 9), minutes=60, by=cast.specialist),
        lambda: restore_meeting(meeting=held, by=cast.specialist),
    ):
        with pytest.raises(Refusal, match="begun already"):
            change()


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"first_on": date(2026, 1, 29), "pattern": Pattern.NTH_WEEKDAY}, "fifth Thursday"),
        ({"first_on": date(2026, 1, 31), "pattern": Pattern.MONTH_DAY}, "up to the 28th"),
        ({"first_on": date(2026, 1, 20), "pattern": Pattern.LAST_WEEKDAY}, "not the last Tuesday"),
        ({"first_on": date(2026, 3, 8), "begins_at": time(2, 30), "pattern": Pattern.WEEKLY}, "clocks go forward"),
        ({"last_on": date(2026, 1, 1)}, "comes before the first"),
        ({"first_on": date(2025, 11, 11)}, "over already"),
    ],
)
def test_a_series_that_cannot_be_is_refused_with_the_way_out(plan, terms, why):
    with pytest.raises(Refusal, match=why):
        plan(**terms)
    assert not MeetingSeries.objects.exists()


def test_who_convenes(plan, cast):
    for person in (cast.staff, cast.admin, cast.specialist):
        plan(by=person)
    for person in (cast.member, cast.facilitator, cast.contact, cast.lapsed):
        with pytest.raises(PermissionDenied):
            plan(by=person)
    space = {"audience": MeetingSeries.Audience.SPACE, "space": cast.group.space, "pattern": Pattern.WEEKLY}
    series = plan(by=cast.facilitator, **space)
    for person in (cast.staff, cast.specialist, cast.member, cast.outsider):
        with pytest.raises(PermissionDenied):
            plan(by=person, **space)
        with pytest.raises(PermissionDenied):
            cancel_meeting(meeting=nth(series, 0), by=person)
    assert Meeting.objects.filter(cancelled_at=None, series=series).count() == series.meetings.count()
