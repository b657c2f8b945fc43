"""What becomes of each mail: posted, refused with an answer, heeded, or let go. Then its words are destroyed.

A post, the note that its Message-ID was posted, and the end of the mail's content are one transaction: a crash anywhere
leaves all three or none.
"""

import logging
import re
from collections.abc import Iterable
from datetime import timedelta
from email.message import Message
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.utils.timezone import now

from access import Refusal, may
from discussions import actions
from discussions.models import Draft, FirstPost, Post, Thread
from files import actions as files
from files.recognise import clean_name
from mailroom import automatic, trusting
from mailroom.cleaning import cleaned, own_text
from mailroom.models import ArchivedMail, Incoming, PostedMail
from mailroom.places import Place, place_of
from mailroom.reading import Attachment, Mail, Unreadable
from mailroom.refusing import Refused, answer, say_that_it_waits
from members.models import Member
from notifications.letters import host
from notifications.models import DeadAddress
from notifications.outbox import ABOUT_THE_ADDRESS
from spaces.kinds import space_kind
from spaces.models import Space
from spaces.screening import Held
from worker.queues import first_free

WORKING = timedelta(minutes=5)  # longer than one mail takes
TRIES = 5  # then it is called unreadable: something in it breaks us
KEEP_TRACES = timedelta(days=90)
NAMESPACE = UUID("0b7a8f56-2f0e-4c34-9c36-7c4c6f4a3f3e")
logger = logging.getLogger("mailroom")


def sort(limit: int = 20) -> int:
    """Settle the mails that wait, oldest first."""
    settled = 0
    while settled < limit and (incoming := _claim()):
        _settle(incoming)
        settled += 1
    return settled


def forget() -> int:
    """Drop traces after 90 days; that a Message-ID was posted stays."""
    return Incoming.objects.filter(settled_at__lt=now() - KEEP_TRACES).delete()[0]


@transaction.atomic
def _claim() -> Incoming | None:
    """Note that this worker has it in its hands. Who dies with it is found out by time, and by how often."""
    due = Incoming.objects.waiting().filter(next_try_at__lte=now()).order_by("received_at", "pk")
    incoming = first_free(due)
    if incoming is None:
        return None
    incoming.tries += 1
    incoming.next_try_at = now() + WORKING
    incoming.save(update_fields=["tries", "next_try_at"])
    return incoming


def _settle(incoming: Incoming) -> None:
    try:
        if incoming.tries > TRIES:
            raise Unreadable
        mail = Mail(bytes(incoming.content))
    except Unreadable:
        _refuse(incoming, Refused("unreadable"), None, "")
        return
    try:
        _decide(incoming, mail)
    except Refused as refused:
        _refuse(incoming, refused, mail, _to_be_answered(incoming, mail))
    except Error:
        raise
    except Exception as error:  # one mail that breaks us holds up no other
        logger.error("A mail could not be settled: %s", type(error).__name__, exc_info=error)


def _decide(incoming: Incoming, mail: Mail) -> None:
    place = place_of(incoming.recipient)
    if place is None:
        raise Refused("gone")
    if place.name in ("a bounce", "reports", "our own letters"):
        _heed(incoming, mail, place)
        return
    if what := automatic.what_it_is(mail, incoming.sender):
        _end(incoming, Incoming.Fate.LET_GO, what)
        return
    member = _sender(incoming, mail)
    came = ArchivedMail.objects.filter(digest=mail.digest).exists()
    if came or PostedMail.objects.filter(member=member, digest=mail.digest).exists():
        _end(incoming, Incoming.Fate.LET_GO, "again", member=member)
        return
    verdict = trusting.verdict(mail)
    if verdict == "fail":
        raise Refused("forged")
    _post(incoming, mail, member, *_where(place, mail, member, verdict))


def _sender(incoming: Incoming, mail: Mail) -> Member:
    """The member whom it is from, by what it says and by its envelope alike."""
    if len(mail.senders) != 1 or len(mail.headers("From")) != 1 or not mail.senders[0]:
        raise Refused("envelope")
    sender = mail.senders[0]
    if not trusting.aligned(incoming.sender.rpartition("@")[2], sender.rpartition("@")[2]):
        raise Refused("envelope")
    member = _member_at(sender)
    if member is None:
        raise Refused("unknown")
    return member


def _where(place: Place, mail: Mail, member: Member, verdict: str) -> tuple[Space, Thread | None]:
    """The space, and the thread where it is a reply."""
    if place.forum is None:
        row = place.reply()
        if row is None:
            raise Refused("expired")
        if row.member_id != member.pk:
            raise Refused("sender")
        if not row.is_good:
            raise Refused("expired")
        answered = _answered(mail)  # what it answers may have been split off since
        return row.thread.space, answered if answered and answered.space_id == row.thread.space_id else row.thread
    # Everybody knows a forum's address. So it takes our own mail server to say that the sender is who it says.
    if verdict != "pass" and (settings.MAIL_TRUSTS or settings.PRODUCTION):
        raise Refused("unproven")
    thread = _answered(mail)
    return (thread.space if thread else place.forum.space), thread


def _answered(mail: Mail) -> Thread | None:
    """The thread that a mail to a forum answers, by the Message-IDs of our letters: there, or where it was moved to."""
    for message_id in mail.answers:
        named = re.fullmatch(r"<([0-9a-f-]{36})@(.+)>", message_id.lower())
        if named and named[2] == host():
            post = Post.objects.filter(pk=named[1]).select_related("thread__space").first()
            if post and space_kind(post.thread.space.kind).tells_content:
                return post.thread
    return None


def _post(incoming: Incoming, mail: Mail, member: Member, space: Space, thread: Thread | None) -> None:
    if not space_kind(space.kind).tells_content or not may(member, "space.read", space):
        raise Refused("gone")
    if not may(member, "space.write", space):
        raise Refused("rights", space_kind(space.kind).why_not(member, space))
    own = own_text(
        plain=mail.text("plain"),
        html=mail.text("html"),
        flowed=mail.is_flowed,
        joined=mail.deletes_spaces,
        name=member.name,
    )
    if automatic.is_probe(mail, own.text):
        raise Refused("command")
    attached = list(_own_files(mail, own.images))
    if not own.text and not attached:
        raise Refused("empty")
    client_id = uuid5(NAMESPACE, f"{member.pk} {mail.digest}")
    try:
        ids = [_receive(one, number, space, member, client_id) for number, one in enumerate(attached)]
        with transaction.atomic():
            Incoming.objects.select_for_update().get(pk=incoming.pk, settled_at=None)
            post = _write(mail, own.text, member, space, thread, client_id, ids)
            PostedMail.objects.create(member=member, digest=mail.digest)
            reason = "reply" if thread else "thread"
            if isinstance(post, FirstPost):
                incoming.answered = say_that_it_waits(mail, member.email, post.get_absolute_url())
                _end(incoming, Incoming.Fate.WAITS, reason, member=member)
            else:
                _end(incoming, Incoming.Fate.POSTED, reason, member=member, post=post)
    except Held as held:
        raise Refused("held", *_what_and_where(held, has_title=thread is None)) from None
    except Refusal as refusal:
        raise Refused("rule", str(refusal)) from None


def _write(
    mail: Mail, text: str, member: Member, space: Space, thread: Thread | None, client_id: UUID, ids: list[UUID]
) -> Post | FirstPost:
    """The post, or what waits. What its author is typing on the page is another text, and stays."""
    if thread:
        draft = Draft.objects.filter(thread=thread, member=member).first()
        post = actions.write_post(thread=thread, by=member, body=text, client_id=client_id, files=ids)
        if draft:
            actions.save_draft(thread=thread, by=member, body=draft.body)
        return post
    title = cleaned(mail.subject)
    if not title:
        raise Refused("no thread")
    kind = Thread.Kind.QUESTION if title.endswith("?") else Thread.Kind.DISCUSSION
    draft = actions.first_draft(space=space, by=member)
    started = actions.start_thread(
        space=space, by=member, kind=kind, title=title, body=text, client_id=client_id, files=ids
    )
    if draft:
        actions.save_first_draft(space=space, by=member, title=draft.title, body=draft.body)
    if isinstance(started, FirstPost):
        return started
    assert started.opening is not None
    return started.opening


def _what_and_where(held: Held, *, has_title: bool) -> Iterable[str]:
    """The class of each finding and its line, never its words."""
    for doubt in held.all_doubts:
        line = held.text.count("\n", 0, doubt.finding.start) + 1
        where = "in the subject" if has_title and line == 1 else f"in line {line - 2 * has_title} of your text"
        yield f"- {doubt.label}, {where}."
    yield "Take it out and send it again. If it identifies nobody, write on the page: there you can say so."


def _own_files(mail: Mail, shown: frozenset[str]) -> Iterable[Attachment]:
    """What the writer attached, and images that stand in their own text; not the logo of a signature."""
    for one in mail.attachments():
        if one.content_type == "application/ms-tnef" or one.name.lower() == "winmail.dat":
            raise Refused("winmail")
        if one.content_type in ("application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"):
            raise Refused("encrypted")
        if one.content_type in (
            "application/pgp-signature",
            "application/pkcs7-signature",
            "application/x-pkcs7-signature",
        ):
            continue
        if one.content_type in ("text/calendar", "text/x-amp-html", "text/x-vcard", "text/vcard"):
            continue
        if one.cid and one.content_type.startswith("image/") and one.cid not in shown and mail.text("html"):
            continue
        yield one


def _receive(one: Attachment, number: int, space: Space, member: Member, client_id: UUID) -> UUID:
    upload = SimpleUploadedFile(clean_name(one.name), one.content, one.content_type)
    return files.receive(space=space, upload=upload, by=member, client_id=uuid5(client_id, str(number))).pk


def _heed(incoming: Incoming, mail: Mail, place: Place) -> None:
    """A mail server says that a letter did not arrive, or its reader that they do not want them: no news goes there."""
    member, said = place.bounced(), ""
    if member:
        said = _failed_for_good(mail)
    elif complaint := _complaint(mail):
        member, said = complaint, "complaint"
    if not member or not said:
        _end(
            incoming,
            Incoming.Fate.LET_GO,
            "report" if mail.message.get_content_type() == "multipart/report" else "no report",
        )
        return
    with transaction.atomic():
        DeadAddress.objects.get_or_create(email=member.email.lower(), defaults={"said": said})
        _end(incoming, Incoming.Fate.HEEDED, said[:40], member=member)


def _failed_for_good(mail: Mail) -> str:
    """The status (RFC 3464) where the address is why delivery failed; empty where it may yet come, or is about us."""
    for group in _report(mail, "message/delivery-status"):
        if str(group.get("Action", "")).strip().lower() == "failed" and (
            status := ABOUT_THE_ADDRESS.search(str(group.get("Status", "")))
        ):
            return f"bounced: {status[0]}"
    return ""


def _complaint(mail: Mail) -> Member | None:
    """Who said that our letter is spam (RFC 5965), by the envelope that it had."""
    for group in _report(mail, "message/feedback-report"):
        if str(group.get("Feedback-Type", "")).strip().lower() == "abuse":
            place = place_of(str(group.get("Original-Mail-From", "")).strip().strip("<>"))
            return place.bounced() if place else None
    return None


def _report(mail: Mail, content_type: str) -> list[Message]:
    """The groups of fields of a report."""
    for part in mail.parts:
        if part.get_content_type() == content_type:
            payload = part.get_payload()
            if isinstance(payload, list):
                return payload  # type: ignore[return-value]
            return [Mail(bytes(part.get_payload(decode=True) or b"")).message]  # type: ignore[arg-type]
    return []


def _to_be_answered(incoming: Incoming, mail: Mail) -> str:
    """Whom to tell why it was refused: nobody, where that might be somebody who never wrote."""
    if automatic.what_it_is(mail, incoming.sender) or len(mail.senders) != 1:
        return ""
    sender = mail.senders[0]
    verdict = trusting.verdict(mail)
    if verdict == "fail" or (settings.MAIL_TRUSTS and verdict != "pass" and _member_at(sender) is None):
        return ""
    return sender if trusting.aligned(incoming.sender.rpartition("@")[2], sender.rpartition("@")[2]) else ""


def _member_at(address: str) -> Member | None:
    return Member.objects.filter(email__iexact=address, deactivated_at=None).first()


@transaction.atomic
def _refuse(incoming: Incoming, refused: Refused, mail: Mail | None, to: str) -> None:
    member = Member.objects.filter(email__iexact=mail.senders[0]).first() if mail and len(mail.senders) == 1 else None
    incoming.answered = bool(to) and answer(refused, mail, to)
    _end(incoming, Incoming.Fate.REFUSED, refused.why, member=member)


def _end(incoming: Incoming, fate: str, reason: str, *, member: Member | None = None, post: Post | None = None) -> None:
    """Its fate, and the end of its words: in the transaction of whatever it brought."""
    Incoming.objects.filter(pk=incoming.pk, settled_at=None).update(
        settled_at=now(), fate=fate, reason=reason, content=b"", recipient="", member=member, post=post,
        answered=incoming.answered,
    )  # fmt: skip
