"""`make check`: everything that is wrong without running a test. `--format` mends what can be mended."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import ground

Job = tuple[str, list[str | Path], dict[str, str]]
TOOLS = ground.VENV / "bin"
MANAGE: list[str | Path] = [ground.PYTHON, "manage.py"]
# As a real installation has them; nothing is connected to.
PRODUCTION = {
    "COP_MODE": "production",
    "COP_ENV_FILE": os.devnull,
    "SECRET_KEY": secrets.token_urlsafe(50),
    "AUDIT_KEY": secrets.token_urlsafe(50),
    "SITE_URL": "https://community.example.org",
    "ALLOWED_HOSTS": "community.example.org",
    "DATABASE_URL": "postgres://cop:invented@database.example.org/cop",
    "REDIS_URL": "redis://redis.example.org/0",
    "WEB_PROCESSES": "2",
    "EMBEDDED_WORKER": "false",
}
TEST = {"COP_MODE": "test"}
CHECKS: list[Job] = [
    ("formatting", [TOOLS / "ruff", "format", "--check", "--quiet", "."], {}),
    ("lint", [TOOLS / "ruff", "check", "--quiet", "."], {}),
    ("holes", [TOOLS / "bandit", "-c", "pyproject.toml", "-r", ".", "--severity-level", "medium", "--quiet"], {}),
    ("templates", [TOOLS / "djlint", "templates", "--lint", "--quiet"], {}),
    ("import contracts", [TOOLS / "lint-imports", "--no-cache"], TEST),
    ("types", [TOOLS / "mypy", "."], TEST),
    ("missing migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], TEST),
    ("deployment", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    ("locks and addresses", [ground.PYTHON, "scripts/tree.py"], {}),
]
FORMATTERS: list[Job] = [
    ("imports and lint", [TOOLS / "ruff", "check", "--fix", "--quiet", "."], {}),
    ("formatting", [TOOLS / "ruff", "format", "."], {}),
]


def main(jobs: list[Job]) -> int:
    ground.ensure_environment("dev")
    failed = []
    for name, command, environment in jobs:
        done = subprocess.run(
            command, cwd=ground.ROOT, env={**os.environ, **environment}, capture_output=True, text=True
        )
        ground.say(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}")
        if done.returncode:
            failed.append(name)
            ground.say(done.stdout + done.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(FORMATTERS if "--format" in sys.argv else CHECKS))
