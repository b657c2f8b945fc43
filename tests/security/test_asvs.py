"""docs/asvs.md has every requirement of levels 1 and 2, and names only files and tests that are there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGES = ["asvs.md", "threat-model.md"]
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has. They are numbered from 1 without holes;
# chapters 10 (29) and 17 (7) are answered as a whole.
SECTIONS = {
    "1.1": 2,
    "1.2": 9,
    "1.3": 11,
    "1.4": 3,
    "1.5": 2,
    "2.1": 3,
    "2.2": 3,
    "2.3": 4,
    "2.4": 1,
    "3.2": 2,
    "3.3": 4,
    "3.4": 6,
    "3.5": 5,
    "3.7": 2,
    "4.1": 3,
    "4.2": 1,
    "4.3": 2,
    "4.4": 4,
    "5.1": 1,
    "5.2": 3,
    "5.3": 2,
    "5.4": 3,
    "6.1": 3,
    "6.2": 12,
    "6.3": 4,
    "6.4": 4,
    "6.5": 5,
    "6.6": 3,
    "6.8": 4,
    "7.1": 3,
    "7.2": 4,
    "7.3": 2,
    "7.4": 5,
    "7.5": 2,
    "7.6": 2,
    "8.1": 2,
    "8.2": 3,
    "8.3": 1,
    "8.4": 1,
    "9.1": 3,
    "9.2": 4,
    "11.1": 2,
    "11.2": 3,
    "11.3": 3,
    "11.4": 4,
    "11.5": 1,
    "11.6": 1,
    "12.1": 3,
    "12.2": 2,
    "12.3": 4,
    "13.1": 1,
    "13.2": 5,
    "13.3": 2,
    "13.4": 5,
    "14.1": 2,
    "14.2": 4,
    "14.3": 3,
    "15.1": 3,
    "15.2": 3,
    "15.3": 7,
    "16.1": 1,
    "16.2": 5,
    "16.3": 4,
    "16.4": 3,
    "16.5": 3,
}
ANSWERS = {"yes", "part", "no", "run", "–"}


def rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "asvs.md").read_text().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| \d", line)]


def there_is_such_a_test(name: str) -> bool:
    """Whether `room/test_file.py::test_name` is there, from tests/."""
    path, _, test = name.partition("::")
    file = ROOT / "tests" / path
    return file.is_file() and bool(re.search(rf"^(?:async )?def {re.escape(test)}\(", file.read_text(), re.MULTILINE))


def test_no_requirement_of_level_2_is_missing():
    assert sum(SECTIONS.values()) + 29 + 7 == 253
    wanted = {f"{section}.{number}" for section, most in SECTIONS.items() for number in range(1, most + 1)}
    answered = [row[0] for row in rows() if not row[0].endswith("³")]
    assert (sorted(wanted - set(answered)), len(answered)) == ([], len(wanted))


def test_every_row_answers_and_what_is_not_met_has_a_reason():
    assert [row[0] for row in rows() if row[2] not in ANSWERS or len(row) != 5] == []
    assert [row[0] for row in rows() if row[2] in {"part", "no"} and not row[3]] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_test_and_every_file_named_is_there(page):
    text = (ROOT / "docs" / page).read_text()
    tests = re.findall(r"`([\w/]+\.py::\w+)`", text)
    assert tests
    assert [name for name in tests if not there_is_such_a_test(name)] == []
    files = re.findall(r"`([\w.-]+/[\w./-]+\.(?:py|html|txt|md))`", text)
    assert [name for name in files if not (ROOT / name).exists()] == []
