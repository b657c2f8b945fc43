"""A programme is put together by keyboard alone, by form and by dragging, released, and chosen from."""

from django.urls import reverse
from playwright.sync_api import expect

from symposium.actions import admit
from symposium.models import Session
from tests.access_table import an_edition
from tests.browser import assert_accessible
from tests.symposium.programmes import session, with_parts

PHONE = {"width": 360, "height": 740}


def fits(page):
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def card(page, title):
    return page.locator(f'.placed[data-title="{title}"]')


def a_draft(cast):
    edition = with_parts(an_edition(cast), cast)
    for title in ("Sleep groups", "Warm hand-offs", "Fee waivers"):
        session(edition, cast, title, speakers=[cast.colleague])
    admit(edition=edition, member=cast.member)
    return edition


def place_of(title):
    one = Session.objects.select_related("room", "edition").get(title=title)
    there = one.starts_at.astimezone(one.edition.tz)
    return one.room.name, one.edition.days.index(there.date()), f"{there:%H:%M}"


def test_sessions_are_placed_released_and_chosen(cast, apart, open_page):
    edition = apart(a_draft, cast)
    page = open_page(cast.staff)
    page.goto(reverse("symposium:schedule", args=[edition.slug]))
    fits(page)

    # by keyboard alone: to 9:30, in the second room
    card(page, "Sleep groups").get_by_role("button", name="Pick up").focus()
    page.keyboard.press("Enter")
    said = page.locator("#said")
    expect(said).to_contain_text("Picked up Sleep groups.")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(said).to_contain_text("9:30 am, Juniper")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Sleep groups is placed:")
    expect(card(page, "Sleep groups").get_by_role("button", name="Pick up")).to_be_focused()
    assert apart(place_of, "Sleep groups") == ("Juniper", 0, "09:30")
    # and a quarter of an hour earlier; Escape leaves it
    for keys in (("Enter", "ArrowUp", "Enter"), ("Enter", "ArrowDown", "Escape")):
        for key in keys:
            page.keyboard.press(key)
        expect(said).to_contain_text("Left where it was." if keys[-1] == "Escape" else "9:15 am, Juniper.")
    assert apart(place_of, "Sleep groups") == ("Juniper", 0, "09:15")

    # by dragging: the speaker is in two sessions then
    target = page.locator(f'table[data-on="{edition.first_on.isoformat()}"] tr[data-at="09:30"] td').first
    card(page, "Warm hand-offs").drag_to(target)
    expect(said).to_contain_text("Cole Colleague is in “Sleep groups” and “Warm hand-offs” at the same time")
    assert apart(place_of, "Warm hand-offs") == ("Cedar", 0, "09:30")
    fits(page)

    # by form, on a phone
    phone = open_page(cast.staff, viewport=PHONE)
    phone.goto(reverse("symposium:schedule", args=[edition.slug]))
    fits(phone)
    card(phone, "Fee waivers").get_by_role("link", name="Place").click()
    phone.get_by_label("Room", exact=True).select_option(label="Juniper")
    phone.get_by_label("Day", exact=True).select_option(index=1)
    phone.get_by_label("Begins at").fill("13:00")
    fits(phone)
    phone.get_by_role("button", name="Place it").click()
    expect(phone.get_by_role("heading", name="Without a time")).to_be_visible()
    assert apart(place_of, "Fee waivers") == ("Juniper", 1, "13:00")

    page.get_by_role("link", name="Release", exact=True).click()
    fits(page)
    page.get_by_role("button", name="Release it").click()
    expect(page.locator(".error-summary")).to_contain_text("say why it stays so")
    page.get_by_label("Why it stays so").fill("She looks in on both.")
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_role("heading", name="Programme", level=1)).to_be_visible()

    member = open_page(cast.member, viewport=PHONE)
    member.goto(reverse("symposium:programme", args=[edition.slug]))
    fits(member)
    member.get_by_role("button", name="Choose “Sleep groups”").click()
    taken = member.get_by_role("button", name="Take out “Sleep groups”")
    expect(taken).to_be_focused()
    member.get_by_role("button", name="Choose “Warm hand-offs”").click()
    expect(member.get_by_text("At the same time you chose “Sleep groups”.")).to_be_visible()
    fits(member)
    member.get_by_role("link", name="My agenda").click()
    expect(member.get_by_text("2 of the sessions that you chose are at the same time as another.")).to_be_visible()
    member.get_by_role("button", name="Take out “Warm hand-offs”").click()
    expect(member.get_by_role("button", name="Choose “Warm hand-offs”")).to_be_visible()
    member.reload()
    expect(member.get_by_text("Warm hand-offs")).to_have_count(0)
    member.get_by_role("link", name="Sleep groups").click()
    expect(member.get_by_role("link", name="To its room")).to_be_visible()
    fits(member)
