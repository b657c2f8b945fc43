"""What is wrong with this installation, each with the sentence that mends it. `manage.py doctor` prints it.

An examination yields findings. It changes nothing but for a probe in the storage, which it takes away again.
"""

import filecmp
import os
import secrets
import shutil
import socket
import ssl
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import Tags
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.db import Error, connection
from django.http.request import validate_host
from django.utils.timezone import now
from redis import Redis
from redis.exceptions import RedisError

from audit.trail import faults_of_the_end, head_now
from cop.checks import serious
from cop.health import unapplied
from cop.metrics import age
from files import viruses
from notifications.models import Letter
from worker.jobs import all_jobs
from worker.loop import STATE_EVERY
from worker.models import JobState

OK, LOOK, BROKEN = "ok", "look at", "broken"
SKEW = 2.0  # seconds that two clocks may differ
FAR = 0.05  # seconds that an answer may take on a network of ours
LATE = 120.0  # seconds that a job may be late
SAFE = ("fsync", "full_page_writes", "synchronous_commit")  # of PostgreSQL
MEGABYTE = 1024 * 1024


class Finding(NamedTuple):
    state: str
    what: str
    mend: str = ""


Examination = Callable[[], Iterator[Finding]]


def examine() -> Iterator[tuple[str, Finding]]:
    """Each finding, with what it is about. An examination that fails is a finding too."""
    for about, look in EXAMINATIONS.items():
        try:
            yield from ((about, finding) for finding in look())
        except Error as error:
            yield (
                about,
                Finding(
                    BROKEN, f"The database did not answer ({type(error).__name__}).", "See database and migrations."
                ),
            )
        except Exception as error:  # noqa: BLE001  (a doctor who faints helps nobody: the others are still asked)
            mend = "This is a fault of the examination: tell those who write it."
            yield about, Finding(BROKEN, f"Could not be examined ({type(error).__name__}).", mend)


def _settings() -> Iterator[Finding]:
    errors = serious(tags=["production"]) + serious(tags=[Tags.database], databases=["default"])
    for error in errors:
        yield Finding(BROKEN, error.msg, str(error.hint or ""))
    if not errors:
        yield Finding(OK, f"{settings.MODE} mode, {settings.WEB_PROCESSES} server process(es)")
    path = Path(os.environ.get("COP_ENV_FILE") or settings.BASE_DIR / ".env")
    if settings.PRODUCTION and path.is_file() and path.stat().st_mode & stat.S_IROTH:
        yield Finding(LOOK, f"Everybody on this machine can read the secrets in {path}.", f"chmod o= {path}")


def _database() -> Iterator[Finding]:
    begun = time.monotonic()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            yield from _sqlite(cursor)
            return
        cursor.execute("SELECT 1")
        took = time.monotonic() - begun
        cursor.execute("SELECT clock_timestamp()")
        yield from _clock(cursor.fetchone()[0])
        major = connection.pg_version // 10000  # type: ignore[attr-defined]
        if major < 15:
            yield Finding(BROKEN, f"PostgreSQL {major} is too old.", "Move to PostgreSQL 15 or newer.")
        else:
            yield Finding(OK, f"PostgreSQL {major}, answers in {took * 1000:.0f} ms")
        for name in SAFE:
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone()[0] == "off":
                what = f"{name} is off: a power cut loses what members were told is kept."
                yield Finding(BROKEN, what, f"In postgresql.conf: {name} = on")


def _sqlite(cursor: Any) -> Iterator[Finding]:
    cursor.execute("SELECT sqlite_version()")
    yield Finding(OK, f"SQLite {cursor.fetchone()[0]}")
    cursor.execute("PRAGMA journal_mode")
    if cursor.fetchone()[0] != "wal":
        yield Finding(LOOK, "The database is not in WAL mode: readers wait for writers.", "Put it on a local disk.")


def _migrations() -> Iterator[Finding]:
    missing = unapplied()
    if missing:
        yield Finding(BROKEN, f"{len(missing)} not applied: {', '.join(missing[:3])}", "manage.py migrate")
    else:
        yield Finding(OK, "all applied")


def _redis() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        yield Finding(OK, "none: one process only")  # the settings say where that is wrong
        return
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3) as client:
            client.ping()
            begun = time.monotonic()
            seconds, micros = client.time()
            took = time.monotonic() - begun
            yield from _clock(datetime.fromtimestamp(seconds + micros / 1e6, UTC))
            if not _delivers(client):
                yield Finding(
                    BROKEN, "Redis answers, but what is published does not arrive.", "Its user needs &* +@all."
                )
            elif took > FAR:
                yield Finding(LOOK, f"Redis takes {took * 1000:.0f} ms to answer.", "Put it on the servers' network.")
            else:
                yield Finding(OK, f"answers in {took * 1000:.0f} ms, and delivers")
    except (RedisError, OSError) as error:
        what = f"Redis does not answer ({type(error).__name__}): news are two seconds late, nobody is shown as here."
        yield Finding(BROKEN, what, "Start Redis, or correct REDIS_URL.")


def _delivers(client: Redis) -> bool:
    """Whether what one connection says on a channel arrives on another."""
    channel, word = f"doctor.{secrets.token_hex(8)}", secrets.token_hex(8)
    with client.pubsub(ignore_subscribe_messages=False) as listening:
        listening.subscribe(channel)
        listening.get_message(timeout=3)
        client.publish(channel, word)
        heard = listening.get_message(timeout=3)
    return bool(heard and heard["data"] == word.encode())


def _clock(theirs: datetime) -> Iterator[Finding]:
    skew = abs((theirs - now()).total_seconds())
    if skew > SKEW:
        yield Finding(BROKEN, f"Its clock and ours differ by {skew:.0f} seconds.", "Run chrony or timesyncd on both.")


def _storage() -> Iterator[Finding]:
    where = f"bucket {settings.S3_BUCKET}" if settings.S3_BUCKET else str(settings.MEDIA_ROOT)
    probe = secrets.token_bytes(32)
    try:
        name = default_storage.save(f"doctor-{secrets.token_hex(8)}", ContentFile(probe))
        try:
            with default_storage.open(name) as kept:
                same = kept.read() == probe
        finally:
            default_storage.delete(name)
    except (OSError, BotoCoreError, ClientError) as error:
        what = f"Files cannot be kept in {where} ({type(error).__name__})."
        mend = "See S3_BUCKET and its keys." if settings.S3_BUCKET else "It must be a folder that we may write in."
        yield Finding(BROKEN, what, mend)
        return
    if not same:
        yield Finding(BROKEN, f"{where} gives back something else than was written.", "Replace the disk or service.")
    else:
        yield Finding(OK, f"writes, reads and deletes in {where}")


def _mail() -> Iterator[Finding]:
    server = get_connection(settings.MAIL_BACKEND)
    if not isinstance(server, SmtpBackend):
        state, mend = (LOOK, "Set MAIL_URL=smtp+tls://…") if settings.PRODUCTION else (OK, "")
        yield Finding(state, "letters are printed, not sent", mend)
        return
    try:
        server.open()
        code = server.connection.noop()[0] if server.connection else 0
        server.close()
    except OSError as error:  # smtplib's too
        what = f"The mail server does not take us ({type(error).__name__}); letters wait."
        yield Finding(BROKEN, what, "Correct MAIL_URL, or start the mail server.")
        return
    state, mend = (OK, "") if code == 250 else (LOOK, "Ask whoever runs the mail server.")
    yield Finding(state, f"{settings.EMAIL_HOST} lets us in and answers {code}", mend)


def _viruses() -> Iterator[Finding]:
    if not settings.CLAMD_ADDRESS:
        state = LOOK if settings.PRODUCTION else OK
        yield Finding(state, "files are not looked through for viruses", "Run clamd, and set CLAMD_ADDRESS.")
        return
    try:
        alive, version = viruses.ask("PING"), viruses.ask("VERSION")
    except OSError as error:
        what = f"clamd does not answer ({type(error).__name__}): files wait for their check."
        yield Finding(BROKEN, what, "Start clamd, or correct CLAMD_ADDRESS.")
        return
    name, _, signatures = version.partition("/")
    try:
        days = (now() - datetime.strptime(signatures.partition("/")[2], "%c").replace(tzinfo=UTC)).days
    except ValueError:
        days = -1
    if alive != "PONG" or days < 0:
        yield Finding(LOOK, f"clamd answers {alive!r}, without the date of its signatures.", "Run freshclam.")
    elif days > 7:
        yield Finding(LOOK, f"The signatures of {name} are {days} days old.", "Run freshclam as a service.")
    else:
        yield Finding(OK, f"{name}, signatures {days} days old")


def _disk() -> Iterator[Finding]:
    folders = {Path(tempfile.gettempdir()), settings.STATIC_ROOT}
    folders |= {Path(settings.DATABASES["default"]["NAME"]).parent} if settings.SQLITE else set()
    folders |= set() if settings.S3_BUCKET else {Path(settings.MEDIA_ROOT)}
    least: dict[int, tuple[float, Path, int]] = {}
    for folder in sorted(folder for folder in folders if folder.is_dir()):
        usage = shutil.disk_usage(folder)
        least[folder.stat().st_dev] = (usage.free / usage.total, folder, usage.free)
    for share, folder, free in sorted(least.values()):
        what = f"{free // MEGABYTE} MB ({share:.0%}) free where {folder} is"
        if free < 10 * settings.MAX_UPLOAD_MB * MEGABYTE:
            yield Finding(BROKEN, what, "Make room: a full disk stops the database.")
        else:
            yield Finding(OK, what) if share >= 0.1 else Finding(LOOK, what, "Make room before it is full.")


def _static() -> Iterator[Finding]:
    root = Path(settings.STATIC_ROOT)
    ignored = apps.get_app_config("staticfiles").ignore_patterns  # type: ignore[attr-defined]
    ours: dict[str, Path] = {}
    for finder in get_finders():
        for path, storage in finder.list(ignored):
            ours.setdefault(path, Path(storage.path(path)))
    other = [path for path, source in ours.items() if not _same(source, root / path)]
    if other:
        what = f"{len(other)} of {len(ours)} in {root} are missing or of another version"
        yield Finding(BROKEN, what, "manage.py collectstatic --noinput, then restart the servers.")
    else:
        yield Finding(OK, f"{len(ours)} collected")


def _same(source: Path, collected: Path) -> bool:
    return collected.is_file() and filecmp.cmp(source, collected, shallow=False)


def _worker() -> Iterator[Finding]:
    states = JobState.objects.in_bulk([job.name for job in all_jobs()])
    latest = max((state.ran_at for state in states.values()), default=None)
    if latest is None or age(latest) > LATE:
        state = LOOK if settings.EMBEDDED_WORKER else BROKEN
        mend = "Start the site: the worker is in it." if settings.EMBEDDED_WORKER else "Start one: manage.py worker"
        yield Finding(state, "No worker runs: no letters, no notices, nothing lapses.", mend)
        return
    wrong = 0
    for job in all_jobs():
        found = states.get(job.name)
        if found and found.failures:
            wrong += 1
            what = f"{job.name} has failed {found.failures} times ({found.trouble})."
            yield Finding(BROKEN, what, "Its frames are in the worker's log.")
        elif found is None or age(found.ran_at) > job.every + STATE_EVERY + LATE:
            wrong += 1
            yield Finding(LOOK, f"{job.name} is late, or hangs.", "Restart the worker.")
    if not wrong:
        yield Finding(OK, f"{len(states)} jobs run")


def _letters() -> Iterator[Finding]:
    waiting = Letter.objects.waiting()
    oldest = waiting.order_by("created_at").first()
    given_up = Letter.objects.filter(given_up_at__gte=now() - timedelta(days=7)).exclude(trouble="restored").count()
    if given_up:
        yield Finding(LOOK, f"{given_up} letters were given up this week.", "See `trouble` of these Letter rows.")
    if oldest and age(oldest.created_at) > 15 * 60:
        minutes = age(oldest.created_at) // 60
        what = f"{waiting.count()} letters wait, the first for {minutes:.0f} minutes ({oldest.trouble or 'not tried'})."
        yield Finding(BROKEN, what, "See mail and worker.")
    else:
        yield Finding(OK, f"{waiting.count()} letters wait")


def _audit() -> Iterator[Finding]:
    head = head_now()
    wrong = list(faults_of_the_end(head))
    for sentence in wrong:
        mend = "Is AUDIT_KEY the one that it was begun with? If so: manage.py verify_audit, and look who was there."
        yield Finding(BROKEN, sentence, mend)
    if not wrong:
        yield Finding(OK, f"ends whole at entry {head.number}; manage.py verify_audit proves the rest")


def _address() -> Iterator[Finding]:
    parts = urlsplit(settings.SITE_URL)
    host = parts.hostname or ""
    if not validate_host(host, settings.ALLOWED_HOSTS):
        what = f"SITE_URL is at {host}, which is not in ALLOWED_HOSTS: every page is answered 400."
        yield Finding(BROKEN, what, f"Add {host} to ALLOWED_HOSTS.")
    if settings.PRODUCTION and not validate_host("127.0.0.1", settings.ALLOWED_HOSTS):
        what = "A process asked past the proxy (/readyz, /metrics at 127.0.0.1) answers 400."
        yield Finding(LOOK, what, "Add 127.0.0.1 to ALLOWED_HOSTS.")
    for name in ("CONTACT_ADDRESS", "DEFAULT_FROM_EMAIL"):
        if settings.PRODUCTION and parseaddr(getattr(settings, name))[1].endswith("@example.org"):
            yield Finding(LOOK, f"{name} is an invented address.", f"Set {name}.")
    if parts.scheme == "https":
        yield from _certificate(settings.SITE_URL)
    else:
        yield Finding(OK, f"{settings.SITE_URL}, without TLS")


def _video() -> Iterator[Finding]:
    if not settings.JITSI_URL:
        yield Finding(OK, "no Jitsi of our own: meetings are given addresses of rooms elsewhere")
    else:
        yield from _certificate(settings.JITSI_URL)


def _certificate(url: str) -> Iterator[Finding]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=5) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as safe,
        ):
            ends = ssl.cert_time_to_seconds(str((safe.getpeercert() or {})["notAfter"]))
    except OSError as error:  # ssl's too
        what = f"{url} does not answer over TLS from here ({type(error).__name__})."
        yield Finding(LOOK, what, "See the proxy, its certificate, and the name in the DNS.")
        return
    days = int((ends - time.time()) // 86400)
    state, mend = (OK, "") if days >= 14 else (LOOK, "See why it was not renewed.")
    yield Finding(state, f"{url}, certificate for {days} more days", mend)


def _acknowledgement() -> Iterator[Finding]:
    if settings.ACKNOWLEDGEMENT:
        yield Finding(OK, "is in the footer; see that it is of this award year")
    else:
        what = "No page says who funds this, as the Stevens Amendment asks."
        yield Finding(LOOK, what, "Set ACKNOWLEDGEMENT: funder, amount, percentage, disclaimer.")


def _person() -> Iterator[Finding]:
    if os.geteuid() == 0 and settings.PRODUCTION:
        what = "Asked by root, who may write everywhere."
        yield Finding(LOOK, what, "Ask again as the user that the servers run as.")


EXAMINATIONS: dict[str, Examination] = {
    "settings": _settings,
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    "storage": _storage,
    "mail": _mail,
    "viruses": _viruses,
    "disk": _disk,
    "static files": _static,
    "worker": _worker,
    "outbox": _letters,
    "audit trail": _audit,
    "address": _address,
    "video": _video,
    "funder": _acknowledgement,
    "user": _person,
}
