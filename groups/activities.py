"""What happens in a group's space, besides what is said there."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from groups import access
from groups.models import BreakGlass, Group
from groups.rosters import roster
from spaces.kinds import Kind, SpaceKind, register, register_space
from spaces.models import Membership, Space


def load_memberships(ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Current memberships, ready for groups/_person.html."""
    return {one.pk: one for one in roster(Membership.objects.filter(pk__in=list(ids), left_at=None))}


def load_groups(ids: Iterable[UUID]) -> dict[UUID, Any]:
    return Group.objects.select_related("space").in_bulk(list(ids))


def load_glass(ids: Iterable[UUID]) -> dict[UUID, Any]:
    return {one.pk: one for one in BreakGlass.objects.open().filter(pk__in=list(ids)).select_related("asked_by")}


register_space(
    SpaceKind(
        name=Space.Kind.GROUP,
        may_read=access.may_read,
        may_write=access.may_write,
        may_moderate=access.may_moderate,
        why_not=access.why_not,
        title=lambda space: str(space.group),
        noun="group",
        url=lambda space: reverse("groups:room", args=[space.group.pk]),
        threads=lambda space: reverse("groups:threads", args=[space.group.pk]),
    )
)
PERSON: dict[str, Any] = {"element": "person-{id}", "load": load_memberships}
register(Kind(name="member.joined", op="append", into="roster", partial="groups/_person.html", **PERSON))
register(Kind(name="member.changed", op="replace", partial="groups/_person.html", **PERSON))
register(Kind(name="member.left", op="remove", **PERSON))
STATE: dict[str, Any] = {"element": "group-{id}", "load": load_groups, "partial": "groups/_state.html"}
register(Kind(name="group.closed", op="replace", **STATE))
register(Kind(name="group.reopened", op="replace", **STATE))
register(
    Kind(
        name="group.described",
        op="replace",
        element="description-{id}",
        load=load_groups,
        partial="groups/_description.html",
    )
)
GLASS: dict[str, Any] = {"element": "glass-{id}", "load": load_glass}
register(Kind(name="glass.opened", op="append", into="glass", partial="groups/_glass.html", **GLASS))
register(Kind(name="glass.ended", op="remove", **GLASS))
