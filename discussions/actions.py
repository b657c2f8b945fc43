"""What members do in a thread."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from access import Refusal, insist_on_pace, may, require
from audit.trail import append
from discussions.markup import clean, is_blank, render, without_mentions
from discussions.models import Bookmark, Draft, Mention, Post, PostVersion, Reaction, Sign, Thread
from files.actions import attach, remove_file
from files.models import File
from members.models import Member
from spaces.kinds import space_kind
from spaces.log import record
from spaces.models import Space
from spaces.screening import screen

LONGEST = 10_000  # characters (code points) of a post
LONGEST_DRAFT = 40_000
MOST_FILES = 10
MOST_PINS = 10
PARENT_GONE = "The message that you answer is not here any more. Your text is kept: post it to the room instead."


def write_post(
    *,
    thread: Thread,
    by: Member,
    body: str,
    client_id: UUID,
    reply_to: UUID | None = None,
    files: Iterable[UUID] = (),
    announcement: bool = False,
    answers: Mapping[str, str] | None = None,
) -> Post:
    """Say something. The same client_id again gives the first post. Raises Refusal, or Held with what was found."""
    first = Post.objects.filter(author=by, space=thread.space_id, client_id=client_id)
    if (again := first.first()) and may(by, "space.read", thread.space):
        return again
    _insist_on_writing(by, thread.space)
    insist_on_pace(by)
    files = list(dict.fromkeys(files))
    if len(files) > MOST_FILES:
        raise Refusal(f"A message carries at most {MOST_FILES} files. Send the others with another message.")
    people = mentionable(thread.space)
    body, vouched = _screened(body, by, thread.space, people, answers, optional=bool(files))
    try:
        return _write(thread, by, body, client_id, reply_to, files, announcement, people, vouched)
    except IntegrityError:
        if again := first.first():
            return again
        raise


@transaction.atomic
def _write(thread, by, body, client_id, reply_to, files, announcement, people, vouched) -> Post:
    thread = _locked_thread(thread.pk)
    _insist_on_open(thread)
    if announcement:
        require(by, "post.announce", thread)
    root = _root(thread, reply_to) if reply_to else None
    html, named = render(body, people)
    post = Post(
        thread=thread,
        space=thread.space,
        author=by,
        client_id=client_id,
        reply_to=root,
        announcement=announcement and root is None,
        body=body,
        html=html,
    )
    if root is None:
        Draft.objects.filter(thread=thread, member=by).delete()
    _lock_files(files)
    _write_down(vouched, post, by)
    attached = attach(files=files, space=thread.space, by=by)
    # The post's number is its activity's: so the number is taken first, and the row follows under the same lock.
    post.seq = record(thread.space, "reply.created" if root else "post.created", post, by=by).seq
    post.save(force_insert=True)
    post.files.set(attached)
    _set_mentions(post, named)
    if root:
        record(thread.space, "root.replied", root, by=by)
    return post


def edit_post(*, post: Post, by: Member, body: str, version: str, answers: Mapping[str, str] | None = None) -> Post:
    """Say it differently. `version` is that of the text the author started from. Raises Refusal or Held."""
    _insist_on_writing(by, post.space)
    insist_on_pace(by)
    people = mentionable(post.space)
    body, vouched = _screened(body, by, post.space, people, answers, optional=post.files.exists())
    return _edit(post, by, body, version, people, vouched)


@transaction.atomic
def _edit(post, by, body, version, people, vouched) -> Post:
    post = _standing(post)
    require(by, "post.edit", post)
    _insist_on_open(post.thread)
    if post.body == body:
        return post
    if post.version != version:
        raise Refusal("You changed this message in another window meanwhile. Copy your text, and look at it first.")
    _keep_version(post)
    html, named = render(body, people)
    post.body, post.html, post.edited_at = body, html, now()
    post.save(update_fields=["body", "html", "edited_at"])
    _set_mentions(post, named)
    _write_down(vouched, post, by)
    record(post.space, "post.edited", post, by=by)
    _record_where_else(post, by)
    return post


@transaction.atomic
def remove_post(*, post: Post, by: Member, reason: str = "") -> Post:
    """Take a post away; a tombstone stays. A facilitator who removes somebody else's says why."""
    post = _locked(post)
    if post.removed_at:
        return post
    require(by, "post.remove", post)
    if post.author_id == by.pk:
        reason = ""
    elif is_blank(reason := clean(reason)):
        raise Refusal("Say why you remove it: its author and the group will read the reason.")
    pinned = post.pinned_at is not None
    _keep_version(post)
    post.removed_at, post.removed_by, post.removal_reason = now(), by, reason[:1000]
    post.body = post.html = ""
    post.pinned_at = post.pinned_by = None
    post.save()
    post.mentions.all().delete()
    files = _lock_files(post.files.values_list("pk", flat=True))
    if post.author_id != by.pk:
        append("post.removed", subject=post, by=by, facts={"space": str(post.space_id)})
    for file in files:
        remove_file(file=file, by=by)
    record(post.space, "post.removed", post, by=by)
    _record_where_else(post, by, pinned=pinned)
    if post.reply_to:
        record(post.space, "root.replied", post.reply_to, by=by)
    return post


@transaction.atomic
def react(*, post: Post, by: Member, sign: str) -> None:
    """Set a sign on a post. Again changes nothing."""
    post = _standing(post)
    _may_react(post, by, sign)
    _, new = Reaction.objects.get_or_create(post=post, member=by, sign=sign)
    if new:
        record(post.space, "reaction.changed", post, by=by)


@transaction.atomic
def unreact(*, post: Post, by: Member, sign: str) -> None:
    """Take a sign back."""
    post = _standing(post)
    _may_react(post, by, sign)
    gone, _ = Reaction.objects.filter(post=post, member=by, sign=sign).delete()
    if gone:
        record(post.space, "reaction.changed", post, by=by)


@transaction.atomic
def pin(*, post: Post, by: Member) -> None:
    """Keep a post in sight above the room."""
    post = _standing(post)
    require(by, "post.pin", post)
    if post.pinned_at:
        return
    if post.thread.pins().count() >= MOST_PINS:
        raise Refusal(f"{MOST_PINS} messages are pinned already. Unpin one first.")
    post.pinned_at, post.pinned_by = now(), by
    post.save(update_fields=["pinned_at", "pinned_by"])
    record(post.space, "post.pinned", post, by=by)
    record(post.space, "pins.changed", post.thread, by=by)


@transaction.atomic
def unpin(*, post: Post, by: Member) -> None:
    """Let a pinned post go back to its place."""
    post = _standing(post)
    require(by, "post.pin", post)
    if not post.pinned_at:
        return
    post.pinned_at = post.pinned_by = None
    post.save(update_fields=["pinned_at", "pinned_by"])
    record(post.space, "post.unpinned", post, by=by)
    record(post.space, "pins.changed", post.thread, by=by)


@transaction.atomic
def bookmark(*, post: Post, by: Member) -> None:
    """Mark a post to find it again. Nobody else sees it, so nothing is recorded."""
    post = _standing(post)
    require(by, "post.bookmark", post)
    Bookmark.objects.get_or_create(post=post, member=by)


@transaction.atomic
def unbookmark(*, post: Post, by: Member) -> None:
    Bookmark.objects.filter(post=post, member=by).delete()


@transaction.atomic
def save_draft(*, thread: Thread, by: Member, body: str) -> None:
    """Keep what somebody typed and has not sent; an empty text forgets it. Nobody else sees it."""
    require(by, "thread.read", thread)
    body = clean(body)[:LONGEST_DRAFT]
    if is_blank(body):
        Draft.objects.filter(thread=thread, member=by).delete()
    else:
        Draft.objects.update_or_create(thread=thread, member=by, defaults={"body": body, "saved_at": now()})


@transaction.atomic
def close_thread(*, thread: Thread, by: Member) -> None:
    """Nobody can write, edit or react any more; everybody can read."""
    thread = _locked_thread(thread.pk)
    require(by, "thread.close", thread)
    if thread.closed_at:
        return
    thread.closed_at, thread.closed_by = now(), by
    thread.save(update_fields=["closed_at", "closed_by"])
    record(thread.space, "thread.closed", thread, by=by)


@transaction.atomic
def reopen_thread(*, thread: Thread, by: Member) -> None:
    thread = _locked_thread(thread.pk)
    require(by, "thread.close", thread)
    if not thread.closed_at:
        return
    thread.closed_at = thread.closed_by = None
    thread.save(update_fields=["closed_at", "closed_by"])
    record(thread.space, "thread.reopened", thread, by=by)


def mentionable(space: Space) -> list[tuple[UUID, str]]:
    """(id, name) of everybody who belongs to the space now."""
    members = Member.objects.filter(memberships__space=space, memberships__left_at=None, deactivated_at=None)
    return list(members.order_by("name").values_list("pk", "name"))


def _insist_on_writing(member: Member, space: Space) -> None:
    if not may(member, "space.write", space):
        raise Refusal(space_kind(space.kind).why_not(member, space))


def _screened(body: str, by: Member, space: Space, people, answers, *, optional: bool) -> tuple[str, Counter[str]]:
    body = clean(body)
    if is_blank(body):
        if optional:
            return "", Counter()
        raise Refusal("There is nothing to send yet. Write something, or attach a file.")
    if len(body) > LONGEST:
        raise Refusal(
            f"Your message has {len(body):,} characters; the most is {LONGEST:,}. Shorten it, send it in parts, "
            "or attach it as a text file."
        )
    return screen(body, by=by, space=space, answers=answers, blank_out=partial(without_mentions, people=people))


def _locked_thread(pk: UUID) -> Thread:
    """Locks are taken in one order: thread, post, files, audit, space."""
    return Thread.objects.select_related("space").select_for_update(of=("self",), no_key=True).get(pk=pk)


def _locked(post: Post) -> Post:
    thread = _locked_thread(post.thread_id)
    post = Post.objects.select_related("reply_to").select_for_update(of=("self",), no_key=True).get(pk=post.pk)
    post.thread, post.space = thread, thread.space
    return post


def _standing(post: Post) -> Post:
    post = _locked(post)
    if post.removed_at:
        raise Refusal("This message was removed.")
    return post


def _insist_on_open(thread: Thread) -> None:
    if thread.closed_at:
        raise Refusal("A facilitator has closed this conversation. You can read it, and ask them to open it again.")


def _root(thread: Thread, reply_to: UUID) -> Post:
    """The root of what is answered, locked. A post of another thread is answered like one that does not exist."""
    parent = thread.posts.filter(pk=reply_to).first()
    root = parent and thread.posts.select_for_update(no_key=True).filter(pk=parent.reply_to_id or parent.pk).first()
    if parent is None or parent.removed_at or root is None or root.removed_at:
        raise Refusal(PARENT_GONE)
    return root


def _lock_files(ids: Iterable[UUID]) -> list[File]:
    files = File.objects.select_related("space").select_for_update(of=("self",), no_key=True)
    return list(files.filter(pk__in=list(ids)).order_by("pk"))


def _may_react(post: Post, by: Member, sign: str) -> None:
    _insist_on_writing(by, post.space)
    _insist_on_open(post.thread)
    if sign not in Sign.values:
        raise Refusal("There is no such reaction. Choose one from the list.")
    insist_on_pace(by)


def _keep_version(post: Post) -> None:
    PostVersion.objects.create(post=post, body=post.body, written_at=post.edited_at or post.created_at)


def _set_mentions(post: Post, named: set[UUID]) -> None:
    named = named - {post.author_id}
    post.mentions.exclude(member__in=named).delete()
    Mention.objects.bulk_create([Mention(post=post, member_id=pk) for pk in sorted(named)], ignore_conflicts=True)


def _write_down(vouched: Counter[str], post: Post, by: Member) -> None:
    """That the author said of so many findings that they identify nobody: the classes, never the words."""
    if vouched:
        facts = {"space": str(post.space_id), "classes": dict(sorted(vouched.items()))}
        append("identifier.vouched", subject=post, by=by, facts=facts)


def _record_where_else(post: Post, by: Member, *, pinned: bool = False) -> None:
    """The other places where this post's words are shown."""
    if pinned or post.pinned_at:
        record(post.space, "pins.changed", post.thread, by=by)
    if post.reply_to_id is None:
        record(post.space, "root.changed", post, by=by)
