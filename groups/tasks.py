"""What happens by itself: a break-glass whose time is over is ended, and its members see that."""

from groups import actions
from worker.jobs import job


@job(every=5)
def end_glass() -> int:
    return actions.end_expired()
