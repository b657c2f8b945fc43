"""`make faults`: real servers, databases and networks die while people write. What was lost stands in docs/proof.md."""

from __future__ import annotations

import json
import secrets
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import ground
import proof
import test
from services import ensure_programs, postgresql_url, redis_url


def main() -> int:
    ground.ensure_environment("dev")
    ensure_programs()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cop-faults-") as place:
        folder = Path(place)
        environment = {**surroundings(folder), "FAULTS": "full"}
        code = test.run_all([("Faults", environment, OPTIONS)], sys.argv[1:])
        kept = folder / "findings.json"
        rows = json.loads(kept.read_text()) if kept.exists() else []
    text = report(rows, minutes=(time.monotonic() - begun) / 60)
    ground.say(f"\n{text}")
    if code == 0 and not sys.argv[1:]:
        proof.keep("faults", text)
    return code


OPTIONS = ["-m", "faults", "-p", "no:randomly"]


def surroundings(folder: Path) -> dict[str, str]:
    """What tests/faults reads: where its services will be. It starts them itself, to be able to kill them."""
    folder.chmod(0o711)  # PostgreSQL, as another user, passes through to its own folder
    return {
        "FAULTS_FOLDER": str(folder),
        "DATABASE_URL": postgresql_url(),
        "REDIS_URL": redis_url(),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "AUDIT_KEY": secrets.token_urlsafe(50),
    }


def report(rows: list[dict[str, Any]], *, minutes: float) -> str:
    messages = [row for row in rows if row["part"] == "messages"]
    lines = [f"{proof.machine()}; {minutes:.0f} minutes.", "", *table(messages)]
    return "\n".join(lines)


def table(rows: list[dict[str, Any]]) -> list[str]:
    return [str(row) for row in rows]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, test.leave)
    signal.signal(signal.SIGHUP, test.leave)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
