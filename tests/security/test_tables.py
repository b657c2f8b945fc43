"""The pages that are printed from the code are those of the code."""

import re

import pytest

from tests.security.tables import DOCS, PAGES, in_words, limits
from tests.security.test_asvs import there_is_such_a_test


@pytest.mark.parametrize("name", PAGES)
def test_a_printed_page_is_that_of_the_code(name):
    assert (DOCS / name).read_text() == PAGES[name]()  # else: .venv/bin/python -m tests.security.tables


def test_every_limit_has_its_test():
    assert [test for *_, test in limits() if not there_is_such_a_test(test)] == []


def test_a_rate_is_said_in_words():
    assert in_words("30/m/ip") == "30 a minute of a network address"
    assert re.fullmatch(r"5 in 5 minutes of an account.*; 50 a day of .*", in_words("5/5m/key,50/d/key"))
