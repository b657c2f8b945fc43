"""The attendance report of a meeting: by organisation and session, and how many of the programmes it reached."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from meetings.attendance import attended
from meetings.models import Meeting, TownMeeting
from meetings.towns import Line, line_of, lines_of
from members.exchange import safe_cell

SETTLES = timedelta(hours=24)  # until then, imports and corrections may change it
COLUMNS = ["Organisation", "Session", "Invited", "Registered", "Attended", "Minutes", "Responder"]


@dataclass
class Report:
    """What the lines of a meeting come to."""

    lines: list[Line]
    is_provisional: bool

    @property
    def organisations(self) -> list[Line]:
        return [line for line in self.lines if line.organisation and line.invited]

    @property
    def reached(self) -> list[Line]:
        return [line for line in self.organisations if line.attended]

    @property
    def reach(self) -> int:
        """Of the programmes that were asked, how many came, in percent."""
        return round(100 * len(self.reached) / len(self.organisations)) if self.organisations else 0

    @property
    def people(self) -> int:
        return len({one.member.pk for line in self.lines for one in line.attended})

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    def rows(self) -> Iterator[list[str]]:
        """For a spreadsheet, the names of the columns first. No cell can become a formula."""
        yield COLUMNS
        for line in self.lines:
            counts = [len(line.invited), len(line.registered), len(line.attended), line.minutes]
            speaks = line.responder.member.name if line.responder else ""
            yield [safe_cell(cell) for cell in [line.name, line.session, *counts, speaks]]


def report_on(meeting: Meeting, town: TownMeeting | None) -> Report:
    """Of a meeting, or of both sessions of a town meeting, by name. A fixed number of queries."""
    sessions = list(town.sessions.values()) if town else [meeting]
    lines = lines_of(meeting, town)
    for session in sessions:
        for one in attended(session):
            line_of(one.organisation, lines, town).attended.append(one)
    settles = max(session.ends_at for session in sessions) + SETTLES
    by_name = sorted(lines.values(), key=lambda line: (line.organisation is None, line.name))
    return Report(by_name, timezone.now() < settles)
