"""Staff look through what came with a mailing list's archive."""

from pathlib import Path

from playwright.sync_api import expect

from mailroom.importing import bring
from tests.browser import assert_accessible

ARCHIVE = Path(__file__).parents[1] / "mailroom" / "archives" / "pipermail.txt"


def test_staff_decide_what_of_an_archive_is_shown(cast, open_page, apart):
    apart(bring, ARCHIVE, forum=cast.commons, by=cast.staff)
    reader = open_page(cast.colleague)
    reader.goto("/discussions/commons/")
    line = reader.locator(".thread-line", has_text="A subject that staff look at first")
    expect(line).to_be_visible()
    expect(reader.locator(".thread-line.unread")).to_have_count(0)

    staff = open_page(cast.staff)
    staff.goto("/staff/imports/")
    expect(staff.get_by_text("Of these come: 8, in threads: 4")).to_be_visible()
    assert_accessible(staff)
    staff.get_by_role("link", name="2 wait for a decision").click()
    assert_accessible(staff)
    staff.get_by_role("link", name="A plan for Juan Perez").click()
    assert_accessible(staff)
    staff.get_by_label("Title of the thread").fill("A plan for somebody who waits")
    staff.get_by_role("button", name="Show this text").click()

    expect(reader.locator(".thread-line", has_text="A plan for somebody who waits")).to_be_visible()
    expect(line).to_have_count(0)
    expect(reader.locator(".thread-line.unread")).to_have_count(0)
