"""Choosing what one hears of."""

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible

pytestmark = pytest.mark.journey


def test_a_member_chooses_and_reads_what_they_will_get(cast, open_page):
    page = open_page(cast.member)
    page.goto("/notifications/choices/")
    assert_accessible(page)
    page.get_by_role("radio", name="One letter a week").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("One letter a week, on Monday at 7 a.m.").first).to_be_visible()
    assert_accessible(page)
