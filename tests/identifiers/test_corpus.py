"""What the check finds in the examples, class by class, as literal figures."""

from pathlib import Path

import pytest

from identifiers import CLASSES, find, finder
from identifiers.report import Example, main, measure, read, report

HERE = Path(__file__).parent
CORPUS = HERE / "corpus.txt"
HELD_OUT = HERE / "held_out.txt"
PAGE = HERE.parents[1] / "docs" / "identifiers.md"

BLOCK = {code for code, cls in CLASSES.items() if cls.level == "block"}
EXAMPLES_OF_BLOCK_CLASSES = {
    "ssn": 16,
    "email": 19,
    "fax": 7,
    "mrn": 15,
    "a_number": 20,
    "receipt": 13,
    "sevis": 8,
    "i94": 9,
    "plan_account": 16,
    "passport": 12,
    "licence": 14,
    "card": 5,
    "address": 10,
    "birth_date": 20,
    "phone": 25,
}


def test_every_marked_identifier_of_a_block_class_is_held():
    found = {row.cls: row.found for row in measure(read(CORPUS)) if row.cls in BLOCK}
    assert found == EXAMPLES_OF_BLOCK_CLASSES


def test_nothing_is_held_that_is_not_marked():
    assert {row.cls: row.false for row in measure(read(CORPUS)) if row.cls in BLOCK} == dict.fromkeys(BLOCK, 0)


def test_nothing_at_all_is_found_in_the_examples_with_nothing_to_find():
    clean = [example.text for example in read(CORPUS) if not example.marks]
    assert len(clean) >= 150
    assert {text: [finding.cls for finding in find(text)] for text in clean} == {text: [] for text in clean}


def test_every_marked_identifier_of_a_warn_class_is_shown():
    rows = [row for row in measure(read(CORPUS)) if row.cls not in BLOCK]
    assert all(row.examples >= 3 for row in rows)
    assert {row.cls: row.recall for row in rows} == dict.fromkeys((row.cls for row in rows), 1.0)


def test_the_held_out_examples_are_found_after_mending():
    rows = measure(read(HELD_OUT))
    assert sum(row.examples for row in rows) == 50
    assert sum(row.found for row in rows) == 50
    assert sum(row.false for row in rows) == 0


def test_no_finding_of_a_block_class_reaches_past_its_sentence():
    """What is taken out is the identifier, with its label at most, not the rest of the line."""
    for example in read(CORPUS):
        for finding in find(example.text):
            if finding.level == "block":
                marked = max((end - start for _, start, end in example.marks), default=0)
                assert finding.end - finding.start <= marked + 4, example.text


def test_the_measure_notices_what_is_missed_and_what_is_wrongly_held():
    missed = Example("the number is hidden", (("ssn", 4, 10),))
    wrong = Example("call 612-555-0134", ())
    rows = {row.cls: row for row in measure([missed, wrong])}
    assert (rows["ssn"].examples, rows["ssn"].found, rows["phone"].false) == (1, 0, 1)


def test_some_example_needs_each_pattern(monkeypatch):
    """Without any one row something goes missing, so a row that breaks is noticed."""
    rows = finder.PATTERNS
    marked = [example for path in (CORPUS, HELD_OUT) for example in read(path) if example.marks]
    whole = sum(row.found for row in measure(marked))
    idle = []
    for i, row in enumerate(rows):
        monkeypatch.setattr(finder, "PATTERNS", rows[:i] + rows[i + 1 :])
        if sum(row.found for row in measure(marked)) == whole:
            idle.append((row.cls, row.regex.pattern))
    assert idle == []


def test_the_page_shows_the_table_that_is_measured():
    assert report([CORPUS]) in PAGE.read_text(encoding="utf-8")


def test_the_report_asks_for_its_examples(capsys):
    with pytest.raises(SystemExit):
        main([])
    assert "examples" in capsys.readouterr().err


def test_the_report_prints_the_table_and_replaces_the_one_in_a_page(capsys, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Before.\n\n" + report([CORPUS]) + "\nAfter.\n", encoding="utf-8")
    assert main([str(HELD_OUT), "--into", str(page)]) == 0
    assert capsys.readouterr().out == report([HELD_OUT])
    assert page.read_text(encoding="utf-8") == "Before.\n\n" + report([HELD_OUT]) + "\nAfter.\n"
    assert "70 examples, 20 of them with nothing to find." in page.read_text(encoding="utf-8")
