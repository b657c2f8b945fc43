"""Mail that is made to harm: it is refused, costs little, and holds up nobody."""

import pytest

from discussions.models import Post
from files.models import File
from mailroom import cleaning, sorting
from mailroom.models import Incoming
from mailroom.reading import Mail, Unreadable
from notifications.models import Letter
from tests.mailroom.conftest import DOMAIN, written

pytestmark = pytest.mark.django_db
FORUM = f"commons@{DOMAIN}"


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"


def nested(depth, kind="multipart/mixed"):
    mail = "From: cole.colleague@example.org\n"
    for level in range(depth):
        mail += f'Content-Type: {kind}; boundary="b{level}"\n\n--b{level}\n'
    return mail + "Content-Type: text/plain\n\nDeep down.\n"


HOSTILE = {
    "nothing": "",
    "no mail at all": "\x00" * 1000,
    "deep": nested(99),
    "deeper": nested(5000),
    "mails within mails": "From: x@example.org\n" + "Content-Type: message/rfc822\n\n" * 3000,
    "wide": nested(1) + "".join(f"--b0\nContent-Type: text/plain\n\n{number}\n" for number in range(500)) + "--b0--\n",
    "headers without end": "X: y\n" * 60_000 + written(),
    "a header without end": f"From: {'a' * 300_000}@example.org\n\nx",
    "half a letter in base64": written("%%%=", Content_Transfer_Encoding="base64"),
    "a made-up encoding": written("x", Content_Transfer_Encoding="x-uuencode", Content_Type="text/plain; charset=\x01"),
    "a subject that is none": written(Subject="=?utf-8?b?!!!?= =?x?q?=00=0A?= =?utf-8?q?" + "=F0" * 500 + "?="),
    "parameters that repeat": written(Content_Type="text/plain; " + "; ".join(f"a*{n}*=b" for n in range(1500))),
    "names that are none": 'From: cole.colleague@example.org\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n'
    'Content-Type: application/pdf; name="../../../etc/passwd\x00"\n'
    "Content-Disposition: attachment; filename*=utf-8''..%2F%00\n\n%PDF-x\n--b--\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_break_a_parser_breaks_nothing(cast, post_office, name):
    for place in (post_office.reply, FORUM):
        row = post_office.settle(HOSTILE[name].encode("utf-8", "surrogateescape"), to=place)
        assert row.settled_at
        assert bytes(row.content) == b""
        assert row.tries <= 1
    assert post_office.settle(written("And the next one?")).fate == "posted"
    for post in Post.objects.all():
        assert not set(post.body) & {"\x00", "\r"}
    assert not any("/" in file.name for file in File.objects.all())


def test_html_that_keeps_a_parser_busy_is_levelled_first():
    for piece in (
        "<!--",
        "<![CDATA[",
        "<a " * 10,
        "<div>",
        "<blockquote type=cite>",
        "</",
        "&#x",
        "<b class='",
        "<!" * 3,
    ):
        cleaning.own_text(plain="", html=piece * 40_000)
    script = "<p>Hello</p><script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:x'>there</a>"
    assert cleaning.own_text(plain="", html=script).text == "Hello\nthere"


def test_text_that_keeps_a_pattern_busy_costs_little():
    """Lines longer than a person's introduction of a quotation are not asked whether they are one."""
    for line in ("On On " + "a " * 100_000, "<a@b> " * 30_000, "From: x\n" * 20_000, "> " * 50_000, "-" * 100_000):
        cleaning.own_text(plain=line, html="")
    for line in ("On " + "wrote " * 80 + "\n", "x" * 190 + "<a@b>" + "y" * 50 + "\n", "Thanks thanks " * 5 + "\n"):
        cleaning.own_text(plain=line * 1000, html="")


def test_no_header_comes_in_with_a_mail(cast, post_office):
    injected = written(
        "Call 612-555-0142.",
        Message_ID="<x@y>\r\n\tBcc: eve@evil.example",
        Subject="=?utf-8?q?Hello=0D=0ABcc:_eve?=",
    )
    for place in (post_office.reply, FORUM):
        assert post_office.settle(injected, to=place).reason == "held"
    for letter in Letter.objects.all():
        head = bytes(letter.message).partition(b"\n\n")[0].lower()
        assert b"bcc" not in head
        assert b"eve@" not in head
    assert post_office.settle(injected.replace("Call 612-555-0142.", "Hello."), to=FORUM).fate == "posted"
    assert "\n" not in Post.objects.get(body="Hello.").thread.title


def test_a_file_of_a_made_up_kind_or_too_many_are_refused_whole(cast, post_office, settings):
    settings.WRITES_A_MINUTE = 100
    part = "Content-Type: text/plain\nContent-Disposition: attachment; filename={0}.txt\n\nA text {0}.\n"
    head = 'From: cole.colleague@example.org\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nSee these.\n'
    many = head + "".join(f"--b\n{part.format(number)}" for number in range(11)) + "--b--\n"
    row = post_office.settle(many)
    assert (row.fate, row.reason) == ("refused", "rule")
    assert Post.objects.count() == 1


def test_a_page_of_mail_that_breaks_us_is_called_unreadable_in_the_end(post_office):
    post_office.arrive(written())
    Incoming.objects.update(tries=sorting.TRIES)
    sorting.sort()
    assert Incoming.objects.get().reason == "unreadable"
    with pytest.raises(Unreadable):
        Mail(nested(50).encode())
