"""docs/add-a-feature.md, followed to the letter in a copy of the project: what it says runs, and its tests pass."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.clones import ROOT, make_clone

STEP = re.compile(
    r"^`(?P<path>[^`\n]+)`(?:, (?P<how>after|instead of) `(?P<where>[^`\n]+)`)?:\n\n```\w+\n(?P<code>.*?)```$",
    re.MULTILINE | re.DOTALL,
)
TEXT = (ROOT / "docs" / "add-a-feature.md").read_text()


def test_every_block_of_the_page_is_a_step():
    assert len(STEP.findall(TEXT)) == len(re.findall(r"^```\w+$", TEXT, re.MULTILINE))


def follow(clone: Path) -> list[str]:
    """Do what the page says; gives the Python files that it made or changed."""
    for step in STEP.finditer(TEXT):
        path = clone / step["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed(path.read_text(), **step.groupdict()) if step["how"] else step["code"])
    return sorted({step["path"] for step in STEP.finditer(TEXT) if step["path"].endswith(".py")})


def changed(text: str, *, path: str, how: str, where: str, code: str) -> str:
    assert text.count(where) == 1, f"“{where}” is in {path} {text.count(where)} times."
    if how == "instead of":
        return text.replace(where, code.rstrip("\n"))
    end = text.index("\n", text.index(where)) + 1
    return text[:end] + code + text[end:]


def test_the_worked_example_works(tmp_path):
    clone = make_clone(tmp_path / "clone")
    files = follow(clone)
    run(clone, "manage.py", "makemigrations", "takeaways")
    run(clone, "manage.py", "makemigrations", "--check", "--dry-run")
    run(clone, "-m", "ruff", "check", *files)
    run(clone, "-m", "ruff", "format", "--check", *files)
    run(clone, "-c", "from importlinter.cli import lint_imports_command as lint; lint()")
    tests = ["tests/takeaways", "tests/test_access_table.py", "tests/test_docs.py"]
    said = run(clone, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", "takeaway or glossary")
    assert re.search(r"^\d+ passed", said, re.MULTILINE)


def run(clone: Path, *command: str) -> str:
    """Run Python in the copy. Fails with what it said."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=clone,
        env={**environment, "COP_MODE": "test", "PYTHONPATH": str(clone)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout
