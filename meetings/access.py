"""Who may do what with meetings."""

from typing import Any

import rules

from access import may
from meetings.models import FollowUp, Material, Meeting, MeetingSeries, TownMeeting
from members.eligibility import eligibility
from members.models import Organisation, RoleGrant
from members.roles import has_role, is_contact_of, is_staff
from spaces.kinds import space_kind

Role = RoleGrant.Role
CONVENERS = (Role.STAFF, Role.ADMIN, Role.ORR_SPECIALIST)


@rules.predicate
def convenes(member: Any, series: MeetingSeries | None) -> bool:
    """Whoever convenes for the network: NCB staff and the ORR program specialist; in a space, who moderates it."""
    if series is not None and series.space_id:
        return may(member, "space.moderate", series.space) or (series.by_choice and chairs(member, series))
    return has_role(member, *CONVENERS)


def chairs(member: Any, series: MeetingSeries) -> bool:
    """Whether they were asked to convene one of many that are beside each other."""
    return member.once(f"chairs {series.pk}", series.chairs.filter(pk=member.pk).exists)


def why_not_come(member: Any, series: MeetingSeries) -> str:
    """Why somebody who sees a meeting cannot say that they come; empty where they can."""
    if series.space:
        kind = space_kind(series.space.kind)
        if may(member, "space.write", series.space):
            return kind.why_not_meet(member, series)
        return kind.why_not(member, series.space)
    answer = eligibility(member, "meetings")
    return "" if answer.may_write else answer.why


@rules.predicate
def names_responder(member: Any, where: tuple[TownMeeting, Organisation]) -> bool:
    """Who speaks for the organisation now, its contact, or who convenes."""
    town, organisation = where
    speaks = town.responders.filter(organisation=organisation, member=member).exists()
    return speaks or bool(is_contact_of(member, organisation)) or convenes(member, town.first.series)


@rules.predicate
def writes_notes(member: Any, meeting: Meeting) -> bool:
    """Who convenes it, and whoever they named, as long as they may come."""
    if convenes(member, meeting.series):
        return True
    return not why_not_come(member, meeting.series) and meeting.scribes.filter(member=member).exists()


@rules.predicate
def convenes_meeting(member: Any, meeting: Meeting) -> bool:
    return convenes(member, meeting.series)


@rules.predicate
def takes_away(member: Any, material: Material) -> bool:
    """Who convenes, and whoever brought it."""
    brought = material.added_by_id == member.pk and may(member, "materials.add", material.meeting)
    return brought or convenes(member, material.meeting.series)


@rules.predicate
def finishes(member: Any, follow_up: FollowUp) -> bool:
    """Its owner, and who convenes the meeting."""
    return follow_up.owner_id == member.pk or convenes(member, follow_up.meeting.series)


rules.add_perm("accommodations.arrange", is_staff)
rules.add_perm("follow_up.finish", finishes)
rules.add_perm("material.remove", takes_away)
rules.add_perm("materials.add", convenes_meeting)  # in a symposium who speaks, too
rules.add_perm("notes.write", writes_notes)
rules.add_perm("report.see", convenes)
rules.add_perm("responder.name", names_responder)
rules.add_perm("series.plan", convenes)
rules.add_perm("series.change", convenes)
