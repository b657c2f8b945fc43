"""How the time of a meeting is said: by the reader's clock, its series', and those of the four US zones."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from members.models import TIME_ZONES

US = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
NAMES = dict(TIME_ZONES)


@dataclass(frozen=True)
class Clock:
    """What the clocks of one zone show when a meeting starts and when it ends."""

    zone: str
    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        return zone_name(self.zone)

    @property
    def hours(self) -> str:
        return hours(self.start, self.end)

    @property
    def starts(self) -> str:
        return clock(self.start)

    @property
    def day(self) -> str:
        return f"{self.start:%a}, {self.start:%b} {self.start.day}"


def clocks(start: datetime, end: datetime, *zones: str) -> list[Clock]:
    """The clocks of these zones, and then of the four US ones, each once."""
    return [
        Clock(zone, start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone)))
        for zone in dict.fromkeys([*zones, *US])
    ]


def zone_name(zone: str) -> str:
    """ "Eastern"; of a zone without a name of ours, what its clocks are called by elsewhere."""
    return NAMES.get(zone, zone)


def hours(start: datetime, end: datetime) -> str:
    """ "8:00–9:15 pm", "11:30 am–12:45 pm": of two moments in the same zone."""
    first = clock(start)
    return f"{first.removesuffix(f' {end:%p}'.lower())}–{clock(end)}"


def clock(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {'am' if moment.hour < 12 else 'pm'}"
