"""What members do with threads."""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from access import Refusal, insist_on_pace, may, require
from audit.trail import append
from discussions.access import waits_first, wrote
from discussions.actions.holding import hold
from discussions.actions.posts import (
    LONGEST_DRAFT,
    Wording,
    add_post,
    few_files,
    insist_on_wording,
    insist_on_writing,
    locked_thread,
    screened,
    written_before,
)
from discussions.forums import SERVICE
from discussions.markup import clean, is_blank
from discussions.models import Draft, FirstPost, Post, Reader, Thread, Topic
from discussions.people import People, mentionable
from members.eligibility import eligibilities
from members.models import Member
from spaces.inbox import inbox_of
from spaces.log import record
from spaces.models import Membership, Space

LONGEST_TITLE = 160
MOST_TOPICS = 5
MOST_PINNED = 5


def start_thread(
    *,
    space: Space,
    by: Member,
    kind: str,
    title: str,
    body: str,
    client_id: UUID,
    topics: Iterable[Topic] = (),
    unnamed: bool = False,
    intensity: int = 0,
    content_note: str = "",
    files: Iterable[UUID] = (),
    answers: Mapping[str, str] | None = None,
) -> Thread | FirstPost:
    """Open a thread with its first post. The same client_id again gives the first one. Raises Refusal or Held.

    The identifier check sees the title as the first line of the text. Where a forum asks a moderator about first
    posts, it waits: a FirstPost.
    """
    if (again := written_before(by, space, client_id)) and may(by, "space.read", space):
        return _started(again)
    insist_on_writing(by, space)
    insist_on_pace(by)
    title = " ".join(clean(title).split())
    if is_blank(title):
        raise Refusal("Give it a title: one line that says what it is about.")
    files, people = few_files(files), mentionable(space)
    if is_blank(clean(body)) and not files:
        raise Refusal("There is only a title yet. Say in a few words what it is about.")
    text, vouched = screened(f"{title}\n\n{body}", by, space, people, answers, optional=False)
    title, _, body = text.partition("\n\n")
    if len(title) > LONGEST_TITLE:
        raise Refusal(f"The title has {len(title)} characters; the most is {LONGEST_TITLE}. Say the rest below it.")
    wording = Wording(unnamed=unnamed, intensity=intensity, content_note=content_note)
    try:
        with transaction.atomic():
            body, topics = body.strip(), topics_of(space, topics)
            Draft.objects.filter(space=space, member=by).delete()
            if waits_first(by, space):
                thread = Thread(space=space, kind=kind, title=title)
                require(by, "thread.start", thread)
                insist_on_wording(thread, by, wording, files)
                return hold(
                    space=space, by=by, client_id=client_id, body=body, files=files, answers=answers,
                    wording=wording, kind=kind, title=title, topics=topics,
                )  # fmt: skip
            return open_thread(space, by, kind, title, topics, body, client_id, files, people, vouched, wording)
    except IntegrityError:
        if again := written_before(by, space, client_id):
            return _started(again)
        raise


def open_thread(
    space: Space,
    by: Member,
    kind: str,
    title: str,
    topics: list[Topic],
    body: str,
    client_id: UUID,
    files: list[UUID],
    people: People,
    vouched: Counter[str],
    wording: Wording,
) -> Thread:
    """Put a text that was looked through above a thread of its own: inside the caller's transaction."""
    thread = Thread(space=space, kind=kind, title=title)
    require(by, "thread.start", thread)
    thread.save(force_insert=True)
    thread.topics.set(topics)
    thread.opening = add_post(thread, by, body, client_id, files, people, vouched, wording)
    thread.save(update_fields=["opening"])
    record(space, "thread.started", thread)
    return thread


def _started(again: Post | FirstPost) -> Thread | FirstPost:
    return again.thread if isinstance(again, Post) else again


def first_draft(*, space: Space, by: Member) -> Draft | None:
    """What somebody has typed of a thread that they have not started yet."""
    return Draft.objects.filter(space=space, member=by).first()


@transaction.atomic
def save_first_draft(*, space: Space, by: Member, title: str, body: str) -> None:
    """Keep it; empty texts forget it. Nobody else sees it."""
    require(by, "space.read", space)
    title, body = clean(title)[:200], clean(body)[:LONGEST_DRAFT]
    if is_blank(title) and is_blank(body):
        Draft.objects.filter(space=space, member=by).delete()
    else:
        kept = {"title": title, "body": body, "saved_at": now()}
        Draft.objects.update_or_create(space=space, member=by, defaults=kept)


@transaction.atomic
def edit_thread(*, thread: Thread, by: Member, kind: str, title: str, topics: Iterable[Topic]) -> Thread:
    """Name it better, or give it other topics. A moderator may, and that is written down."""
    thread = locked_thread(thread.pk)
    require(by, "thread.edit", thread)
    thread.title, thread.kind = title, kind
    require(by, "thread.start", thread)  # an announcement stays a moderator's
    thread.save(update_fields=["title", "kind"])
    thread.topics.set(topics_of(thread.space, topics))
    if thread.opening and not wrote(by, thread.opening):
        append("thread.edited", subject=thread, by=by, facts={"space": str(thread.space_id)})
    _record_changed(thread)
    return thread


@transaction.atomic
def accept_answer(*, post: Post, by: Member) -> None:
    """Say of a post that it answers the question of its thread. Another one takes its place."""
    thread = locked_thread(post.thread_id)
    require(by, "thread.answer", thread)
    post.refresh_from_db()
    if not post.stands or post.pk == thread.opening_id:
        raise Refusal("A question does not answer itself. Choose one of the replies.")
    set_answer(thread, post)


@transaction.atomic
def unaccept_answer(*, thread: Thread, by: Member) -> None:
    """The question is open again."""
    thread = locked_thread(thread.pk)
    require(by, "thread.answer", thread)
    set_answer(thread, None)


@transaction.atomic
def pin_thread(*, thread: Thread, by: Member) -> None:
    """Keep a thread above the others."""
    thread = locked_thread(thread.pk)
    require(by, "thread.pin", thread)
    if thread.pinned_at:
        return
    if thread.space.threads.exclude(pinned_at=None).count() >= MOST_PINNED:
        raise Refusal(f"{MOST_PINNED} threads are pinned already. Unpin one first.")
    thread.pinned_at, thread.pinned_by = now(), by
    thread.save(update_fields=["pinned_at", "pinned_by"])
    _record_changed(thread)


@transaction.atomic
def unpin_thread(*, thread: Thread, by: Member) -> None:
    """Let it go back to its place."""
    thread = locked_thread(thread.pk)
    require(by, "thread.pin", thread)
    if thread.pinned_at:
        thread.pinned_at = thread.pinned_by = None
        thread.save(update_fields=["pinned_at", "pinned_by"])
        _record_changed(thread)


@transaction.atomic
def close_thread(*, thread: Thread, by: Member) -> None:
    """Nobody can write, edit or react any more; everybody can read."""
    thread = locked_thread(thread.pk)
    require(by, "thread.close", thread)
    if thread.closed_at:
        return
    thread.closed_at, thread.closed_by = now(), by
    thread.save(update_fields=["closed_at", "closed_by"])
    record(thread.space, "thread.closed", thread, by=by)
    _record_line(thread)


@transaction.atomic
def reopen_thread(*, thread: Thread, by: Member) -> None:
    thread = locked_thread(thread.pk)
    require(by, "thread.close", thread)
    if not thread.closed_at:
        return
    thread.closed_at = thread.closed_by = None
    thread.save(update_fields=["closed_at", "closed_by"])
    record(thread.space, "thread.reopened", thread, by=by)
    _record_line(thread)


@transaction.atomic
def follow(*, thread: Thread, by: Member) -> None:
    """Hear of every reply."""
    require(by, "thread.read", thread)
    Reader.objects.update_or_create(thread=thread, member=by, defaults={"followed_at": now(), "muted_at": None})


@transaction.atomic
def mute(*, thread: Thread, by: Member) -> None:
    """Hear nothing of it any more, but for one's own name."""
    require(by, "thread.read", thread)
    Reader.objects.update_or_create(thread=thread, member=by, defaults={"followed_at": None, "muted_at": now()})


@transaction.atomic
def hear_as_usual(*, thread: Thread, by: Member) -> None:
    """Neither follow nor mute it."""
    Reader.objects.filter(thread=thread, member=by).update(followed_at=None, muted_at=None)


@transaction.atomic
def mark_thread_read(*, thread: Thread, by: Member, seq: int) -> None:
    """Note that the member has read a thread up to a post, never back. Their other devices hear of it."""
    require(by, "thread.read", thread)
    reader, _ = Reader.objects.select_for_update().get_or_create(thread=thread, member=by)
    seq = min(seq, Thread.objects.values_list("last_seq", flat=True).get(pk=thread.pk))
    if seq > reader.read_seq:
        reader.read_seq, reader.read_at = seq, now()
        reader.save(update_fields=["read_seq", "read_at"])
        record(inbox_of(by), "threads.read", by)


@transaction.atomic
def mark_all_read(*, space: Space, by: Member) -> int:
    """Every thread of a space has been read up to now. Gives the number from before, for mark_read_up_to()."""
    require(by, "space.read", space)
    return _read_threads(space, by, Space.objects.values_list("last_seq", flat=True).get(pk=space.pk))


@transaction.atomic
def mark_read_up_to(*, space: Space, by: Member, seq: int) -> None:
    """Take "mark all read" back, to the number from before."""
    require(by, "space.read", space)
    _read_threads(space, by, min(seq, Space.objects.values_list("last_seq", flat=True).get(pk=space.pk)))


def belong(*, member: Member, space: Space) -> Membership | None:
    """What a space keeps for one of its readers. A forum makes it when they first come; a group never does that."""
    if space.kind == Space.Kind.FORUM:
        return Membership.objects.get_or_create(space=space, member=member, left_at=None)[0]
    return Membership.objects.filter(space=space, member=member, left_at=None).first()


def enrol_readers() -> int:
    """Have everybody who may read a forum belong to it, so that they hear of it without having been there."""
    enrolled = 0
    for space in Space.objects.filter(kind=Space.Kind.FORUM):
        there = Membership.objects.filter(space=space, member=OuterRef("pk"), left_at=None)
        missing = Member.objects.filter(~Exists(there), deactivated_at=None)
        standing = eligibilities(missing, SERVICE)
        for member in missing:
            if standing[member.pk].may_read:
                belong(member=member, space=space)
                enrolled += 1
    return enrolled


def _read_threads(space: Space, member: Member, seq: int) -> int:
    membership = belong(member=member, space=space)
    if membership is None:
        return 0
    before, membership.threads_read_seq = membership.threads_read_seq, seq
    membership.save(update_fields=["threads_read_seq"])
    record(inbox_of(member), "threads.read", member)
    return before


def topics_of(space: Space, topics: Iterable[Topic]) -> list[Topic]:
    """Those of the space's own forum; others are answered as if they did not exist."""
    own = list(Topic.objects.filter(forum__space=space, pk__in=[topic.pk for topic in topics]))
    if len(own) > MOST_TOPICS:
        raise Refusal(f"Choose at most {MOST_TOPICS} topics.")
    return own


def set_answer(thread: Thread, post: Post | None) -> None:
    """Of a thread that is locked: inside the caller's transaction."""
    if thread.answer == post:
        return
    thread.answer, thread.answered_at = post, now() if post else None
    thread.save(update_fields=["answer", "answered_at"])
    _record_changed(thread)
    record(thread.space, "thread.answered", thread)


def _record_line(thread: Thread) -> None:
    if not thread.is_chat:
        record(thread.space, "thread.changed", thread)


def _record_changed(thread: Thread) -> None:
    """Its line in the list, and the head of its page."""
    record(thread.space, "thread.changed", thread)
    record(thread.space, "thread.headed", thread)
