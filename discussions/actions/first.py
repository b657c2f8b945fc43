"""What moderators and authors do with first posts that wait. Releasing writes the post as its author would, now."""

from functools import partial
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, may, require
from audit.trail import append
from discussions.actions.posts import (
    LONGEST_DRAFT,
    Wording,
    add_post,
    locked_thread,
    parent_of,
    posted_before,
)
from discussions.actions.threads import open_thread
from discussions.markup import clean, is_blank, without_mentions
from discussions.models import Draft, FirstPost, Post, Unnamed
from discussions.people import mentionable
from files.actions import give_back
from members.models import Member
from spaces.inbox import inbox_of
from spaces.log import record
from spaces.screening import Held, screen

MEANWHILE = "Its author has taken it back, or another moderator has decided about it. Look at what is left."
AWAY = "Its author cannot write here now, so it cannot be posted. Let it wait, or decline it with a note."
FOUND = "The identifier check now finds something in it. Decline it, and say so in the note."


@transaction.atomic
def release(*, first: FirstPost, by: Member) -> Post:
    """Post it with its author's name, or without as they asked. Their rights and the text are looked at again."""
    first = _locked(first)
    require(by, "first.decide", first)
    if not first.waits:
        raise Refusal(MEANWHILE)
    author, people = first.member, mentionable(first.space)
    if not may(author, "space.write", first.space):
        raise Refusal(AWAY)  # why is between them and NCB: it may say who somebody without a name is
    whole = f"{first.title}\n\n{first.body}" if first.thread is None else first.body
    hide = partial(without_mentions, people=people)
    try:
        _, vouched = screen(whole, by=author, space=first.space, answers=first.answers, blank_out=hide)
    except Held:
        raise Refusal(FOUND) from None
    wording = Wording(unnamed=first.unnamed, intensity=first.intensity, content_note=first.content_note)
    files = list(first.files.values_list("pk", flat=True))
    give_back(files)
    was_moved = posted_before(author, first.space, first.client_id)  # to where they have such a one
    client_id = uuid4() if was_moved else first.client_id
    text = (first.body, client_id, files, people, vouched, wording)
    if first.thread is None:
        topics = list(first.topics.all())
        thread = open_thread(first.space, author, first.kind, first.title, topics, *text)
        assert thread.opening is not None
        post = thread.opening
    else:
        root = parent_of(first.thread, first.reply_to_id) if first.reply_to_id else None
        post = add_post(first.thread, author, *text, root)
    if first.unnamed and not first.knowable:  # what the asker was told then
        Unnamed.objects.filter(post=post).update(knowable=False)
    first.released_at = now()
    first.title = first.body = first.content_note = ""
    first.answers = {}
    first.save()
    first.files.clear()
    append("first_post.released", subject=post, by=by, facts={"space": str(first.space_id)})
    return post


@transaction.atomic
def decline(*, first: FirstPost, by: Member, note: str) -> None:
    """Say to its author why it is not posted. Nobody else learns of it."""
    first = _locked(first)
    require(by, "first.decide", first)
    if not first.waits:
        raise Refusal(MEANWHILE)
    if is_blank(note := clean(note)[:1000]):
        raise Refusal("Write a note: its author reads why, and what they can do.")
    first.declined_at, first.declined_by, first.note = now(), by, note
    first.told_at = first.seen_at = None
    first.save()
    append("first_post.declined", subject=first, by=by, facts={"space": str(first.space_id)})


@transaction.atomic
def undo_decline(*, first: FirstPost, by: Member) -> None:
    """Let it wait again."""
    first = _locked(first)
    require(by, "first.decide", first)
    if not first.declined_at:
        return
    first.declined_at, first.declined_by, first.note = None, None, ""
    first.told_at = first.seen_at = None
    first.save()
    record(inbox_of(first.member), "notices.changed", first.member)
    append("first_post.undeclined", subject=first, by=by, facts={"space": str(first.space_id)})


@transaction.atomic
def take_back(*, first: FirstPost, by: Member) -> None:
    """Its author thinks again: the text is a draft where they wrote it, and its files go as unsent ones do."""
    first = _locked(first)
    require(by, "first.take_back", first)
    if first.released_at:
        raise Refusal("It is posted already. You can edit or remove it there.")
    place = {"thread": first.thread} if first.thread else {"space": first.space}
    draft = Draft.objects.filter(**place, member=by).first() or Draft(**place, member=by)
    draft.title = draft.title or first.title
    draft.body = "\n\n".join(filter(None, [first.body, draft.body]))[:LONGEST_DRAFT]
    draft.saved_at = now()
    draft.save()
    give_back(first.files.values_list("pk", flat=True))
    first.delete()


@transaction.atomic
def see_decline(*, first: FirstPost, by: Member) -> None:
    """Its author has looked at it."""
    FirstPost.objects.declined().filter(pk=first.pk, member=by, seen_at=None).update(seen_at=now())


def _locked(first: FirstPost) -> FirstPost:
    """After its thread: locks are taken in one order."""
    thread = locked_thread(first.thread_id) if first.thread_id else None
    found = FirstPost.objects.select_related("space", "member").select_for_update(of=("self",), no_key=True)
    again = found.filter(pk=first.pk).first()
    if again is None or again.thread_id != (thread.pk if thread else None):
        raise Refusal(MEANWHILE)
    if thread:
        again.thread, again.space = thread, thread.space
    return again
