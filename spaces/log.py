"""Recording that something happened: the only way into a space's log."""

from typing import Any

from django.db import models, transaction
from django.utils.timezone import now

from spaces.doorbell import ring
from spaces.kinds import kind_named
from spaces.models import Activity, Membership, Space


def record(space: Space, kind: str, target: models.Model, *, by: Any = None) -> Activity:
    """Number an activity within its space and ring on commit. Last thing in an action, inside its transaction.

    The counter row is locked here, so numbers are given in the order of commits and have no holes.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() belongs inside the action's transaction.")
    # No key: rows that refer to the space, written earlier in two actions, do not make them wait for each other.
    head = Space.objects.select_for_update(no_key=True).only("last_seq", "last_count").get(pk=space.pk)
    head.last_seq += 1
    head.last_count += kind_named(kind).counts
    head.save(update_fields=["last_seq", "last_count"])
    activity = Activity.objects.create(
        space=space,
        seq=head.last_seq,
        count=head.last_count,
        kind=kind,
        actor=by,
        target=target.pk,
        created_at=now(),
    )
    if by is not None and kind_named(kind).counts:
        # What one says oneself is not unread, unless something before it is.
        mine = Membership.objects.filter(space=space, member=by, left_at=None, read_count=head.last_count - 1)
        mine.update(read_seq=head.last_seq, read_count=head.last_count)
    space.last_seq, space.last_count = head.last_seq, head.last_count

    def on_commit() -> None:
        ring(activity.space_id, activity.seq)

    transaction.on_commit(on_commit, robust=True)
    return activity
