"""Who may do what to a post and to a thread."""

from uuid import UUID

import rules
from django.db.models import QuerySet
from django.http import Http404

from access import may
from discussions.models import FirstPost, Forum, Post, Thread, Unnamed
from members.models import Member
from members.roles import is_staff
from spaces.models import Membership, Space


@rules.predicate
def reads(member, thing) -> bool:
    return may(member, "space.read", thing.space)


@rules.predicate
def writes(member, thing) -> bool:
    return may(member, "space.write", thing.space)


@rules.predicate
def moderates(member, thing) -> bool:
    return may(member, "space.moderate", thing.space)


def wrote(member, post) -> bool:
    """Whether it is the member's own, also where it stands without their name."""
    if post.unnamed:
        return Unnamed.objects.filter(post=post, member=member).exists()
    return post.author_id == member.pk


def waits_first(member, space) -> bool:
    """The rule for first posts: where a forum holds them, what somebody says waits for a moderator until one text of
    theirs was released there or they have a post there from before. What those say who moderate never waits.
    """
    if space.kind != Space.Kind.FORUM or not Forum.objects.filter(space=space, hold_first=True).exists():
        return False
    if FirstPost.objects.filter(space=space, member=member).exclude(released_at=None).exists():
        return False
    posts = Post.objects.filter(space=space, imported_at=None)  # the archive of a list proves no sender
    has_posted = posts.filter(author=member).exists() or posts.filter(asked_by__member=member).exists()
    return not (has_posted or may(member, "space.moderate", space))


is_author = rules.predicate(wrote, name="is_author")


@rules.predicate
def opened(member, thread) -> bool:
    return (
        thread.opening is not None and wrote(member, thread.opening) and not came_with_archive(member, thread.opening)
    )


@rules.predicate
def came_with_archive(member, post) -> bool:
    """It says whose it is because a list's archive does: nobody proved that, so it stays as it came."""
    return post.imported_at is not None


@rules.predicate
def allows_unnamed(member, thread) -> bool:
    forum = Forum.objects.filter(space=thread.space_id).first()
    return forum is not None and forum.unnamed != Forum.Naming.NO


@rules.predicate
def asks_may_be_known(member, post) -> bool:
    """It has no name, and its asker was told that moderators can find out."""
    forum = Forum.objects.filter(space=post.space_id).first()
    told = Unnamed.objects.filter(post=post.pk, knowable=True).exists()
    return told and forum is not None and forum.unnamed == Forum.Naming.MODERATORS


@rules.predicate
def is_announcement(member, thread) -> bool:
    return thread.kind == Thread.Kind.ANNOUNCEMENT


@rules.predicate
def is_titled(member, thread) -> bool:
    return not thread.is_chat


@rules.predicate
def in_forum(member, thread) -> bool:
    return thread.space.kind == Space.Kind.FORUM


@rules.predicate
def is_open(member, thread) -> bool:
    return thread.closed_at is None


@rules.predicate
def stands(member, post) -> bool:
    return post.stands


@rules.predicate
def is_there(member, post) -> bool:
    """It may be hidden by a moderator meanwhile."""
    return post.removed_at is None


rules.add_perm("thread.read", reads)
rules.add_perm("thread.close", moderates & writes)
rules.add_perm("thread.start", is_titled & writes & (~is_announcement | moderates))
rules.add_perm("thread.edit", is_titled & writes & (opened & is_open | moderates))
rules.add_perm("thread.answer", is_titled & writes & (opened | moderates))
rules.add_perm("thread.poll", is_titled & writes & (opened & is_open | moderates))
rules.add_perm("thread.vote", is_titled & writes & is_open)
rules.add_perm("thread.pin", is_titled & moderates & writes)
rules.add_perm("thread.move", is_titled & in_forum & moderates & writes)
rules.add_perm("thread.merge", is_titled & moderates & writes)
rules.add_perm("thread.split", is_titled & moderates & writes)
rules.add_perm("post.write", writes & is_open)
rules.add_perm("post.unnamed", is_titled & writes & is_open & allows_unnamed)
rules.add_perm("post.announce", moderates & writes & is_open)
rules.add_perm("post.read", reads)
rules.add_perm("post.edit", stands & is_author & ~came_with_archive & writes)
# Whoever reads may take back their own words, also when they may no longer write.
rules.add_perm("post.remove", is_there & (is_author & reads | moderates & writes))
rules.add_perm("post.react", stands & writes)
rules.add_perm("post.pin", stands & moderates & writes)
rules.add_perm("post.bookmark", stands & reads)
rules.add_perm("post.flag", stands & reads & ~is_author)
# Nobody decides about their own words.
rules.add_perm("post.decide", is_there & moderates & writes & ~is_author)
rules.add_perm("post.undecide", moderates & writes & ~is_author)
rules.add_perm("post.reveal", moderates & writes & ~is_author & asks_may_be_known)
rules.add_perm("post.history", (is_author & reads) | moderates)


@rules.predicate
def sent(member, first) -> bool:
    return first.member_id == member.pk


rules.add_perm("first.decide", moderates & writes & ~sent)
rules.add_perm("first.take_back", sent)
rules.add_perm("forum.manage", is_staff)


def first_or_404(member: Member, pk: UUID) -> FirstPost:
    """One that waits or was declined, for its author, also where they may not read any more, and for moderators."""
    found = FirstPost.objects.filter(released_at=None).select_related("space", "thread", "member", "declined_by")
    first = found.filter(pk=pk).first()
    if first is None or not (first.member_id == member.pk or may(member, "space.moderate", first.space)):
        raise Http404
    return first


def post_or_404(member: Member, pk: UUID) -> Post:
    """One post, of a space that the member may read. Asks about that space only, unlike visible_to()."""
    return _readable(member, Post.objects.select_related("space", "thread", "author", "reply_to"), pk)


def thread_or_404(member: Member, pk: UUID) -> Thread:
    return _readable(member, Thread.objects.select_related("space"), pk)


def thread_to_write_or_404(member: Member, pk: UUID) -> Thread:
    """A thread that the member reads, or belongs to: whoever lost the right while typing is told so, by a Refusal."""
    thread = Thread.objects.select_related("space").filter(pk=pk).first()
    if thread and Membership.objects.filter(space=thread.space_id, member=member, left_at=None).exists():
        return thread
    return thread_or_404(member, pk)


def _readable(member: Member, queryset: QuerySet, pk: UUID):
    thing = queryset.filter(pk=pk).first()
    if thing is None or not may(member, "space.read", thing.space):
        raise Http404
    return thing
