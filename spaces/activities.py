"""The inbox: a space of one person."""

from django.contrib.auth import get_user_model
from django.urls import reverse

from spaces.kinds import Kind, SpaceKind, register, register_space
from spaces.models import Membership, Space

register_space(
    SpaceKind(
        name=Space.Kind.INBOX,
        may_read=lambda member, space: Membership.objects.filter(
            space=space, member=member, left_at=None, role=Membership.Role.OWNER
        ).exists(),
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
