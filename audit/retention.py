"""Letting go of entries that were kept long enough. The rest is still proved, from a record of what was destroyed.

That record is an entry of the chain itself: through which number, how many, and the hash at which the rest goes on.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from audit.models import Entry
from audit.trail import PURGED, append, checkpoint, faults_between, locked_head

BATCH = 1000  # entries a transaction, during which nobody else can append


class NotWhole(Exception):
    """What should be destroyed is not what was written. It stays, for somebody to look at."""


def purge() -> int:
    """Destroy the entries that are older than AUDIT_KEEP_DAYS. How many."""
    purged = 0
    while count := _purge_some():
        purged += count
    return purged


@transaction.atomic
def _purge_some() -> int:
    head = locked_head()
    first, previous = checkpoint(head)
    newer = Entry.objects.filter(at__gte=now() - timedelta(days=settings.AUDIT_KEEP_DAYS), number__gte=first)
    kept = newer.order_by("number").values_list("number", flat=True).first() or head.number + 1
    last = min(kept - 1, first + BATCH - 1)
    if last < first:
        return 0
    if next(faults_between(first, previous, last), None):
        raise NotWhole
    end = Entry.objects.get(number=last)
    append(
        PURGED,
        subject=None,
        facts={
            "from": first,
            "through": last,
            "entries": last - first + 1,
            "until": end.at.isoformat(),
            "hash": end.hash,
        },
    )
    return Entry.objects.filter(number__gte=first, number__lte=last).delete()[0]
