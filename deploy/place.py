"""Where an installation has its things, and what its programs share. Only Python's own library."""

from __future__ import annotations

import dataclasses
import getpass
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

SOURCE = Path(__file__).resolve().parent.parent
KEPT = 5  # releases; what nginx serves for the pages of older ones goes with them
PATIENCE = 90  # seconds until a server that was started has to be ready
REST = 3  # seconds; nginx rests a server that failed for 2


class Settings(dict):
    """What a settings file says; what it leaves out is asked for in a sentence."""

    def __missing__(self, name: str) -> str:
        stop(f"{name} is missing in the settings file, where .env.example says what it is.")


@dataclasses.dataclass(frozen=True)
class Place:
    """A server's folders. With another root than / it is a trial: of whoever runs it, without packages and accounts."""

    root: Path = Path("/")

    @property
    def is_trial(self) -> bool:
        return self.root != Path("/")

    @property
    def user(self) -> str:
        return getpass.getuser() if self.is_trial else "cop"

    home = property(lambda self: self.root / "srv/cop")
    current = property(lambda self: self.home / "current")
    releases = property(lambda self: self.home / "releases")
    static = property(lambda self: self.home / "static")
    state = property(lambda self: self.root / "var/lib/cop")
    backups = property(lambda self: self.root / "var/backups/cop")
    logs = property(lambda self: self.root / "var/log/nginx")
    etc = property(lambda self: self.root / "etc/cop")
    settings_file = property(lambda self: self.etc / "cop.env")
    recipients = property(lambda self: self.etc / "backup-recipients")
    tls = property(lambda self: self.etc / "tls")
    units = property(lambda self: self.root / "etc/systemd/system")
    nginx = property(lambda self: self.root / "etc/nginx")

    def settings(self) -> dict[str, str]:
        """What the settings file says."""
        lines = self.settings_file.read_text().splitlines()
        said = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
        return Settings((name.strip(), value.strip().strip("\"'")) for name, value in said)

    def ports(self) -> list[int]:
        settings = self.settings()
        try:
            first, many = int(settings["PORT"]), int(settings["WEB_PROCESSES"])
        except ValueError as why:
            stop(f"PORT and WEB_PROCESSES in {self.settings_file} are numbers: {why}.")
        return list(range(first, first + many))

    def workers(self) -> list[str]:
        """The units beside the servers: mail comes in only where its domain is named."""
        return ["cop-worker.service", *(["cop-mail.service"] if self.settings().get("MAIL_DOMAIN") else [])]

    def files(self) -> Path | None:
        """The folder of members' files; None where they are in a bucket."""
        settings = self.settings()
        return None if settings.get("S3_BUCKET") else Path(settings["MEDIA_ROOT"])

    def manage(self, *words: str, release: Path | None = None, as_user: bool = True, **options) -> subprocess.Popen:
        """Start manage.py of a release (the current one), as the account that the servers run as."""
        folder = release or self.current
        command = [folder / ".venv/bin/python", "manage.py", *words]
        if as_user and not self.is_trial:
            command = [*as_account(self.user), *command]
        environment = {**os.environ, "COP_ENV_FILE": str(self.settings_file)}
        return subprocess.Popen(command, cwd=folder, env=environment, text=True, **options)

    def managed(self, *words: str, trouble: str, **options) -> str:
        """What a command of manage.py says; ends with the trouble where it fails."""
        process = self.manage(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        said, complaint = process.communicate()
        if process.returncode:
            stop(f"{trouble}\n{complaint}".strip())
        return said


def as_account(name: str) -> list[str]:
    """In front of a command: have it run as somebody less than root."""
    return ["setpriv", f"--reuid={name}", f"--regid={name}", "--init-groups", "--"]


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> NoReturn:
    """End with a sentence that says what is wrong and how to mend it."""
    sys.exit(f"\n{text}")


def run(*command: str | Path, **options) -> subprocess.CompletedProcess:
    """Run a program; its failure ends everything, with what it said."""
    done = subprocess.run(command, text=True, capture_output="stdout" not in options, **options)
    if done.returncode:
        stop(f"{Path(command[0]).name} failed: {(done.stdout or '').strip()}\n{(done.stderr or '').strip()}")
    return done


def systemctl(*words: str) -> None:
    run("systemctl", *words)


def database_environment(url: str) -> dict[str, str]:
    """A database's address as the variables of PostgreSQL's programs: on a command line others would read it."""
    parts = urlsplit(url)
    named = {
        "PGHOST": unquote(parts.hostname or ""),
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path[1:]),
        "PGSSLMODE": dict(parse_qsl(parts.query)).get("sslmode", ""),
    }
    return {**os.environ, **{name: value for name, value in named.items() if value}}


# A release: code at a revision, with an environment and static files of its own. Only root may change it.


def make_release(place: Place, revision: str, venv: Path | None = None) -> Path:
    """Lay a revision down beside the release that runs. What ended half-way before is not taken for one."""
    commit = run("git", "-C", SOURCE, "rev-parse", "--verify", "--short=12", f"{revision}^{{commit}}").stdout.strip()
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{commit}"
    draft, release = place.releases / f"draft-{name}", place.releases / name
    say(f"Release {name} …")
    draft.mkdir(parents=True)
    archive = subprocess.Popen(["git", "-C", SOURCE, "archive", commit, "--", ".", ":!tests"], stdout=subprocess.PIPE)
    run("tar", "-x", "-C", draft, stdin=archive.stdout)
    if archive.wait():
        stop("git archive failed.")
    if venv:
        (draft / ".venv").symlink_to(venv.resolve())
    draft.rename(release)  # an environment cannot be moved, so it is made in its place
    if not venv:
        ensure = "import sys; sys.path.insert(0, 'scripts'); import ground; ground.ensure_environment('base')"
        run("python3", "-c", ensure, cwd=release, stdout=None)
    compile_all = [release / ".venv/bin/python", "-m", "compileall", "-qq", "."]  # nobody may write here later
    subprocess.run(compile_all, cwd=release, check=False)  # packages hold files that are meant not to compile
    place.managed(
        "collectstatic", "--noinput", "-v0", release=release, as_user=False, trouble="Static files were not collected."
    )
    shutil.copytree(release / "staticfiles", place.static, copy_function=link, dirs_exist_ok=True)
    (release / "complete").touch()
    return release


def link(source: str, target: str) -> None:
    """A second name for a static file, so that pages of before find theirs; what has no name but this is not needed."""
    fresh = Path(f"{target}.new")
    fresh.unlink(missing_ok=True)
    fresh.hardlink_to(source)
    fresh.replace(target)


def complete_releases(place: Place) -> list[Path]:
    """All whole releases, the oldest first."""
    return sorted(mark.parent for mark in place.releases.glob("*/complete"))


def roll_out(place: Place, release: Path, *, migrate: bool = True, pause: bool = False) -> None:
    """Have the servers run a release: one after another, each ready before the next stops, and the worker last."""
    if migrate:
        beside = place.manage("rolling", release=release, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        complaint = beside.communicate()[1]
        if beside.returncode and place.current.exists() and not pause:
            stop(
                f"{complaint}\nNothing was changed. To stop the site meanwhile: deploy/deploy --pause (docs/operate.md)"
            )
        if pause:
            systemctl("stop", *place.workers(), *(f"cop-server@{port}.service" for port in place.ports()))
        place.managed("migrate", "--noinput", "-v0", release=release, trouble="The migrations failed.")
    warnings = ("check", "--deploy", "--database", "default", "--fail-level", "WARNING")
    place.managed(*warnings, release=release, trouble="The checks for deployment failed.")
    switch(place, release)
    ports = place.ports()
    for port in ports:
        systemctl("restart", f"cop-server@{port}.service")
        await_ready(place, port)
        if port != ports[-1]:
            time.sleep(REST)
    systemctl("restart", *place.workers())
    say(f"Running {release.name}.")
    prune(place)


def switch(place: Place, release: Path) -> None:
    """Point at a release, from one moment to the next."""
    pointer = place.home / "next"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(release.relative_to(place.home))
    pointer.rename(place.current)


def await_ready(place: Place, port: int) -> None:
    """Wait until a server says that people may be sent to it; it is asked itself, not through nginx."""
    deadline, answer = time.monotonic() + PATIENCE, "nothing"
    while time.monotonic() < deadline:
        answer = asked(place, port, "/readyz")
        if answer == "404":  # a release of before there was such a page
            answer = asked(place, port, "/healthz")
        if answer == "200":
            return
        time.sleep(0.2)
    stop(
        f"The server on port {port} is not ready after {PATIENCE} s: {answer}. The others were not touched.\n"
        f"Look at: journalctl -u cop-server@{port}   Go back with: deploy/deploy rollback"
    )


def asked(place: Place, port: int, path: str) -> str:
    host = place.settings()["ALLOWED_HOSTS"].split(",")[0]
    server = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        server.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        return str(server.getresponse().status)
    except (OSError, HTTPException) as error:
        return str(error)
    finally:
        server.close()


def prune(place: Place) -> None:
    """Delete old releases and those that were never finished, and static files that no release has any more."""
    kept = {*complete_releases(place)[-KEPT:], place.current.resolve()}
    for release in set(place.releases.iterdir()) - kept:
        shutil.rmtree(release)
    for path in place.static.rglob("*"):
        if path.is_file() and path.stat().st_nlink == 1:
            path.unlink()
