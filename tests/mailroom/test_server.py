"""The door itself: real SMTP and LMTP, by Python's own clients."""

import smtplib
import socket
from email.message import EmailMessage

import pytest
from django.db import connection, connections

from mailroom.models import Incoming
from mailroom.server import Reception
from notifications import addresses
from tests.mailroom.conftest import DOMAIN, make_thread, written
from tests.notifications.test_outbox import free_port
from tests.people import make_cast

pytestmark = pytest.mark.django_db(transaction=True)
FORUM = f"commons@{DOMAIN}"


@pytest.fixture
def door(settings, request):
    settings.MAIL_DOMAIN, settings.MAIL_MOST_MB = DOMAIN, 1
    receptions = []

    def door(*, lmtp=False):
        reception = Reception("127.0.0.1", free_port(), lmtp=lmtp)
        reception.start()
        receptions.append(reception)
        client = smtplib.LMTP if lmtp else smtplib.SMTP
        return client("127.0.0.1", reception.port, timeout=60)

    yield door
    for reception in receptions:
        reception.stop()


def test_what_was_said_yes_to_is_kept_whole(door):
    cast = make_cast()
    reply = addresses.reply_address(cast.colleague, make_thread(cast))
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = cast.colleague.email, reply, "Grüße"
    mail.set_content("Grüße\n.\n..\nEnde")
    with door() as smtp:
        smtp.send_message(mail, from_addr=cast.colleague.email, to_addrs=[reply, FORUM])
    rows = Incoming.objects.all()
    assert {(row.sender, row.recipient, row.place) for row in rows} == {
        (cast.colleague.email, reply, "a reply"),
        (cast.colleague.email, FORUM, "forum commons"),
    }
    assert all(row.content == mail.as_bytes().replace(b"\n", b"\r\n") for row in rows)


def test_unknown_addresses_too_much_and_too_many_are_refused_at_the_door(door):
    make_cast()
    with door() as smtp:
        smtp.ehlo()
        smtp.mail("eve@evil.example")
        assert smtp.rcpt("nobody@lists.example.org")[0] == 550
        assert smtp.rcpt("eve@elsewhere.example")[0] == 550  # it passes nothing on
        assert smtp.rcpt(FORUM)[0] == 250
        assert smtp.data(b"x" * 70 + (b"\r\n" + b"y" * 70) * 20_000)[0] == 552
        smtp.mail("eve@evil.example")
        assert [smtp.rcpt(FORUM)[0] for _ in range(21)] == [250] * 20 + [452]
        smtp.rset()
        smtp.mail("eve@evil.example")
        smtp.rcpt(FORUM)
        assert smtp.data(b"a line\r\n" + b"z" * 100_000)[0] == 500
    assert not Incoming.objects.exists()


def test_lmtp_answers_for_each_recipient(door):
    cast = make_cast()
    reply = addresses.reply_address(cast.colleague, make_thread(cast))
    with door(lmtp=True) as lmtp:
        lmtp.ehlo()
        lmtp.mail(cast.colleague.email)
        lmtp.rcpt(reply)
        lmtp.rcpt(FORUM)
        assert lmtp.data(written().encode())[0] == 250
        assert lmtp.getreply()[0] == 250
        assert lmtp.noop()[0] == 250
    assert Incoming.objects.count() == 2


def test_where_it_cannot_be_kept_nobody_is_told_that_it_is(door):
    make_cast()
    with door() as smtp:
        smtp.ehlo()
        smtp.mail("cole.colleague@example.org")
        assert smtp.rcpt(FORUM)[0] == 250
        table = Incoming._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
        try:
            assert smtp.data(written().encode())[0] == 451
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table}_away RENAME TO {table}")
        smtp.mail("cole.colleague@example.org")
        smtp.rcpt(FORUM)
        assert smtp.data(written().encode())[0] == 250
    assert Incoming.objects.count() == 1


def test_who_says_nothing_or_nonsense_harms_nobody(door):
    make_cast()
    smtp = door()
    silent = socket.create_connection(("127.0.0.1", smtp.sock.getpeername()[1]))
    silent.sendall(b"\x00\xff" * 1000 + b"\r\n" + b"MAIL FROM:<\xff>\r\n" * 3)
    silent.close()
    assert smtp.noop()[0] == 250
    smtp.quit()
    connections.close_all()
