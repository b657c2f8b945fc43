"""The federal fiscal year, by which groups are formed: FY26 is 1 October 2025 to 30 September 2026."""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

EASTERN = ZoneInfo("America/New_York")


def fiscal_year_of(day: date) -> int:
    return day.year + (day.month >= 10)


def this_year() -> int:
    """The fiscal year of today, where the federal government is."""
    return fiscal_year_of(timezone.localdate(timezone=EASTERN))


def days_of(fiscal_year: int) -> tuple[date, date]:
    """The first and the last day of a fiscal year."""
    return date(fiscal_year - 1, 10, 1), date(fiscal_year, 9, 30)
