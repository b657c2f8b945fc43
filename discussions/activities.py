"""What happens in a thread, and the partial that shows each.

A reply counts as unread like any post: in a group of fourteen nothing that somebody said is beside the point.
What a change shows in two places is recorded twice, once a place.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from discussions import forums
from discussions.lists import readings_of
from discussions.models import Post, Thread
from spaces.kinds import Kind, SpaceKind, register, register_space
from spaces.models import Space


def load_posts(ids: Iterable[UUID]) -> dict[UUID, Post]:
    return Post.objects.shown().in_bulk(list(ids))


def load_lines(ids: Iterable[UUID]) -> Mapping[UUID, Thread]:
    return Thread.objects.titled().listed().in_bulk(list(ids))


def load_traces(ids: Iterable[UUID]) -> Mapping[UUID, Thread]:
    return Thread.objects.traced().in_bulk(list(ids))


def load_polls(ids: Iterable[UUID]) -> Mapping[UUID, Thread]:
    return Thread.objects.polled().in_bulk(list(ids))


def load_readings(ids: Iterable[UUID]) -> Mapping[UUID, Any]:
    return {member: readings_of(member) for member in ids}


def load_threads(ids: Iterable[UUID]) -> Mapping[UUID, Thread]:
    pins = Prefetch("posts", Post.objects.pinned().select_related("author"), to_attr="pinned_posts")
    return Thread.objects.prefetch_related(pins).in_bulk(list(ids))


def post_kind(name: str, op, *, element: str = "post-{id}", partial: str = "_post", into: str = "", counts=False):
    register(Kind(name, op, element, load_posts, f"discussions/{partial}.html", into, counts))


def thread_kind(name: str, element: str, partial: str):
    register(Kind(name, "replace", element, load_threads, f"discussions/{partial}.html"))


post_kind("post.created", "append", into="posts-{thing.thread_id}", counts=True)
post_kind("reply.created", "append", into="replies-{thing.reply_to_id}", counts=True)
post_kind("post.edited", "replace")
post_kind("post.removed", "replace")
post_kind("post.held", "replace")
post_kind("post.released", "replace")
post_kind("post.purged", "remove")
# What comes with a list's archive, by the thousand: its thread is new, so no open page has a place for it.
register(Kind("post.imported", "none", "post-{id}", load_posts))
post_kind("post.came", "append", into="posts-{thing.thread_id}")
post_kind("post.left", "remove")
post_kind("post.pinned", "replace")
post_kind("post.unpinned", "replace")
post_kind("reaction.changed", "replace", element="reactions-{id}", partial="_reactions")
post_kind("root.replied", "replace", element="replies-of-{id}", partial="_reply_count")
post_kind("root.changed", "replace", element="root-{id}", partial="_root")
LINE: dict[str, Any] = {"element": "thread-{id}", "load": load_lines, "partial": "discussions/_line.html"}
register(Kind(name="thread.started", op="append", into="threads-{thing.space_id}", **LINE))
register(Kind(name="thread.changed", op="replace", **LINE))
register(Kind("thread.headed", "replace", "thread-head-{id}", load_lines, "discussions/_thread_head.html"))
register(Kind("thread.answered", "replace", "answer-of-{id}", load_lines, "discussions/_answer.html"))
register(Kind("thread.traced", "replace", "traces-{id}", load_traces, "discussions/_traces.html"))
# Who sees the result fetches it: everybody after poll.changed, after poll.voted whoever sees it already, which in an
# anonymous poll is nobody.
register(Kind("poll.changed", "replace", "poll-{id}", load_polls, "discussions/_poll.html"))
register(Kind("poll.voted", "replace", "poll-{id}", load_polls, "discussions/_poll.html"))
register(Kind("thread.left", "remove", "thread-{id}", load_lines))
register(Kind("threads.read", "replace", "readings-{id}", load_readings, "discussions/_readings.html"))
register_space(
    SpaceKind(
        name=Space.Kind.FORUM,
        may_read=forums.may_read,
        may_write=forums.may_write,
        may_moderate=forums.may_moderate,
        why_not=forums.why_not,
        title=lambda space: space.forum.name,
        url=lambda space: space.forum.get_absolute_url(),
        names_people=False,
        tells_content=True,
        usual_way="daily",
        is_open=True,
        noun="forum",
    )
)
thread_kind("pins.changed", "pins-{id}", "_pins")
thread_kind("thread.closed", "thread-state-{id}", "_thread_state")
thread_kind("thread.reopened", "thread-state-{id}", "_thread_state")
