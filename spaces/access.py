"""Who may read and write in a space. The room that the kind of space belongs to has the last word."""

from typing import Any
from uuid import UUID

import rules
from django.db.models import Q
from django.http import Http404

from access import may
from spaces.kinds import nouns, open_kinds, space_kind
from spaces.models import Space


@rules.predicate
def may_read(member, space) -> bool:
    return space_kind(space.kind).may_read(member, space)


@rules.predicate
def may_write(member, space) -> bool:
    return space_kind(space.kind).may_write(member, space)


@rules.predicate
def may_moderate(member, space) -> bool:
    return space_kind(space.kind).may_moderate(member, space)


rules.add_perm("space.read", may_read)
rules.add_perm("space.write", may_write)
rules.add_perm("space.moderate", may_moderate)


def readable_spaces(member: Any) -> list[Space]:
    """All spaces that the member may read now, but for inboxes: theirs, and those that one need not belong to."""
    theirs = Q(memberships__member=member, memberships__left_at=None) | Q(kind__in=open_kinds())
    spaces = Space.objects.select_related(*nouns()).filter(theirs).exclude(kind=Space.Kind.INBOX).distinct()
    return [space for space in spaces if may(member, "space.read", space)]


def space_or_404(member: Any, pk: UUID) -> Space:
    """One space that the member may read now, with what it is of."""
    space = Space.objects.select_related(*nouns()).filter(pk=pk).first()
    if space is None or not may(member, "space.read", space):
        raise Http404
    return space
