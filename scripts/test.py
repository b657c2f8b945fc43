"""`make test`: get what the tests need, start it on free ports in a temporary folder, run everything, stop it all."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import ground
from services import ensure_programs, for_faults, postgresql, redis

PYTEST = [str(ground.PYTHON), "-W", "error", "-m", "pytest"]
FAULTS = ["-m", "faults", "-p", "no:randomly"]
NO_TESTS = 5  # pytest's exit code where nothing was selected


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="SQLite only, no browser")
    options, chosen = parser.parse_known_args()
    ground.ensure_environment("dev")
    if options.quick:
        return run_all([("SQLite", {}, ["-n", "2"])], chosen)
    programs = ensure_programs()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cop-test-")))
        folder.chmod(0o711)  # PostgreSQL, as another user, passes through to its own folder
        services = {
            "DATABASE_URL": stack.enter_context(postgresql(programs["postgres"], folder)),
            "REDIS_URL": stack.enter_context(redis(programs["redis-server"], folder)),
        }
        own = folder / "faults"
        own.mkdir()
        chromium = {"CHROMIUM": str(programs["chromium"])}
        return run_all(
            [
                ("SQLite, one process", {}, ["-n", "2"]),
                ("PostgreSQL and Redis", services, ["-n", "2"]),
                ("Journeys in Chromium", {**services, **chromium}, ["-m", "journey", "-n", "2", "--dist", "loadfile"]),
                ("Faults, a short run", for_faults(own), FAULTS),
            ],
            chosen,
        )


def run_all(runs: list[tuple[str, dict[str, str], list[str]]], chosen: list[str]) -> int:
    """Run pytest once for each surrounding, up to the first failure. Its own closing line is the last one."""
    ran = False
    for name, surroundings, options in runs:
        ground.say(f"\n=== {name} ===")
        environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        code = pytest([*options, *chosen], {**environment, **surroundings})
        if code not in (0, NO_TESTS):
            return code
        ran = ran or code == 0
    return 0 if ran else NO_TESTS


def pytest(options: list[str], environment: dict[str, str]) -> int:
    """Run pytest; when we are told to stop, have it stop what it started, too."""
    process = subprocess.Popen([*PYTEST, *options], cwd=ground.ROOT, env=environment)
    try:
        return process.wait()
    except SystemExit:
        process.send_signal(signal.SIGINT)
        raise
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()


def leave(*_: object) -> None:
    sys.exit(143)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
