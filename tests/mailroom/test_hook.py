"""Mail that a hosted sender brings by HTTP."""

import base64
import hashlib
import hmac

import pytest

from discussions.models import Post
from mailroom import sorting
from mailroom.models import Incoming
from tests.mailroom.conftest import written

pytestmark = pytest.mark.django_db
PASSWORD = "sender:an-invented-password-of-a-hook"
SIGNED = {"HTTP_AUTHORIZATION": f"Basic {base64.b64encode(PASSWORD.encode()).decode()}"}


@pytest.fixture
def hosted(settings):
    settings.MAIL_HOOK, settings.MAIL_HOOK_PASSWORD = "postmark", PASSWORD
    settings.ANYMAIL = {"WEBHOOK_SECRET": PASSWORD, "MAILGUN_WEBHOOK_SIGNING_KEY": "an-invented-key"}
    return settings


def brought(post_office, mail):
    sender = [{"Name": "Return-Path", "Value": "<cole.colleague@example.org>"}]
    return {"RawEmail": mail, "OriginalRecipient": post_office.reply, "Headers": sender}


def test_a_mail_is_kept_and_posted_as_any_other(client, cast, post_office, hosted):
    mail = brought(post_office, written())
    for _ in range(2):  # it comes again where our yes was lost
        answer = client.post("/mail/in/", mail, "application/json", **SIGNED)
        assert answer.status_code == 200
    sorting.sort()
    assert sorted(Incoming.objects.values_list("reason", flat=True)) == ["again", "reply"]
    assert Post.objects.get(author=cast.colleague).body == "I would wait."


def test_nobody_else_brings_mail(client, post_office, hosted):
    wrong = {"HTTP_AUTHORIZATION": f"Basic {base64.b64encode(b'sender:guess').decode()}"}
    for signed in ({}, wrong):
        answer = client.post("/mail/in/", brought(post_office, written()), "application/json", **signed)
        assert answer.status_code == 400
    hosted.MAIL_HOOK_PASSWORD = ""
    assert client.post("/mail/in/", brought(post_office, written()), "application/json").status_code == 404
    assert not Incoming.objects.exists()


def test_a_sender_that_signs_is_held_to_it(client, post_office, hosted):
    hosted.MAIL_HOOK = "mailgun"
    mail = {"sender": "cole.colleague@example.org", "recipient": post_office.reply, "body-mime": written()}
    mail |= {"timestamp": "1761000000", "token": "t" * 50}
    right = hmac.new(b"an-invented-key", b"1761000000" + b"t" * 50, hashlib.sha256).hexdigest()
    for signature, status in (("0" * 64, 400), (right, 200)):
        assert client.post("/mail/in/", mail | {"signature": signature}, **SIGNED).status_code == status
    assert Incoming.objects.count() == 1


def test_a_mail_with_large_files_comes_in_whole(client, post_office, hosted):
    mail = brought(post_office, written("x" * 79 + "\n") + ("y" * 79 + "\n") * 50_000)
    assert client.post("/mail/in/", mail, "application/json", **SIGNED).status_code == 200
    assert Incoming.objects.get().size > 4_000_000
