"""What happens by itself."""

from symposium.calls import forget_drafts
from worker.jobs import job


@job(every=86400)
def let_old_drafts_go() -> int:
    return forget_drafts()
