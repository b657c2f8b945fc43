"""Whole days by an edition's clock: what people say of when something opens and closes."""

from datetime import date, datetime, time, timedelta

from meetings.wall import as_instant
from symposium.models import Edition

DAY = timedelta(days=1)


def begins(day: date, edition: Edition) -> datetime:
    """The instant at which this day begins."""
    return as_instant(datetime.combine(day, time.min), edition.tz)


def ends(day: date, edition: Edition) -> datetime:
    """The instant at which it is over."""
    return begins(day + DAY, edition)


def first_day(opens_at: datetime, edition: Edition) -> date:
    return opens_at.astimezone(edition.tz).date()


def last_day(closes_at: datetime, edition: Edition) -> date:
    """The last day that is whole before this instant."""
    return (closes_at - timedelta(seconds=1)).astimezone(edition.tz).date()
