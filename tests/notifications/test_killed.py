"""A worker that is killed with -9 between any two steps loses nothing, and doubles nothing but in one window."""

import os
import signal
import subprocess
import sys
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as site
from django.core.mail import EmailMessage
from django.utils.timezone import now

from discussions import actions
from notifications import mailing, outbox
from notifications.models import Letter, Mailed
from spaces.models import Membership
from tests.notifications.test_outbox import free_port
from tests.people import make_cast
from tests.spaces.servers import address_of_test_database

pytestmark = pytest.mark.django_db(transaction=True)

DELIVER = """
from django.conf import settings
settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
from notifications import outbox
outbox.deliver()
"""
WRITE = """
import os, signal
from django.db import connection
from notifications import mailing

def then_die(execute, sql, *more):
    found = execute(sql, *more)
    if sql.startswith({sql!r}):
        os.kill(os.getpid(), signal.SIGKILL)
    return found

with connection.execute_wrapper(then_die):
    mailing.write_at_once()
"""


def worker(program, port=1):
    """A process of its own on the test's database."""
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "COP_MODE": "test",
        "DATABASE_URL": address_of_test_database(),
        "MAIL_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "cop.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{program}"],
        cwd=site.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
    )


class Killer:
    """A mail server that kills who talks to it at a step, once; `mails` are those that it has taken."""

    def __init__(self, step):
        self.step, self.victim, self.mails, self.greeted = step, None, [], 0

    def kill_at(self, step):
        """Whether it was killed, and is dead."""
        if step != self.step or not self.victim:
            return False
        self.victim.kill()
        self.victim.wait()
        self.victim = None
        return True

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        self.greeted += 1
        self.kill_at("before the first" if self.greeted == 1 else "between two")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.kill_at("at its address")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.kill_at("before it is taken"):
            return "451 Not taken"
        self.mails.append(envelope.content)
        self.kill_at("before the yes")
        return "250 OK"


STEPS = ["before the first", "at its address", "before it is taken", "before the yes", "between two"]


@pytest.mark.parametrize("step", STEPS)
def test_killed_while_handing_over(settings, step):
    cast = make_cast()
    settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    EmailMessage("Your code", "BCDF", to=[cast.member.email]).send()
    thread = ask(cast)
    Letter.objects.create(kind="post", member=cast.colleague, to=cast.colleague.email, posts=[str(thread.opening_id)])
    killer = Killer(step)
    controller = Controller(killer, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.start()
    try:
        victim = killer.victim = worker(DELIVER, settings.EMAIL_PORT)
        victim.wait(120)
        assert victim.returncode == -signal.SIGKILL
        assert Letter.objects.waiting().exists()
        assert outbox.deliver() == (1 if step != "between two" else 0)  # what it had in its hands waits for a while
        Letter.objects.waiting().update(next_try_at=now())
        outbox.deliver()
    finally:
        controller.stop()
    assert not Letter.objects.waiting().exists()
    ids = sorted(next(line for line in one.splitlines() if line.startswith(b"Message-ID")) for one in killer.mails)
    twice = step == "before the yes"  # the server has taken it, and nobody is left to note that
    assert (len(ids), len(set(ids))) == (3 if twice else 2, 2)


@pytest.mark.parametrize("sql", ['INSERT INTO "notifications_letter"', 'UPDATE "notifications_mailed"'])
def test_killed_while_writing(sql):
    cast = make_cast()
    actions.enrol_readers()
    mailing.keep_up()
    Membership.objects.filter(member=cast.colleague, space=cast.commons.space).update(notify="each")
    ask(cast)
    victim = worker(WRITE.format(sql=sql))
    assert victim.wait(120) == -signal.SIGKILL
    assert not Letter.objects.exists()
    mailing.write_at_once()
    mailing.write_at_once()
    assert Letter.objects.count() == 1
    assert Mailed.objects.get(membership__member=cast.colleague).seq > 0


def ask(cast):
    return actions.start_thread(
        space=cast.commons.space, by=cast.member, kind="question", title="A title", body="A text.", client_id=uuid4()
    )
