"""PostgreSQL and Redis of our own, on free ports in a temporary folder, for tests, faults and measurements."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import ground


def ensure_programs() -> dict[str, Path]:
    """Where Redis, PostgreSQL and Chromium are; from Debian, with apt-get, where they are missing."""
    missing = [package for program, package in PACKAGES.items() if not find(program)]
    if missing:
        ground.say(f"Missing for the tests: {', '.join(missing)}. Getting them with apt-get …")
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        get = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
        for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
            if not shutil.which((as_root or get)[0]) or subprocess.run([*get, *command]).returncode:
                ground.stop(
                    "Could not get what the tests need. As root: "
                    f"apt-get update && apt-get install {' '.join(missing)}\nWithout it: make test-quick"
                )
    return {program: found(program) for program in PACKAGES}


PACKAGES = {
    "redis-server": "redis-server",
    "postgres": "postgresql",
    "chromium": "chromium",
    "nginx": "nginx-light",
    "faketime": "faketime",
    "openssl": "openssl",
    "systemd-analyze": "systemd",
    "clamd": "clamav-daemon",
    "age": "age",
    "libical.so.3": "libical3",
}


def find(program: str) -> str | None:
    """A program on the path, among root's, or in Debian's folder for PostgreSQL's own; or a library in theirs."""
    usual = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    return (
        usual or max(map(str, Path("/usr/lib").glob(f"postgresql/*/bin/{program}")), default=None) or library(program)
    )


def library(name: str) -> str | None:
    return next(map(str, Path("/usr/lib").glob(f"*/{name}")), None)


def found(program: str) -> Path:
    path = find(program)
    if path is None:
        ground.stop(f"{program} is still missing after installing {PACKAGES[program]}.")
    return Path(str(path))


class Service:
    """A program on a port of its own, in a session of its own: to be stopped, killed, held, and started again there."""

    def __init__(
        self,
        name: str,
        command: list[str | Path],
        folder: Path,
        port: int,
        *,
        user: str | None = None,
        environment: dict[str, str] | None = None,
        stop_with: int = signal.SIGTERM,
        is_ready: list[str | Path] | None = None,
    ) -> None:
        self.name, self.command, self.folder, self.port = name, command, folder, port
        self.user, self.environment, self.stop_with, self.is_ready = user, environment, stop_with, is_ready
        self.log = folder / f"{name}.log"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it and wait until it answers, where it has a port (not 0). Its log goes on."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdout=output,
                stderr=output,
                user=self.user,
                cwd=self.folder,
                env=self.environment,
                start_new_session=True,
            )
        if self.port:
            self.wait()

    def wait(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process and self.process.poll() is None:
            if answers(self.port) and (self.is_ready is None or subprocess.run(self.is_ready).returncode == 0):
                return
            time.sleep(0.05)
        ground.stop(f"{self.name} did not start:\n{self.log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """Ask it to stop, and kill it if it does not within 20 seconds."""
        if self.process is None:
            return
        self.process.send_signal(self.stop_with)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """SIGKILL, to what it started too."""
        if self.process is None:
            return
        started = children(self.process.pid)
        self.process.kill()
        for pid in started:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def signal(self, number: int) -> None:
        if self.process:
            self.process.send_signal(number)


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def children(pid: int) -> list[int]:
    """The processes that one has started and that are still there."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@contextlib.contextmanager
def running(service: Service) -> Iterator[Service]:
    try:
        service.start()
        yield service
    finally:
        service.stop()


@contextlib.contextmanager
def redis(program: Path, folder: Path) -> Iterator[str]:
    url = redis_url()
    with running(redis_at(url, program, folder)):
        yield url


def redis_url() -> str:
    return f"redis://127.0.0.1:{free_port()}/0"


def redis_at(url: str, program: Path, folder: Path) -> Service:
    port = port_of(url)
    keeping_nothing: list[str | Path] = ["--save", "", "--appendonly", "no", "--dir", folder]
    return Service("redis", [program, "--port", str(port), "--bind", "127.0.0.1", *keeping_nothing], folder, port)


@contextlib.contextmanager
def postgresql(program: Path, folder: Path) -> Iterator[str]:
    """A cluster that may lose its data at a power cut: it lives as long as the tests."""
    url = postgresql_url()
    fleeting = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    with running(postgresql_at(url, program, folder, fleeting)):
        yield url


def postgresql_url() -> str:
    return f"postgres://cop:{secrets.token_hex(16)}@127.0.0.1:{free_port()}/postgres"


def postgresql_at(url: str, program: Path, folder: Path, settings: dict[str, str]) -> Service:
    """A new cluster for the port and password of an address. It keeps its promises unless the settings say else."""
    user, port, data = unprivileged_user(), port_of(url), folder / "postgresql"
    data.mkdir(mode=0o700)
    (folder / "password").write_text(str(urlsplit(url).password))
    if user:
        for path in (data, folder / "password"):
            shutil.chown(path, user)
    initdb: list[str | Path] = [program.with_name("initdb"), "-D", data, "-U", "cop", "-A", "scram-sha-256"]
    subprocess.run(
        [*initdb, "-E", "UTF8", "--no-sync", "--locale=C.UTF-8", f"--pwfile={folder / 'password'}"],
        user=user,
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    settings = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "200",
        **settings,
    }
    words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    ready: list[str | Path] = [program.resolve().with_name("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    command: list[str | Path] = [program, "-D", data, *words]
    return Service("postgresql", command, folder, port, user=user, stop_with=signal.SIGINT, is_ready=ready)


def for_faults(folder: Path) -> dict[str, str]:
    """What tests/faults wants to know: where its services will be. It starts them itself, to be able to kill them."""
    folder.chmod(0o711)  # PostgreSQL, as another user, passes through to its own folder
    return {
        "FAULTS_FOLDER": str(folder),
        "DATABASE_URL": postgresql_url(),
        "REDIS_URL": redis_url(),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "AUDIT_KEY": secrets.token_urlsafe(50),
    }


def port_of(url: str) -> int:
    return int(urlsplit(url).port or 0)


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
