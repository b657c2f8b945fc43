"""ical.js, which Thunderbird and Nextcloud read calendars with, reads ours as the database has them."""

from datetime import UTC, datetime

import time_machine

from meetings.actions import plan_series
from meetings.calendars import calendar_of
from meetings.models import Meeting
from tests.meetings.conftest import unsaved
from tests.meetings.engines import by_ical_js
from tests.meetings.scenes import everything_happens, in_the_database

WINDOW = datetime(2025, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)


def what_happened(cast):
    def plan(**terms):
        return plan_series(series=unsaved(**terms), by=cast.specialist)

    with time_machine.travel("2025-12-01 15:00Z") as clock:
        everything_happens(plan, cast, clock)
        return calendar_of(Meeting.objects.all(), "All"), in_the_database(*WINDOW)


def test_ical_js_reads_exactly_the_instants_of_the_database(cast, apart, page):
    text, expected = apart(what_happened, cast)
    assert len(expected) > 900
    assert by_ical_js(page, text, *WINDOW) == expected
