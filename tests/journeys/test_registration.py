"""Registering for a symposium in a browser: in under a minute, the waitlist, the offer, and giving the seat up."""

import time

from playwright.sync_api import expect

from symposium.actions import register
from symposium.models import CreditRule
from tests.access_table import a_desk
from tests.browser import assert_accessible
from tests.journeys.test_meetings import PHONE


def address(desk) -> str:
    return f"/symposium/{desk.edition.slug}/registration/"


def test_register_wait_take_the_offer_and_cancel(cast, open_page, apart):
    desk = apart(a_desk, cast, seats=1)
    said = {"edition": desk.edition, "minimum_minutes": 45, "statement": "Invented."}
    for profession in ("Nurses", "Social workers"):
        apart(CreditRule.objects.create, profession=profession, **said)
    first = open_page(cast.outsider)
    first.goto(f"/symposium/{desk.edition.slug}/")
    begun = time.monotonic()
    first.get_by_role("link", name="Registration").click()
    expect(first.get_by_label("Licence number")).to_be_hidden()
    first.get_by_label("I want continuing-education credit").check()
    first.get_by_label("Nurses").check()
    first.get_by_label("Licence number").fill("RN 12345")
    first.get_by_role("button", name="Register").click()
    expect(first.get_by_text("You are registered", exact=True)).to_be_visible()
    assert time.monotonic() - begun < 60
    assert_accessible(first)

    member = open_page(cast.member, viewport=PHONE)
    member.goto(address(desk))
    assert_accessible(member)
    member.get_by_role("button", name="Register").click()
    expect(member.get_by_text("You are number 1 on the waitlist")).to_be_visible()
    assert member.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    first.get_by_role("link", name="Cancel my registration").click()
    first.get_by_role("button", name="Cancel it").click()
    expect(first.get_by_text("Your seat goes to who is next.")).to_be_visible()

    member.reload()
    expect(member.get_by_text("A seat is yours until")).to_be_visible()
    member.get_by_role("button", name="Take the seat").click()
    expect(member.get_by_text("You are registered", exact=True)).to_be_visible()
    assert_accessible(member)
    member.get_by_role("link", name="Cancel my registration").click()
    member.get_by_role("button", name="Cancel it").click()
    expect(member.get_by_role("button", name="Register")).to_be_visible()


def test_staff_see_who_waits_by_keyboard_and_on_a_phone(cast, open_page, apart):
    desk = apart(a_desk, cast, seats=1)
    category = apart(desk.categories.get, name="Grantee staff")
    for who in (cast.member, cast.outsider, cast.colleague):
        apart(register, desk=desk, category=category, by=who)
    page = open_page(cast.staff, viewport=PHONE)
    page.goto(f"/symposium/{desk.edition.slug}/registered/")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    cole = page.get_by_role("listitem").filter(has_text="Cole Colleague")
    cole.get_by_role("link", name="Move up").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Reason").focus()
    page.keyboard.type("He opens the second day.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("moved up by staff")).to_be_visible()
