"""Periodic work of this room."""

from datetime import timedelta

from django.utils.timezone import now

from spaces.models import Activity, Space
from worker.jobs import job

INBOX_KEPT = timedelta(days=30)  # far longer than a session, and so than any page that is still open
BATCH = 5000


@job(every=86400)
def forget_old_signals() -> int:
    """What an inbox told open pages a month ago ("read up to here", "rights changed") is news for nobody.

    It is only ever applied as of now, so a reader from before loads the page anew (a reset: purged).
    """
    old = Activity.objects.filter(space__kind=Space.Kind.INBOX, created_at__lt=now() - INBOX_KEPT)
    forgotten = 0
    while some := list(old.values_list("pk", flat=True)[:BATCH]):
        forgotten += Activity.objects.filter(pk__in=some).delete()[0]
    return forgotten
