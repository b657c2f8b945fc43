"""The archive of a mailing list, brought into a forum."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from audit.models import Entry
from discussions import actions
from discussions.lists import threads_of, unread_threads
from discussions.models import Post, Thread
from finding.search import search
from mailroom import importing
from mailroom.boxes import NotAnArchive
from mailroom.models import Archive, ArchivedMail, DoubtfulMail, PostedMail
from notifications import feeds, mailing, notices
from notifications.models import Letter, Notice
from spaces.models import Activity, Membership

pytestmark = pytest.mark.django_db
ARCHIVES = Path(__file__).parent / "archives"


@pytest.fixture(autouse=True)
def domain(settings):
    settings.MAIL_DOMAIN = "lists.example.org"
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"


@pytest.fixture
def bring(cast):
    def bring(name, **more):
        path = name if isinstance(name, Path) else ARCHIVES / name
        return importing.bring(path, **{"forum": cast.commons, "by": cast.staff} | more)

    return bring


@pytest.fixture
def box(tmp_path):
    """box(mail, …): a file with these mails."""

    def box(*mails, name="list.mbox"):
        path = tmp_path / name
        said = [f"From x@example.net Mon Jan  5 10:00:00 2015\n{mail}\n" for mail in mails]
        path.write_text("\n".join(said))
        return path

    return box


def mail(text="I would wait.", sender="Dana Doe <dana@elsewhere.example>", subject="Who waits?", day=5, **headers):
    named = {"From": sender, "Subject": subject, "Date": f"Mon, {day} Jan 2015 10:00:00 +0000"} | headers
    named.setdefault("Message_ID", f"<{uuid4()}@mail.example.net>")
    return "\n".join([*(f"{name.replace('_', '-')}: {value}" for name, value in named.items() if value), "", text])


def said():
    """What stands in each thread, and by whom."""
    threads = Thread.objects.titled().order_by("created_at")
    return {thread.title: [(post.by, post.body) for post in thread.posts.order_by("seq")] for thread in threads}


def test_it(bring):
    import pprint
    for name in ("pipermail.txt", "listserv.log", "modern.mbox"):
        dry = bring(name, dry_run=True)
        report = bring(name)
        print("\n".join(importing.sentences(report)))
        assert dry == report
    pprint.pprint(said(), width=150)
    for one in DoubtfulMail.objects.all():
        print(repr(one.text), one.findings)
    assert 0
