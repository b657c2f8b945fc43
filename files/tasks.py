"""Files that wait for their check, and uploads that no message ever brought."""

from datetime import timedelta

from django.conf import settings
from django.utils.timezone import now

from files import actions, viruses
from files.models import File
from worker.jobs import job


@job(every=1)
def check_waiting_files() -> int:
    waiting = File.objects.filter(state=File.State.CHECKING, removed_at=None).order_by("uploaded_at")[:20]
    if not settings.CLAMD_ADDRESS:
        return 0
    checked = 0
    for file in waiting:
        try:
            actions.check_file(file)
        except viruses.Unreachable:
            break
        checked += 1
    return checked


@job(every=600)
def sweep_unsent_uploads() -> int:
    """Uploads that no message brought within a day go."""
    stale = File.objects.filter(
        attached_at=None, set_aside_at=None, removed_at=None, uploaded_at__lt=now() - timedelta(days=1)
    )
    files = list(stale[:100])
    for file in files:
        actions.remove_file(file=file, by=file.uploaded_by)
    return len(files)
