"""The rooms lean on each other one way only; and whoever breaks that is stopped."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

LINT = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def copy(tmp_path):
    """A copy of the code, to be spoiled."""
    for place in ("pyproject.toml", "manage.py"):
        shutil.copy(settings.BASE_DIR / place, tmp_path)
    for package in settings.BASE_DIR.glob("*/__init__.py"):
        shutil.copytree(package.parent, tmp_path / package.parent.name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess:
    command = [LINT, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_contracts_are_kept(copy):
    checked = lint(copy)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("spaces/log.py", "import discussions.models"),
        ("members/roles.py", "from groups import access"),
        ("groups/models.py", "import notifications.models"),
        ("audit/trail.py", "import access"),
        ("meetings/actions/dates.py", "import schedule.models"),
        ("identifiers/__init__.py", "import django"),
    ],
)
def test_contracts_are_broken_by_one_forbidden_import(copy, room, line):
    with (copy / room).open("a") as module:
        module.write(f"\n{line}\n")
    checked = lint(copy)
    assert checked.returncode == 1
    assert "BROKEN" in checked.stdout
