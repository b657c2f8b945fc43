"""Mail that came in, by the worker."""

from mailroom import sorting
from notifications import addresses
from worker.jobs import job


@job(every=1)
def sort_mail() -> int:
    return sorting.sort()


@job(every=3600)
def forget_mail() -> int:
    return sorting.forget() + addresses.forget()
