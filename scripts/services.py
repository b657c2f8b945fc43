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
    "systemd-analyze": "systemd",
    "clamd": "clamav-daemon",
    "age": "age",
}


def find(program: str) -> str | None:
    """A program on the path, or in Debian's folder for PostgreSQL's own."""
    return shutil.which(program) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{program}")), default=None)


def found(program: str) -> Path:
    path = find(program)
    if path is None:
        ground.stop(f"{program} is still missing after installing {PACKAGES[program]}.")
    return Path(str(path))


@contextlib.contextmanager
def redis(program: Path, folder: Path) -> Iterator[str]:
    port = free_port()
    command: list[str | Path] = [
        program,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    with running([*command, "--dir", folder], folder / "redis.log"):
        wait_for(port, folder / "redis.log")
        yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def postgresql(program: Path, folder: Path) -> Iterator[str]:
    """A cluster that may lose its data at a power cut: it lives as long as the tests."""
    user = unprivileged_user()
    data = folder / "postgresql"
    data.mkdir(mode=0o700)
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    if user:
        for path in (data, folder / "password"):
            shutil.chown(path, user)
    port = free_port()
    initdb: list[str | Path] = [
        program.with_name("initdb"),
        "-D",
        data,
        "-U",
        "cop",
        "-A",
        "scram-sha-256",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run(
        [*initdb, "--locale=C.UTF-8", f"--pwfile={folder / 'password'}"],
        user=user,
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": 200,
    }
    command: list[str | Path] = [
        program,
        "-D",
        data,
        *(word for key, value in settings.items() for word in ("-c", f"{key}={value}")),
    ]
    with running(command, folder / "postgresql.log", user=user, stop_with=signal.SIGINT):
        wait_for(port, folder / "postgresql.log")
        yield f"postgres://cop:{password}@127.0.0.1:{port}/postgres"


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextlib.contextmanager
def running(
    command: list[str | Path], log: Path, *, user: str | None = None, stop_with: int = signal.SIGTERM
) -> Iterator[None]:
    """A program in a session of its own, so that Ctrl-C reaches pytest first, and stopped in any case."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, user=user, cwd=log.parent, start_new_session=True
        )
    try:
        yield
    finally:
        process.send_signal(stop_with)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int, log: Path, *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    ground.stop(f"{log.stem} did not start:\n{log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
