"""What calendars read is what the database says: every instant, and nothing that they must not know."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from meetings.calendars import calendar_of
from meetings.models import Meeting
from meetings.wall import exists
from meetings.zones import vtimezone
from members.models import TIME_ZONES
from tests.meetings.engines import LIBICAL, by_libical, by_recurring_ical_events
from tests.meetings.scenes import everything_happens, in_the_database

pytestmark = pytest.mark.django_db
WINDOW = datetime(2025, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)
ENGINES = [by_recurring_ical_events, by_libical] if LIBICAL else [by_recurring_ical_events]
DAY = timedelta(days=1)
each_engine = pytest.mark.parametrize("read", ENGINES, ids=lambda read: read.__name__)
RULES_OF_OTHERS = ["Europe/London", "Australia/Lord_Howe", "Africa/Casablanca", "America/Nuuk"]


@each_engine
def test_calendars_read_exactly_the_instants_of_the_database(plan, cast, time_machine, read):
    everything_happens(plan, cast, time_machine)
    meetings = Meeting.objects.all()
    expected = in_the_database(*WINDOW)
    assert len(expected) > 900
    assert read(calendar_of(meetings, "All"), *WINDOW) == expected


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
