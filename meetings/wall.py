"""Wall clocks: what a time on a clock of some zone is as an instant."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo


def as_instant(wall: datetime, zone: tzinfo) -> datetime:
    """The UTC instant of a naive wall time.

    An hour that comes twice is its first one, and one that is left out counts by the clock before (RFC 5545, 3.3.5).
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def as_recurrence_id(wall: datetime) -> str:
    return f"{wall:%Y%m%dT%H%M%S}"


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether a clock of the zone ever shows this: in spring one hour is left out."""
    return as_instant(wall, zone).astimezone(zone).replace(tzinfo=None) == wall


def clock_changes(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Whether the zone's clock is put forward or back between two instants."""
    return start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset()
