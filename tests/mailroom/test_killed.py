"""Whoever takes mail in or sorts it may be killed with -9 between any two steps: nothing is lost, nothing doubled."""

import os
import signal
import smtplib
import subprocess
import sys

import pytest
from django.conf import settings as site
from django.utils.timezone import now

from discussions.models import Post, Thread
from files.models import File
from mailroom import importing, sorting
from mailroom.models import Archive, ArchivedMail, DoubtfulMail, Incoming, PostedMail
from notifications import addresses
from notifications.models import Letter
from tests.mailroom.conftest import DOMAIN, make_thread, written
from tests.notifications.test_outbox import free_port
from tests.people import make_cast
from tests.spaces.servers import address_of_test_database

pytestmark = pytest.mark.django_db(transaction=True)

# A process that dies as soon as a statement that begins so has been carried out, or, with `at_commit`, just before or
# after the transaction that it belongs to is through.
DIE = """
import os, signal
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
seen = []
def then_die(execute, sql, *more):
    found = execute(sql, *more)
    if sql.startswith({sql!r}):
        if {at!r} == "statement":
            os.kill(os.getpid(), signal.SIGKILL)
        seen.append(sql)
    return found
commit = BaseDatabaseWrapper._commit
def die_around(self):
    if seen and {at!r} == "before commit":
        os.kill(os.getpid(), signal.SIGKILL)
    commit(self)
    if seen and {at!r} == "after commit":
        os.kill(os.getpid(), signal.SIGKILL)
BaseDatabaseWrapper._commit = die_around
def watch(connection, **kwargs):
    connection.execute_wrappers.append(then_die)
from django.db.backends.signals import connection_created
connection_created.connect(watch, weak=False)
"""
IMPORT = """
from pathlib import Path
from discussions.models import Forum
from mailroom import importing
from members.models import Member
importing.TOGETHER = 2
staff = Member.objects.get(email="stan.staff@example.org")
importing.bring(Path({path!r}), forum=Forum.objects.get(slug="commons"), by=staff)
"""
SORT = "from mailroom import sorting\nsorting.sort()\n"
RECEIVE = (
    "from django.core.management import call_command\ncall_command('receive_mail', port={port}, skip_checks=True)\n"
)
MIXED = """MIME-Version: 1.0
From: Cole <cole.colleague@example.org>
Subject: Re: [Commons] Who waits with them?
Message-ID: <one@mail.example.org>
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain

I would wait.
--b
Content-Type: text/plain
Content-Disposition: attachment; filename="plan.txt"

Tea.
--b--
"""


def process(program, sql, at, port=0, path=""):
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "COP_MODE": "test",
        "DATABASE_URL": address_of_test_database(),
        "MAIL_DOMAIN": DOMAIN,
        "MEDIA_ROOT": str(site.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "cop.settings",
    }
    program = "import django; django.setup()\n" + DIE.format(sql=sql, at=at) + program.format(port=port, path=path)
    return subprocess.Popen([sys.executable, "-c", program], cwd=site.BASE_DIR, env=environment, stdout=subprocess.PIPE)


@pytest.fixture
def place(settings):
    settings.MAIL_DOMAIN = DOMAIN
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"
    cast = make_cast()
    return cast, addresses.reply_address(cast.colleague, make_thread(cast))


STEPS = [
    ('UPDATE "mailroom_incoming"', "before commit"),  # before it is noted that somebody has it
    ('UPDATE "mailroom_incoming"', "after commit"),
    ('INSERT INTO "files_file"', "statement"),
    ('INSERT INTO "files_file"', "after commit"),  # the file is stored, the post is not
    ('INSERT INTO "discussions_post"', "statement"),
    ('INSERT INTO "mailroom_postedmail"', "statement"),
    ('INSERT INTO "mailroom_postedmail"', "before commit"),
    ('INSERT INTO "mailroom_postedmail"', "after commit"),
]


@pytest.mark.parametrize(("sql", "at"), STEPS)
def test_killed_while_sorting(place, sql, at):
    cast, reply = place
    content = MIXED.replace("\n", "\r\n").encode()
    Incoming.objects.create(
        sender=cast.colleague.email, recipient=reply, place="a reply", content=content, size=len(content)
    )
    victim = process(SORT, sql, at)
    victim.communicate(timeout=120)
    assert victim.returncode == -signal.SIGKILL
    Incoming.objects.waiting().update(next_try_at=now())  # five minutes later
    sorting.sort()
    row = Incoming.objects.get()
    assert (row.fate, bytes(row.content)) == ("posted", b"")
    (post,) = Post.objects.filter(author=cast.colleague)
    assert [file.name for file in post.files.all()] == ["plan.txt"]
    assert File.objects.count() == PostedMail.objects.count() == 1


def test_killed_while_refusing(place):
    cast, reply = place
    content = b"From: cole.colleague@example.org\r\n\r\nCall 612-555-0142"
    Incoming.objects.create(sender=cast.colleague.email, recipient=reply, place="a reply", content=content, size=1)
    for at in ("statement", "before commit"):
        victim = process(SORT, 'INSERT INTO "notifications_letter"', at)
        victim.communicate(timeout=120)
        assert victim.returncode == -signal.SIGKILL
        assert not Letter.objects.exists()
        Incoming.objects.update(next_try_at=now())
    sorting.sort()
    sorting.sort()
    assert Letter.objects.count() == 1
    assert Incoming.objects.get().reason == "held"


@pytest.mark.parametrize("at", ["statement", "before commit", "after commit"])
def test_killed_at_the_door(place, at):
    """A mail server that heard no yes comes again: with what was not kept, and with what was."""
    cast, reply = place
    port = free_port()
    victim = process(RECEIVE, 'INSERT INTO "mailroom_incoming"', at, port)
    victim.stdout.readline()
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        smtplib.SMTP("127.0.0.1", port, timeout=120).sendmail(cast.colleague.email, [reply], MIXED)
    assert victim.wait(120) == -signal.SIGKILL
    victim.stdout.close()
    assert Incoming.objects.count() == (1 if at == "after commit" else 0)
    port = free_port()
    second = process(RECEIVE, "nothing", at, port)
    try:
        second.stdout.readline()
        with smtplib.SMTP("127.0.0.1", port, timeout=120) as smtp:
            smtp.sendmail(cast.colleague.email, [reply], MIXED)
    finally:
        second.terminate()
        second.communicate(timeout=120)
    sorting.sort()
    assert not Incoming.objects.waiting().exists()
    assert Post.objects.filter(author=cast.colleague).count() == 1


def test_what_breaks_us_again_and_again_holds_up_no_other(place):
    cast, reply = place
    poison, good = b"From: x\r\n\r\nx", written().encode()
    for content in (poison, good):
        Incoming.objects.create(sender=cast.colleague.email, recipient=reply, place="a reply", content=content, size=1)
    Incoming.objects.filter(content=poison).update(tries=sorting.TRIES)
    sorting.sort()
    assert sorted(Incoming.objects.values_list("reason", flat=True)) == ["reply", "unreadable"]


@pytest.mark.parametrize(
    ("sql", "at"),
    [
        ('INSERT INTO "mailroom_archive"', "before commit"),
        ('INSERT INTO "mailroom_archive"', "after commit"),
        ('INSERT INTO "discussions_post"', "statement"),
        ('INSERT INTO "mailroom_archivedmail"', "statement"),
        ('INSERT INTO "mailroom_archivedmail"', "after commit"),  # the first posts are there, the rest are not
        ('INSERT INTO "mailroom_doubtfulmail"', "after commit"),
        ('UPDATE "mailroom_archive"', "before commit"),  # all of it is there, and nobody has said so
    ],
)
def test_killed_while_an_archive_comes(place, monkeypatch, sql, at):
    cast, _ = place
    monkeypatch.setattr(importing, "TOGETHER", 2)
    path = site.BASE_DIR / "tests" / "mailroom" / "archives" / "pipermail.txt"
    before = Post.objects.count()
    whole = importing.bring(path, forum=cast.commons, by=cast.staff, dry_run=True)
    victim = process(IMPORT, sql, at, path=str(path))
    victim.communicate(timeout=120)
    assert victim.returncode == -signal.SIGKILL
    assert not Archive.objects.exclude(ended_at=None).exists()
    assert importing.bring(path, forum=cast.commons, by=cast.staff) == whole
    assert (Post.objects.count() - before, DoubtfulMail.objects.count()) == (6, 2)
    assert (Archive.objects.count(), ArchivedMail.objects.count()) == (1, 8)
    thread = Thread.objects.get(title="How long do sleep groups last?")
    assert [post.created_at.day for post in thread.posts.order_by("seq")] == [5, 5, 6]
