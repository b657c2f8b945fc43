"""The queue of what came with an archive and could identify somebody: staff show it, change it, or drop it."""

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from access import Refusal, require
from audit.trail import append
from discussions.actions import import_held
from discussions.actions.posts import locked_thread
from discussions.markup import clean, is_blank
from discussions.models import Post, Thread
from identifiers import CLASSES, Finding, take_out
from mailroom.importing import old_post
from mailroom.models import Archive, ArchivedMail, DoubtfulMail
from members.models import Member

DECIDED = "Somebody else has decided about it meanwhile. Look at the next one."


def waiting() -> QuerySet[DoubtfulMail]:
    return DoubtfulMail.objects.select_related("author", "mail__archive__forum")


@transaction.atomic
def approve(*, doubtful: DoubtfulMail, by: Member, title: str, body: str) -> Post:
    """Show it to everybody, as it is or as it was changed. The trail keeps what was found, never the words."""
    require(by, "data.import")
    doubtful = _locked(doubtful)
    mail, body = doubtful.mail, clean(body)
    title = title if doubtful.title else ""
    if is_blank(body):
        raise Refusal("There is nothing left of it. Drop it instead.")
    if doubtful.title and is_blank(clean(title)):
        raise Refusal("Give its thread a title: one line that says what it is about.")
    changed = body != doubtful.body or title != doubtful.title
    facts = _facts(doubtful) | {"changed": changed}
    doubtful.body = body
    post = import_held(
        forum=mail.archive.forum,
        thread=mail.thread,
        title=title,
        post=old_post(doubtful),
        seq=doubtful.seq,
        by=by,
        facts=facts,
    )
    ArchivedMail.objects.filter(pk=mail.pk).update(post=post)
    doubtful.delete()
    return post


@transaction.atomic
def drop(*, doubtful: DoubtfulMail, by: Member) -> None:
    """Destroy it. It never comes again."""
    require(by, "data.import")
    doubtful = _locked(doubtful)
    append("archive.dropped", subject=doubtful.mail.archive.forum, by=by, facts=_facts(doubtful))
    doubtful.delete()


@transaction.atomic
def decide_all(*, ids: Collection[UUID], by: Member, outcome: str) -> int:
    """The same about several: "approve" them as they came, "change" them to what is left without what was found, or
    "drop" them. All of it or nothing: raises Refusal where somebody decided about one of them meanwhile. How many.
    """
    require(by, "data.import")
    mails = ArchivedMail.objects.filter(doubtful__in=ids)
    list(Archive.objects.select_for_update(no_key=True).filter(pk__in=mails.values("archive")).order_by("pk"))
    for thread in Thread.objects.filter(pk__in=mails.values("thread")).order_by("pk"):
        locked_thread(thread.pk)  # before the trail and the space, which the first decision locks
    found = list(waiting().filter(pk__in=ids))
    if len(found) < len(ids):
        raise Refusal(
            "Somebody else has decided about one of them meanwhile, so nothing was done. Look at what is left."
        )
    for one in found:
        title, body = without_findings(one) if outcome == "change" else (one.title, one.body)
        if outcome == "drop":
            drop(doubtful=one, by=by)
        else:
            approve(doubtful=one, by=by, title=title, body=body)
    return len(found)


def labels(doubtful: DoubtfulMail) -> list[str]:
    """What kinds of things were found in it."""
    return sorted({CLASSES[cls].label for cls, _, _ in doubtful.findings})


def pieces(doubtful: DoubtfulMail) -> Iterator[tuple[str, str]]:
    """The text in order, and with each piece what it could be; empty where it is nothing."""
    at, text = 0, doubtful.text
    for cls, start, end in doubtful.findings:
        yield text[at:start], ""
        yield text[start:end], CLASSES[cls].label
        at = end
    yield text[at:], ""


def without_findings(doubtful: DoubtfulMail) -> tuple[str, str]:
    """Its title and its text with a word in brackets in place of each finding."""
    found = [Finding(cls, "warn", start, end, "", "") for cls, start, end in doubtful.findings]
    title, _, body = take_out(doubtful.text, found).partition("\n\n")
    return title, body


def _locked(doubtful: DoubtfulMail) -> DoubtfulMail:
    """One decision at a time in an archive: two of them may begin the same thread."""
    mails = ArchivedMail.objects.filter(pk=doubtful.mail_id)
    list(Archive.objects.select_for_update(no_key=True).filter(pk__in=mails.values("archive")))
    found = DoubtfulMail.objects.select_related("mail__archive__forum__space", "author").filter(pk=doubtful.pk).first()
    if found is None:
        raise Refusal(DECIDED)
    return found


def _facts(doubtful: DoubtfulMail) -> dict:
    classes = sorted({cls for cls, _, _ in doubtful.findings})
    return {"archive": str(doubtful.mail.archive_id), "post": str(doubtful.pk), "classes": classes}
