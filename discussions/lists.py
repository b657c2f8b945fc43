"""The threads of a space as one member's page lists them, and one thread as their page shows it.

What the address of a list may ask for: `show` (latest, unread, following, unanswered), `topic` (a slug), `page`.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q

from access import may
from discussions.chat import Row, Stretch, rows, stretch_of
from discussions.models import Draft, FirstPost, Intensity, Reader, Sign, Thread, Topic, to_decide
from discussions.polls import PollPage, poll_page
from members.models import Member
from spaces.kinds import space_kind
from spaces.models import Membership, Space

PAGE = 30
REMEMBERED = 100  # threads whose reading a list keeps up with, the last read ones
VERBS = ("edit", "close", "pin", "answer", "merge", "poll")
SHOWS = {"latest": "Latest", "unread": "Unread", "following": "Following", "unanswered": "Unanswered"}


@dataclass
class Listing:
    """Some threads of a space."""

    space: Space
    member: Member
    show: str
    topic: Topic | None
    page: Page

    @property
    def is_whole(self) -> bool:
        """Whether a new thread belongs at its head: only then is it a list that live threads go into."""
        return self.show == "latest" and self.topic is None and self.page.number == 1

    @cached_property
    def topics(self) -> list[Topic]:
        return list(Topic.objects.filter(forum__space=self.space))

    @cached_property
    def may_start(self) -> bool:
        return may(self.member, "thread.start", Thread(space=self.space, kind=Thread.Kind.DISCUSSION))

    @cached_property
    def why_not(self) -> str:
        return "" if self.may_start else space_kind(self.space.kind).why_not(self.member, self.space)

    @cached_property
    def may_moderate(self) -> bool:
        return may(self.member, "space.moderate", self.space)

    @cached_property
    def waiting(self) -> int:
        """How many posts wait for a decision of theirs."""
        return how_many_wait(self.member, self.space)

    @cached_property
    def readings(self) -> "Readings":
        return readings_of(self.member.pk)

    shows = SHOWS


@dataclass(frozen=True)
class Readings:
    """How far a member has read, for a list that another device of theirs moves on: numbers by space and by thread."""

    pk: UUID
    spaces: dict[str, int]
    threads: dict[str, int]

    @property
    def spaces_json(self) -> str:
        return json.dumps(self.spaces)

    @property
    def threads_json(self) -> str:
        return json.dumps(self.threads)


def threads_of(space: Space, member: Member, query: Mapping[str, str]) -> Listing:
    """The list. The caller has asked whether the member may read the space, and read its number before this."""
    show = query.get("show", "latest")
    show = show if show in SHOWS else "latest"
    topic = Topic.objects.filter(forum__space=space, slug=query.get("topic", "")).first()
    threads = space.threads.titled().as_read_by(member)
    if show == "unread":
        threads = threads.unread()
    elif show == "following":
        threads = threads.followed_by(member)
    elif show == "unanswered":
        threads = threads.unanswered()
    if topic:
        threads = threads.filter(topics=topic)
    page = Paginator(threads.listed(), PAGE).get_page(query.get("page"))
    return Listing(space=space, member=member, show=show, topic=topic, page=page)


def unread_threads(spaces: list[Space], member: Member) -> dict[UUID, int]:
    """How many threads of each space are new to a member, in one query."""
    unread = Thread.objects.titled().filter(space__in=spaces).as_read_by(member).unread()
    counts = dict.fromkeys((space.pk for space in spaces), 0)
    for space in unread.values_list("space", flat=True):
        counts[space] += 1
    return counts


def readings_of(member: UUID) -> Readings:
    """Read anew: it is what an open list is told when another device reads on."""
    spaces = Membership.objects.filter(member=member, left_at=None, threads_read_seq__gt=0)
    readers = Reader.objects.filter(member=member).order_by("-read_at")[:REMEMBERED]
    return Readings(
        pk=member,
        spaces={str(space): seq for space, seq in spaces.values_list("space", "threads_read_seq")},
        threads={str(thread): seq for thread, seq in readers.values_list("thread", "read_seq")},
    )


@dataclass
class ThreadPage:
    """A stretch of a thread's posts, with the composer below."""

    thread: Thread
    space: Space
    member: Member
    stretch: Stretch
    read_seq: int
    draft: str
    poll: PollPage | None
    client_id: UUID = field(default_factory=uuid.uuid4)
    signs = Sign

    @property
    def is_at_end(self) -> bool:
        return self.stretch.after is None

    @cached_property
    def rows(self) -> list[Row]:
        return list(rows(self.stretch.posts, self.member, self.read_seq))

    @cached_property
    def verbs(self) -> dict[str, bool]:
        verbs = {name: may(self.member, f"thread.{name}", self.thread) for name in VERBS}
        for name in ("write", "unnamed", "announce"):
            verbs[name] = may(self.member, f"post.{name}", self.thread)
        return verbs

    @cached_property
    def why_not(self) -> str:
        if self.verbs["write"]:
            return ""
        if self.thread.closed_at and may(self.member, "space.write", self.space):
            return "This thread is closed: you can read it. Start another one if there is more to say."
        return space_kind(self.space.kind).why_not(self.member, self.space)


def thread_page(thread: Thread, member: Member, query: Mapping[str, str]) -> ThreadPage:
    """The thread, from the first new post on or where the address says. Its space was read before this."""
    listed = Thread.objects.listed().traced().polled().as_read_by(member).get(pk=thread.pk)
    listed.space = thread.space
    stretch = stretch_of(listed, query, listed.read_seq)
    draft = Draft.objects.filter(thread=thread, member=member).values_list("body", flat=True).first()
    return ThreadPage(
        thread=listed,
        space=thread.space,
        member=member,
        stretch=stretch,
        read_seq=listed.read_seq,
        poll=poll_page(listed, member),
        draft="\n\n".join(filter(None, [(draft or "").strip(), quoted(thread, query.get("quote", ""))])),
    )


def how_many_wait(member: Member, space: Space) -> int:
    """How much waits for the member's decision as a moderator of the space: reported, hidden meanwhile, or first."""
    firsts = FirstPost.objects.waiting().for_moderators(member, [space])
    return to_decide(member, [space]).count() + firsts.count()


def my_waiting(space: Space, member: Member, thread: Thread | None = None) -> list[FirstPost]:
    """What the member said that waits for a moderator, in a thread or in the whole forum. Nothing waits elsewhere."""
    if space.kind != Space.Kind.FORUM:
        return []
    mine = FirstPost.objects.waiting().filter(space=space, member=member)
    return list(mine.filter(thread=thread) if thread else mine)


def quoted(thread: Thread, pk: str) -> str:
    """A post of the thread as somebody quotes it, with room to answer below; empty where it is folded or gone."""
    try:
        post = thread.posts.kept().filter(pk=UUID(pk), intensity__lt=Intensity.STRONG).first()
    except ValueError:
        return ""
    return "".join(f"> {line}".rstrip() + "\n" for line in post.body.strip().splitlines()) + "\n" if post else ""


def similar(space: Space, title: str, most: int = 5) -> list[Any]:
    """Threads whose titles share the most words with one that somebody is typing."""
    words = {word.casefold() for word in title.split() if len(word) > 3}
    if not words:
        return []
    some = Q()
    for word in list(words)[:8]:
        some |= Q(title__icontains=word)
    found = space.threads.titled().filter(some).order_by("-last_at")[:200]
    shared = [(sum(word in thread.title.casefold() for word in words), thread) for thread in found]
    shared.sort(key=lambda pair: -pair[0])
    return [thread for count, thread in shared[:most] if count * 2 >= len(words)]
