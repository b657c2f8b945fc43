"""A town meeting series of the ORR specialist's, on the second Tuesday, at eight in the evening of New York."""

from datetime import date, time

import pytest

from meetings.actions import plan_series
from meetings.models import MeetingSeries

Pattern, Audience = MeetingSeries.Pattern, MeetingSeries.Audience


@pytest.fixture(autouse=True)
def in_december(time_machine):
    time_machine.move_to("2025-12-01 15:00Z")


def unsaved(**terms):
    usual = {
        "title": "Virtual Town Meeting",
        "audience": Audience.ELIGIBLE,
        "pattern": Pattern.NTH_WEEKDAY,
        "first_on": date(2026, 1, 13),
        "begins_at": time(20),
        "zone": "America/New_York",
        "minutes": 75,
    }
    return MeetingSeries(**{**usual, **terms})


@pytest.fixture
def plan(cast):
    def plan(by=None, organisations=(), **terms):
        return plan_series(series=unsaved(**terms), by=by or cast.specialist, organisations=organisations)

    return plan
