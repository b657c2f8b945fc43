"""The attendance report of a meeting: by organisation and session, and how many of the programmes it reached."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from meetings.asked import asked_to
from meetings.attendance import Attended, attended
from meetings.coming import everyones_answers
from meetings.models import Answer, Meeting, TownMeeting
from members.eligibility import eligibilities
from members.exchange import safe_cell
from members.models import Member, Organisation

SETTLES = timedelta(hours=24)  # until then, imports and corrections may change it
COLUMNS = ["Organisation", "Session", "Invited", "Registered", "Attended", "Minutes", "Responder"]


@dataclass
class Line:
    """One organisation's part in a meeting. Without an organisation: who came by their role."""

    organisation: Organisation | None
    session: str = ""
    invited: list[Member] = field(default_factory=list)
    registered: list[Member] = field(default_factory=list)
    attended: list[Attended] = field(default_factory=list)
    responder: str = ""

    @property
    def name(self) -> str:
        return self.organisation.name if self.organisation else "By their role"

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.attended)


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
            yield [safe_cell(cell) for cell in [line.name, line.session, *counts, line.responder]]


def report_on(meeting: Meeting, town: TownMeeting | None) -> Report:
    """Of a meeting, or of both sessions of a town meeting, by name. A fixed number of queries."""
    sessions = list(town.sessions.values()) if town else [meeting]
    invited = asked_to(sessions[0])
    answers = eligibilities(invited, "meetings", sessions[0].starts_at)
    lines: dict[UUID | None, Line] = {}

    def line_of(organisation: Organisation | None) -> Line:
        key = organisation.pk if organisation else None
        return lines.setdefault(key, Line(organisation))

    of_member = {member.pk: answers[member.pk].organisation for member in invited}
    for member in invited:
        line_of(of_member[member.pk]).invited.append(member)
    for session in sessions:
        for rsvp in everyones_answers(session):
            line = line_of(of_member.get(rsvp.member_id))
            if rsvp.answer == Answer.YES and rsvp.member not in line.registered:
                line.registered.append(rsvp.member)
        for one in attended(session):
            line_of(one.organisation).attended.append(one)
    if town:
        for choice in town.choices.select_related("organisation"):
            line_of(choice.organisation).session = town.letter_of(choice.meeting_id)
        for responder in town.responders.select_related("organisation", "member"):
            line_of(responder.organisation).responder = responder.member.name
    settles = max(session.ends_at for session in sessions) + SETTLES
    by_name = sorted(lines.values(), key=lambda line: (line.organisation is None, line.name))
    return Report(by_name, timezone.now() < settles)
