"""Town meetings: which one a meeting is a session of, who comes where, who speaks, and who is still to be asked."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from meetings.asked import asked_to
from meetings.coming import everyones_answers
from meetings.models import Answer, Meeting, Responder, SessionChoice, TownMeeting
from members.eligibility import eligibilities
from members.models import Member, Organisation


def town_of(meeting: Meeting) -> TownMeeting | None:
    """The town meeting that a meeting is a session of."""
    both = TownMeeting.objects.select_related("first__series", "second__series")
    return both.filter(Q(first=meeting) | Q(second=meeting)).first()


@dataclass
class Attending:
    """How one organisation stands to a town meeting."""

    organisation: Organisation
    members: list[Member] = field(default_factory=list)
    choice: SessionChoice | None = None
    responder: Responder | None = None
    coming: int = 0

    @property
    def is_to_be_asked(self) -> bool:
        """Nobody comes, or nobody speaks: somebody should write to them."""
        return not self.coming or self.responder is None


def attending(town: TownMeeting) -> list[Attending]:
    """Every organisation that is asked, by name: its session, who speaks for it, how many come. In some ten queries."""
    members = asked_to(town.first)
    answers = eligibilities(members, "meetings", town.first.starts_at)
    rows: dict[UUID, Attending] = {}
    of_member: dict[UUID, UUID] = {}
    for member in members:
        organisation = answers[member.pk].organisation
        if organisation:
            rows.setdefault(organisation.pk, Attending(organisation)).members.append(member)
            of_member[member.pk] = organisation.pk
    for choice in town.choices.select_related("meeting", "chosen_by"):
        if choice.organisation_id in rows:
            rows[choice.organisation_id].choice = choice
    for responder in town.responders.select_related("member"):
        if responder.organisation_id in rows:
            rows[responder.organisation_id].responder = responder
    come = {
        rsvp.member_id
        for session in town.sessions.values()
        for rsvp in everyones_answers(session)
        if rsvp.answer == Answer.YES
    }
    for member_pk in come & of_member.keys():
        rows[of_member[member_pk]].coming += 1
    return sorted(rows.values(), key=lambda one: one.organisation.name)
