"""make bench ARGS="fanout joins", make bench ARGS="--against main~5 fanout": see docs/proof.md."""

import argparse
import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import ground
import proof
from services import ensure_programs, postgresql, redis

from bench import browser, parts, rooms, starts
from bench.figures import Figure, as_json, table
from bench.processes import Site

PARTS = {
    "fanout": parts.fanout,
    "screens": parts.screens,
    "joins": parts.joins,
    "pages": parts.pages,
    "catchup": parts.catchup,
    "words": parts.words,
    "growth": parts.growth,
    "room": rooms.room,
    "calendars": parts.calendars,
    "programme": parts.programme,
    "cold": browser.cold,
    "starts": starts.starts,
}
PROGRAMS = ["daphne", "django", "channels", "channels-redis", "autobahn", "twisted", "psycopg", "redis"]


def main() -> int:
    options = arguments()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # for those that we start, too
    programs = ensure_programs()
    size = parts.SMALL if options.small else parts.Size()
    begun, figures, machine = time.monotonic(), [], proof.machine()
    with contextlib.ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="cop-bench-")))
        folder.chmod(0o711)  # PostgreSQL, as another user, passes through to its own folder
        database = kept.enter_context(postgresql(programs["postgres"], folder))
        rings = kept.enter_context(redis(programs["redis-server"], folder))
        trees = {"now": ground.ROOT}
        if options.against:
            trees[options.against] = kept.enter_context(worktree(options.against, folder / "tree"))
        sites = []
        for number, (label, tree) in enumerate(trees.items()):
            sites.append(Site(label, tree, folder / str(number), database, f"{rings[:-1]}{number}"))
            kept.callback(sites[-1].stop)
        try:
            for name in options.parts:
                ground.say(f"… {name}: {PARTS[name].__doc__}")
                began = time.monotonic()
                found = PARTS[name](sites, size)
                ground.say(f"{table(found)}\n({time.monotonic() - began:.0f} s)\n")
                figures += found
        except BaseException:
            show_logs(folder)
            raise
    tell(options, figures, machine, time.monotonic() - begun)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of: {', '.join(PARTS)}; all where none is named")
    parser.add_argument("--against", metavar="REVISION", help="measure another commit in turns with this tree")
    kept = ground.ROOT / "var" / "bench.json"
    parser.add_argument("--json", metavar="FILE", type=Path, default=kept, help="where every figure goes")
    parser.add_argument("--small", action="store_true", help="hardly any of it: whether it runs, not how fast")
    options = parser.parse_args()
    if unknown := set(options.parts) - PARTS.keys():
        parser.error(f"There is no {', '.join(sorted(unknown))}. Parts: {', '.join(PARTS)}.")
    options.whole = not (options.parts or options.small or options.against)
    options.parts = options.parts or list(PARTS)
    return options


@contextlib.contextmanager
def worktree(revision: str, folder: Path) -> Iterator[Path]:
    git = ["git", "-C", str(ground.ROOT), "worktree"]
    subprocess.run([*git, "add", "--detach", "--quiet", folder, revision], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", folder], check=True)


def show_logs(folder: Path) -> None:
    for log in sorted(folder.glob("*/*.log")):
        if text := log.read_text(errors="replace").strip():
            ground.say(f"--- {log.name}\n{text[-2000:]}")


def tell(options: argparse.Namespace, figures: list[Figure], machine: str, seconds: float) -> None:
    """The table on the screen, everything in var/bench.json, and a whole run on the page too."""
    versions = ", ".join(f"{name} {version(name)}" for name in PROGRAMS)
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    about = f"{machine}; at the end {load}. {versions}. It took {seconds:.0f} s."
    text = f"{about}\n\n{table(figures)}"
    ground.say(text)
    options.json.parent.mkdir(exist_ok=True)
    options.json.write_text(as_json({"about": about, "against": options.against, "parts": options.parts}, figures))
    if options.whole:
        proof.keep("bench", text)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped, as at Ctrl-C
    sys.exit(main())
