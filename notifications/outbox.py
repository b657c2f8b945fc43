"""The outbox: Django's mail backend, which keeps every mail in the transaction that wrote it, and the worker's half."""

import re
import smtplib
from collections.abc import Sequence
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.console import EmailBackend as ConsoleMailBackend
from django.core.mail.message import MIMEMixin
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.timezone import now

from members.models import Member
from notifications import letters
from notifications.models import DeadAddress, Letter
from worker.queues import first_free

GIVE_UP_AFTER = timedelta(days=4)  # RFC 5321, 4.5.4.1: the give-up time needs to be at least 4 to 5 days.
FORGET_AFTER = timedelta(days=7)
HANDING = timedelta(minutes=5)  # longer than a mail server may take, at 20 s a step (EMAIL_TIMEOUT)
# RFC 3463: 5.1.x, the address; 5.2.x, the mailbox. 5.7 and the others are about us, not about who gets it.
ABOUT_THE_ADDRESS = re.compile(r"\b5\.[12]\.\d{1,3}\b")
ABOUT_SOMETHING_ELSE = re.compile(r"\b5\.[03-7]\.\d{1,3}\b")


class OutboxBackend(BaseEmailBackend):
    """Sending is writing a row, one a recipient, so that nobody sees another's address."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        kept = []
        for mail in email_messages:
            recipients = mail.recipients()
            for recipient in recipients:
                mail.to, mail.cc, mail.bcc = [recipient], [], []
                mail.extra_headers["Message-ID"] = make_msgid(domain=letters.host())  # not this machine's name
                kept.append(Letter(to=recipient, subject=str(mail.subject), message=mail.message().as_bytes()))
        Letter.objects.bulk_create(kept)
        return len(kept)


class ConsoleBackend(ConsoleMailBackend):
    """Prints to whom and about what; and the text, but for the demonstration, which shows it on /demo/outbox/."""

    def write_message(self, message: EmailMessage) -> None:
        text = "" if settings.DEMO else f"\n{_text(message.message())}\n"
        self.stream.write(f"Mail to {message.to[0]}: {message.subject}\n{text}")


class KeptMessage(MIMEMixin, Message):  # type: ignore[misc]
    """A parsed mail that can write itself the way Django's mail backends ask."""


class KeptMail(EmailMessage):
    """A mail that was written out already, on its way to the mail server."""

    def __init__(self, letter: Letter) -> None:
        self.kept = message_from_bytes(bytes(letter.message), _class=KeptMessage)
        super().__init__(to=[letter.to], subject=letter.subject, from_email=str(self.kept["From"]))

    def message(self, *args, **kwargs):
        return self.kept


def deliver(limit: int = 50) -> int:
    """Hand over what is due, oldest first. A failure is tried again, later each time, and in the end given up.

    What somebody waits for goes first; what tells of news goes as fast as MAIL_A_MINUTE says.
    """
    post_office = get_connection(settings.MAIL_BACKEND)
    delivered = 0
    try:
        while delivered < limit and (letter := _claim()):
            _hand_over(letter, post_office)
            delivered += 1
    finally:
        post_office.close()
    return delivered


@transaction.atomic
def _claim() -> Letter | None:
    """Note that this worker hands it over now, in a transaction of its own: a crash from here on is found out by time.

    No lock is held while a mail server takes its time.
    """
    due = Letter.objects.waiting().filter(next_try_at__lte=now()).order_by("kind", "next_try_at")
    if _minute_is_full():
        due = due.filter(kind=Letter.Kind.WRITTEN)
    letter = first_free(due)
    if letter is None:
        return None
    letter.tries += 1
    letter.handed_at = now()
    letter.next_try_at = letter.handed_at + HANDING
    letter.save(update_fields=["tries", "handed_at", "next_try_at"])
    return letter


def _minute_is_full() -> bool:
    told = Letter.objects.exclude(kind=Letter.Kind.WRITTEN).filter(sent_at__gt=now() - timedelta(minutes=1))
    return told.count() >= settings.MAIL_A_MINUTE


def _hand_over(letter: Letter, post_office: BaseEmailBackend) -> None:
    """One connection serves many, so that nothing comes between the server's yes and our noting it."""
    mail: EmailMessage | None = KeptMail(letter) if letter.kind == Letter.Kind.WRITTEN else _written(letter)
    if mail is None:
        _note(letter, given_up_at=now(), message=b"", subject="")
        return
    try:
        post_office.open()
        post_office.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refused:
        _note_refused(letter, *next(iter(refused.recipients.values())))  # it has one only
    except OSError as trouble:  # smtplib's errors are OSErrors, like those of the network.
        post_office.close()
        _note_trouble(letter, type(trouble).__name__)
    else:
        kept = {"subject": mail.subject, "message": mail.message().as_bytes()} if settings.DEMO else {}
        # The demonstration's page shows them; elsewhere a link or a code that is still good is not left lying.
        _note(letter, sent_at=now(), trouble="", **{"subject": "", "message": b"", **kept})


def _written(letter: Letter) -> EmailMessage | None:
    mail = letters.written(letter)
    if mail is None:
        letter.trouble = "nothing left to tell"
    elif DeadAddress.objects.filter(email=mail.to[0].lower()).exists():
        letter.trouble, mail = "dead address", None
    else:
        letter.to = mail.to[0]
    return mail


def _note(letter: Letter, **values) -> None:
    """What became of it. Nothing else of the row is touched."""
    Letter.objects.filter(pk=letter.pk).update(**{"to": letter.to, "trouble": letter.trouble, **values})


def _note_trouble(letter: Letter, trouble: str) -> None:
    given_up_at = now() if now() - letter.created_at > GIVE_UP_AFTER else None
    pause = min(timedelta(minutes=2**letter.tries), timedelta(hours=4))
    _note(letter, trouble=trouble, next_try_at=now() + pause, given_up_at=given_up_at)


def _note_refused(letter: Letter, code: int, said: bytes) -> None:
    """The server takes nothing for this address. For good: no news goes there until its member or a new one says so."""
    status = f"{code} {''.join(_enhanced(said))}".strip()
    if code < 500 or ABOUT_SOMETHING_ELSE.search(status):
        _note_trouble(letter, f"refused: {status}")
        return
    if Member.objects.filter(email__iexact=letter.to).exists():
        DeadAddress.objects.get_or_create(email=letter.to.lower(), defaults={"said": status})
    _note(letter, trouble=f"refused: {status}", given_up_at=now())


def _enhanced(said: bytes) -> list[str]:
    """The status code of RFC 3463 in an answer, and nothing else of it: the rest may name people."""
    text = said.decode("ascii", "replace")
    return (ABOUT_THE_ADDRESS.findall(text) or ABOUT_SOMETHING_ELSE.findall(text))[:1]


def forget() -> int:
    """Drop letters a week after they were sent or given up, addresses too: some are of people who never joined."""
    over = now() - FORGET_AFTER
    DeadAddress.objects.exclude(email__in=Member.objects.annotate(low=Lower("email")).values("low")).delete()
    return Letter.objects.filter(Q(sent_at__lt=over) | Q(given_up_at__lt=over)).delete()[0]


def _text(mail: Message) -> str:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    return bytes(part.get_payload(decode=True)).decode(part.get_content_charset() or "utf-8")
