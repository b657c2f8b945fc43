"""A series stays on its wall clock, whoever asks from wherever, over every change of the clocks."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.actions.series import check
from meetings.models import MeetingSeries
from meetings.recurrence import event_of, walls
from meetings.wall import as_instant, clock_changes, exists

Pattern = MeetingSeries.Pattern
ZONES = [
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "Pacific/Guam", "Europe/London", "Australia/Lord_Howe",
]  # fmt: skip
THREE_YEARS = timedelta(days=3 * 366)


def series(pattern, first_on=date(2026, 1, 13), begins_at=time(20), zone="America/New_York", **more):
    return MeetingSeries(
        title="Sleep", pattern=pattern, first_on=first_on, begins_at=begins_at, zone=zone, minutes=75, **more
    )


def by_the_calendar(one: MeetingSeries, until: date) -> list[date]:
    """The dates of a series, found by turning the pages of a calendar."""
    if one.pattern == Pattern.WEEKLY:
        weeks = (until - one.first_on).days // (7 * one.every) + 1
        return [one.first_on + timedelta(weeks=one.every * week) for week in range(weeks)]
    days, year, month = [], one.first_on.year, one.first_on.month
    nth = sum(day.weekday() == one.first_on.weekday() for day in _days(year, month) if day <= one.first_on)
    while date(year, month, 1) <= until:
        same = [day for day in _days(year, month) if day.weekday() == one.first_on.weekday()]
        if one.pattern == Pattern.MONTH_DAY:
            days.append(date(year, month, one.first_on.day))
        else:
            days.append(same[-1] if one.pattern == Pattern.LAST_WEEKDAY else same[nth - 1])
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return [day for day in days if one.first_on <= day <= until]


def _days(year, month):
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


@st.composite
def plans(draw):
    day = draw(st.dates(date(2024, 1, 1), date(2035, 12, 31)))
    pattern = draw(st.sampled_from([Pattern.WEEKLY, Pattern.NTH_WEEKDAY, Pattern.LAST_WEEKDAY, Pattern.MONTH_DAY]))
    if pattern == Pattern.NTH_WEEKDAY or pattern == Pattern.MONTH_DAY:
        day = day.replace(day=min(day.day, 28))
    if pattern == Pattern.LAST_WEEKDAY:
        day = max(one for one in _days(day.year, day.month) if one.weekday() == day.weekday())
    at = time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 15, 30, 59])))
    every = draw(st.sampled_from([1, 2, 6])) if pattern == Pattern.WEEKLY else 1
    return series(pattern, day, at, draw(st.sampled_from(ZONES)), every=every)


@settings(max_examples=2000, deadline=None)
@given(plan=plans(), asked_from=st.sampled_from(ZONES))
def test_a_series_stays_on_its_wall_clock_for_three_years(plan, asked_from):
    until = plan.first_on + THREE_YEARS
    zone = ZoneInfo(plan.zone)
    first = datetime.combine(plan.first_on, plan.begins_at)
    with timezone.override(ZoneInfo(asked_from)):
        found = walls(plan, until)
    if exists(first, zone):
        assert found == [datetime.combine(day, plan.begins_at) for day in by_the_calendar(plan, until)]
    for wall in found:
        instant = as_instant(wall, zone)
        assert instant.tzinfo is UTC
        if exists(wall, zone):
            assert instant.astimezone(ZoneInfo(asked_from)).astimezone(zone).replace(tzinfo=None) == wall


@pytest.mark.parametrize("asked_from", ZONES)
@pytest.mark.parametrize(
    ("plan", "count"),
    [
        (series(Pattern.WEEKLY), 157),
        (series(Pattern.WEEKLY, every=6), 27),
        (series(Pattern.NTH_WEEKDAY), 37),
    ],
    ids=["weekly", "six-weekly", "second Tuesday"],
)
def test_eight_in_the_evening_in_new_york_is_that_in_summer_and_winter(plan, count, asked_from):
    with timezone.override(ZoneInfo(asked_from)):
        found = walls(plan, date(2029, 1, 12))
    assert (len(found), {(wall.weekday(), wall.time()) for wall in found}) == (count, {(1, time(20))})
    assert {as_instant(wall, plan.tz).hour for wall in found} == {0, 1}  # UTC, the day after


def test_the_library_alone_would_have_moved_it():
    """Asked in UTC, as its web side asks, a meeting at ten is at eleven in summer: this is what the file is against."""
    plan = series(Pattern.WEEKLY, begins_at=time(10))
    rule = event_of(plan).get_rrule_object(UTC)
    hours = {one.replace(tzinfo=UTC).astimezone(plan.tz).hour for one in rule.xafter(datetime(2026, 1, 1), count=52)}
    assert hours == {10, 11}


def test_an_hour_that_comes_twice_is_the_first_and_one_left_out_counts_by_the_clock_before():
    zone = ZoneInfo("America/New_York")
    assert as_instant(datetime(2026, 11, 1, 1, 30), zone) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert as_instant(datetime(2026, 3, 8, 2, 30), zone) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert not exists(datetime(2026, 3, 8, 2, 30), zone)
    assert clock_changes(datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC), zone)


def test_dates_picked_by_hand_are_those_and_no_other():
    plan = series(Pattern.BY_HAND, picked=["2026-04-21", "2026-02-24", "2026-02-24"])
    check(plan)
    assert [wall.date().isoformat() for wall in walls(plan, date.max)] == ["2026-01-13", "2026-02-24", "2026-04-21"]
    assert (plan.first_on, plan.last_on) == (date(2026, 1, 13), date(2026, 4, 21))


def test_the_last_day_is_included():
    plan = series(Pattern.WEEKLY, last_on=date(2026, 1, 27))
    assert [wall.day for wall in walls(plan, date.max)] == [13, 20, 27]
