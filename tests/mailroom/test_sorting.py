"""Who may post by mail, and who may not; what is let go; what is answered, and how often."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils.timezone import now

from discussions import actions
from discussions.models import Draft, FirstPost, Forum, Post, Thread
from groups.models import Group
from mailroom import keeping, sorting
from mailroom.models import Incoming
from members.models import Affiliation, Member
from notifications import addresses, letters
from notifications.models import DeadAddress, Letter, ReplyAddress
from tests.mailroom.conftest import DOMAIN, written
from tests.people import make_forum

pytestmark = pytest.mark.django_db
FORUM = f"commons@{DOMAIN}"
TRUSTED = "Authentication-Results"


def answers():
    """The letters that wait, as (recipient, whole mail)."""
    return [(one.to, bytes(one.message).decode()) for one in Letter.objects.order_by("created_at")]


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"


def test_a_reply_is_in_its_thread_once_and_its_mail_is_gone(cast, post_office):
    mail = written()
    for _ in range(2):
        post_office.arrive(mail)
    sorting.sort()
    post = Post.objects.get(thread=post_office.thread, body="I would wait.")
    assert post.author == cast.colleague
    again, first = Incoming.objects.order_by("fate")
    assert [(one.fate, one.reason) for one in (first, again)] == [("posted", "reply"), ("let go", "again")]
    assert all(bytes(one.content) == b"" and one.recipient == "" for one in (first, again))
    assert answers() == []


def test_the_same_message_id_posts_once_for_ever(cast, post_office):
    mail = written()
    assert post_office.settle(mail).fate == "posted"
    Incoming.objects.update(settled_at=now() - timedelta(days=91))
    assert sorting.forget() == 1
    assert post_office.settle(mail.replace("I would", "We would")).reason == "again"
    assert Post.objects.filter(author=cast.colleague).count() == 1
    # somebody else's mail of that name is their own
    other = addresses.reply_address(cast.outsider, post_office.thread)
    mail = mail.replace("Cole Colleague <cole.colleague@", "Olive <olive.outsider@")
    assert post_office.settle(mail, to=other, sender=cast.outsider.email).fate == "posted"


def test_a_mail_to_a_forum_starts_a_thread(cast, post_office):
    mail = written("In a car, often.", Subject="=?utf-8?q?Where_is_it_private=3F?=")
    assert post_office.settle(mail, to=FORUM).reason == "thread"
    thread = Thread.objects.get(title="Where is it private?")
    assert (thread.kind, thread.opening.body, thread.opening.author) == (
        "question",
        "In a car, often.",
        cast.colleague,
    )


def test_a_mail_to_a_forum_that_answers_one_of_our_letters_is_a_reply(cast, post_office):
    asked = letters.message_id(post_office.thread.opening)
    assert post_office.settle(written(In_Reply_To=asked), to=FORUM).reason == "reply"
    assert Thread.objects.filter(space=cast.commons.space).count() == 1


def test_an_answer_to_what_was_moved_meanwhile_finds_it(cast, post_office):
    asked = letters.message_id(post_office.thread.opening)
    legal = make_forum()
    actions.move_thread(thread=post_office.thread, to=legal, by=cast.staff)
    assert post_office.settle(written(In_Reply_To=asked), to=FORUM).reason == "reply"
    assert Post.objects.get(author=cast.colleague).space == legal.space


def test_an_answer_to_what_was_split_off_meanwhile_finds_it(cast, post_office):
    thread = post_office.thread
    post = actions.write_post(thread=thread, by=cast.member, body="And in winter?", client_id=uuid4())
    new = actions.split_thread(thread=thread, posts=[post], kind="question", title="Winter", by=cast.staff)
    assert post_office.settle(written(In_Reply_To=letters.message_id(post))).reason == "reply"
    assert Post.objects.get(author=cast.colleague).thread == new


def test_what_one_types_on_the_page_stays(cast, post_office):
    actions.save_draft(thread=post_office.thread, by=cast.colleague, body="Half a")
    actions.save_first_draft(space=cast.commons.space, by=cast.colleague, title="Another", body="thought")
    assert post_office.settle(written()).fate == post_office.settle(written(), to=FORUM).fate == "posted"
    kept = Draft.objects.filter(member=cast.colleague).order_by("body").values_list("title", "body")
    assert list(kept) == [("", "Half a"), ("Another", "thought")]


def test_who_copies_the_forum_is_heard_once(cast, post_office):
    assert keeping.keep(written().encode(), sender=cast.colleague.email, recipients=[FORUM, post_office.reply]) == 2
    sorting.sort()
    assert sorted(Incoming.objects.values_list("place", "reason")) == [
        ("a reply", "reply"),
        ("forum commons", "again"),
    ]


def test_what_could_identify_a_client_is_held_and_never_echoed(cast, post_office):
    mail = written("Of the client:\n\nwrite to A 123 456 789 please,\nphone 612-555-0142.")
    assert post_office.settle(mail).reason == "held"
    ((to, letter),) = answers()
    assert to == cast.colleague.email
    assert "in line 3 of your text" in letter
    assert "in line 4 of your text" in letter
    for secret in ("123 456", "555-0142", "Who waits", "please"):
        assert secret not in letter
    assert not Post.objects.filter(author=cast.colleague).exists()


def test_a_token_of_somebody_else_posts_nothing(cast, post_office):
    stolen = written(sender=f"Olive <{cast.outsider.email}>")
    assert post_office.settle(stolen, sender=cast.outsider.email).reason == "sender"
    assert Post.objects.count() == 1


@pytest.mark.parametrize(
    "sender",
    [
        "Cole <cole.colleague@example.org>, Eve <eve@evil.example>",
        "=?utf-8?q?cole=2Ecolleague=40example=2Eorg=20=28?= <eve@evil.example>",
        '"cole.colleague@example.org" <eve@evil.example>',
        "cole.colleague@example.org\nFrom: eve@evil.example",
        "cole.colleague@example.org <eve@evil.example>",
        "",
    ],
)
def test_no_name_passes_for_an_address(cast, post_office, sender):
    for envelope in ("eve@evil.example", cast.colleague.email):
        assert post_office.settle(written(sender=sender), sender=envelope).fate == "refused"
    assert Post.objects.count() == 1


def test_envelope_and_mail_agree(cast, post_office):
    for envelope in ("eve@evil.example", "cole@notexample.org", "cole@org"):
        assert post_office.settle(written(), sender=envelope).reason == "envelope"
    assert post_office.settle(written(), sender="bounce+17@mail.example.org").fate == "posted"
    assert answers() == []


def test_a_stranger_is_told_once_a_day_that_members_write_here(cast, post_office):
    mail = {"sender": "eve@evil.example", "to": FORUM}
    for number in range(3):
        post_office.settle(written(f"Buy {number}", sender="Eve <eve@evil.example>"), **mail)
    ((to, letter),) = answers()
    assert to == "eve@evil.example"
    assert "from members only" in letter.replace("=\n", "")
    assert "auto-replied" in letter
    assert post_office.settle(written("unsubscribe"), to=FORUM).reason == "command"
    assert len(answers()) == 2
    cache.clear()
    post_office.settle(written("Buy", sender="Eve <eve@evil.example>"), **mail)
    assert len(answers()) == 3


@pytest.fixture
def trusted(settings):
    settings.MAIL_TRUSTS = "mx.example.org"


@pytest.mark.parametrize(
    ("said", "place", "reason"),
    [
        ("mx.example.org; dmarc=pass header.from=example.org", FORUM, "thread"),
        ("mx.example.org; dkim=pass header.d=example.org", FORUM, "thread"),
        ("mx.example.org; spf=pass smtp.mailfrom=cole.colleague@example.org", FORUM, "thread"),
        ("mx.example.org; dkim=pass header.d=evil.example", FORUM, "unproven"),
        ("mx.example.org; spf=none smtp.mailfrom=example.org; dkim=none", FORUM, "unproven"),
        ("mx.example.org; dmarc=fail header.from=example.org", FORUM, "forged"),
        ("mx.example.org; dmarc=pass header.from=evil.example", FORUM, "forged"),
        ("mx.evil.example; dmarc=pass header.from=example.org", FORUM, "unproven"),
        ("mx.example.org.evil.example; dmarc=pass header.from=example.org", FORUM, "unproven"),
        ('evil.example; dmarc=pass (mx.example.org; dmarc=pass) header.from="mx.example.org"', FORUM, "unproven"),
        ("mx.example.org; spf=fail smtp.mailfrom=example.org", None, "forged"),
        ("mx.evil.example; dmarc=fail header.from=example.org", None, "reply"),
        ("mx.example.org; none", None, "reply"),
        ("garbage ;;; = dmarc", None, "reply"),
    ],
)
def test_only_the_mail_server_that_we_trust_is_heard(trusted, post_office, said, place, reason):
    mail = written(Authentication_Results=said, Subject="A thread")
    assert post_office.settle(mail, to=place or post_office.reply).reason == reason


def test_the_topmost_of_its_name_counts(trusted, post_office):
    forged = f"{TRUSTED}: mx.example.org; dmarc=fail header.from=example.org\n" + written(
        Authentication_Results="mx.example.org; dmarc=pass header.from=example.org"
    )
    assert post_office.settle(forged).reason == "forged"
    assert answers() == []


def test_without_a_verdict_nobody_starts_a_thread_in_production(trusted, post_office, settings):
    settings.MAIL_TRUSTS, settings.PRODUCTION = "", True
    said = "mx.example.org; dmarc=pass header.from=example.org"
    assert post_office.settle(written(Authentication_Results=said), to=FORUM).reason == "unproven"
    assert post_office.settle(written()).reason == "reply"


def test_whoever_lost_the_right_is_told_and_posts_nothing(cast, post_office):
    Affiliation.objects.filter(member=cast.colleague).update(ended_at=now())
    assert post_office.settle(written()).reason in ("gone", "rights")
    assert len(answers()) == 1


def test_the_deactivated_are_strangers(cast, post_office):
    Member.objects.filter(pk=cast.colleague.pk).update(deactivated_at=now())
    assert post_office.settle(written()).reason == "unknown"


def test_addresses_end_with_sessions_by_hand_and_by_time(cast, post_office):
    ReplyAddress.objects.update(expires_at=now())
    assert post_office.settle(written()).reason == "expired"
    renewed = addresses.reply_address(cast.colleague, post_office.thread)
    assert renewed != post_office.reply
    assert post_office.settle(written()).reason == "expired"
    assert post_office.settle(written(), to=renewed).fate == "posted"
    Member.objects.filter(pk=cast.colleague.pk).update(session_version=7)
    assert post_office.settle(written(), to=renewed).reason == "expired"
    cast.colleague.refresh_from_db()
    renewed = addresses.reply_address(cast.colleague, post_office.thread)
    addresses.revoke(cast.colleague)
    assert post_office.settle(written(), to=renewed).reason == "expired"


def test_a_closed_thread_takes_nothing_and_says_so(cast, post_office):
    actions.close_thread(thread=post_office.thread, by=cast.staff)
    assert post_office.settle(written()).reason == "rule"
    assert "This conversation is closed" in answers()[0][1].replace("=\n", "")


def test_nothing_comes_into_a_group_by_mail(cast, post_office):
    chat = Group.objects.get().space.threads.get(kind="chat")
    address = addresses.reply_address(cast.colleague, chat)  # no letter carries one
    assert post_office.settle(written(), to=address).reason == "gone"
    assert Post.objects.count() == 1


def test_only_our_addresses_are_known(cast, post_office):
    made_up = post_office.reply[:10] + ("a" if post_office.reply[10] != "a" else "b") + post_office.reply[11:]
    for address in (
        made_up,
        f"nobody@{DOMAIN}",
        "commons@elsewhere.example",
        "r-@" + DOMAIN,
        "",
        "@",
        f"r-{'a' * 42}@{DOMAIN}",
    ):
        assert not keeping.is_known(address)
    for address in (post_office.reply, post_office.reply.upper(), FORUM, addresses.bounce_address(cast.member)):
        assert keeping.is_known(address)


def test_a_letter_carries_them_in_headers_only(cast, post_office):
    post = post_office.thread.opening
    letter = letters.written(Letter(kind="post", member=cast.colleague, to="", posts=[str(post.pk)]))
    assert letter.extra_headers["Reply-To"] == f"Commons <{post_office.reply}>"
    assert letter.from_email == addresses.bounce_address(cast.colleague)
    message = letter.message()
    assert message["From"] == f"Commons <{FORUM}>"
    text = "".join(part.get_payload(decode=True).decode() for part in message.walk() if not part.is_multipart())
    assert post_office.reply.partition("@")[0] not in text
    actions.close_thread(thread=post_office.thread, by=cast.staff)
    letter = letters.written(Letter(kind="post", member=cast.colleague, to="", posts=[str(post.pk)]))
    assert "Reply-To" not in letter.extra_headers


def bounce(status="5.1.1", action="failed", **headers):
    named = {"From": "MAILER-DAEMON@mx.example.org", "Subject": "Undelivered", "MIME-Version": "1.0"} | headers
    named["Content-Type"] = 'multipart/report; report-type=delivery-status; boundary="b"'
    parts = [
        "Content-Type: text/plain\n\nIt did not arrive.",
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
        f"Final-Recipient: rfc822; someone@example.org\nAction: {action}\nStatus: {status}",
        "Content-Type: text/rfc822-headers\n\nSubject: [Commons] Who waits with them?",
    ]
    head = "\n".join(f"{name}: {value}" for name, value in named.items())
    return head + "\n\n" + "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"


def test_a_bounce_for_good_stops_news(cast, post_office):
    row = post_office.settle(bounce(), to=addresses.bounce_address(cast.colleague), sender="")
    assert (row.fate, row.reason) == ("heeded", "bounced: 5.1.1")
    assert DeadAddress.objects.get().email == cast.colleague.email


@pytest.mark.parametrize(("status", "action"), [("4.4.1", "delayed"), ("5.7.1", "failed"), ("5.1.1", "delivered")])
def test_what_is_not_final_or_is_about_us_stops_nothing(cast, post_office, status, action):
    row = post_office.settle(bounce(status, action), to=addresses.bounce_address(cast.colleague), sender="")
    assert row.fate == "let go"
    assert not DeadAddress.objects.exists()


def test_nobody_forges_the_end_of_anothers_letters(cast, post_office):
    assert post_office.settle(bounce(), to=FORUM, sender="").reason == "report"
    assert post_office.settle(bounce(), to=post_office.reply, sender="").reason == "report"
    old = addresses.bounce_address(cast.colleague)
    Member.objects.filter(pk=cast.colleague.pk).update(email="new@example.org")
    assert post_office.arrive(bounce(), to=old, sender="") == 0  # of an address that they left
    assert not DeadAddress.objects.exists()


def test_a_complaint_stops_news_too(cast, post_office):
    complaint = (
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\nFrom: fbl@example.org\n\n'
        "--b\nContent-Type: text/plain\n\nSpam.\n--b\nContent-Type: message/feedback-report\n\n"
        f"Feedback-Type: abuse\nVersion: 1\nOriginal-Mail-From: <{addresses.bounce_address(cast.colleague)}>\n"
        "--b\nContent-Type: text/rfc822-headers\n\nSubject: x\n--b--\n"
    )
    row = post_office.settle(complaint, to=f"abuse@{DOMAIN}", sender="")
    assert (row.fate, row.reason, row.member) == ("heeded", "complaint", cast.colleague)
    assert DeadAddress.objects.get().said == "complaint"


def mixed(*parts, body="See the plan."):
    head = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\nFrom: cole.colleague@example.org\n'
    head += f"Message-ID: <{uuid4()}@mail.example.org>\nSubject: Re: x\n\n"
    return head + "".join(f"--b\n{part}\n" for part in (f"Content-Type: text/plain\n\n{body}", *parts)) + "--b--\n"


def test_a_text_goes_through_every_check(cast, post_office):
    plan = 'Content-Type: text/plain; name="plan.txt"\nContent-Disposition: attachment; filename="plan.txt"\n\nTea.'
    assert post_office.settle(mixed(plan)).fate == "posted"
    (file,) = Post.objects.get(author=cast.colleague).files.all()
    assert (file.name, file.content_type, file.uploaded_by) == ("plan.txt", "text/plain", cast.colleague)
    assert post_office.settle(mixed(plan.replace("Tea.", "Call 612-555-0142"))).reason == "held"
    program = 'Content-Type: application/x-dosexec\nContent-Disposition: attachment; filename="plan.exe"\n\nMZ\x7f\x01'
    assert post_office.settle(mixed(program)).reason == "rule"
    assert "can be shared here" in answers()[-1][1].replace("=\n", "")


def test_winmail_is_refused_with_the_way_out(cast, post_office):
    tnef = 'Content-Type: application/ms-tnef\nContent-Disposition: attachment; filename="winmail.dat"\n\nx'
    assert post_office.settle(mixed(tnef)).reason == "winmail"
    assert "Message format" in answers()[0][1].replace("=\n", "")


@pytest.mark.parametrize("to_forum", [True, False])
def test_a_first_post_by_mail_waits_once_and_is_not_refused(cast, post_office, to_forum):
    Forum.objects.update(hold_first=True)
    actions.save_first_draft(space=cast.commons.space, by=cast.colleague, title="Another", body="thought")
    mail = written("In a car, often.")
    to = {"to": FORUM} if to_forum else {}
    settled = post_office.settle(mail, **to)
    assert (settled.fate, settled.post, bytes(settled.content), settled.answered) == ("waits", None, b"", True)
    ((told, letter),) = answers()
    assert told == cast.colleague.email
    assert FirstPost.objects.get().get_absolute_url() in letter.replace("=\n", "")
    assert "In a car" not in letter
    assert post_office.settle(mail, **to).reason == "again"
    assert len(answers()) == 1
    assert Draft.objects.get().title == "Another"
    first = FirstPost.objects.get()
    assert (first.member, first.body, first.thread is None) == (cast.colleague, "In a car, often.", to_forum)
    assert actions.release(first=first, by=cast.staff).author == cast.colleague
    assert post_office.settle(mail, **to).reason == "again"
