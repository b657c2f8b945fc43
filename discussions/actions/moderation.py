"""Reporting a post, and what moderators do about it. Every decision can be taken back by one step."""

from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, insist_on_pace, require
from audit.trail import append
from discussions.access import wrote
from discussions.actions.posts import count_again, locked, record_where_else, set_mentions, take_away
from discussions.actions.threads import set_answer
from discussions.markup import clean, is_blank, render
from discussions.models import Decision, Flag, Post
from discussions.people import mentionable
from files.actions import hold_back, remove_file, with_newer
from files.models import File
from members.models import Member
from spaces.log import record

MOST_FLAGS = 10  # of a member within a day
UNDOABLE = timedelta(days=7)
Outcome = Decision.Outcome


@transaction.atomic
def flag_post(*, post: Post, by: Member, reason: str, words: str = "") -> None:
    """Report a post to those who moderate its space. Again changes nothing. Nothing of it goes into the log."""
    post = locked(post)
    if Flag.objects.open().filter(post=post, member=by).exists():
        return
    require(by, "post.flag", post)
    insist_on_pace(by)
    if Flag.objects.filter(member=by, at__gt=now() - timedelta(days=1)).count() >= MOST_FLAGS:
        raise Refusal(f"You have reported {MOST_FLAGS} messages within a day. Write to NCB about the rest.")
    words = clean(words)[:500]
    if reason == Flag.Reason.OTHER and is_blank(words):
        raise Refusal("Say in a few words what is wrong with it.")
    Flag.objects.create(post=post, member=by, reason=reason, words=words)


@transaction.atomic
def decide(*, post: Post, by: Member, outcome: str, note: str = "") -> Decision:
    """Keep a post that was reported, hide it for now, or remove it. Its author reads the note, unless it is kept."""
    post = locked(post)
    require(by, "post.decide", post)
    flags = post.flags.filter(decision=None)
    if not (flags or post.held_at) or (post.held_at and outcome == Outcome.HOLD):
        raise Refusal("Another moderator has decided about it meanwhile. Look at what is left.")
    if is_blank(note := clean(note)[:1000]) and outcome != Outcome.KEEP:
        raise Refusal("Write a note: its author reads why, and what they can do.")
    files = _locked_files(post)
    seen_at = now() if outcome == Outcome.KEEP and not post.held_at else None  # nothing to tell its author
    hid = post.decisions.filter(undone_at=None, outcome=Outcome.HOLD).first()
    decision = Decision.objects.create(post=post, by=by, outcome=outcome, note=note, seen_at=seen_at)
    flags.update(decision=decision)
    append("post.decided", subject=post, by=by, facts={"space": str(post.space_id), "outcome": outcome})
    if outcome != Outcome.KEEP:
        _remember(decision, post)
    if outcome == Outcome.REMOVE:
        hold_back(files, at=now())
        take_away(post, by, note)
    elif outcome == Outcome.HOLD:
        _hold(post, files)
    elif post.held_at:
        _show(post, files, hid or decision)
    return decision


@transaction.atomic
def see_decision(*, decision: Decision, by: Member) -> None:
    """Its author has looked at it."""
    if wrote(by, decision.post):
        Decision.objects.filter(pk=decision.pk, seen_at=None).update(seen_at=now())


@transaction.atomic
def undo(*, decision: Decision, by: Member) -> None:
    """Take a decision back: the post is as it was before, pinned and accepted too, and waits for another one."""
    post = locked(decision.post)
    decision = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    require(by, "post.undecide", post)
    if decision.undone_at:
        return
    before = post.decisions.filter(undone_at=None).exclude(pk=decision.pk).first()
    if post.decisions.filter(undone_at=None, at__gt=decision.at).exists():
        raise Refusal("There is a newer decision about it. Take that one back first.")
    if decision.settled_at or decision.at < now() - UNDOABLE:
        raise Refusal(f"A decision can be taken back for {UNDOABLE.days} days. Its files are gone by now.")
    files = _locked_files(post)
    is_held = before is not None and before.outcome == Outcome.HOLD
    decision.undone_at, decision.undone_by = now(), by
    if decision.outcome != Outcome.KEEP or is_held:
        decision.told_at = decision.seen_at = None
    decision.save()
    decision.flags.update(decision=None)
    append("post.undecided", subject=post, by=by, facts={"space": str(post.space_id), "outcome": decision.outcome})
    if decision.outcome == Outcome.REMOVE:
        _bring_back(post)
    if before and is_held:
        if decision.outcome == Outcome.KEEP:
            _remember(before, post)
        _hold(post, files)
    elif decision.outcome != Outcome.KEEP:
        _show(post, files, decision)


@transaction.atomic
def reveal(*, post: Post, by: Member, reason: str) -> Member:
    """Tell a moderator who asked without a name, where the asker was told so. The trail keeps who looked, and why."""
    require(by, "post.reveal", post)
    if is_blank(reason := clean(reason)[:500]):
        raise Refusal("Say why you need to know. The audit trail keeps the reason.")
    append("post.revealed", subject=post, by=by, facts={"space": str(post.space_id), "reason": reason})
    return post.asked_by.member


def settle_removals() -> int:
    """Delete the files of posts that were removed by decisions which nobody can take back any more."""
    old = Decision.objects.filter(outcome=Outcome.REMOVE, undone_at=None, settled_at=None, at__lt=now() - UNDOABLE)
    return sum(_settle(decision) for decision in old[:100])


@transaction.atomic
def _settle(decision: Decision) -> int:
    post = locked(decision.post)
    decision = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if decision.undone_at or decision.settled_at:
        return 0
    for file in post.files.all():
        remove_file(file=file, by=decision.by)
    decision.settled_at = now()
    decision.save(update_fields=["settled_at"])
    return 1


def _locked_files(post: Post) -> list[File]:
    return list(with_newer(post.files.all()).select_for_update(no_key=True).order_by("pk"))


def _remember(decision: Decision, post: Post) -> None:
    """What hiding or removing a post takes away besides its words."""
    decision.pinned_at, decision.pinned_by = post.pinned_at, post.pinned_by
    decision.answered = post.thread if post.thread.answer_id == post.pk else None
    decision.save(update_fields=["pinned_at", "pinned_by", "answered"])


def _hold(post: Post, files: list[File]) -> None:
    """Hide a post, and what shows of it elsewhere."""
    was_pinned = post.pinned_at is not None
    post.held_at, post.pinned_at, post.pinned_by = now(), None, None
    _keep(post, files, "post.held", was_pinned)


def _show(post: Post, files: list[File], hid: Decision) -> None:
    """Show a post again that this decision hid or removed, with what that took away: but where another post was
    accepted meanwhile, that one stays.
    """
    post.held_at, post.pinned_at, post.pinned_by = None, hid.pinned_at, hid.pinned_by
    _keep(post, files, "post.released")
    if post.thread.pk == hid.answered_id and post.thread.answer is None:
        set_answer(post.thread, post)


def _keep(post: Post, files: list[File], kind: str, was_pinned: bool = False) -> None:
    post.save()
    hold_back(files, at=post.held_at)
    record(post.space, kind, post)
    record_where_else(post, None, pinned=was_pinned)
    if post.reply_to:
        record(post.space, "root.replied", post.reply_to)
    if not post.thread.is_chat:
        count_again(post)


def _bring_back(post: Post) -> None:
    """The text as it was last kept."""
    kept = post.versions.order_by("-replaced_at")[0]
    html, named = render(kept.body, mentionable(post.space))
    post.body, post.html = kept.body, html
    post.removed_at, post.removed_by, post.removal_reason = None, None, ""
    post.save()
    kept.delete()
    set_mentions(post, named)
