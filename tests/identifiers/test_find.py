"""What an author sees: places in their own text, a sentence why, a sentence what instead, and a text without it."""

import subprocess
import sys
from pathlib import Path

import pytest

from identifiers import CLASSES, find, take_out


def pairs(text, **kwargs):
    return [(finding.cls, text[finding.start : finding.end]) for finding in find(text, **kwargs)]


def test_a_finding_names_its_place_its_level_and_the_way_out():
    (finding,) = find("Call her at 612-555-0134 please")
    assert (finding.cls, finding.level, finding.start, finding.end) == ("phone", "block", 12, 24)
    assert finding.why == "This looks like a phone number."
    assert finding.instead == "Send the number privately, or name the organisation."


def test_each_finding_is_replaced_by_a_word_in_brackets():
    text = "Call 612-555-0134 or write to amina@example.org, SSN 123-45-6789."
    assert take_out(text, find(text)) == "Call [phone] or write to [e-mail], SSN [SSN]."


def test_only_the_findings_that_are_given_are_taken_out():
    text = "She was arrested on 14 March 2019, call 612-555-0134"
    held = [finding for finding in find(text) if finding.level == "block"]
    assert take_out(text, held) == "She was arrested on 14 March 2019, call [phone]"


def test_a_day_of_birth_is_held_and_another_day_is_a_warning():
    assert pairs("born March 14, 1987") == [("birth_date", "March 14, 1987")]
    assert pairs("arrested March 14, 1987") == [("date", "March 14, 1987")]
    assert pairs("born in Eritrea, arrived March 14, 2019") == [("date", "March 14, 2019")]


def test_a_street_is_held_only_with_its_zip():
    assert pairs("at 412 Maple Street, Minneapolis, MN 55407") == [
        ("address", "412 Maple Street, Minneapolis, MN 55407")
    ]
    assert pairs("at 412 Maple Street") == [("street", "412 Maple Street")]


def test_a_number_after_fax_is_a_fax_and_the_next_is_a_phone():
    assert pairs("fax 612-555-0135, phone 612-555-0134") == [("fax", "612-555-0135"), ("phone", "612-555-0134")]
    assert pairs("phone 612-555-0134, fax 612-555-0135") == [("phone", "612-555-0134"), ("fax", "612-555-0135")]


def test_the_days_of_the_community_are_nobodys_days():
    assert pairs("The webinar is on May 5 at 2 pm") == []
    assert pairs("The client missed the webinar on May 5") == [("date", "May 5")]


def test_a_card_needs_its_check_digit():
    assert pairs("4111 1111 1111 1111") == [("card", "4111 1111 1111 1111")]
    assert "card" not in dict(pairs("4111 1111 1111 1112"))


def test_phone_numbers_are_read_as_in_the_region_of_the_reader():
    assert pairs("ring 020 7946 0958 today", region="GB") == [("phone", "020 7946 0958")]


def test_offsets_are_those_of_the_original_text():
    text = "\u200bÜber \x00 ¡A\u200b\u2011012\u2011345\u2011678! é"
    assert pairs(text) == [("a_number", "A\u200b\u2011012\u2011345\u2011678")]


def test_a_mark_on_the_last_character_goes_with_it():
    text = "her husband Jose\u0301, and Dawit"
    assert pairs(text) == [("name", "Jose\u0301")]
    assert take_out(text, find(text)) == "her husband [name], and Dawit"


def test_digits_of_other_scripts_and_keycaps_are_digits():
    assert pairs("٦١٢-٥٥٥-٠١٣٤") == [("phone", "٦١٢-٥٥٥-٠١٣٤")]
    keycaps = "-".join("".join(f"{d}\ufe0f\u20e3" for d in part) for part in ("123", "45", "6789"))
    assert pairs(f"x {keycaps}") == [("ssn", keycaps)]


def test_numbers_inside_a_public_link_are_left_alone():
    assert pairs("https://example.org/news/6125550134") == []
    assert pairs("https://example.org/news 6125550134") == [("phone", "6125550134")]


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "\udfff\ud800 123-45-678\udc00", "\x00" * 50, "{}[]|"])
def test_odd_text_does_not_crash(text):
    assert find(text) == []
    assert take_out(text, find(text)) == text


@pytest.mark.parametrize("break_", ["\x00", "\u200b", "\u00ad", "\u2060", "\ufeff"])
def test_an_invisible_character_hides_nothing(break_):
    text = f"12{break_}3-45-67{break_}89"
    assert pairs(text) == [("ssn", text)]


@pytest.mark.parametrize("dash", list("-‐‑‒–—―−﹣－"))
def test_every_dash_is_a_dash(dash):
    text = f"123{dash}45{dash}6789"
    assert pairs(text) == [("ssn", text)]


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u2009", "\u202f", "\u3000"])
def test_every_space_is_a_space(space):
    text = f"A{space}012{space}345{space}678"
    assert pairs(text) == [("a_number", text)]


def test_every_class_says_why_and_what_instead_and_where_it_comes_from():
    for cls in CLASSES.values():
        assert cls.why.endswith(".")
        assert cls.instead.endswith(".")
        assert cls.source.startswith("45 CFR 164.514(b)(2)(i)(")
        assert find(f"[{cls.placeholder}]") == []


def test_the_command_lists_places_and_never_the_text():
    done = subprocess.run(
        [sys.executable, "-m", "identifiers"],
        input="all well\nher SSN is 123-45-6789\n",
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 1
    assert done.stdout.startswith("2:12 block Social Security number. ")
    assert "123" not in done.stdout


def test_the_check_needs_no_django():
    code = "import sys, identifiers; identifiers.find('x'); sys.exit(any(m.startswith('django') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2]).returncode == 0
