"""A person's own space: notices, and the word that their rights have changed."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from spaces.log import record
from spaces.models import Membership, Space


@transaction.atomic
def open_inbox(member: Any) -> Space:
    """Give a new member their inbox."""
    inbox = Space.objects.create(kind=Space.Kind.INBOX)
    Membership.objects.create(space=inbox, member=member, role=Membership.Role.OWNER)
    return inbox


def inbox_of(member: Any) -> Space:
    return Space.objects.of(member).get(kind=Space.Kind.INBOX)


@transaction.atomic
def access_changed(members: Iterable[Any], *, by: Any = None) -> None:
    """Have every open page of these members checked anew, within two seconds, on every process.

    Called last by whatever changes a role, an affiliation, a basis, a membership, a signature or a session.
    """
    for member in sorted(members, key=lambda one: one.pk):
        record(inbox_of(member), "access.changed", member, by=by)
