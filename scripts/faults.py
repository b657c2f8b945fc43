"""`make faults`: real servers, databases and networks die while people write. What was lost stands in docs/proof.md."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ground
import proof
import test
from services import ensure_programs, for_faults


def main() -> int:
    ground.ensure_environment("dev")
    ensure_programs()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cop-faults-") as place:
        folder = Path(place)
        code = test.run_all([("Faults", {**for_faults(folder), "FAULTS": "full"}, test.FAULTS)], sys.argv[1:])
        kept = folder / "findings.json"
        rows = json.loads(kept.read_text()) if kept.exists() else []
    text = report(rows, minutes=(time.monotonic() - begun) / 60)
    ground.say(f"\n{text}")
    if code == 0 and not sys.argv[1:] and "MESSAGES" not in os.environ:
        proof.keep("faults", text)
    return code


def report(rows: list[dict[str, Any]], *, minutes: float) -> str:
    """What was found, as Markdown."""
    by_part: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_part[row["part"]].append(row)
    lines = [f"{proof.machine()}; {minutes:.0f} minutes."]
    if messages := by_part["messages"]:
        lines += ["", *table_of(messages), "", in_all(messages)]
    for part, tell in SENTENCES.items():
        lines += [f"- {tell(row)}" for row in by_part[part]]
    return "\n".join(lines)


def table_of(messages: list[dict[str, Any]]) -> list[str]:
    """A row a fault and kind of server."""
    head = ["while people write", "server", "messages", "readers", "lost", "doubled", "out of order", "tabs unlike"]
    head += ["all have all after (s)", "p50 / p99 (ms)", "server (MiB)"]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in messages:
        counts = [row[name] for name in ("messages", "readers", "lost", "doubled", "disordered", "unlike")]
        seconds = f"{row['seconds']:.1f}" + ("*" if "4010" in row["said"]["closes"] else "")
        measured = [seconds, f"{row['p50']:.0f} / {row['p99']:.0f}", f"{row['memory']:.0f}"]
        lines.append(f"| {' | '.join(map(str, [row['fault'], row['server'], *counts, *measured]))} |")
    return lines


def in_all(messages: list[dict[str, Any]]) -> str:
    total = sum(row["messages"] for row in messages)
    again = sum(count for row in messages for status, count in row["said"]["answers"].items() if status != "200")
    ratios = [row["p99"] / row["p99_before"] for row in messages if "never read" in row["fault"] and row["p99_before"]]
    stalled = (
        f" Beside readers that never read, the others' p99 was {max(ratios):.1f} times what it was." if ratios else ""
    )
    return (
        f"{total:,} messages, acknowledged after {again:,} forms that had to be sent again. "
        f"* Some sockets were closed with 4010, which asks to come back within 0 to 10 s, at random.{stalled}\n"
    )


SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "control": lambda row: (
        f"Negative control ({row['server']}): of {row['messages']} messages written while Redis was away, readers of a "
        f"server without tick and catch-up missed {row['ill']}; beside it, the others missed {row['healthy']}."
    ),
    "rights": lambda row: (
        f"Rights ({row['server']}, {'with Redis' if row['redis'] else 'Redis killed'}): seconds from the commit to the "
        f"last news on any process: {', '.join(f'{change} {after:.1f}' for change, after in row['seconds'].items())}. "
        "Nothing was written after it, and no socket, long poll or form got in again."
    ),
    "worker": lambda row: (
        f"The worker killed {row['kills']} times between two steps: {row['letters']} letters, {row['lost']} lost, "
        f"{row['doubled']} came twice, as the same message."
    ),
    "disk": lambda row: (
        f"Disk full during an upload ({row['server']}): answered {' and '.join(map(str, row['answers']))}, messages "
        "went on, the same upload was stored once there was room, and no half file stayed."
    ),
    "seats": lambda row: (
        f"{row['many']:,} registrations at once for {row['seats']} seats over two servers: all given, "
        f"{row['waiting']} waiting in order, none twice; {row['given_up']} seats given up were offered to those who "
        "waited first, and taken."
    ),
    "canaries": lambda row: (
        f"Words of the private room ({row['server']}): in none of {row['places']} places ({row['size']} MiB): what "
        "Redis was told, logs of nginx, servers, worker and PostgreSQL, addresses, mail, metrics, static and temporary "
        "folders. The control word was found in each where it was planted."
    ),
}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, test.leave)
    signal.signal(signal.SIGHUP, test.leave)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
