"""What calendars read is what the database says: every instant, and nothing that they must not know."""

import contextlib
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access import Refusal
from meetings.calendars import calendar_of
from meetings.models import Meeting, MeetingSeries
from meetings.wall import exists
from meetings.zones import vtimezone
from members.models import TIME_ZONES
from tests.meetings.engines import LIBICAL, by_libical, by_recurring_ical_events
from tests.meetings.scenes import everything_happens, happens, in_the_database

pytestmark = pytest.mark.django_db
WINDOW = datetime(2025, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)
ENGINES = [by_recurring_ical_events, by_libical] if LIBICAL else [by_recurring_ical_events]
DAY = timedelta(days=1)
Pattern = MeetingSeries.Pattern
each_engine = pytest.mark.parametrize("read", ENGINES, ids=lambda read: read.__name__)
RULES_OF_OTHERS = ["Europe/London", "Australia/Lord_Howe", "Africa/Casablanca", "America/Nuuk"]


@each_engine
def test_calendars_read_exactly_the_instants_of_the_database(plan, cast, time_machine, read):
    everything_happens(plan, cast, time_machine)
    meetings = Meeting.objects.all()
    expected = in_the_database(*WINDOW)
    assert len(expected) > 900
    assert read(calendar_of(meetings, "All"), *WINDOW) == expected


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pattern=st.sampled_from([Pattern.WEEKLY, Pattern.NTH_WEEKDAY, Pattern.BY_HAND]),
    zone=st.sampled_from([zone for zone, _ in TIME_ZONES] + ["Australia/Lord_Howe"]),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["move", "cancel", "restore", "end", "change", "follow"]),
            st.integers(0, 50),
            st.integers(-9, 9),
            st.integers(5, 22),
        ),
        max_size=7,
    ),
)
def test_whatever_happens_calendars_read_the_same(plan, cast, time_machine, pattern, zone, steps):
    until = datetime(2026, 12, 20, tzinfo=UTC)
    with transaction.atomic():
        time_machine.move_to("2025-12-01 15:00Z")
        series = plan(pattern=pattern, zone=zone, picked=["2026-03-10", "2026-04-21"])
        for number, step in enumerate(steps):
            time_machine.move_to(datetime(2025, 12, 1, 15, tzinfo=UTC) + number * 20 * DAY)
            with contextlib.suppress(Refusal):
                happens(series, cast.specialist, *step)
        text, expected = calendar_of(Meeting.objects.all(), "All"), in_the_database(WINDOW[0], until)
        transaction.set_rollback(True)
    assert {read.__name__: read(text, WINDOW[0], until) for read in ENGINES} == {
        read.__name__: expected for read in ENGINES
    }


@pytest.mark.parametrize("name", [zone for zone, _ in TIME_ZONES] + RULES_OF_OTHERS)
def test_a_zone_is_told_as_it_is_for_ten_years(name):
    zone = ZoneInfo(name)
    text = vtimezone(zone).to_ical().decode()
    told = tzical(StringIO(text)).get(name)
    days = [datetime(2025, 6, 1) + timedelta(days=number) for number in range(3653)]
    changing = [day for day in days if len({offset(day + n * DAY, one) for n in (0, 1) for one in (zone, told)}) > 1]
    walls = days + [day + timedelta(minutes=10 * number) for day in changing for number in range(144)]
    differ = [wall for wall in walls if exists(wall, zone) and offset(wall, told) != offset(wall, zone)]
    assert differ == []
    assert bool(changing) == (text.count("DTSTART") > 1)
    assert ("RRULE" in text) == (bool(changing) and name != "Africa/Casablanca"), "only where a year is like another"


def offset(wall, zone):
    return wall.replace(tzinfo=zone).utcoffset()
