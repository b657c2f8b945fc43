"""What holds for any text at all, and how the time grows with its length."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identifiers import find, take_out
from identifiers.folding import fold

PIECES = st.sampled_from(
    [
        "123-45-6789",
        "A 012 345 678",
        "IOE0912345678",
        "N0012345678",
        "123456789A1",
        "MRN ",
        "DOB ",
        "born ",
        "03/14/1987",
        "March 14, 1987",
        "phone ",
        "fax ",
        "612-555-0134",
        "555-0134",
        "amina@example.org",
        "amina at example dot org",
        "412 Maple Street",
        ", MN 55407",
        "passport ",
        "K0123456",
        "client's name is ",
        "Amina",
        "Yusuf",
        "Judge ",
        "held at ",
        "hearing on ",
        "4111 1111 1111 1111",
        "https://example.org/?id=4",
        "[phone]",
        "SSN ",
        "\n",
        " ",
        ", ",
        ". ",
        "-",
        "\u200b",
        "‑",
        "\xa0",
        "é",
        "é",
        "１２",
        "\x00",
        "�",
        "_",
        "@",
        "#",
        ":",
        "(",
        ")",
        "0",
        "7",
        "9",
        "A",
        "a",
    ]
)
TEXTS = st.one_of(st.text(st.characters(), max_size=300), st.lists(PIECES, max_size=14).map("".join))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_findings_are_ordered_inside_the_text_and_apart(text):
    findings = find(text)
    edges = [edge for finding in findings for edge in (finding.start, finding.end)]
    assert edges == sorted(edges)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in findings)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_what_was_taken_out_is_not_found_again(text):
    """No block finding touches a placeholder; text beside it that was cut off from its context may be read anew."""
    findings = find(text)
    after, places, shift = take_out(text, findings), [], 0
    for finding in findings:
        width = len(take_out(text[finding.start : finding.end], [_moved(finding)]))
        places.append((finding.start + shift, finding.start + shift + width))
        shift += width - (finding.end - finding.start)
    assert all(after[start] == "[" and after[end - 1] == "]" for start, end in places)
    held = [(f.start, f.end) for f in find(after) if f.level == "block"]
    assert [h for h in held for p in places if h[0] < p[1] and p[0] < h[1]] == []


@given(st.text(st.characters(), max_size=200))
@settings(deadline=None)
def test_folding_keeps_the_way_back(text):
    folded = fold(text)
    for i in range(len(folded.text)):
        start, end = folded.span(i, i + 1, text)
        assert 0 <= start < end <= len(text)


SLOW_SEEDS = [
    "1",
    "1 ",
    "1-",
    "(",
    "+1 ",
    "A-",
    "A1-",
    "a.",
    "a@",
    "a at b dot ",
    "Aa ",
    "Aa-",
    "client Aa ",
    "Mr Aa ",
    "May 1 ",
    "1/1/",
    "3/14/1987 born ",
    "612-555-0134 ",
    "1 A St ",
    "passport ",
    "account number ",
    "hearing ",
    "hearing in Aa ",
    "no no ",
    "is is ",
    "number is ",
    "MRN for a b ",
    "http://a",
    "_at_",
    "calle a ",
    "1:",
    "P<",
    "\n",
    "١",
    "x\u200b",
]


@pytest.mark.parametrize("seed", SLOW_SEEDS)
def test_four_times_the_text_takes_about_four_times_the_time(seed):
    """A quadratic pattern would take sixteen times as long."""
    short, long = (min(_seconds((seed * n)[:n]) for _ in range(3)) for n in (3_000, 12_000))
    assert long < 9 * short + 0.02


def test_a_very_long_text_is_read_to_its_end():
    text = "The interpreter came late again. " * 6_100 + "SSN 123-45-6789"
    assert len(text) > 200_000
    assert [finding.cls for finding in find(text)] == ["ssn"]


def _seconds(text):
    began = time.process_time()
    find(text)
    return time.process_time() - began


def _moved(finding):
    return type(finding)(finding.cls, finding.level, 0, finding.end - finding.start, finding.why, finding.instead)
