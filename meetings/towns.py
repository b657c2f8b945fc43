"""Town meetings: which one a meeting is a session of, who comes where, who speaks, and who is still to be asked."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from meetings.asked import asked_to
from meetings.attendance import Attended
from meetings.coming import everyones_answers
from meetings.models import Answer, Meeting, Responder, SessionChoice, TownMeeting
from members.models import Member, Organisation


def town_of(meeting: Meeting) -> TownMeeting | None:
    """The town meeting that a meeting is a session of."""
    both = TownMeeting.objects.select_related("first__series", "second__series")
    return both.filter(Q(first=meeting) | Q(second=meeting)).first()


@dataclass
class Line:
    """One organisation's part in a meeting. Without an organisation: who comes by their role."""

    organisation: Organisation | None
    town: TownMeeting | None
    invited: list[Member] = field(default_factory=list)
    registered: list[Member] = field(default_factory=list)
    attended: list[Attended] = field(default_factory=list)
    choice: SessionChoice | None = None
    responder: Responder | None = None

    @property
    def name(self) -> str:
        return self.organisation.name if self.organisation else "By their role"

    @property
    def coming(self) -> int:
        return len(self.registered)

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.attended)

    @property
    def session(self) -> str:
        return self.town.letter_of(self.choice.meeting_id) if self.town and self.choice else ""

    @property
    def other_sessions(self) -> list[tuple[str, Meeting]]:
        """Those to come that they did not choose, with their letters."""
        ahead = [(letter, one) for letter, one in self.town.sessions.items() if not one.has_begun] if self.town else []
        return [(letter, one) for letter, one in ahead if not self.choice or one.pk != self.choice.meeting_id]

    @property
    def has_begun(self) -> bool:
        """Whether their session has; without a choice, the first one. Who speaks does not change any more then."""
        return self.town is not None and self.town.session_of(self.choice).has_begun

    @property
    def is_to_be_asked(self) -> bool:
        """Nobody comes, or nobody speaks: somebody should write to them."""
        return not self.coming or self.responder is None


def lines_of(meeting: Meeting, town: TownMeeting | None) -> dict[UUID | None, Line]:
    """Who was asked to a meeting, or to both sessions of a town meeting, and who said that they come, by the id of the
    organisation. Also those who chose, or speak, or answered, and are not asked any more. In some ten queries.
    """
    lines: dict[UUID | None, Line] = {}
    asked = asked_to(town.first if town else meeting)
    for member, organisation in asked.items():
        line_of(organisation, lines, town).invited.append(member)
    for session in town.sessions.values() if town else [meeting]:
        for rsvp in everyones_answers(session):
            line = line_of(asked.get(rsvp.member), lines, town)
            if rsvp.answer == Answer.YES and rsvp.member not in line.registered:
                line.registered.append(rsvp.member)
    if town:
        for choice in town.choices.select_related("organisation", "chosen_by"):
            line_of(choice.organisation, lines, town).choice = choice
        for responder in town.responders.select_related("organisation", "member"):
            line_of(responder.organisation, lines, town).responder = responder
    return lines


def line_of(organisation: Organisation | None, lines: dict[UUID | None, Line], town: TownMeeting | None) -> Line:
    """The line of an organisation, put in where it is missing."""
    return lines.setdefault(organisation.pk if organisation else None, Line(organisation, town))


def attending(town: TownMeeting) -> list[Line]:
    """Every organisation that is asked, by name: its session, who speaks for it, how many come."""
    lines = lines_of(town.first, town).values()
    return sorted((line for line in lines if line.organisation and line.invited), key=lambda line: line.name)
