"""The embedded default: all of it in one process on one machine, made ready by itself."""

import errno
import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import Error

from cop.demonstration import PERSONAS


def prepare(*, say: Callable[[str], object]) -> None:
    """Migrate, load the demonstration data once, collect static files; what is done is skipped."""
    with step("migrating the database"):
        call_command("migrate", verbosity=0, interactive=False)
    if settings.DEMO and not get_user_model().objects.exists():
        say("Loading the demonstration data …")
        with step("loading the demonstration data"):
            call_command("seed_demo")
    with step("collecting static files"):
        collect_static_files(say=say)


def collect_static_files(*, say: Callable[[str], object]) -> None:
    stamp = settings.STATIC_ROOT / ".collected"
    wanted = fingerprint_of_static_files()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Collecting static files …")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted)


def fingerprint_of_static_files() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def only_process() -> Iterator[None]:
    """On SQLite, refuse a second server on the same data: the two would not hear each other."""
    if not settings.SQLITE:
        yield
        return
    database = Path(settings.DATABASES["default"]["NAME"])
    with step("opening the database's folder"):
        database.parent.mkdir(parents=True, exist_ok=True)
        lock = database.with_suffix(".lock").open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                "This site is running already, in another window. Stop that one first with Ctrl-C."
            ) from None
        yield


@contextmanager
def step(doing: str) -> Iterator[None]:
    """Turn what commonly goes wrong into the name of the step and the way to mend it."""
    try:
        yield
    except (OSError, Error) as error:
        raise CommandError(f"Failed while {doing}: {way_out(error)}") from error


def way_out(error: Exception) -> str:
    words = str(error)
    if getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in words:
        return "the disk is full. Make room and start again; nothing is lost."
    if isinstance(error, PermissionError) or "readonly" in words or "unable to open" in words:
        return f"{words}. The folder must be writable by who starts the site."
    return f"{words}. If the demonstration data may go, `make reset` starts over."


def greeting() -> str:
    people = "\n".join(f"    {name:<24} {what}" for name, what in PERSONAS)
    return (
        f"\n  {settings.SITE_NAME}: {settings.SITE_URL}/\n\n"
        f"  Sign in with one click as one of these invented people: {settings.SITE_URL}/demo/\n{people}\n\n"
        f"  Their mail: {settings.SITE_URL}/demo/outbox/\n\n"
        "  Ctrl-C stops everything.\n"
    )
