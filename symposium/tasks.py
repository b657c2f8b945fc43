"""What happens by itself."""

from symposium.actions import free_seats
from symposium.calls import forget_drafts
from worker.jobs import job


@job(every=86400)
def let_old_drafts_go() -> int:
    return forget_drafts()


@job(every=60)
def free_seats_at_tables() -> int:
    """Of whoever left the page."""
    return free_seats()
