"""Minutes are the union of what was seen, within the meeting: nothing twice, nothing while one was away."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access import Refusal
from meetings.actions import be_here, cancel_meeting, set_overflow
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


def minutes_of(meeting, who):
    return next((one.minutes for one in attended(meeting) if one.member == who), 0)


def test_who_goes_from_room_to_room_loses_no_second_and_wins_none(plan, cast, time_machine):
    first, second = plan().meetings.first(), plan(title="Beside it").meetings.first()
    seen(time_machine, first, cast.member, *range(20), 19.9)
    seen(time_machine, second, cast.member, 20.8, *range(21, 40))
    seen(time_machine, first, cast.member, 40, *range(41, 75))
    there = Attendance.objects.filter(member=cast.member).order_by("from_at")
    stays = [(one.meeting, one.from_at, one.until_at) for one in there]
    times = [first.starts_at + timedelta(minutes=minute) for minute in (0, 20.8, 40, 74)]
    assert stays == [(first, *times[:2]), (second, *times[1:3]), (first, *times[2:])]
    assert (minutes_of(first, cast.member), minutes_of(second, cast.member)) == (55, 19)
    seen(time_machine, second, cast.colleague, 10)
    seen(time_machine, first, cast.colleague, 20)  # who was away for ten minutes was nowhere
    assert minutes_of(second, cast.colleague) == 0


def test_who_comes_when_the_video_is_full_is_led_on_and_counted_the_same(plan, cast, client, time_machine):
    one = plan(room_url="https://video.example.org/first").meetings.select_related("series").first()
    set_overflow(meeting=one, by=cast.specialist, holds=2, url="https://video.example.org/second")
    with pytest.raises(Refusal, match="both, or neither"):
        set_overflow(meeting=one, by=cast.specialist, holds=2, url="")

    def led(who):
        client.force_login(who)
        return client.get(f"/meetings/{one.pk}/video/")["Location"].rpartition("/")[2]

    time_machine.move_to(one.starts_at, tick=False)
    be_here(meeting=one, by=cast.colleague)
    time_machine.shift(10)
    assert [led(who) for who in (cast.member, cast.outsider, cast.specialist, cast.member)] == [
        "first", "second", "first", "first",
    ]  # fmt: skip
    for _ in range(3):
        time_machine.shift(60)
        for who in (cast.member, cast.outsider):
            be_here(meeting=one, by=who)
    assert led(cast.outsider) == "first"  # the colleague has left
    assert minutes_of(one, cast.outsider) == 3
    assert Attendance.objects.filter(member=cast.outsider).count() == 1
