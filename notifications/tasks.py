"""Mail, pushes and notices, by the worker."""

from notifications import mailing, notices, outbox, pushes
from worker.jobs import job


@job(every=1)
def deliver_letters() -> int:
    return outbox.deliver()


@job(every=1)
def deliver_pushes() -> int:
    return pushes.deliver()


@job(every=1)
def tell_of_news() -> int:
    return notices.tell() + notices.tell_authors()


@job(every=5)
def settle_notices() -> int:
    return notices.settle()


@job(every=5)
def write_of_posts() -> int:
    return mailing.keep_up() + mailing.write_at_once()


@job(every=30)
def write_digests() -> int:
    return mailing.write_digests()


@job(every=30)
def mail_unread_notices() -> int:
    return notices.mail_unread()


@job(every=3600)
def forget_letters() -> int:
    return outbox.forget()


@job(every=3600)
def forget_browsers() -> int:
    return pushes.forget()
