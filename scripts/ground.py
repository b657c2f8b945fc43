"""What stands before Django does: the virtual environment, from the lock. Only Python's standard library."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> None:
    """End with a sentence that says what failed and how to mend it."""
    sys.exit(f"\n{text}")


def ensure_environment(lock: str) -> None:
    """Have in .venv what a lock (base or dev) says. Skipped where that is so already; dev is never taken back."""
    if sys.version_info < (3, 11):
        stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Choose one: PYTHON=python3.11 make …")
    installed = STAMP.read_text() if STAMP.exists() else ""
    if installed.startswith("dev"):
        lock = "dev"
    wanted = f"{lock} {fingerprint(lock)}"
    if installed == wanted:
        return
    try:
        make_venv()
        say(f"Installing what requirements/{lock}.txt locks …")
        install(ROOT / "requirements" / f"{lock}.txt")
        STAMP.write_text(wanted)
    except OSError as error:
        stop(f"Failed while making .venv: {error}. Is the disk full, or the folder not writable?")


def fingerprint(lock: str) -> str:
    text = (ROOT / "requirements" / f"{lock}.txt").read_bytes() + sys.version.encode()
    return hashlib.sha256(text).hexdigest()


def make_venv() -> None:
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0:
        return
    if importlib.util.find_spec("ensurepip") is None:
        stop("Python's venv module is missing. On Debian: apt-get install python3-venv")
    say("Making .venv …")
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", VENV]).returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop("Failed while making .venv; the reason is above. On Debian: apt-get install python3-venv")


def install(lock: Path) -> None:
    """With uv (seconds), itself installed by pip from a lock; with pip alone (minutes) where uv cannot."""
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
    ]
    uv: list[str | Path] = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--require-hashes", "-r", lock]
    if subprocess.run([*pip, ROOT / "requirements" / "installer.txt"]).returncode == 0:
        environment = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
        if Path("/etc/ssl/certs/ca-certificates.crt").exists():
            environment["UV_SYSTEM_CERTS"] = "true"  # as pip does on Debian; uv brings its own else
        if subprocess.run(uv, env=environment).returncode == 0:
            return
        say("uv could not; trying with pip, which takes some minutes …")
    if subprocess.run([*pip, lock]).returncode:
        stop(
            "Failed while installing packages; the reason is above. "
            "A first start needs the network (or a package index that pip is configured for)."
        )


def ensure_settings() -> None:
    """Make .env from .env.example, with secrets of its own and readable by its owner only."""
    target = ROOT / ".env"
    if target.exists():
        return
    say("Making .env with new secrets …")
    made = {"SECRET_KEY=": 50, "AUDIT_KEY=": 50, "VAPID_KEY=": 32}  # bytes
    lines = []
    for line in (ROOT / ".env.example").read_text().splitlines():
        lines.append(line + secrets.token_urlsafe(made[line]) if line in made else line)
    draft = ROOT / ".env.new"
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("\n".join(lines) + "\n")
        draft.rename(target)
    except OSError as error:
        stop(f"Failed while writing .env: {error}. Is the disk full, or the folder not writable?")
