"""The doctor sees what is really broken, says how to mend it, and calls nothing broken that is not."""

import json
import os
import socket
import socketserver
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.timezone import now

from audit.models import Head
from audit.trail import append
from cop import doctor
from cop.doctor import BROKEN, LOOK, OK
from notifications.models import Letter
from tests.spaces.servers import Redis, free_port
from worker.jobs import all_jobs
from worker.models import JobState

pytestmark = pytest.mark.django_db


def said(about: str) -> list[tuple[str, str]]:
    """State and sentence of each finding; what is wrong has a way to mend it."""
    found = list(doctor.EXAMINATIONS[about]())
    assert [finding for finding in found if finding.state != OK and not finding.mend] == []
    return [(finding.state, finding.what) for finding in found]


def states(about: str) -> set[str]:
    return {state for state, _ in said(about)}


# The whole of it


@pytest.fixture
def one_of_each(monkeypatch):
    def healthy():
        yield doctor.Finding(OK, "well")

    def ill():
        yield doctor.Finding(BROKEN, "ill", "Rest.")

    def fainting():
        raise KeyError("a canary")
        yield

    monkeypatch.setattr(doctor, "EXAMINATIONS", {"one": healthy, "two": ill, "three": fainting})


def test_it_prints_a_line_each_and_below_it_what_mends(one_of_each, capsys):
    with pytest.raises(SystemExit, match="1"):
        call_command("doctor")
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:3] == ["ok       one           well", "broken   two           ill", " " * 23 + "→ Rest."]
    assert lines[3] == "broken   three         Could not be examined (KeyError)."
    assert "canary" not in "".join(lines)


def test_it_says_the_same_as_json(one_of_each, capsys):
    with pytest.raises(SystemExit):
        call_command("doctor", "--json")
    found = json.loads(capsys.readouterr().out)
    assert found[1] == {"about": "two", "state": "broken", "what": "ill", "mend": "Rest."}


def test_where_nothing_is_broken_it_ends_well(one_of_each, monkeypatch, capsys):
    monkeypatch.setattr(doctor, "EXAMINATIONS", {"one": doctor.EXAMINATIONS["one"]})
    call_command("doctor")
    assert capsys.readouterr().out == "ok       one           well\n"


# Each part, whole and broken


def test_settings(settings):
    assert said("settings") == [(OK, "test mode, 1 server process(es)")]
    settings.PRODUCTION = True
    assert (BROKEN, "SITE_URL is not an https address.") in said("settings")


def test_a_file_of_secrets_that_everybody_reads(settings, monkeypatch, tmp_path):
    path = tmp_path / "cop.env"
    path.touch(mode=0o640)
    monkeypatch.setenv("COP_ENV_FILE", str(path))
    settings.PRODUCTION = True
    assert LOOK not in states("settings")
    path.chmod(0o644)
    assert (LOOK, f"Everybody on this machine can read the secrets in {path}.") in said("settings")


def test_the_database_and_its_clock(settings, monkeypatch):
    found = said("database")
    if settings.SQLITE:
        assert [state for state, _ in found] == [OK]
        return
    with connection.cursor() as cursor:  # the tests' own cluster may lose its data, and the doctor says so
        cursor.execute("SELECT count(*) FROM pg_settings WHERE setting = 'off' AND name = ANY(%s)", [list(doctor.SAFE)])
        assert len([state for state, _ in found if state == BROKEN]) == cursor.fetchone()[0]
    assert found[0][0] == OK
    monkeypatch.setattr(doctor, "now", lambda: now() + timedelta(hours=1))
    assert "Its clock and ours differ by 3600 seconds." in [what for _, what in said("database")]


def test_migrations():
    assert said("migrations") == [(OK, "all applied")]
    MigrationRecorder.Migration.objects.filter(app="schedule").delete()
    [(state, what)] = said("migrations")
    assert (state, "schedule." in what) == (BROKEN, True)


def test_no_redis_is_fine_for_one_process(settings):
    settings.REDIS_URL = ""
    assert states("redis") == {OK}


def test_a_redis_that_is_not_there(settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    [(state, what)] = said("redis")
    assert (state, what.startswith("Redis does not answer (ConnectionError)")) == (BROKEN, True)


@pytest.fixture
def redis(settings, tmp_path):
    own = Redis(tmp_path)
    own.start()
    settings.REDIS_URL = own.url
    yield own
    own.kill()


@pytest.mark.redis
def test_a_redis_that_delivers_and_one_whose_user_may_not(redis, settings, monkeypatch):
    from redis import Redis as Client

    monkeypatch.setattr(doctor, "FAR", 60)
    [(state, what)] = said("redis")
    assert (state, what.endswith("and delivers")) == (OK, True)
    with Client.from_url(redis.url) as client:
        client.execute_command("ACL", "SETUSER", "cop", "on", ">secret", "~*", "resetchannels", "+@all")
    settings.REDIS_URL = redis.url.replace("redis://", "redis://cop:secret@")
    assert states("redis") == {BROKEN}


def test_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    assert said("storage") == [(OK, f"writes, reads and deletes in {settings.MEDIA_ROOT}")]
    assert default_storage.listdir("")[1] == []


@pytest.mark.parametrize("broken", ["read-only", "a file"])
def test_a_folder_that_takes_nothing(settings, tmp_path, broken):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    if broken == "a file":
        settings.MEDIA_ROOT.write_text("")
    elif os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    else:
        settings.MEDIA_ROOT.mkdir(mode=0o500)
    [(state, what)] = said("storage")
    assert (state, what.startswith(f"Files cannot be kept in {settings.MEDIA_ROOT}")) == (BROKEN, True)


def test_mail(settings):
    assert states("mail") == {OK}
    settings.PRODUCTION = True
    assert states("mail") == {LOOK}


def test_a_mail_server(settings):
    settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    [(state, what)] = said("mail")
    assert (state, "ConnectionRefusedError" in what) == (BROKEN, True)
    heard = []

    class Letters:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            heard.append(envelope)
            return "250 OK"

    server = Controller(Letters(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    try:
        assert said("mail") == [(OK, "127.0.0.1 lets us in and answers 250")]
    finally:
        server.stop()
    assert heard == []


@contextmanager
def clamd(**answers: str):
    """Something that speaks as clamd does."""

    class Answer(socketserver.StreamRequestHandler):
        def handle(self):
            command = b""
            while not command.endswith(b"\0"):
                command += self.request.recv(1)
            self.wfile.write(answers[command.decode()[1:-1]].encode() + b"\0")

    with socketserver.TCPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("days", "state", "what"),
    [(1, OK, "ClamAV 1.0.7, signatures 1 days old"), (30, LOOK, "The signatures of ClamAV 1.0.7 are 30 days old.")],
)
def test_a_clamd(settings, days, state, what):
    made = (now() - timedelta(days=days, minutes=5)).strftime("%a %b %e %H:%M:%S %Y")
    with clamd(PING="PONG", VERSION=f"ClamAV 1.0.7/27480/{made}") as settings.CLAMD_ADDRESS:
        assert said("viruses") == [(state, what)]


def test_a_clamd_without_signatures_and_one_that_is_not_there(settings):
    with clamd(PING="PONG", VERSION="ClamAV 1.0.7") as settings.CLAMD_ADDRESS:
        assert states("viruses") == {LOOK}
    [(state, what)] = said("viruses")
    assert (state, "ConnectionRefusedError" in what) == (BROKEN, True)


def test_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert BROKEN not in states("disk")
    settings.MAX_UPLOAD_MB = 10**9  # more than any disk has
    assert states("disk") == {BROKEN}


def test_static_files(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    assert states("static files") == {BROKEN}
    call_command("collectstatic", verbosity=0, interactive=False)
    assert states("static files") == {OK}
    (settings.STATIC_ROOT / "css" / "base.css").write_text("/* of yesterday */")
    [(state, what)] = said("static files")
    assert (state, what.startswith("1 of ")) == (BROKEN, True)


def test_a_worker_that_never_ran_and_one_that_stopped(settings):
    settings.EMBEDDED_WORKER = False
    assert states("worker") == {BROKEN}
    JobState.objects.create(name=all_jobs()[0].name, ran_at=now() - timedelta(minutes=10))
    assert said("worker") == [(BROKEN, "No worker runs: no letters, no notices, nothing lapses.")]
    settings.EMBEDDED_WORKER = True
    assert states("worker") == {LOOK}


def test_a_worker_that_runs_with_a_job_that_fails_and_one_that_hangs():
    jobs = [job for job in all_jobs() if job.every < 60]
    JobState.objects.bulk_create(JobState(name=job.name, ran_at=now()) for job in all_jobs())
    assert said("worker") == [(OK, f"{len(all_jobs())} jobs run")]
    JobState.objects.filter(name=jobs[0].name).update(failures=4, trouble="OSError")
    JobState.objects.filter(name=jobs[1].name).update(ran_at=now() - timedelta(minutes=10))
    assert set(said("worker")) == {
        (BROKEN, f"{jobs[0].name} has failed 4 times (OSError)."),
        (LOOK, f"{jobs[1].name} is late, or hangs."),
    }


def test_letters_that_wait():
    letter = Letter.objects.create(to="x@example.org", subject="", message=b"")
    assert said("outbox") == [(OK, "1 letters wait")]
    Letter.objects.update(created_at=now() - timedelta(minutes=31), trouble="ConnectionRefusedError")
    assert said("outbox") == [(BROKEN, "1 letters wait, the first for 31 minutes (ConnectionRefusedError).")]
    Letter.objects.filter(pk=letter.pk).update(given_up_at=now())
    assert said("outbox") == [(LOOK, "1 letters were given up this week."), (OK, "0 letters wait")]


def test_the_audit_trail_under_another_key(settings):
    append("award.ended", subject=None)
    assert states("audit trail") == {OK}
    settings.AUDIT_KEY = "another"
    assert said("audit trail") == [(BROKEN, "The end of the chain was moved: entries after it may be gone.")]


def test_an_audit_trail_that_was_cut():
    append("award.ended", subject=None)
    Head.objects.all().delete()
    assert said("audit trail") == [(BROKEN, "There are entries after the end of the chain, 0.")]


def test_the_address(settings):
    assert states("address") == {OK}
    settings.ALLOWED_HOSTS = ["community.example.org"]
    assert BROKEN in states("address")


def test_an_address_without_tls_behind_it(settings):
    """A port on which nobody speaks TLS: whoever is there says goodbye."""
    with socket.create_server(("127.0.0.1", 0)) as plain:
        port = plain.getsockname()[1]
        answering = threading.Thread(target=lambda: plain.accept()[0].close())
        answering.start()
        settings.SITE_URL = f"https://127.0.0.1:{port}"
        [(state, what)] = said("address")
        answering.join()
    assert (state, f"https://127.0.0.1:{port} does not answer over TLS from here" in what) == (LOOK, True)


def test_a_jitsi_of_our_own(settings):
    assert states("video") == {OK}
    settings.JITSI_URL = f"https://127.0.0.1:{free_port()}"
    [(state, what)] = said("video")
    assert (state, f"{settings.JITSI_URL} does not answer over TLS from here" in what) == (LOOK, True)


def test_who_funds_it(settings):
    settings.ACKNOWLEDGEMENT = ""
    assert states("funder") == {LOOK}
    settings.ACKNOWLEDGEMENT = "Funded by."
    assert states("funder") == {OK}
