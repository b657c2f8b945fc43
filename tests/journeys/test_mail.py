"""A thread that is open in two browsers and in a mail program."""

import re
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from uuid import uuid4

from playwright.sync_api import expect

from discussions import actions
from discussions.models import Post
from notifications import mailing
from spaces.models import Membership
from tests.browser import assert_accessible
from tests.journeys.conftest import PATIENCE


def test_one_conversation_in_two_browsers_and_by_mail(cast, open_page, apart, mailbox, mail_port):
    thread = apart(
        actions.start_thread,
        space=cast.commons.space,
        by=cast.member,
        kind="question",
        title="Who waits with them?",
        body="Ours wait alone, for an hour.",
        client_id=uuid4(),
    )
    apart(actions.enrol_readers)
    apart(mailing.keep_up)
    apart(Membership.objects.filter(space=cast.commons.space, member=cast.colleague).update, notify="each")
    asker, other = open_page(cast.member), open_page(cast.outsider)
    for page in (asker, other):
        page.goto(thread.get_absolute_url())
    asker.get_by_label("Your message", exact=True).fill("I mean before the interview.")
    asker.get_by_role("button", name="Send", exact=True).click()

    expect(other.locator(".message", has_text="I mean before the interview.")).to_be_visible()
    opening, newest = apart(lambda: list(Post.objects.order_by("seq").values_list("pk", flat=True)))
    envelope, letter = mailbox.next_named(f"<{newest}@lists.example.org>")
    assert letter["In-Reply-To"] == letter["References"] == f"<{opening}@lists.example.org>"
    assert letter["To"] == cast.colleague.email
    assert "I mean before the interview." in letter.get_body(("plain",)).get_content()
    assert re.fullmatch(r"b-[a-z2-7]{42}@lists\.example\.org", envelope)

    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = cast.colleague.email, letter["Reply-To"], letter["Subject"]
    reply["Message-ID"], reply["In-Reply-To"] = make_msgid(domain="mail.example.org"), letter["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in letter.get_body(("plain",)).get_content().splitlines())
    reply.set_content(
        f"A volunteer does, with tea.\n\n-- \nCole\n612-555-0100\n\nOn 11/23/26 16:10, Commons wrote:\n{quoted}\n"
    )
    for _ in range(2):  # as a mail server that missed our yes
        with smtplib.SMTP("127.0.0.1", mail_port, timeout=PATIENCE / 1000) as smtp:
            smtp.send_message(reply, cast.colleague.email, parseaddr(letter["Reply-To"])[1])
    for page in (asker, other):
        arrived = page.locator(".message", has_text="A volunteer does, with tea.")
        expect(arrived).to_have_count(1)
        expect(arrived).not_to_contain_text("612-555")
        expect(arrived).not_to_contain_text("Commons wrote")
        expect(arrived).to_contain_text("Cole Colleague")

    staff = open_page(cast.staff)
    staff.goto("/staff/mail/in/")
    expect(staff.get_by_text("As a reply")).to_have_count(1)
    expect(staff.get_by_text("Was here before")).to_have_count(1)
    assert_accessible(staff)
