"""A room's chat as one member's page shows it: a stretch of posts, the pins, the composer, a thread beside it.

The page that includes `discussions/_chat.html` gives it `chat_of(space, member, request.GET)` and says in `head` which
template stands above the conversation. What the address may ask for:
`before=seq` and `after=seq` turn pages, `post=id` opens the page around a post, `unread` the page around the first
post that is new to the member, `replies=id` the thread under a post.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery
from django.utils import timezone

from access import may
from discussions.actions import LONGEST
from discussions.models import Draft, Post, Sign, Thread
from members.models import Member
from spaces.kinds import space_kind
from spaces.models import Membership, Space

PAGE = 50
TOGETHER = timedelta(minutes=5)


@dataclass(frozen=True)
class Row:
    """A post with what stands around it: a new day's heading, the line above what is new, or no head of its own."""

    post: Post
    day: date | None
    is_first_new: bool
    continues: bool


@dataclass
class Stretch:
    """Some posts in a row, and the numbers to go on from; None where there is nothing more."""

    posts: list[Post]
    before: int | None = None
    after: int | None = None


@dataclass
class Panel:
    """The thread under a post."""

    root: Post
    rows: list[Row]
    before: int | None
    client_id: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass
class Chat:
    space: Space
    thread: Thread
    member: Member
    membership: Membership | None
    stretch: Stretch
    panel: Panel | None
    found: uuid.UUID | None
    client_id: uuid.UUID = field(default_factory=uuid.uuid4)
    longest = LONGEST
    signs = Sign

    @property
    def read_seq(self) -> int:
        """Up to where the member has read; a reader who is no member has nothing that is new."""
        return self.membership.read_seq if self.membership else self.space.last_seq

    @property
    def unread(self) -> int:
        return self.space.last_count - self.membership.read_count if self.membership else 0

    @property
    def is_at_end(self) -> bool:
        """Whether what comes next belongs under the last row: only then is the list one that live posts go into."""
        return self.stretch.after is None

    @property
    def unread_is_elsewhere(self) -> bool:
        """Whether something new lies before the first row."""
        first = self.stretch.posts[0].seq if self.stretch.posts else 0
        return bool(self.unread and self.stretch.before and first > self.read_seq)

    @cached_property
    def rows(self) -> list[Row]:
        return list(rows(self.stretch.posts, self.member, self.read_seq))

    @cached_property
    def may_write(self) -> bool:
        return may(self.member, "space.write", self.space)

    @cached_property
    def why_not(self) -> str:
        return "" if self.may_write else space_kind(self.space.kind).why_not(self.member, self.space)

    @cached_property
    def may_moderate(self) -> bool:
        return may(self.member, "space.moderate", self.space)


def chat_of(
    space: Space, member: Member, query: Mapping[str, str] | None = None, membership: Membership | None = None
) -> dict[str, Chat]:
    """The context of `_chat.html`. `space` was read before this: its number is that of the page.

    The caller has asked whether the member may read the space, and gives their membership if they have one.
    """
    query = query or {}
    thread = _thread(space, member)
    thread.space = space
    found = _post(thread, query.get("post"))
    root = _post(thread, query.get("replies")) or (found if found and found.reply_to_id else None)
    return {
        "chat": Chat(
            space=space,
            thread=thread,
            member=member,
            membership=membership,
            stretch=_stretch(thread, query, found, membership),
            panel=panel_of(root.root, member, _number(query, "earlier")) if root else None,
            found=found.pk if found else None,
        )
    }


def foot_of(space: Space, member: Member) -> dict[str, Chat]:
    """The context of `_foot.html` alone."""
    thread = _thread(space, member)
    return {"chat": Chat(space, thread, member, None, Stretch([]), panel=None, found=None)}


def panel_of(root: Post, member: Member, before: int | None = None) -> Panel:
    """The newest replies to a post, or those before a number."""
    root = Post.objects.shown().get(pk=root.pk)
    stretch = _newest(Post.objects.shown().filter(reply_to=root), before)
    return Panel(root, list(rows(stretch.posts, member, stretch.posts[-1].seq if stretch.posts else 0)), stretch.before)


def rows(posts: Iterable[Post], member: Member, read_seq: int) -> Iterable[Row]:
    """Posts under the headings of their days, what one person says within five minutes together."""
    previous: Post | None = None
    new_before = False
    for post in posts:
        day = timezone.localtime(post.created_at).date()
        is_new_day = previous is None or day != timezone.localtime(previous.created_at).date()
        is_new = post.seq > read_seq and post.author_id != member.pk and post.imported_at is None
        is_first_new = is_new and not new_before
        new_before = new_before or is_first_new
        yield Row(
            post=post,
            day=day if is_new_day else None,
            is_first_new=is_first_new,
            continues=previous is not None and not is_new_day and not is_first_new and _goes_on(previous, post),
        )
        previous = post


def _goes_on(previous: Post, post: Post) -> bool:
    """The same person, soon after. static/js/room/rows.js asks the same of what comes in live."""
    return (
        previous.author_id is not None
        and previous.author_id == post.author_id
        and _second(post) - _second(previous) < TOGETHER
        and previous.stands
        and post.stands
        and not (previous.announcement or post.announcement)
    )


def _second(post: Post) -> datetime:
    return post.created_at.replace(microsecond=0)  # a page knows no more of a time


def _thread(space: Space, member: Member) -> Thread:
    """The chat, what the member has typed in it, and its pins, in one query: a row for each pin."""
    draft = Draft.objects.filter(thread=OuterRef("pk"), member=member).values("body")
    pin = FilteredRelation(
        "posts", condition=Q(posts__removed_at=None, posts__held_at=None, posts__pinned_at__isnull=False)
    )
    found = space.threads.filter(kind=Thread.Kind.CHAT).annotate(draft=Subquery(draft), pin=pin)
    found = found.annotate(pin_id=F("pin__pk"), pin_body=F("pin__body"), pin_by=F("pin__author__name"))
    rows: list[Any] = list(found.order_by("-pin__pinned_at"))
    pins = [Post(pk=row.pin_id, body=row.pin_body, author=Member(name=row.pin_by or "")) for row in rows if row.pin_id]
    rows[0].pinned_posts = pins
    return rows[0]


def _post(thread: Thread, pk: str | None) -> Post | None:
    try:
        return thread.posts.select_related("reply_to").filter(pk=uuid.UUID(pk)).first() if pk else None
    except ValueError:
        return None


def _stretch(thread: Thread, query: Mapping[str, str], found: Post | None, membership: Membership | None) -> Stretch:
    roots = thread.posts.shown().roots()
    if found:
        return _around(roots, found.root.seq)
    if "unread" in query and membership:
        return _around(roots, membership.read_seq + 1)
    after = _number(query, "after")
    return _oldest(roots, after) if after is not None else _newest(roots, _number(query, "before"))


def stretch_of(thread: Thread, query: Mapping[str, str], read_seq: int) -> Stretch:
    """A stretch of a thread with a title, around the post that the address asks for; else from its beginning for
    somebody who never read it, or around the first that is new to them.
    """
    roots, found = thread.posts.shown().roots(), _post(thread, query.get("post"))
    before, after = _number(query, "before"), _number(query, "after")
    if found:
        return _around(roots, found.root.seq)
    if before is not None:
        return _newest(roots, before)
    if after is not None:
        return _oldest(roots, after)
    if not read_seq:
        return replace(_oldest(roots, 0), before=None)
    return _around(roots, read_seq + 1)


def _newest(posts, before: int | None) -> Stretch:
    found = list((posts.filter(seq__lt=before) if before else posts).order_by("-seq")[: PAGE + 1])
    kept = found[:PAGE][::-1]
    return Stretch(
        kept,
        before=kept[0].seq if len(found) > PAGE else None,
        after=before and (kept[-1].seq if kept else before - 1),
    )


def _oldest(posts, after: int) -> Stretch:
    found = list(posts.filter(seq__gt=after).order_by("seq")[: PAGE + 1])
    kept = found[:PAGE]
    return Stretch(kept, before=kept[0].seq if kept else after + 1, after=kept[-1].seq if len(found) > PAGE else None)


def _around(posts, seq: int) -> Stretch:
    earlier, later = _newest(posts, seq), _oldest(posts, seq - 1)
    room = max(PAGE // 2, PAGE - len(later.posts))
    kept = earlier.posts[-room:]
    return Stretch(
        kept + later.posts,
        before=kept[0].seq if earlier.before or len(earlier.posts) > room else None,
        after=later.after,
    )


def _number(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
