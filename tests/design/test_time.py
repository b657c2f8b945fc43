from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from cop.templatetags.cop_time import clock, date_of, day, when

NOW = datetime(2026, 3, 10, 18, 5, 30, 123456, tzinfo=UTC)  # Tuesday, 2:05 pm in New York


@pytest.fixture(autouse=True)
def _in_new_york():
    with timezone.override("America/New_York"):
        yield


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 3, 10, 18, 5, 0, tzinfo=UTC), "just now"),
        (datetime(2026, 3, 10, 18, 2, 0, tzinfo=UTC), "3 min ago"),
        (datetime(2026, 3, 10, 18, 35, 31, tzinfo=UTC), "in 30 min"),
        (datetime(2026, 3, 10, 13, 0, tzinfo=UTC), "9:00 am"),
        (datetime(2026, 3, 10, 3, 59, tzinfo=UTC), "Yesterday 11:59 pm"),
        (datetime(2026, 3, 11, 16, 0, tzinfo=UTC), "Tomorrow 12:00 pm"),
        (datetime(2026, 3, 6, 5, 30, tzinfo=UTC), "Fri 12:30 am"),
        (datetime(2026, 2, 1, 17, 0, tzinfo=UTC), "Feb 1"),
        (datetime(2024, 2, 29, 17, 0, tzinfo=UTC), "Feb 29, 2024"),
    ],
)
def test_near_moments_are_relative(moment: datetime, words: str) -> None:
    assert f">{words}</time>" in when(moment, now=NOW)


def test_the_exact_moment_is_at_hand() -> None:
    assert when(NOW, now=NOW) == (
        '<time datetime="2026-03-10T18:05:30+00:00" title="Tuesday, March 10, 2026, 2:05 pm EDT" data-when>'
        "just now</time>"
    )


def test_a_date_within_a_sentence_is_short_and_whole() -> None:
    assert date_of(date(2027, 9, 29)) == '<time datetime="2027-09-29" title="Wednesday">Sep 29, 2027</time>'
    assert ">Mar 10, 2026</time>" in date_of(NOW)
    assert date_of(None) == ""


def test_a_message_shows_the_time_of_day() -> None:
    assert ">2:05 pm</time>" in clock(NOW)


def test_nothing_is_said_of_no_time() -> None:
    assert (when(None), day(None)) == ("", "")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (datetime(2026, 3, 11, 3, 0, tzinfo=UTC), "Today"),
        (date(2026, 3, 9), "Yesterday"),
        (date(2026, 3, 11), "Tomorrow"),
        (date(2026, 3, 3), "Tuesday, March 3"),
        (date(2025, 3, 3), "Monday, March 3, 2025"),
    ],
)
def test_days_are_named(value: date, words: str) -> None:
    assert f">{words}</time>" in day(value, now=NOW)
