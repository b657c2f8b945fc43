"""Periodic work of this room."""

from finding.index import engine
from finding.kinds import findables
from worker.jobs import job


@job(every=24 * 3600)
def let_go_of_old_words() -> int:
    """What is deleted from SQLite's index of words stays in its file until its parts are put together anew."""
    return sum(engine().tidy(findable.index) for findable in findables())
