"""What moderators do with whole threads: move to another forum, merge, split. Each leaves a trace that readers see.

A post keeps its address, and so its bookmarks, mentions, reactions and the Message-ID of its letter, wherever it goes.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from access import Refusal, require
from audit.trail import append
from discussions.actions.posts import locked_thread
from discussions.actions.threads import topics_of
from discussions.models import Draft, FirstPost, Forum, Poll, Post, Reader, Thread, Topic, Trace, Unnamed
from files.actions import with_newer
from files.models import File
from members.models import Member
from spaces.log import record
from spaces.models import Membership, Space

MOST_MOVED = 500  # posts that get a new place in one go


@transaction.atomic
def move_thread(*, thread: Thread, to: Forum, by: Member) -> None:
    """Take a thread to another forum that one moderates. Its posts get numbers of that forum, in their order.

    Nobody is told or written to of them anew: how far each reader has read goes with it.
    """
    thread = _itself(thread)
    old, new = thread.space, to.space
    require(by, "thread.move", thread)
    for verb in ("space.moderate", "space.write"):
        require(by, verb, new)
    if old == new:
        raise Refusal("It is in this forum already.")
    posts = _few(thread.posts.order_by("seq"))
    positions = _positions(thread)
    with_newer(File.objects.filter(posts__in=posts)).update(space=new)
    append("thread.moved", subject=thread, by=by, facts={"from": str(old.pk), "to": str(new.pk), "posts": len(posts)})
    before = [post.seq for post in posts]
    there = Post.objects.filter(space=new, client_id__in=[post.client_id for post in posts])
    taken = set(there.values_list("author", "client_id"))
    for post in posts:
        post.space, post.seq, post.moved_at = new, record(new, "post.came", post, by=by).seq, now()
        if (post.author_id, post.client_id) in taken:
            post.client_id = uuid4()
    Post.objects.bulk_update(posts, ["space", "seq", "moved_at", "client_id"])
    waiting = FirstPost.objects.filter(thread=thread, released_at=None)
    File.objects.filter(pk__in=waiting.values("files")).update(space=new)
    _rehouse(Unnamed.objects.filter(post__in=posts), new)
    _rehouse(waiting, new)
    thread.space, thread.pinned_at, thread.pinned_by = new, None, None
    thread.save(update_fields=["space", "pinned_at", "pinned_by"])
    thread.topics.set(to.topics.filter(slug__in=thread.topics.values("slug")))
    _recount(thread)
    _keep_positions(thread, {pk: bisect_right(before, seq) for pk, seq in positions.items()}, posts)
    Trace.objects.create(thread=thread, kind=Trace.Kind.MOVED, called=old.forum.name, posts=len(posts), by=by)
    record(new, "thread.started", thread, by=by)
    record(old, "thread.left", thread, by=by)


@transaction.atomic
def merge_thread(*, thread: Thread, into: Thread, by: Member) -> None:
    """Put the posts of a thread into another one of its space, each at its time; its own address leads there."""
    thread, into = _both_locked(thread, into)
    require(by, "thread.merge", thread)
    require(by, "thread.merge", into)
    if thread == into or thread.space_id != into.space_id:
        raise Refusal("Choose another thread of the same place to merge it into.")
    polls = Poll.objects.filter(thread__in=[thread, into])
    if len(polls) > 1:
        raise Refusal("Both threads have a poll, and a thread has one. Split off the posts of one, and merge those.")
    posts = _few(thread.posts.order_by("seq"))
    facts = {"space": str(thread.space_id), "into": str(into.pk), "posts": len(posts)}
    append("thread.merged", subject=thread, by=by, facts=facts)
    there = list(into.posts.filter(imported_at=None).order_by("seq").values_list("seq", flat=True))
    ours, theirs = _positions(thread), _positions(into)
    came = [post.seq for post in posts if post.imported_at is None]  # old posts are news to nobody
    read = {pk: min(_end(came, ours.get(pk, 0)), _end(there, theirs.get(pk, 0))) for pk in ours | theirs}
    thread.posts.update(thread=into)
    FirstPost.objects.filter(thread=thread).update(thread=into)
    _follow_on(thread, into, read)
    _join_drafts(thread, into)
    thread.traces.update(thread=into)
    came_along = Poll.objects.filter(thread=thread).update(thread=into)
    answer, thread.answer, thread.opening, thread.last_post = thread.answer, None, None, None
    thread.merged_into, thread.pinned_at, thread.post_count = into, None, 0
    thread.save()
    if answer and not into.answer and into.kind == Thread.Kind.QUESTION:
        into.answer, into.answered_at = answer, now()
    _recount(into)
    Trace.objects.create(thread=into, kind=Trace.Kind.MERGED, called=thread.title, posts=len(posts), by=by)
    for post in posts:
        record(into.space, "post.came", post, by=by)
    for kind in ("thread.traced", "thread.answered", "thread.changed"):
        record(into.space, kind, into, by=by)
    if came_along:
        record(into.space, "poll.changed", into)
    record(into.space, "thread.left", thread, by=by)


@transaction.atomic
def split_thread(
    *, thread: Thread, posts: Iterable[Post], kind: str, title: str, topics: Iterable[Topic] = (), by: Member
) -> Thread:
    """Make some posts of a thread one of their own, with what answers them; the first of them opens it."""
    thread = _itself(thread)
    require(by, "thread.split", thread)
    roots = list(thread.posts.roots().filter(pk__in=[post.pk for post in posts]).exclude(opens=thread).order_by("seq"))
    opening = next((post for post in roots if post.stands), None)
    if opening is None:
        raise Refusal("Choose the posts that belong elsewhere. The first post of the thread stays in it.")
    chosen = [post.pk for post in roots]
    new = Thread(space=thread.space, kind=kind, title=title)
    require(by, "thread.start", new)
    moved = _few(thread.posts.filter(Q(pk__in=chosen) | Q(reply_to__in=chosen)))
    facts = {"space": str(thread.space_id), "posts": len(moved)}
    new.save(force_insert=True)
    append("thread.split", subject=thread, by=by, facts={**facts, "into": str(new.pk)})
    new.topics.set(topics_of(thread.space, topics))
    Post.objects.filter(pk__in=[post.pk for post in moved]).update(thread=new)
    new.opening = opening
    new.save(update_fields=["opening"])
    if thread.answer in moved:
        thread.answer = thread.answered_at = None
    for one in (thread, new):
        _recount(one)
    copied = ("member_id", "read_seq", "read_at", "followed_at", "muted_at")
    Reader.objects.bulk_create(Reader(thread=new, **values) for values in thread.readers.values(*copied))
    Trace.objects.create(thread=thread, kind=Trace.Kind.SPLIT_OFF, other=new, called=new.title, posts=len(moved), by=by)
    Trace.objects.create(
        thread=new, kind=Trace.Kind.SPLIT_FROM, other=thread, called=thread.title, posts=len(moved), by=by
    )
    for post in roots:
        record(thread.space, "post.left", post, by=by)
    for activity in ("thread.traced", "thread.answered", "thread.changed"):
        record(thread.space, activity, thread, by=by)
    record(thread.space, "thread.started", new, by=by)
    return new


def _few(posts) -> list[Post]:
    found = list(posts.select_for_update(no_key=True)[: MOST_MOVED + 1])
    if len(found) > MOST_MOVED:
        raise Refusal(f"That is more than {MOST_MOVED} posts at once. Split off a part first.")
    return found


def _both_locked(thread: Thread, into: Thread) -> tuple[Thread, Thread]:
    """In one order, whichever is merged into which."""
    locked = {one.pk: _itself(one) for one in sorted([thread, into], key=lambda one: one.pk)}
    return locked[thread.pk], locked[into.pk]


def _itself(thread: Thread) -> Thread:
    """Locked. What is done to all of a thread is not done to the one that it was merged into meanwhile."""
    locked = locked_thread(thread.pk)
    if locked != thread:
        raise Refusal("Another moderator has merged this thread meanwhile. Look at where it is now.")
    return locked


def _positions(thread: Thread) -> dict[UUID, int]:
    """How far everybody has read who ever read in it, or marked all of its space read."""
    read = dict(thread.readers.values_list("member", "read_seq"))
    first = thread.posts.order_by("seq").values_list("seq", flat=True).first() or 0
    marked = Membership.objects.filter(space=thread.space, left_at=None, threads_read_seq__gte=max(first, 1))
    for member, seq in marked.values_list("member", "threads_read_seq"):
        read[member] = max(seq, read.get(member, 0))
    return read


def _end(seqs: Sequence[int], read: int) -> int:
    """Up to which number a reader of a thread's posts has nothing unread in it; without an end where that is all."""
    unread = bisect_right(seqs, read)
    return seqs[unread] - 1 if unread < len(seqs) else 2**63 - 1


def _keep_positions(thread: Thread, counts: dict[UUID, int], posts: list[Post]) -> None:
    """Each has read so many of the posts."""
    for member, count in counts.items():
        seq = posts[count - 1].seq if count else 0
        Reader.objects.update_or_create(thread=thread, member_id=member, defaults={"read_seq": seq})


def _follow_on(thread: Thread, into: Thread, read: dict[UUID, int]) -> None:
    """Who followed either hears of both; who muted the one that stays, of neither."""
    followed = dict(thread.readers.exclude(followed_at=None).values_list("member", "followed_at"))
    there = {reader.member_id: reader for reader in into.readers.all()}
    last = into.posts.order_by("-seq").values_list("seq", flat=True)[0]
    for member in read.keys() | followed.keys():
        reader = there.get(member) or Reader(thread=into, member_id=member)
        reader.read_seq = min(read.get(member, 0), last)
        if not reader.muted_at:
            reader.followed_at = reader.followed_at or followed.get(member)
        reader.save()


def _join_drafts(thread: Thread, into: Thread) -> None:
    for draft in thread.drafts.all():
        there = into.drafts.filter(member=draft.member_id).first()
        body = f"{there.body}\n\n{draft.body}" if there else draft.body
        Draft.objects.update_or_create(thread=into, member_id=draft.member_id, defaults={"body": body})
    thread.drafts.all().delete()


def _rehouse(rows: Iterable[Unnamed | FirstPost], space: Space) -> None:
    """A write is known by its author and its client_id in a space: where both are taken there, it gets another."""
    for row in list(rows):
        row.space = space
        if type(row).objects.filter(space=space, member=row.member_id, client_id=row.client_id).exists():
            row.client_id = uuid4()
        row.save(update_fields=["space", "client_id"])


def _recount(thread: Thread) -> None:
    """What its line says of its posts."""
    newest = thread.posts.kept().order_by("-seq").first()
    last = thread.posts.filter(imported_at=None).order_by("-seq").first()
    thread.post_count = thread.posts.kept().count()
    thread.last_post, thread.last_seq = newest, last.seq if last else 0
    thread.last_at = newest.created_at if newest else thread.last_at
    thread.save(update_fields=["post_count", "last_post", "last_seq", "last_at", "answer", "answered_at"])
