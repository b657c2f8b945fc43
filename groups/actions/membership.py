"""Being in a group: leaving, being removed, being muted, and what one wants to hear of it."""

from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from access import Refusal
from audit.trail import append
from groups import letters
from groups.actions.seats import depart, lock
from groups.models import FACILITATOR
from members.models import Member
from spaces.inbox import access_changed
from spaces.models import Membership


@transaction.atomic
def leave(*, membership: Membership, by: Member) -> None:
    """Leave a group. The seat goes to the head of the waitlist."""
    membership = lock_membership(membership)
    append("group.left", subject=membership, by=by)
    depart(membership)


@transaction.atomic
def remove(*, membership: Membership, by: Member, reason: str) -> None:
    """Remove a participant. They are told the reason; the group sees that they left."""
    membership = lock_membership(membership)
    refuse_facilitators(membership, "removed")
    append("group.removed", subject=membership, by=by, facts={"reason": reason})
    letters.left(membership)
    depart(membership, removed_by=by, reason=reason)


@transaction.atomic
def mute(*, membership: Membership, by: Member, hours: int) -> None:
    """Let a participant read but not write for so many hours."""
    membership = lock_membership(membership)
    refuse_facilitators(membership, "muted")
    membership.muted_until = now() + timedelta(hours=hours)
    membership.save(update_fields=["muted_until"])
    append("group.muted", subject=membership, by=by, facts={"hours": hours})
    access_changed([membership.member], by=by)


@transaction.atomic
def unmute(*, membership: Membership, by: Member) -> None:
    """Let a muted participant write again."""
    membership = lock_membership(membership)
    membership.muted_until = None
    membership.save(update_fields=["muted_until"])
    append("group.unmuted", subject=membership, by=by)
    access_changed([membership.member], by=by)


def lock_membership(membership: Membership) -> Membership:
    """The membership as it is now, behind the lock on its group; a second click is told what happened."""
    lock(membership.space.group)
    membership = Membership.objects.select_related("member", "space__group").get(pk=membership.pk)
    if membership.left_at:
        raise Refusal("This person is no longer in the group. Reload the page to see who is.")
    return membership


def refuse_facilitators(membership: Membership, what: str) -> None:
    if membership.role == FACILITATOR:
        raise Refusal(f"A facilitator cannot be {what}. Ask NCB staff to appoint someone else first.")
