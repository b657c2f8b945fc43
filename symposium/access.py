"""Who may do what with the symposium."""

from typing import Any

import rules

from meetings.access import convenes_meeting
from meetings.models import Meeting
from members.eligibility import eligibility
from members.roles import is_staff, sees_rosters
from spaces.models import Space
from symposium.models import Edition, Proposal, Speaker

rules.add_perm("edition.manage", is_staff)
rules.add_perm("edition.report", sees_rosters)


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
    """Who runs the symposium, and who is admitted."""
    return is_staff(member) or is_admitted(member, space)


def may_moderate(member: Any, space: Space) -> bool:
    return is_staff(member)


def why_not(member: Any, space: Space) -> str:
    """Why somebody does not take part; empty where they do."""
    if may_read(member, space):
        return ""
    answer = eligibility(member, "symposium")
    return "Register for the symposium first, on its page." if answer.may_write else answer.why


@rules.predicate
def proposes(member: Any, proposal: Proposal) -> bool:
    return proposal.submitter_id == member.pk


rules.add_perm("proposal.change", proposes)
