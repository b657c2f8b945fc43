import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.utils.timezone import now

from notifications import outbox
from notifications.models import Letter


class Mailbox:
    """A mail server's end: what it was handed, by recipient."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mail_settings(settings):
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"
    settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    return settings


@pytest.fixture
def mail_server(mail_settings):
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=mail_settings.EMAIL_PORT)
    controller.start()
    yield mailbox
    controller.stop()


def write(*to, subject="Your application"):
    mail = EmailMultiAlternatives(subject, "Grüße — text", to=list(to))
    mail.attach_alternative("<p>Grüße — text</p>", "text/html")
    mail.send()


def test_a_mail_goes_once_to_each_and_nobody_sees_another(db, mail_server):
    write("mara@example.org", "cole@example.org")
    assert outbox.deliver() == 2
    assert outbox.deliver() == 0
    assert sorted(to for to, _ in mail_server.mails) == [["cole@example.org"], ["mara@example.org"]]
    for to, content in mail_server.mails:
        others = {b"mara@example.org", b"cole@example.org"} - {to[0].encode()}
        assert not any(other in content for other in others)


def test_a_mail_waits_while_the_mail_server_is_gone_and_goes_when_it_is_back(db, mail_settings):
    write("mara@example.org")
    assert outbox.deliver() == 1
    letter = Letter.objects.get()
    assert (letter.sent_at, letter.tries, letter.trouble) == (None, 1, "ConnectionRefusedError")
    assert letter.next_try_at > now()

    Letter.objects.update(next_try_at=now())
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=mail_settings.EMAIL_PORT)
    controller.start()
    try:
        assert outbox.deliver() == 1
    finally:
        controller.stop()
    assert len(mailbox.mails) == 1
    assert Letter.objects.get().sent_at is not None


def test_after_four_days_a_letter_is_given_up_and_says_so(db, mail_settings):
    write("mara@example.org")
    Letter.objects.update(created_at=now() - timedelta(days=4, minutes=1))
    outbox.deliver()
    letter = Letter.objects.get()
    assert letter.given_up_at is not None
    assert outbox.deliver() == 0


def test_a_mail_written_in_a_transaction_that_fails_is_never_sent(db, mail_server):
    with transaction.atomic():
        write("mara@example.org")
        transaction.set_rollback(True)
    assert outbox.deliver() == 0
    assert mail_server.mails == []


def test_a_line_break_in_a_subject_is_refused(db, mail_settings):
    with pytest.raises(ValueError, match="newlines"):
        EmailMessage("Hello\nBcc: eve@example.org", "text", to=["mara@example.org"]).send()
    assert Letter.objects.count() == 0


def test_a_sent_mail_leaves_no_link_behind_and_after_a_week_no_address(db, mail_server):
    write("mara@example.org", subject="Your code is BCDF-GHJK")
    outbox.deliver()
    letter = Letter.objects.get()
    assert (bytes(letter.message), letter.subject, len(mail_server.mails)) == (b"", "", 1)
    assert outbox.forget() == 0
    Letter.objects.update(sent_at=now() - timedelta(days=8))
    assert outbox.forget() == 1


def test_a_mail_that_was_given_up_is_forgotten_after_a_week(db, mail_settings):
    write("mara@example.org")
    Letter.objects.update(created_at=now() - timedelta(days=20), given_up_at=now() - timedelta(days=8))
    assert outbox.forget() == 1
