"""What happens by itself."""

from symposium import actions
from symposium.calls import forget_drafts
from worker.jobs import job


@job(every=86400)
def let_old_drafts_go() -> int:
    return forget_drafts()


@job(every=5)
def tell_of_releases() -> int:
    """To whom a version of the programme matters is written, in batches."""
    told = 0
    while some := actions.tell_of_a_release():
        told += some
    return told


@job(every=60)
def free_seats_at_tables() -> int:
    """Of whoever left the page."""
    return actions.free_seats()
