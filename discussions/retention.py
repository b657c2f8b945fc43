"""Letting go of what a space has kept long enough. What is destroyed is counted; nothing of it can be read again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from audit.trail import append, hash_of
from discussions.models import FirstPost, Poll, Post, Thread
from files.actions import forget_content
from files.models import File
from spaces.log import record
from spaces.models import Space

BATCH = 200  # conversations a transaction
DECLINED_KEPT = timedelta(days=30)  # for its author to read, and for moderators to think again


def purge_posts(*, space: Space, before: datetime) -> int:
    """Destroy every conversation of a space whose last word is older than `before`, with its files, and every poll
    that was put and every first post that was sent before then. How many posts.
    """
    for first in FirstPost.objects.filter(space=space, released_at=None, sent_at__lt=before):
        _destroy(first)
    purged = 0
    _purge_polls(space, before)
    while count := _purge_some(space, before):
        purged += count
    return purged


@transaction.atomic
def _purge_polls(space: Space, before: datetime) -> None:
    old = Poll.objects.filter(thread__space=space, created_at__lt=before)
    threads = list(Thread.objects.filter(poll__in=old).select_for_update(of=("self",), no_key=True).order_by("pk"))
    if not threads:
        return
    polls = Poll.objects.filter(thread__in=threads, thread__space=space)
    which = hash_of(polls.values_list("pk", flat=True))
    facts = {"before": before.isoformat(), "polls": len(threads), "sha256": which}
    append("polls.purged", subject=space, facts=facts)
    polls.delete()
    for thread in threads:
        record(space, "poll.changed", thread)


@transaction.atomic
def _purge_some(space: Space, before: datetime) -> int:
    """A root goes with its replies, when the last of them is old enough. Leaves a destruction record in the trail."""
    newer = Post.objects.filter(reply_to=OuterRef("pk"), created_at__gte=before)
    old = space.posts.filter(reply_to=None, created_at__lt=before).exclude(Exists(newer))
    roots = list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH])
    if not roots:
        return 0
    posts = list(Post.objects.filter(pk__in=roots) | Post.objects.filter(reply_to__in=roots))
    files = list(File.objects.filter(posts__in=posts).distinct())
    for file in files:
        forget_content(file)
    append(
        "posts.purged",
        subject=space,
        facts={
            "before": before.isoformat(),
            "posts": len(posts),
            "files": len(files),
            "sha256": hash_of(post.pk for post in posts),
        },
    )
    for post in sorted(posts, key=lambda one: one.seq):
        record(space, "post.purged", post)
    for thread in Thread.objects.filter(posts__in=[post for post in posts if post.pinned_at]).distinct():
        record(space, "pins.changed", thread)
    File.objects.filter(pk__in=[file.pk for file in files]).delete()
    Post.objects.filter(pk__in=[post.pk for post in posts]).delete()
    return len(posts)


def destroy_declined() -> int:
    """Destroy the first posts that were declined a month ago. How many."""
    return sum(_destroy(first) for first in FirstPost.objects.filter(declined_at__lt=now() - DECLINED_KEPT)[:BATCH])


@transaction.atomic
def _destroy(first: FirstPost) -> int:
    """A first post that was not released, with its files; not where somebody has just decided otherwise."""
    same = FirstPost.objects.filter(pk=first.pk, released_at=None, declined_at=first.declined_at)
    if not same.select_for_update(no_key=True).exists():
        return 0
    files = list(first.files.all())
    for file in files:
        forget_content(file)
    append("first_post.destroyed", subject=first, facts={"space": str(first.space_id), "files": len(files)})
    File.objects.filter(pk__in=[file.pk for file in files]).delete()
    same.delete()
    return 1
