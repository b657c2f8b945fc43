"""Who may do what with the symposium."""

from typing import Any

import rules

from meetings.access import convenes_meeting
from meetings.models import Meeting, MeetingSeries
from members.eligibility import eligibility
from members.roles import is_staff, sees_rosters
from spaces.models import Space
from symposium.models import Edition, Proposal, Registration, Speaker, Way, Workshop, WorkshopPlace

SEAT_FIRST = "This workshop has seats of its own. Ask for one, or give yours up, under Registration, Workshops."


@rules.predicate
def is_their_own(member: Any, place: Any) -> bool:
    return place.member_id == member.pk


@rules.predicate
def is_contact(member: Any) -> bool:
    """Whether they speak for an organisation, whose people they may register."""
    return member.contact_of().exists()


rules.add_perm("edition.manage", is_staff)
rules.add_perm("edition.report", sees_rosters)
rules.add_perm("registration.change", is_their_own)
rules.add_perm("registration.cancel", is_their_own | is_staff)
rules.add_perm("place.change", is_their_own)
rules.add_perm("colleagues.register", is_contact)


@rules.predicate
def speaks(member: Any, edition: Edition) -> bool:
    """Whether they are in one of its sessions."""
    return Speaker.objects.filter(session__edition=edition, session__cancelled_at=None, member=member).exists()


@rules.predicate
def speaks_in(member: Any, meeting: Meeting) -> bool:
    """Whether it is the meeting of a session of theirs, where they bring their slides."""
    return Speaker.objects.filter(session__meeting=meeting, session__cancelled_at=None, member=member).exists()


rules.add_perm("edition.speak", speaks)
rules.set_perm("materials.add", convenes_meeting | speaks_in)


def is_admitted(member: Any, space: Space) -> bool:
    return space.pk in member.once("admitted", lambda: set(Space.objects.of(member).values_list("pk", flat=True)))


def may_read(member: Any, space: Space) -> bool:
    """Who runs the symposium; and who is admitted, as long as it is open to them or they came as speaker or guest."""
    if is_staff(member):
        return True
    return is_admitted(member, space) and (eligibility(member, "symposium").may_read or comes_by_itself(member, space))


def may_write(member: Any, space: Space) -> bool:
    if is_staff(member):
        return True
    return is_admitted(member, space) and (eligibility(member, "symposium").may_write or comes_by_itself(member, space))


def comes_by_itself(member: Any, space: Space) -> bool:
    """Whether what they came by is no organisation's award or membership, so that no lapse ends it."""
    theirs = Registration.objects.confirmed().filter(
        member=member, category__opened_by__in=(Way.SPEAKER, Way.INVITATION)
    )
    return space.pk in member.once("comes by itself", lambda: set(theirs.values_list("of__edition__space", flat=True)))


def may_moderate(member: Any, space: Space) -> bool:
    return is_staff(member)


def why_not(member: Any, space: Space) -> str:
    """Why somebody does not take part; empty where they do."""
    if may_write(member, space):
        return ""
    answer = eligibility(member, "symposium")
    return "Register for the symposium first, on its page." if answer.may_write else answer.why


def why_not_meet(member: Any, series: MeetingSeries) -> str:
    """Why somebody who is admitted may not come to a session of it: it has seats, and they have none."""
    if is_staff(member):
        return ""
    return SEAT_FIRST if member.once(f"lacks a seat in {series.pk}", lambda: _lacks_seat(member, series)) else ""


def _lacks_seat(member: Any, series: MeetingSeries) -> bool:
    """Who speaks or chairs needs none."""
    speaks = Speaker.objects.filter(member=member).values("session")
    seats = WorkshopPlace.objects.confirmed().filter(member=member).values("of")
    workshops = Workshop.objects.filter(session__meeting__series=series)
    return workshops.exclude(session__in=speaks).exclude(pk__in=seats).exists()


@rules.predicate
def proposes(member: Any, proposal: Proposal) -> bool:
    return proposal.submitter_id == member.pk


rules.add_perm("proposal.change", proposes)
