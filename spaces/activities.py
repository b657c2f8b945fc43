"""The inbox: a space of one person."""

from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse

from spaces.kinds import Kind, SpaceKind, register, register_space
from spaces.models import Membership, Space


def owns(member: Any, space: Space) -> bool:
    own = Membership.objects.filter(member=member, left_at=None, role=Membership.Role.OWNER)
    return space.pk in member.once("owned", lambda: set(own.values_list("space", flat=True)))


register_space(
    SpaceKind(
        name=Space.Kind.INBOX,
        may_read=owns,
        may_write=lambda member, space: False,
        title=lambda space: "Inbox",
        url=lambda space: reverse("home"),
    )
)
register(
    Kind(
        name="access.changed",
        op="none",
        element="",
        load=lambda ids: get_user_model().objects.in_bulk(list(ids)),
    )
)
register(
    Kind(
        name="read.moved",
        op="replace",
        element="unread-{id}",
        load=lambda ids: Membership.objects.with_unread().in_bulk(list(ids)),
        partial="spaces/_unread.html",
    )
)
