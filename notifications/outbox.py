"""The outbox: Django's mail backend, which keeps every mail in the transaction that wrote it, and the worker's half."""

from collections.abc import Sequence
from datetime import timedelta
from email import message_from_bytes
from email.message import Message

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.console import EmailBackend as ConsoleMailBackend
from django.core.mail.message import MIMEMixin
from django.db import connection, transaction
from django.db.models import Q
from django.utils.timezone import now

from notifications.models import Letter

GIVE_UP_AFTER = timedelta(days=4)  # RFC 5321, 4.5.4.1: the give-up time needs to be at least 4 to 5 days.
FORGET_AFTER = timedelta(days=7)


class OutboxBackend(BaseEmailBackend):
    """Sending is writing a row, one a recipient, so that nobody sees another's address."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        letters = []
        for mail in email_messages:
            recipients = mail.recipients()
            for recipient in recipients:
                mail.to, mail.cc, mail.bcc = [recipient], [], []
                letters.append(Letter(to=recipient, subject=str(mail.subject), message=mail.message().as_bytes()))
        Letter.objects.bulk_create(letters)
        return len(letters)


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
    """Hand over what is due, oldest first. A failure is tried again, later each time, and in the end given up."""
    delivered = 0
    while delivered < limit and _deliver_one():
        delivered += 1
    return delivered


@transaction.atomic
def _deliver_one() -> bool:
    due = Letter.objects.waiting().filter(next_try_at__lte=now()).order_by("next_try_at")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    letter = due.first()
    if letter is None:
        return False
    letter.tries += 1
    try:
        get_connection(settings.MAIL_BACKEND).send_messages([KeptMail(letter)])
        letter.sent_at, letter.trouble = now(), ""
        if not settings.DEMO:  # its page shows them; elsewhere a link or a code that is still good is not left lying
            letter.message, letter.subject = b"", ""
    except OSError as trouble:  # smtplib's errors are OSErrors, like those of the network.
        letter.trouble = type(trouble).__name__
        letter.next_try_at = now() + min(timedelta(minutes=2**letter.tries), timedelta(hours=4))
        if now() - letter.created_at > GIVE_UP_AFTER:
            letter.given_up_at = now()
    letter.save()
    return True


def forget() -> int:
    """Drop letters a week after they were sent or given up, addresses too: some are of people who never joined."""
    over = now() - FORGET_AFTER
    return Letter.objects.filter(Q(sent_at__lt=over) | Q(given_up_at__lt=over)).delete()[0]


def _text(mail: Message) -> str:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    return bytes(part.get_payload(decode=True)).decode(part.get_content_charset() or "utf-8")
