"""Threads by their titles and their polls, posts by what they say, files by their names."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from discussions.models import Intensity, Poll, Post, Thread, Topic
from files.models import File
from finding.index import Index
from finding.kinds import Choices, Filter, Findable, register, register_filter
from members.models import Member
from spaces.kinds import nouns

ANSWERED = [("yes", "Answered"), ("no", "Not answered yet")]


def posts(member: Any, spaces: Collection[UUID]) -> QuerySet:
    return Post.objects.kept().filter(space__in=spaces)


def threads(member: Any, spaces: Collection[UUID]) -> QuerySet:
    return Thread.objects.titled().filter(space__in=spaces)


def polls(member: Any, spaces: Collection[UUID]) -> QuerySet:
    return Poll.objects.filter(thread__in=threads(member, spaces))


def is_quoted(poll: Poll) -> bool:
    """What a folded text asks is not shown before it is opened."""
    return not (poll.thread.opening and poll.thread.opening.is_folded)


def files(member: Any, spaces: Collection[UUID]) -> QuerySet:
    """The newest version of each, but for those that came with a post that is folded or gone."""
    newer = File.objects.brought().filter(replaces=OuterRef("pk"))
    hidden = Post.objects.filter(files=OuterRef("pk"), intensity__gte=Intensity.STRONG)
    found = File.objects.brought().filter(space__in=spaces, state=File.State.CLEAN)
    return found.exclude(Exists(newer)).exclude(Exists(hidden))


def signed_by(field: str) -> Any:
    """Who wrote what has no name is not looked at: it has no author."""
    return lambda things, name: things.filter(**{f"{field}__in": Member.objects.filter(name__icontains=name)})


def between(field: str) -> dict[str, Any]:
    return {
        "since": lambda things, moment: things.filter(**{f"{field}__gte": moment}),
        "until": lambda things, moment: things.filter(**{f"{field}__lt": moment}),
    }


def of_thread(prefix: str = "") -> dict[str, Any]:
    """What narrows threads, and posts and polls by their threads."""
    thread = "thread" if prefix else "pk"

    def answered(things: QuerySet, value: str) -> QuerySet:
        asked = Thread.objects.unanswered() if value == "no" else Thread.objects.exclude(answer=None)
        return things.filter(**{f"{thread}__in": asked})

    return {
        "topic": lambda things, slug: things.filter(**{f"{thread}__in": Thread.objects.filter(topics__slug=slug)}),
        "about": lambda things, kind: things.filter(**{f"{prefix}kind": kind}),
        "answered": answered,
    }


def in_its_space(things: QuerySet, space: Any) -> QuerySet:
    return things.filter(space=space)


def topics(spaces: Collection[UUID]) -> Choices:
    found = Topic.objects.filter(forum__space__in=spaces).order_by("name")
    return list(dict(found.values_list("slug", "name")).items())


register(
    Findable(
        name="threads",
        label="Threads",
        place=10,
        index=Index("discussions_thread", ("title",), alike=True),
        visible=threads,
        partial="discussions/_found_thread.html",
        shown=lambda threads: threads.listed(),
        narrowed={"space": in_its_space, "by": signed_by("opening__author"), **between("created_at"), **of_thread()},
    )
)
register(
    Findable(
        name="polls",
        label="Polls",
        place=15,
        index=Index("discussions_poll", ("question", "offered")),
        visible=polls,
        partial="discussions/_found_poll.html",
        shown=lambda polls: polls.select_related("thread__opening__author").shown(),
        quoted=is_quoted,
        spellable=lambda polls: polls.exclude(thread__opening__intensity__gte=Intensity.STRONG),
        narrowed={
            "space": lambda polls, space: polls.filter(thread__space=space),
            "by": signed_by("thread__opening__author"),
            **between("created_at"),
            **of_thread("thread__"),
        },
    )
)
register(
    Findable(
        name="posts",
        label="Messages",
        place=20,
        index=Index("discussions_post", ("body",)),
        visible=posts,
        partial="discussions/_found_post.html",
        shown=lambda posts: posts.select_related(
            "author", "reply_to", "thread", *(f"space__{noun}" for noun in nouns())
        ),
        quoted=lambda post: not post.is_folded,
        spellable=lambda posts: posts.filter(intensity__lt=Intensity.STRONG),
        narrowed={"space": in_its_space, "by": signed_by("author"), **between("created_at"), **of_thread("thread__")},
    )
)
register(
    Findable(
        name="files",
        label="Files",
        place=30,
        index=Index("files_file", ("name",), prefixed=True, alike=True),
        visible=files,
        partial="files/_found_file.html",
        newest="uploaded_at",
        shown=lambda files: files.select_related("uploaded_by", *(f"space__{noun}" for noun in nouns())),
        narrowed={"space": in_its_space, "by": signed_by("uploaded_by"), **between("uploaded_at")},
    )
)
register_filter(Filter("topic", "Topic", topics))
register_filter(Filter("about", "Kind of thread", lambda spaces: Thread.Kind.choices))
register_filter(Filter("answered", "Questions", lambda spaces: ANSWERED))
