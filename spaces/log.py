"""Recording that something happened: the only way into a space's log."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.timezone import now

from spaces.doorbell import ring
from spaces.kinds import kind_named
from spaces.models import Activity, Membership, Space


def record(space: Space, kind: str, target: models.Model, *, by: Any = None) -> Activity:
    """Number an activity within its space and ring on commit. Last thing in an action, inside its transaction.

    The counter row is locked here, so numbers are given in the order of commits and have no holes.
    """
    (activity,) = record_each(space, kind, [target.pk], by=by)
    if by is not None and kind_named(kind).counts:
        # What one says oneself is not unread, unless something before it is.
        mine = Membership.objects.filter(space=space, member=by, left_at=None, read_count=activity.count - 1)
        mine.update(read_seq=activity.seq, read_count=activity.count)
    return activity


def record_each(space: Space, kind: str, targets: Sequence[UUID], *, by: Any = None) -> list[Activity]:
    """The same that happened to many things, under one lock and with one ring: for what comes by the hundred."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() belongs inside the action's transaction.")
    # No key: rows that refer to the space, written earlier in two actions, do not make them wait for each other.
    head = Space.objects.select_for_update(no_key=True).only("last_seq", "last_count").get(pk=space.pk)
    counts = kind_named(kind).counts
    activities = [
        Activity(
            space=space,
            seq=head.last_seq + number,
            count=head.last_count + counts * number,
            kind=kind,
            actor=by,
            target=target,
            created_at=now(),
        )
        for number, target in enumerate(targets, 1)
    ]
    head.last_seq += len(activities)
    head.last_count += counts * len(activities)
    head.save(update_fields=["last_seq", "last_count"])
    Activity.objects.bulk_create(activities)
    space.last_seq, space.last_count = head.last_seq, head.last_count

    def on_commit() -> None:
        ring(space.pk, head.last_seq)

    transaction.on_commit(on_commit, robust=True)
    return activities
