"""What members do with posts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from access import Refusal, insist_on_pace, may, require
from audit.trail import append
from discussions.access import waits_first, wrote
from discussions.actions.holding import held_before, hold
from discussions.markup import clean, is_blank, render, without_mentions
from discussions.models import (
    Bookmark,
    Draft,
    FirstPost,
    Forum,
    Mention,
    Post,
    PostVersion,
    Reaction,
    Reader,
    Sign,
    Thread,
    Unnamed,
)
from discussions.people import People, mentionable
from files.actions import attach, remove_file
from files.models import File
from identifiers import find
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
    unnamed: bool = False,
    intensity: int = 0,
    content_note: str = "",
    answers: Mapping[str, str] | None = None,
) -> Post | FirstPost:
    """Say something. The same client_id again gives the first post. Raises Refusal, or Held with what was found.

    Where a forum asks a moderator about first posts, it waits: a FirstPost.
    """
    if (again := written_before(by, thread.space, client_id)) and may(by, "space.read", thread.space):
        return again
    insist_on_writing(by, thread.space)
    insist_on_pace(by)
    wording = Wording(announcement=announcement, unnamed=unnamed, intensity=intensity, content_note=content_note)
    files = few_files(files)
    people = mentionable(thread.space)
    body, vouched = screened(body, by, thread.space, people, answers, optional=bool(files))
    try:
        with transaction.atomic():
            thread = locked_thread(thread.pk)
            root = parent_of(thread, reply_to) if reply_to else None
            if root is None:
                Draft.objects.filter(thread=thread, member=by).delete()
            if waits_first(by, thread.space):
                insist_on_wording(thread, by, wording, files)
                return hold(
                    space=thread.space, by=by, client_id=client_id, body=body, files=files, answers=answers,
                    wording=wording, thread=thread, reply_to=root,
                )  # fmt: skip
            return add_post(thread, by, body, client_id, files, people, vouched, wording, root)
    except IntegrityError:
        if again := written_before(by, thread.space, client_id):
            return again
        raise


@dataclass(frozen=True)
class Wording:
    """How a post stands there, besides its words and files."""

    announcement: bool = False
    unnamed: bool = False
    intensity: int = 0
    content_note: str = ""


def written_before(by: Member, space: Space, client_id: UUID) -> Post | FirstPost | None:
    """What this write has made already: a post, with its author's name or without, or one that waits."""
    return posted_before(by, space, client_id) or held_before(by, space, client_id)


def posted_before(by: Member, space: Space, client_id: UUID) -> Post | None:
    """Asked of two indexes, one after the other: with an "or" the database looks at every post of the space."""
    posts = Post.objects.filter(space=space).order_by()
    unnamed = posts.filter(asked_by__member=by, asked_by__client_id=client_id)
    return posts.filter(author=by, client_id=client_id).union(unnamed).first()


def add_post(
    thread: Thread,
    by: Member,
    body: str,
    client_id: UUID,
    files: list[UUID],
    people: People,
    vouched: Counter[str],
    wording: Wording,
    root: Post | None = None,
) -> Post:
    """Put a text that was looked through into a thread that is locked, or is new: inside the caller's transaction."""
    insist_on_wording(thread, by, wording, files)
    html, named = render(body, people)
    signed = None if wording.unnamed else by
    post = Post(
        thread=thread,
        space=thread.space,
        author=signed,
        client_id=client_id if signed else uuid4(),
        reply_to=root,
        announcement=wording.announcement and root is None,
        unnamed=wording.unnamed,
        intensity=wording.intensity,
        content_note=clean(wording.content_note)[:160],
        body=body,
        html=html,
    )
    _lock_files(files)
    write_down(vouched, post, signed)
    attached = attach(files=files, space=thread.space, by=by)
    # The post's number is its activity's: so the number is taken first, and the row follows under the same lock.
    post.seq = record(thread.space, "reply.created" if root else "post.created", post, by=signed).seq
    post.save(force_insert=True)
    post.files.set(attached)
    if wording.unnamed:
        knowable = thread.space.forum.unnamed == Forum.Naming.MODERATORS
        Unnamed.objects.create(post=post, space=thread.space, member=by, client_id=client_id, knowable=knowable)
    set_mentions(post, named)
    if root:
        record(thread.space, "root.replied", root, by=signed)
    if not thread.is_chat:
        _count_in(thread, post, by)
    return post


def _count_in(thread: Thread, post: Post, by: Member) -> None:
    """The thread's newest post, and its author, who has read it and hears of what comes after."""
    thread.post_count += 1
    thread.last_seq, thread.last_at, thread.last_post = post.seq, post.created_at, post
    thread.save(update_fields=["post_count", "last_seq", "last_at", "last_post"])
    reader, _ = Reader.objects.get_or_create(thread=thread, member=by, defaults={"followed_at": now()})
    if reader.read_seq < post.seq:
        Reader.objects.filter(pk=reader.pk).update(read_seq=post.seq)
    record(thread.space, "thread.changed", thread)


def count_again(post: Post) -> None:
    """A post that is gone is not counted, and is not what the list shows last; gone, an answer answers nothing."""
    thread = post.thread
    newest = thread.posts.kept().order_by("-seq").first()
    thread.post_count = thread.posts.kept().count()
    thread.last_post, was_answer = newest, thread.answer_id == post.pk and not post.stands
    if was_answer:
        thread.answer = thread.answered_at = None
    thread.save(update_fields=["post_count", "last_post", "answer", "answered_at"])
    record(thread.space, "thread.changed", thread)
    if was_answer:
        record(thread.space, "thread.answered", thread)


def edit_post(*, post: Post, by: Member, body: str, version: str, answers: Mapping[str, str] | None = None) -> Post:
    """Say it differently. `version` is that of the text the author started from. Raises Refusal or Held."""
    insist_on_writing(by, post.space)
    insist_on_pace(by)
    people = mentionable(post.space)
    body, vouched = screened(body, by, post.space, people, answers, optional=post.files.exists())
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
    set_mentions(post, named)
    write_down(vouched, post, signing(post, by))
    record(post.space, "post.edited", post, by=signing(post, by))
    record_where_else(post, signing(post, by))
    return post


@transaction.atomic
def remove_post(*, post: Post, by: Member, reason: str = "") -> Post:
    """Take a post away; a tombstone stays. A facilitator who removes somebody else's says why."""
    post = locked(post)
    if post.removed_at:
        return post
    require(by, "post.remove", post)
    own = wrote(by, post)
    if own:
        reason = ""
    elif is_blank(reason := clean(reason)):
        raise Refusal("Say why you remove it: its author and the group will read the reason.")
    files = _lock_files(post.files.values_list("pk", flat=True))
    if not own:
        append("post.removed", subject=post, by=by, facts={"space": str(post.space_id)})
    for file in files:
        remove_file(file=file, by=by)
    take_away(post, signing(post, by), reason[:1000])
    return post


def take_away(post: Post, by_name: Member | None, reason: str) -> None:
    """Leave a tombstone of a post that is locked: inside the caller's transaction."""
    pinned = post.pinned_at is not None
    _keep_version(post)
    post.removed_at, post.removed_by, post.removal_reason = now(), by_name, reason
    post.body = post.html = ""
    post.pinned_at = post.pinned_by = post.held_at = None
    post.save()
    post.mentions.all().delete()
    record(post.space, "post.removed", post, by=by_name)
    record_where_else(post, by_name, pinned=pinned)
    if post.reply_to:
        record(post.space, "root.replied", post.reply_to, by=by_name)
    if not post.thread.is_chat:
        count_again(post)


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


def few_files(files: Iterable[UUID]) -> list[UUID]:
    files = list(dict.fromkeys(files))
    if len(files) > MOST_FILES:
        raise Refusal(f"A message carries at most {MOST_FILES} files. Send the others with another message.")
    return files


def insist_on_writing(member: Member, space: Space) -> None:
    if not may(member, "space.write", space):
        raise Refusal(space_kind(space.kind).why_not(member, space))


def screened(body: str, by: Member, space: Space, people, answers, *, optional: bool) -> tuple[str, Counter[str]]:
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


def locked_thread(pk: UUID) -> Thread:
    """The thread, or the one it was merged into. Locks are taken in one order: thread, post, files, audit, space."""
    thread = Thread.objects.select_related("space").select_for_update(of=("self",), no_key=True).get(pk=pk)
    return locked_thread(thread.merged_into_id) if thread.merged_into_id else thread


def locked(post: Post) -> Post:
    thread = locked_thread(post.thread_id)
    post = Post.objects.select_related("reply_to").select_for_update(of=("self",), no_key=True).get(pk=post.pk)
    if post.thread_id != thread.pk:
        raise Refusal("A moderator has just moved this message. Load the page, and try it again.")
    post.thread, post.space = thread, thread.space
    return post


def _standing(post: Post) -> Post:
    post = locked(post)
    if post.removed_at:
        raise Refusal("This message was removed.")
    if post.held_at:
        raise Refusal("A moderator is looking at this message. Wait until it is shown again.")
    return post


def insist_on_wording(thread: Thread, by: Member, wording: Wording, files: list[UUID]) -> None:
    """That they may say it there in this way."""
    _insist_on_open(thread)
    if find(wording.content_note):
        raise Refusal(
            "What readers should know before may identify a client: say in a few words what kind of thing it is, "
            "without names, places, dates or numbers."
        )
    if wording.announcement:
        require(by, "post.announce", thread)
    if wording.unnamed:
        _insist_on_unnamed(thread, by, files)


def _insist_on_open(thread: Thread) -> None:
    if thread.closed_at:
        raise Refusal("This conversation is closed. You can read it, and ask whoever moderates here to open it again.")


def parent_of(thread: Thread, reply_to: UUID) -> Post:
    """The root of what is answered, locked. A post of another thread is answered like one that does not exist."""
    parent = thread.posts.filter(pk=reply_to).first()
    root = parent and thread.posts.select_for_update(no_key=True).filter(pk=parent.reply_to_id or parent.pk).first()
    if not (parent and parent.stands and root and root.stands):
        raise Refusal(PARENT_GONE)
    return root


def _lock_files(ids: Iterable[UUID]) -> list[File]:
    files = File.objects.select_related("space").select_for_update(of=("self",), no_key=True)
    return list(files.filter(pk__in=list(ids)).order_by("pk"))


def _insist_on_unnamed(thread: Thread, by: Member, files: list[UUID]) -> None:
    if not may(by, "post.unnamed", thread):
        raise Refusal("Everybody signs with their name here. Take the tick away, and post it again.")
    if files:
        raise Refusal("A file shows who sent it. Take it away, or sign with your name.")


def _may_react(post: Post, by: Member, sign: str) -> None:
    insist_on_writing(by, post.space)
    _insist_on_open(post.thread)
    if sign not in Sign.values:
        raise Refusal("There is no such reaction. Choose one from the list.")
    insist_on_pace(by)


def _keep_version(post: Post) -> None:
    PostVersion.objects.create(post=post, body=post.body, written_at=post.edited_at or post.created_at)


def set_mentions(post: Post, named: set[UUID]) -> None:
    named = named - {post.author_id}
    post.mentions.exclude(member__in=named).delete()
    Mention.objects.bulk_create([Mention(post=post, member_id=pk) for pk in sorted(named)], ignore_conflicts=True)


def write_down(vouched: Counter[str], thing: Post | Thread, by: Member | None) -> None:
    """That the author said of so many findings that they identify nobody: the classes, never the words."""
    if vouched:
        facts = {"space": str(thing.space_id), "classes": dict(sorted(vouched.items()))}
        append("identifier.vouched", subject=thing, by=by, facts=facts)


def signing(post: Post, by: Member) -> Member | None:
    """Whom the log may name for what somebody did with a post: nobody, where they stand there without a name."""
    return None if post.unnamed and wrote(by, post) else by


def record_where_else(post: Post, by: Member | None, *, pinned: bool = False) -> None:
    """The other places where this post's words are shown."""
    if pinned or post.pinned_at:
        record(post.space, "pins.changed", post.thread, by=by)
    if post.reply_to_id is None:
        record(post.space, "root.changed", post, by=by)
