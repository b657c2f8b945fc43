"""Minutes are the union of what was seen, within the meeting: nothing twice, nothing while one was away."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access import Refusal
from meetings.actions import be_here, cancel_meeting
from meetings.attendance import attended, minutes_there, time_there
from meetings.models import Attendance

START = datetime(2026, 1, 13, 20, tzinfo=UTC)
END = START + timedelta(minutes=75)


def at(minute):
    return START + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("stays", "minutes"),
    [
        ([], 0),
        ([(0, 75)], 75),
        ([(-15, 100)], 75),
        ([(0, 30), (10, 40)], 40),
        ([(0, 30), (0, 30)], 30),
        ([(50, 60), (0, 10)], 20),
        ([(0, 60), (10, 20), (55, 70)], 70),
        ([(-20, -5), (80, 90)], 0),
        ([(0, 0.5)], 1),
    ],
)
def test_time_is_counted_once_and_within_the_meeting(stays, minutes):
    assert minutes_there([(at(begins), at(ends)) for begins, ends in stays], START, END) == minutes


@given(st.lists(st.tuples(st.integers(-30, 110), st.integers(0, 60))))
def test_the_union_is_what_counting_minute_by_minute_gives(stays):
    there = {minute for begins, length in stays for minute in range(begins, begins + length) if 0 <= minute < 75}
    found = time_there([(at(begins), at(begins + length)) for begins, length in stays], START, END)
    assert found == timedelta(minutes=len(there))


@pytest.fixture
def meeting(plan):
    return plan().meetings.select_related("series").first()


def seen(time_machine, meeting, who, *minutes):
    for minute in minutes:
        time_machine.move_to(meeting.starts_at + timedelta(minutes=minute), tick=False)
        be_here(meeting=meeting, by=who)


def test_a_page_that_tells_of_itself_each_minute_is_one_stay_and_two_tabs_count_once(meeting, cast, time_machine):
    seen(time_machine, meeting, cast.member, *range(-5, 31), *[30] * 3)
    (one,) = attended(meeting)
    assert (one.member, one.organisation, one.minutes) == (cast.member, cast.home, 30)
    assert Attendance.objects.get().basis["organisation"] == cast.home.name


def test_a_sleeping_laptop_is_not_there(meeting, cast, time_machine):
    seen(time_machine, meeting, cast.member, *range(11), *range(40, 51))
    (one,) = attended(meeting)
    assert (one.minutes, Attendance.objects.count()) == (20, 2)


def test_the_room_opens_a_little_before_and_earlier_for_who_convenes(meeting, cast, time_machine):
    time_machine.move_to(meeting.starts_at - timedelta(minutes=40))
    be_here(meeting=meeting, by=cast.specialist)
    with pytest.raises(Refusal, match="opens 15 minutes before"):
        be_here(meeting=meeting, by=cast.member)
    time_machine.move_to(meeting.ends_at + timedelta(minutes=31))
    with pytest.raises(Refusal, match="is over"):
        be_here(meeting=meeting, by=cast.member)


def test_nobody_joins_what_is_cancelled_nor_after_a_lapse(meeting, cast, time_machine):
    cancel_meeting(meeting=meeting, by=cast.specialist)
    meeting.refresh_from_db()
    time_machine.move_to(meeting.starts_at)
    with pytest.raises(Refusal, match="is cancelled"):
        be_here(meeting=meeting, by=cast.member)
    with pytest.raises(Refusal):
        be_here(meeting=meeting, by=cast.lapsed)
    assert not Attendance.objects.exists()
