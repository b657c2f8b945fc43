"""What can happen in a space, for the proof that a socket shows what a reload would: one scenario or more a kind.

A scenario says which kinds it records, makes what it needs (`before`, not watched), then lets it happen (`play`), and
gives the address of the page that is looked at, as `cast.member`.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from discussions import actions
from discussions.models import Post, Thread
from discussions.retention import purge_posts

Cast = SimpleNamespace


@dataclass(frozen=True)
class Scenario:
    name: str
    kinds: tuple[str, ...]
    before: Callable[[Cast], Any]
    play: Callable[[Cast, Any], None]
    page: Callable[[Cast, Any], str]


def thread(cast: Cast) -> Thread:
    return cast.group.space.threads.get()


def say(cast: Cast, who: str = "colleague", body: str = "A thought, @Mara Member", **more) -> Post:
    by = getattr(cast, who)
    return actions.write_post(thread=thread(cast), by=by, body=body, client_id=uuid.uuid4(), **more)


def pinned(cast: Cast) -> Post:
    post = say(cast)
    actions.pin(post=post, by=cast.facilitator)
    return post


def answered(cast: Cast) -> Post:
    root = say(cast)
    say(cast, "facilitator", "A reply", reply_to=root.pk)
    return root


def closed(cast: Cast) -> Thread:
    actions.close_thread(thread=thread(cast), by=cast.facilitator)
    return thread(cast)


def room(cast: Cast, post: Any = None) -> str:
    return f"/groups/{cast.group.pk}/"


def beside(cast: Cast, root: Post) -> str:
    return f"/groups/{cast.group.pk}/?replies={root.pk}"


def edit(cast: Cast, post: Post) -> None:
    actions.edit_post(post=post, by=cast.colleague, body="Said *differently*", version="")


def remove(cast: Cast, post: Post) -> None:
    actions.remove_post(post=post, by=cast.colleague)


def reply(cast: Cast, root: Post) -> None:
    say(cast, "facilitator", "A reply", reply_to=root.pk)


SCENARIOS = [
    Scenario("the first post", ("post.created",), lambda cast: None, lambda cast, _: say(cast), room),
    Scenario("a post", ("post.created",), say, lambda cast, _: say(cast, "facilitator"), room),
    Scenario(
        "an announcement",
        ("post.created",),
        say,
        lambda cast, _: say(cast, "facilitator", "To all", announcement=True),
        room,
    ),
    Scenario("a reply, seen in the room", ("reply.created", "root.replied"), say, reply, room),
    Scenario("a reply, seen in the thread", ("reply.created", "root.replied"), say, reply, beside),
    Scenario("an edit", ("post.edited", "root.changed"), say, edit, room),
    Scenario("an edit of a root", ("post.edited", "root.changed"), answered, edit, beside),
    Scenario("an edit of what is pinned", ("post.edited", "pins.changed", "root.changed"), pinned, edit, room),
    Scenario("a removal", ("post.removed", "root.changed"), say, remove, room),
    Scenario("a removal of a root", ("post.removed", "root.changed"), answered, remove, beside),
    Scenario("a removal of what is pinned", ("post.removed", "pins.changed", "root.changed"), pinned, remove, room),
    Scenario(
        "a removal by a facilitator",
        ("post.removed", "root.changed"),
        say,
        lambda cast, post: actions.remove_post(post=post, by=cast.facilitator, reason="It names a town."),
        room,
    ),
    Scenario(
        "a removal of a reply",
        ("post.removed", "root.replied"),
        answered,
        lambda cast, root: actions.remove_post(post=root.replies.get(), by=cast.facilitator),
        beside,
    ),
    Scenario(
        "a reaction",
        ("reaction.changed", "reaction.changed"),
        say,
        lambda cast, post: [actions.react(post=post, by=by, sign="idea") for by in (cast.member, cast.facilitator)],
        room,
    ),
    Scenario(
        "a reaction taken back",
        ("reaction.changed", "reaction.changed"),
        say,
        lambda cast, post: [verb(post=post, by=cast.member, sign="idea") for verb in (actions.react, actions.unreact)],
        room,
    ),
    Scenario(
        "a pin",
        ("post.pinned", "pins.changed"),
        say,
        lambda cast, post: actions.pin(post=post, by=cast.facilitator),
        room,
    ),
    Scenario(
        "an unpinning",
        ("post.unpinned", "pins.changed"),
        pinned,
        lambda cast, post: actions.unpin(post=post, by=cast.facilitator),
        room,
    ),
    Scenario(
        "a purge",
        ("post.purged",),
        say,
        lambda cast, post: purge_posts(space=post.space, before=post.created_at + timedelta(seconds=1)),
        room,
    ),
    Scenario(
        "a purge of what is pinned",
        ("post.purged", "pins.changed"),
        pinned,
        lambda cast, post: purge_posts(space=post.space, before=post.created_at + timedelta(seconds=1)),
        room,
    ),
    Scenario("a closing", ("thread.closed",), lambda cast: None, lambda cast, _: closed(cast), room),
    Scenario(
        "a reopening",
        ("thread.reopened",),
        closed,
        lambda cast, thread: actions.reopen_thread(thread=thread, by=cast.facilitator),
        room,
    ),
]
