"""What happens in a thread, and the partial that shows each.

A reply counts as unread like any post: in a group of fourteen nothing that somebody said is beside the point.
What a change shows in two places is recorded twice, once a place.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Prefetch

from discussions.models import Post, Thread
from spaces.kinds import Kind, register


def load_posts(ids: Iterable[UUID]) -> dict[UUID, Post]:
    return Post.objects.shown().in_bulk(list(ids))


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
post_kind("post.purged", "remove")
post_kind("post.pinned", "replace")
post_kind("post.unpinned", "replace")
post_kind("reaction.changed", "replace", element="reactions-{id}", partial="_reactions")
post_kind("root.replied", "replace", element="replies-of-{id}", partial="_reply_count")
post_kind("root.changed", "replace", element="root-{id}", partial="_root")
thread_kind("pins.changed", "pins-{id}", "_pins")
thread_kind("thread.closed", "thread-state-{id}", "_thread_state")
thread_kind("thread.reopened", "thread-state-{id}", "_thread_state")
