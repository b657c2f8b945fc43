"""Files in a room, as two colleagues and somebody outside meet them."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import assert_accessible

pytestmark = pytest.mark.journey


@pytest.fixture
def enter(cast, open_page):
    def enter(member, **options):
        page = open_page(member, **options)
        page.goto(f"/groups/{cast.group.pk}/")
        expect(page.locator("[data-live-status]").first).to_have_text("Connected")
        return page

    return enter


def picture(size=(1200, 900)):
    into = BytesIO()
    Image.new("RGB", size, "teal").save(into, "JPEG")
    return into.getvalue()


def choose(page, *files):
    page.locator("input[type=file][data-upload]").first.set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]
    )


def queue(page):
    return page.locator(".composer [data-files] > li")


def test_files_go_with_a_message_to_everyone_and_to_nobody_else(cast, enter, open_page):
    here, there = enter(cast.member), enter(cast.colleague)
    choose(here, ("waiting room.jpg", picture()), ("agenda.txt", b"One thing that you stopped doing."))
    expect(here.locator(".composer [data-files] > li[data-state=up]")).to_have_count(2)
    expect(there.locator("li.file")).to_have_count(0)
    here.locator(".room-main form.composer textarea").press("Enter")
    files = there.locator("li.message li.file")
    expect(files).to_have_count(2)
    expect(files.locator("img")).to_be_visible()
    there.wait_for_function("() => document.querySelector('li.message li.file img').naturalWidth > 0")
    with there.expect_download() as download:
        files.locator("a.name", has_text="agenda.txt").click()
    assert download.value.suggested_filename == "agenda.txt"
    address = files.locator("a.name", has_text="agenda.txt").get_attribute("href")
    outside = open_page(cast.outsider)
    assert outside.request.get(address).status == 404
    there.goto(f"/groups/{cast.group.pk}/files/")
    expect(there.locator(".file-list > li")).to_have_count(2)
    assert_accessible(there)


def test_what_cannot_be_shared_says_so_and_the_rest_goes_on(cast, enter):
    page = enter(cast.member)
    choose(page, ("empty.txt", b""), ("program.pdf", b"MZ\x90\x00" + bytes(99)), ("fine.txt", b"Fine."))
    expect(queue(page).nth(0)).to_contain_text("is empty")
    expect(queue(page).nth(1)).to_contain_text("not of a kind that can be shared here")
    expect(queue(page).nth(2)).to_have_attribute("data-state", "up")
    queue(page).nth(0).get_by_role("button", name="Take away").click()
    queue(page).nth(0).get_by_role("button", name="Take away").click()
    page.locator(".room-main form.composer textarea").press("Enter")
    expect(page.locator("li.message li.file")).to_have_count(1)


def test_a_file_that_may_identify_a_client_is_held_until_its_author_has_looked(cast, enter):
    page = enter(cast.member)
    choose(page, ("notes.txt", b"The hearing was moved to June 3, 2026."))
    item = queue(page).first
    expect(item).to_contain_text("may identify a client")
    assert_accessible(page)
    item.get_by_label("Share it anyway").check()
    item.get_by_role("button", name="Try again").click()
    expect(item).to_have_attribute("data-state", "up")
    choose(page, ("notes.txt", b"Her number is A012 345 678."))
    expect(queue(page).nth(1)).to_contain_text("may identify a client")
    expect(queue(page).nth(1).get_by_label("Share it anyway")).to_have_count(0)


def test_an_interrupted_upload_can_be_tried_again_and_goes_once(cast, enter):
    page = enter(cast.member)
    page.route(re.compile("/spaces/.*/files/"), lambda route: route.abort())
    choose(page, ("agenda.txt", b"An agenda."))
    expect(queue(page).first).to_contain_text("interrupted")
    page.unroute(re.compile("/spaces/.*/files/"))
    queue(page).first.get_by_role("button", name="Try again").click()
    expect(queue(page).first).to_have_attribute("data-state", "up")
    page.locator(".room-main form.composer textarea").press("Enter")
    expect(page.locator("li.message li.file")).to_have_count(1)


def test_a_newer_version_takes_the_place_of_the_older(cast, enter):
    page = enter(cast.member)
    choose(page, ("agenda.txt", b"First."))
    expect(queue(page).first).to_have_attribute("data-state", "up")
    page.locator(".room-main form.composer textarea").press("Enter")
    expect(page.locator("li.message li.file")).to_have_count(1)
    page.goto(f"/groups/{cast.group.pk}/files/")
    page.get_by_role("link", name="New version of agenda.txt").click()
    assert_accessible(page)
    page.get_by_label("The new version").set_input_files(
        [{"name": "agenda 2.txt", "mimeType": "text/plain", "buffer": b"Second."}]
    )
    page.get_by_role("button", name="Share the new version").click()
    expect(page.locator("li.message li.file")).to_contain_text("newer version")
    page.goto(f"/groups/{cast.group.pk}/files/")
    expect(page.locator(".file-list > li")).to_have_count(1)
    expect(page.locator(".file-list > li")).to_contain_text("1 older version")
    page.get_by_role("link", name="Preview of agenda 2.txt").click()
    expect(page.frame_locator("iframe.preview").locator("body")).to_contain_text("Second.")


def test_a_removed_file_is_gone_from_every_open_page(cast, enter):
    here, there = enter(cast.member), enter(cast.colleague)
    choose(here, ("agenda.txt", b"First."))
    expect(queue(here).first).to_have_attribute("data-state", "up")
    here.locator(".room-main form.composer textarea").press("Enter")
    expect(there.locator("li.message li.file a.name")).to_have_count(1)
    here.goto(f"/groups/{cast.group.pk}/files/")
    here.get_by_role("link", name="Remove agenda.txt").click()
    here.get_by_role("button", name="Remove it").click()
    expect(there.locator("li.message li.file a.name")).to_have_count(0)
    expect(there.locator("li.message li.file")).to_contain_text("was removed")
