"""A town meeting and a group's sessions in a browser: planned, looked at, answered, moved and cancelled."""

from datetime import timedelta

from django.utils.timezone import now
from playwright.sync_api import expect

from tests.browser import assert_accessible

PHONE = {"width": 360, "height": 740}


def typed_in(page, title, pattern, first_on):
    page.get_by_label("Title").fill(title)
    page.get_by_label("First date").fill(first_on.isoformat())
    page.get_by_label("Begins at").fill("14:00")
    page.get_by_label(pattern, exact=True).check()


def test_a_meeting_is_planned_looked_at_and_answered(cast, open_page):
    first_on = (now() + timedelta(days=28)).date()
    page = open_page(cast.specialist)
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="No meetings planned")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Plan a meeting").first.click()
    expect(page.get_by_label("Weeks from one to the next")).to_be_hidden()
    typed_in(page, "Virtual Town Meeting", "Every so many weeks", first_on)
    page.get_by_label("Weeks from one to the next").fill("6")
    page.get_by_label("Message").fill("Bring your questions.")
    assert_accessible(page)
    page.get_by_role("button", name="Look at the dates").click()
    expect(page.locator("table.preview tbody tr")).to_have_count(10)
    assert_accessible(page)
    page.get_by_role("button", name="Change something").click()
    expect(page.get_by_label("Message")).to_have_value("Bring your questions.")
    page.get_by_role("button", name="Look at the dates").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Virtual Town Meeting")).to_be_visible()
    assert_accessible(page)

    member = open_page(cast.member, viewport=PHONE)
    for path in ("/meetings/", f"/meetings/month/{first_on:%Y-%m}/", f"/meetings/week/{first_on}/"):
        member.goto(path)
        assert_accessible(member)
        assert member.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    member.get_by_role("link", name="Virtual Town Meeting").click()
    member.get_by_label("Maybe").focus()
    member.keyboard.press("Space")
    member.get_by_label("A note").fill("From a train.")
    member.get_by_label("For all dates of this series to come").check()
    member.keyboard.press("Tab")
    member.keyboard.press("Enter")
    expect(member.get_by_text("you may come, to every date of the series")).to_be_visible()
    assert_accessible(member)
    assert member.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.reload()
    expect(page.get_by_text("From a train.")).to_be_visible()


def test_a_facilitator_plans_sessions_and_moves_and_cancels_a_date(cast, open_page):
    first_on = (now() + timedelta(days=14)).date()
    page = open_page(cast.facilitator)
    page.goto(f"/groups/{cast.group.pk}/")
    page.get_by_role("link", name="Sessions").click()
    assert_accessible(page)
    page.get_by_role("link", name="Plan sessions").first.click()
    expect(page.get_by_text("Whom it is for")).to_have_count(0)
    typed_in(page, "Case consultation", "Every so many weeks", first_on)
    page.get_by_role("button", name="Look at the dates").click()
    page.get_by_role("button", name="Save").click()
    at = page.url

    def change(verb):
        page.goto(at)
        page.get_by_text("Change", exact=True).click()
        page.get_by_role("link", name=verb, exact=True).click()

    change("Move this date")
    assert_accessible(page)
    page.get_by_label("Begins at").fill("16:30")
    page.get_by_label("Message").fill("The room is taken.")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("This meeting was moved")).to_be_visible()
    assert_accessible(page)
    change("Cancel this date")
    page.get_by_label("Message").fill("We meet next week.")
    page.get_by_role("button", name="Cancel the meeting").click()

    member = open_page(cast.member, viewport=PHONE)
    member.goto(at)
    expect(member.get_by_text("This meeting is cancelled")).to_be_visible()
    expect(member.locator(".notice").get_by_text("We meet next week.")).to_be_visible()
    expect(member.get_by_role("button", name="Answer")).to_have_count(0)
    expect(member.get_by_text("Change", exact=True)).to_have_count(0)
    assert_accessible(member)
    assert member.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
