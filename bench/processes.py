"""The processes of a run: the site as it is in production but for TLS, what it is compared with, and the load."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from services import free_port

HERE = Path(__file__).resolve().parent
PAGE = os.sysconf("SC_PAGE_SIZE")


class Process:
    """One that was started, and what it has cost so far."""

    def __init__(self, popen: subprocess.Popen, port: int = 0) -> None:
        self.popen, self.port = popen, port

    def cpu(self) -> float:
        """Seconds of CPU, of all its threads, to the nanosecond: clock_getcpuclockid(3), which Python does not have."""
        return time.clock_gettime(~self.popen.pid << 3 | 2)

    def memory(self) -> float:
        """KiB that are resident."""
        return int(Path(f"/proc/{self.popen.pid}/statm").read_text().split()[1]) * PAGE / 1024

    def stop(self) -> None:
        self.popen.terminate()
        try:
            self.popen.wait(20)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


class Talker(Process):
    """A process that does as it is asked, a line of JSON at a time."""

    def ask(self, name: str, **arguments: Any) -> Any:
        assert self.popen.stdin is not None
        assert self.popen.stdout is not None
        self.popen.stdin.write(json.dumps([name, arguments]) + "\n")
        self.popen.stdin.flush()
        answer = self.popen.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.popen.args!r} ended at {name}; its log says why.")
        return json.loads(answer)


class Site:
    """A tree of the project, with a database, static files and people of its own."""

    def __init__(self, label: str, tree: Path, folder: Path, postgresql: str, redis: str) -> None:
        self.label, self.tree, self.folder = label, tree, folder
        self.folder.mkdir()
        with connected(postgresql) as connection:
            connection.execute(f'CREATE DATABASE "bench_{folder.name}"')
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            "COP_MODE": "demo",
            "COP_ENV_FILE": os.devnull,
            "DJANGO_SETTINGS_MODULE": "cop.settings",
            "PYTHONPATH": str(tree),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "AUDIT_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": urlunsplit(urlsplit(postgresql)._replace(path=f"/bench_{folder.name}")),
            "REDIS_URL": redis,
            "EMBEDDED_WORKER": "false",
            "WEB_PROCESSES": "2",
            "WRITES_A_MINUTE": "120",  # ten people write what a whole community would
            "MEDIA_ROOT": str(self.folder / "files"),
            "STATIC_ROOT": str(self.folder / "static"),
            "LOG_LEVEL": "WARNING",
        }
        for command in (["migrate"], ["createcachetable"], ["collectstatic", "--noinput"]):
            self._manage(*command)
        self.inside = Talker(self._start([sys.executable, HERE / "inside.py"], "inside", talks=True))
        self.groups: list[dict[str, Any]] = []

    def people(self, groups: int) -> list[dict[str, Any]]:
        """At least so many groups of twelve signed-in members."""
        if len(self.groups) < groups:
            self.groups += self.inside.ask("people", groups=groups - len(self.groups))
        return self.groups

    @contextlib.contextmanager
    def servers(self, number: int = 1, **more: str) -> Iterator[list[Process]]:
        """Server processes, as `manage.py serve` starts them, with more in their environment."""
        with contextlib.ExitStack() as stack:
            yield [
                stack.enter_context(self.running("manage.py", "serve", "--port", port=free_port(), **more))
                for _ in range(number)
            ]

    @contextlib.contextmanager
    def worker(self, **more: str) -> Iterator[Process]:
        process = Process(self._start([sys.executable, "manage.py", "worker"], "worker", more))
        try:
            yield process
        finally:
            process.stop()

    @contextlib.contextmanager
    def running(self, *command: str | Path, port: int, **more: str) -> Iterator[Process]:
        """A server in this site's environment, from the moment on at which it listens."""
        environment = {"SITE_URL": f"http://127.0.0.1:{port}", "PORT": str(port), **more}
        process = Process(self._start([sys.executable, *command, str(port)], f"server-{port}", environment), port)
        try:
            wait_for(process)
            yield process
        finally:
            process.stop()

    def _start(
        self, command: list[str | Path], log: str, more: dict[str, str] | None = None, *, talks: bool = False
    ) -> subprocess.Popen:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with (self.folder / f"{log}.log").open("wb") as output:
            return subprocess.Popen(
                command,
                cwd=self.tree,
                env={**self.environment, **(more or {})},
                stderr=output,
                start_new_session=True,
                **(pipes if talks else {"stdout": subprocess.DEVNULL}),
            )

    def _manage(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command, "-v0"], cwd=self.tree, env=self.environment, check=True)

    def stop(self) -> None:
        self.inside.stop()


def connected(postgresql: str, seconds: float = 30) -> psycopg.Connection:
    """It listens before it is ready."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(postgresql, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@contextlib.contextmanager
def load() -> Iterator[Talker]:
    popen = subprocess.Popen(
        [sys.executable, HERE / "load.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    talker = Talker(popen)
    try:
        yield talker
    finally:
        talker.stop()


def wait_for(process: Process, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.popen.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", process.port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.popen.args!r} did not start.")
