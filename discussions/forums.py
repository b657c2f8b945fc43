"""Who reads, writes and moderates in a forum: every eligible member; NCB staff, and moderators of their own."""

from django.utils.timezone import now

from members.eligibility import eligibility
from members.models import Member
from members.roles import is_staff
from spaces.models import Membership, Space

SERVICE = "discussions"


def may_read(member: Member, space: Space) -> bool:
    return eligibility(member, SERVICE).may_read


def may_write(member: Member, space: Space) -> bool:
    return not why_not(member, space)


def may_moderate(member: Member, space: Space) -> bool:
    if not may_read(member, space):
        return False
    moderators = space.memberships.filter(role=Membership.Role.FACILITATOR, left_at=None)
    return is_staff(member) or member.once(f"moderates {space.pk}", moderators.filter(member=member).exists)


def why_not(member: Member, space: Space) -> str:
    """Why somebody may not write there now; empty where they may."""
    eligible = eligibility(member, SERVICE)
    if not eligible.may_write:
        return eligible.why or "Discussions are closed to you now."
    if space.forum.closed_at:
        return "This forum is closed: you can read it, but not write."
    muted = space.memberships.filter(member=member, left_at=None, muted_until__gt=now())
    if member.once(f"muted {space.pk}", muted.exists):
        return "A moderator has muted you here for a while. You can read. Write to NCB about it."
    return ""
