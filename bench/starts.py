"""`make run` as somebody with a new clone has it, and again."""

import http.client
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from services import free_port

from bench.figures import Figure
from bench.parts import Size
from bench.processes import Site

PATIENCE = 900  # seconds
GIT, MAKE = shutil.which("git") or "git", shutil.which("make") or "make"
OURS = {"PYTHONPATH", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE"}  # what a person's shell would not say


def starts(sites: list[Site], size: Size) -> list[Figure]:
    """`make run` until the first page answers: with nothing there but the clone, and when all of it is there."""
    figures: list[Figure] = []
    for site in sites:
        with tempfile.TemporaryDirectory(prefix="cop-clone-") as folder:
            clone = Path(folder)
            _copy(site.tree, clone)
            first = _start(clone)
            later = [_start(clone) for _ in range(size.rounds)]
        of = "" if site is sites[0] else f" at {site.label}"
        for what, values, most in (("the first", [first], 90), ("afterwards", later, 5)):
            figure = Figure("starts", f"make run until the sign-in page, {what}{of}", "s", values)
            if site is sites[0]:
                figure.aim, figure.met = f"≤ {most}", figure.median <= most
            figures.append(figure)
    return figures


def _copy(tree: Path, clone: Path) -> None:
    """What git knows of a tree, as it is there now."""
    names = subprocess.run([GIT, "ls-files", "-z"], cwd=tree, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (tree / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(tree / name, clone / name)


def _start(clone: Path) -> float:
    """Seconds. It is stopped again."""
    port, began = free_port(), time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name not in OURS} | {"PORT": str(port)}
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(
            [MAKE, "run"], cwd=clone, env=environment, stdout=told, stderr=told, start_new_session=True
        )
        try:
            while not _answers(port):
                if process.poll() is not None or time.monotonic() - began > PATIENCE:
                    told.seek(0)
                    raise RuntimeError(f"make run: {told.read()[-2000:]}")
                time.sleep(0.05)
            return time.monotonic() - began
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
            while _answers(port):
                time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/account/login/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
