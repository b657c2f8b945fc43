"""What was said on a mailing list long ago, brought into a forum: with its own dates, and as news to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.timezone import now

from access import require
from audit.trail import append
from discussions.actions.posts import locked_thread
from discussions.actions.threads import LONGEST_TITLE
from discussions.markup import clean, to_html
from discussions.models import Forum, Post, Thread
from members.models import Member
from spaces.log import record, record_each

ANNOUNCED = 30  # threads at the head of a list: one that belongs there shows in open pages at once


@dataclass(frozen=True)
class OldPost:
    """One of them. `author` is None for somebody who is no member here. Held, it gets its number and no more."""

    author: Member | None
    body: str
    at: datetime
    content_note: str = ""
    intensity: int = 0
    is_held: bool = False
    id: UUID = field(default_factory=uuid4)


@transaction.atomic
def import_posts(*, forum: Forum, thread: UUID, title: str, posts: Sequence[OldPost], by: Member) -> list[int]:
    """Put posts into a thread of the forum, in their order; where none has this id, they begin it. Gives their numbers.

    Nobody is told or written to of them, and they make no thread unread. Who has a page of the thread open sees them.
    """
    require(by, "data.import")
    there = _thread(thread)
    space, kind = (there.space, "post.came") if there else (forum.space, "post.imported")
    seqs = [one.seq for one in record_each(space, kind, [post.id for post in posts])]
    shown = [(post, seq) for post, seq in zip(posts, seqs, strict=True) if not post.is_held]
    if shown:
        found = there or _begun(forum, thread, title, shown[0][0].at)
        _put(found, shown)
        _record_line(found, is_new=there is None)
    return seqs


@transaction.atomic
def import_held(
    *, forum: Forum, thread: UUID, title: str, post: OldPost, seq: int, by: Member, facts: dict | None = None
) -> Post:
    """Bring one that was held to its place; the trail keeps the facts. `title` is its thread's, where it opens that."""
    require(by, "data.import")
    there = _thread(thread)
    append("archive.approved", subject=forum, by=by, facts=facts)
    found = there or _begun(forum, thread, title, post.at)
    if found.space_id != forum.space_id:  # moved meanwhile: its number is of another log
        seq = record_each(found.space, "post.came", [post.id])[0].seq
    brought = _put(found, [(post, seq)])[0]
    is_renamed = bool(title) and found.opening_id == brought.pk and found.title != _titled(title)
    if is_renamed:
        found.title = _titled(title)
        found.save(update_fields=["title"])
    if there:
        record(found.space, "post.came", brought)
    _record_line(found, is_new=there is None)
    if is_renamed:
        record(found.space, "thread.headed", found)
    return brought


def _thread(pk: UUID) -> Thread | None:
    """Locked; the one that it was merged into, wherever it was moved to. None where it is not there yet."""
    return locked_thread(pk) if Thread.objects.filter(pk=pk).exists() else None


def _begun(forum: Forum, pk: UUID, title: str, at: datetime) -> Thread:
    known = {"space": forum.space, "kind": Thread.Kind.DISCUSSION, "title": _titled(title)}
    return Thread.objects.create(pk=pk, created_at=at, last_at=at, **known)


def _titled(title: str) -> str:
    title = " ".join(clean(title).split()) or "Without a subject"
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"


def _put(thread: Thread, posts: Sequence[tuple[OldPost, int]]) -> list[Post]:
    moment = now()
    rows = [
        Post(
            pk=post.id,
            thread=thread,
            space=thread.space,
            author=post.author,
            client_id=post.id,
            seq=seq,
            content_note=clean(post.content_note)[:160],
            intensity=post.intensity,
            body=post.body,
            html=to_html(post.body),
            created_at=post.at,
            imported_at=moment,
        )
        for post, seq in posts
    ]
    Post.objects.bulk_create(rows)
    _look_again(thread, rows)
    return rows


def _record_line(thread: Thread, *, is_new: bool) -> None:
    """A list that is open hears of a new thread only where that stands at its head: there may be thousands."""
    newer = thread.space.threads.titled().filter(last_at__gt=thread.last_at).order_by()
    if not is_new:
        record(thread.space, "thread.changed", thread)
    elif newer[:ANNOUNCED].count() < ANNOUNCED:
        record(thread.space, "thread.started", thread)


def _look_again(thread: Thread, brought: Sequence[Post]) -> None:
    """What its line says of its posts. Its number stays: what is old is not unread."""
    first = min(brought, key=lambda one: one.seq)
    opening = thread.opening
    if opening is None or (opening.imported_at and first.seq < opening.seq):
        thread.opening, thread.created_at = first, min(first.created_at, thread.created_at)
    newest = thread.posts.kept().order_by("-created_at", "-seq")[0]
    thread.post_count = thread.posts.kept().count()
    thread.last_post, thread.last_at = newest, newest.created_at
    thread.save(update_fields=["opening", "created_at", "post_count", "last_post", "last_at"])
