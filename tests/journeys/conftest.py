"""Journeys: the real server in a process of its own, on the test database, and Debian's Chromium in front of it.

    def test_a_member_writes(cast, open_page):
        page = open_page(cast.member)            # signed in; open_page() is a stranger
        page.goto("/groups/")
        assert_accessible(page)                  # from tests.browser

Rows that a test makes are committed, so that the server sees them; every test starts with an empty database.
Call an action through `apart(action, …)`: Playwright's event loop runs in the test's own thread.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from queue import Queue
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.management.color import no_style
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from playwright.sync_api import expect

from tests import people

SAID_ANYWAY = ("Failed to load resource", "WebSocket connection to", "Chrome currently does not support the Push API")
PATIENCE = 60_000  # ms: a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE)
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}


@pytest.fixture(scope="session", autouse=True)
def server(django_db_setup, private_files, server_log, tmp_path_factory, mailbox, mail_port):
    """The site's address. It runs as a demonstration does: daphne, collected static files, the worker within."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread, not Django's
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "REDIS_URL")},
        "COP_MODE": "demo",
        "COP_ENV_FILE": os.devnull,
        "SECRET_KEY": settings.SECRET_KEY,
        "AUDIT_KEY": settings.AUDIT_KEY,
        "VAPID_KEY": settings.VAPID_KEY,
        "PORT": str(port),
        "MAIL_PORT": str(mail_port),
        "MAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "DATABASE_URL": address_of_test_database(),
        "MEDIA_ROOT": str(private_files),
        "STATIC_ROOT": str(tmp_path_factory.mktemp("static")),
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "collectstatic", "--noinput", "-v0"], env=environment, cwd=settings.BASE_DIR, check=True)
    with server_log.open("wb") as output:
        process = subprocess.Popen(
            [*manage, "serve"], env=environment, cwd=settings.BASE_DIR, stdout=output, stderr=output
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, process, server_log)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def mail_port():
    """Where mail comes in."""
    return free_port()


@pytest.fixture(scope="session")
def mailbox():
    """Where all mail goes out to: (envelope's sender, mail) in its queue, of this test and those before."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    yield mailbox
    controller.stop()


class Mailbox:
    """Takes mail as members' mail servers do."""

    def __init__(self):
        self.port, self.mails = free_port(), Queue()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.put((envelope.mail_from, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    def next_named(self, message_id):
        """The mail of this Message-ID, when it comes."""
        while True:
            envelope, mail = self.mails.get(timeout=PATIENCE / 1000)
            if mail["Message-ID"] == message_id:
                return envelope, mail


@pytest.fixture(scope="session")
def server_log(tmp_path_factory):
    return tmp_path_factory.mktemp("server") / "log"


@pytest.fixture(scope="session")
def base_url(server):
    return server


@pytest.fixture(autouse=True)
def empty_database(server, server_log, django_db_blocker):
    said_before = server_log.stat().st_size
    with django_db_blocker.unblock():
        flush()
        yield
        connections.close_all()
    sys.stdout.write(server_log.read_bytes()[said_before:].decode(errors="replace"))  # shown where the test fails


@pytest.fixture(autouse=True)
def db(empty_database):
    """By this name pytest-django learns that a test database must be made, also where only journeys run."""


@pytest.fixture
def cast(empty_database):
    """Everyone a page can meet, and one consultation group, for the server too."""
    return people.make_cast()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "Chromium is missing. On Debian: apt-get install chromium"
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    return {**browser_type_launch_args, "executable_path": path, "args": quiet}


@pytest.fixture
def sign_in(base_url):
    """sign_in(page, member): as if they had just signed in, with all their factors."""

    def sign_in(page, member):
        client = Client()
        people.sign_in(client, member)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base_url, "httpOnly": True}])
        return page

    return sign_in


@pytest.fixture
def open_page(empty_database, new_context, sign_in):
    """open_page(member, …): a page in a browser of its own. A script's error or a breach of the CSP fails the test."""
    troubles = []

    def open_page(member=None, **options):
        page = new_context(**options).new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: note(message, troubles))
        return sign_in(page, member) if member else page

    yield open_page
    assert troubles == []


@pytest.fixture
def page(open_page):
    """A stranger's page."""
    return open_page()


@pytest.fixture
def apart():
    """apart(function, …): call it in a thread of its own, where no event loop runs, as a view would."""
    with ThreadPoolExecutor(max_workers=1) as pool:

        def apart(function, *args, **kwargs):
            def call():
                try:
                    return function(*args, **kwargs)
                finally:
                    connections.close_all()

            return pool.submit(call).result()

        yield apart


def note(message, troubles):
    # An answer of 404 or 409, and a socket that is refused because a test took the cookies away, is said on the console
    # as well, and that a browser of tests has no push service; tests look at those themselves.
    if message.type == "error" and not message.text.startswith(SAID_ANYWAY):
        troubles.append(message.text)


def address_of_test_database() -> str:
    name = str(settings.DATABASES["default"]["NAME"])
    if settings.SQLITE:
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def flush() -> None:
    """Empty our tables. The server's worker may hold rows just then, so try again."""
    tables = set(connection.introspection.django_table_names(only_existing=True)) - KEPT_TABLES
    statements = connection.ops.sql_flush(no_style(), sorted(tables), allow_cascade=False)
    for attempt in range(5):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
            return
        except OperationalError:
            if attempt == 4:
                raise


def wait_for(url: str, process: subprocess.Popen, log, *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"The server did not start:\n{log.read_text(errors='replace')}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
