"""Letters about groups. They say that something changed and where to look: no topic, no name, no reason."""

from django.conf import settings
from django.urls import reverse

from groups.models import Group, JoinRequest
from members.models import Member
from spaces.models import Membership
from worker.letters import send


def request_changed(request: JoinRequest) -> None:
    """Accepted, declined, or a seat came free."""
    _write(request.member, request.group, "group_request_changed")


def invited(request: JoinRequest) -> None:
    """Invited back for the next year."""
    _write(request.member, request.group, "group_invited")


def appointed(group: Group, member: Member) -> None:
    """Made a facilitator."""
    _write(member, group, "group_appointed")


def left(membership: Membership) -> None:
    """Removed, or a term ended."""
    _write(membership.member, membership.space.group, "group_left")


def _write(member: Member, group: Group, template: str) -> None:
    send(
        member.email, template, {"member": member, "url": settings.SITE_URL + reverse("groups:about", args=[group.pk])}
    )
