"""Half-years of the federal fiscal year, by which ORR is reported to: October to March, and April to September."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")  # Washington's: a half begins at one instant for everybody
YEARS = range(2020, 2100)


@dataclass(frozen=True)
class Half:
    """One of them, by the year and the month (4 or 10) in which it begins."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.first:%B %Y} to {self.last:%B %Y}"

    @property
    def slug(self) -> str:
        return f"{self.year}-{self.month:02}"

    @property
    def fiscal_year(self) -> str:
        return f"FY{(self.year + (self.month == 10)) % 100:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last month, by the first day of that."""
        return date(self.year, 9, 1) if self.month == 4 else date(self.year + 1, 3, 1)

    @property
    def before(self) -> "Half":
        return Half(self.year, 4) if self.month == 10 else Half(self.year - 1, 10)

    @property
    def after(self) -> "Half":
        return Half(self.year, 10) if self.month == 4 else Half(self.year + 1, 4)

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time.min, EASTERN)

    @property
    def end(self) -> datetime:
        """When the next begins."""
        return self.after.start


def half_of(moment: datetime) -> Half:
    here = moment.astimezone(EASTERN)
    if 4 <= here.month <= 9:
        return Half(here.year, 4)
    return Half(here.year if here.month >= 10 else here.year - 1, 10)


def half_named(slug: str) -> Half | None:
    """By its slug: "2025-10"."""
    year, _, month = slug.partition("-")
    if year in map(str, YEARS) and month in {"04", "10"}:
        return Half(int(year), int(month))
    return None
