"""Periodic work of this room."""

from datetime import timedelta

from django.utils.timezone import now

from discussions.actions import close_due_polls, enrol_readers, settle_removals
from discussions.models import Draft
from discussions.retention import destroy_declined
from worker.jobs import job

DRAFTS_KEPT = timedelta(days=30)


@job(every=3600)
def forget_old_drafts() -> int:
    """What was typed a month ago and never sent is nobody's record."""
    return Draft.objects.filter(saved_at__lt=now() - DRAFTS_KEPT).delete()[0]


@job(every=3600)
def settle_old_removals() -> int:
    return settle_removals()


@job(every=30)
def close_polls() -> int:
    return close_due_polls()


@job(every=3600)
def destroy_declined_first_posts() -> int:
    return destroy_declined()


@job(every=60)
def enrol_readers_of_forums() -> int:
    return enrol_readers()
