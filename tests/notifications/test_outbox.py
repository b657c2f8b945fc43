import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.utils.timezone import now

from notifications import outbox
from notifications.models import DeadAddress, Letter, Notice


class Mailbox:
    """A mail server's end: what it was handed, by recipient; whom it refuses, and how."""

    def __init__(self):
        self.mails = []
        self.refuses = {}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

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


def test_an_address_that_is_refused_for_good_gets_no_news_and_its_member_and_staff_see_why(client, cast, mail_server):
    mail_server.refuses = {cast.member.email: "550 5.1.1 No such user: " + cast.member.email}
    letter = Letter.objects.create(kind="digest", member=cast.member, to=cast.member.email, elsewhere=True)
    Notice.objects.create(member=cast.member, space=cast.group.space, kind="messages", first_seq=1, seq=1)
    assert outbox.deliver() == 1
    letter.refresh_from_db()
    assert (letter.given_up_at is not None, letter.trouble) == (True, "refused: 550 5.1.1")
    assert DeadAddress.objects.get().email == cast.member.email
    mail_server.refuses = {}
    Letter.objects.create(kind="digest", member=cast.member, to=cast.member.email, elsewhere=True)
    outbox.deliver()
    assert mail_server.mails == []

    client.force_login(cast.member)
    assert "550 5.1.1" in client.get("/notifications/choices/").content.decode()
    client.post("/notifications/choices/try-again/")
    assert not DeadAddress.objects.exists()
    DeadAddress.objects.create(email=cast.member.email, said="550 5.1.1")
    client.force_login(cast.staff)
    assert cast.member.email in client.get("/staff/mail/").content.decode()


@pytest.mark.parametrize("answer", ["450 4.2.1 Busy", "550 5.7.1 Relaying denied", "554 5.7.26 Not authenticated"])
def test_what_is_refused_for_a_while_or_because_of_us_is_tried_again(cast, mail_server, answer):
    mail_server.refuses = {"mara@example.org": answer}
    write("mara@example.org")
    outbox.deliver()
    assert not DeadAddress.objects.exists()
    assert Letter.objects.get().given_up_at is None


def test_news_go_out_at_a_pace_and_codes_do_not_wait_for_them(cast, mail_server, settings):
    settings.MAIL_A_MINUTE = 2
    Notice.objects.create(member=cast.member, space=cast.group.space, kind="messages", first_seq=1, seq=1)
    for _ in range(4):
        Letter.objects.create(kind="digest", member=cast.member, to=cast.member.email, elsewhere=True)
    write("mara@example.org", subject="Your code")
    assert outbox.deliver() == 3
    assert mail_server.mails[0][0] == ["mara@example.org"]
    assert outbox.deliver() == 0
    Letter.objects.filter(sent_at__isnull=False).update(sent_at=now() - timedelta(minutes=2))
    assert outbox.deliver() == 2


def test_two_workers_never_take_one_letter(db, mail_server):
    write("mara@example.org")
    assert outbox._claim() is not None
    assert outbox._claim() is None
    assert outbox.deliver() == 0
