"""The frame of every page, in a browser: themes, menus, keys, dialogs, what is typed and kept."""

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible

SIZES = DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}


@pytest.mark.parametrize("path", ["/", "/style/", "/account/login/", "/no/such/page/"])
def test_pages_for_strangers_are_accessible_and_fit(open_page, path):
    look_at(open_page(), path)


def test_home_is_accessible_and_fits(cast, open_page):
    look_at(open_page(cast.member), "/")


def look_at(page, path):
    page.goto(path)
    for theme in ("light", "dark"):
        for size in SIZES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # colors change at once
            page.set_viewport_size(size)
            assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_chosen_colors_are_there_in_the_first_bytes(open_page, scripts):
    page = open_page(color_scheme="light", java_script_enabled=scripts)
    page.goto("/")
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor") if scripts else None
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Dark").click()
    assert 'data-theme="dark"' in page.request.get("/").text()
    if scripts:
        assert page.get_by_role("button", name="Dark").get_attribute("aria-pressed") == "true"
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light


def test_a_row_of_tabs_fades_where_there_are_more_and_shows_the_current_one(cast, open_page):
    page = open_page(cast.facilitator)
    page.set_viewport_size(PHONE)
    page.goto(f"/groups/{cast.group.pk}/facilitate/")
    fades = "getComputedStyle(document.querySelector('.tabs')).maskImage"
    page.wait_for_function(f"() => {fades}.includes('gradient')")
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
    page.set_viewport_size(DESKTOP)
    page.wait_for_function(f"() => {fades} === 'none'")


def test_a_menu_opens_and_closes_by_keyboard(cast, open_page):
    page = open_page(cast.member)
    page.goto("/")
    page.get_by_label("You: Mara Member").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Sign out").first.is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Sign out").first.is_hidden()
    assert page.evaluate("document.activeElement.matches('summary')")


def test_keys_lead_and_are_listed_and_can_be_switched_off(cast, open_page):
    page = open_page(cast.member)
    page.goto("/account/email/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    assert "Home" in dialog.inner_text()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_function("location.pathname === '/'")
    page.keyboard.press("?")
    dialog.get_by_label("Use these keys on this device").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    assert dialog.is_hidden()


def test_keys_do_nothing_while_somebody_writes(cast, open_page):
    page = open_page(cast.member)
    page.goto("/style/")
    page.locator("#id_empty-about").press_sequentially("?g h")
    assert page.locator("#id_empty-about").input_value() == "?g h"
    assert page.get_by_role("dialog").count() == 0


def test_a_destructive_link_asks_first(open_page):
    page = open_page()
    page.goto("/style/#buttons")
    page.locator("#buttons summary").click()
    page.locator("#buttons").get_by_role("link", name="Remove").click()
    dialog = page.get_by_role("dialog", name="Remove this group?")
    assert_accessible(page)
    assert page.evaluate("document.activeElement.textContent") == "Keep it"
    dialog.get_by_role("button", name="Keep it").click()
    assert dialog.is_hidden()


def test_what_is_typed_outlives_a_reload_and_an_error_but_never_a_password(cast, open_page):
    page = open_page(cast.member)
    page.goto("/style/")
    page.locator("#id_empty-about").fill("Half a sentence")
    page.locator("#id_empty-listed").check()
    page.reload()
    assert page.locator("#id_empty-about").input_value() == "Half a sentence"
    assert page.locator("#id_empty-listed").is_checked()
    page.evaluate(
        "document.querySelector('[data-keep] [name=empty-name]').type = 'password';"
        "const field = document.querySelector('[data-keep] [name=empty-name]');"
        "field.value = 'secret'; field.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    assert "secret" not in page.evaluate("JSON.stringify({...sessionStorage}) + JSON.stringify({...localStorage})")
    page.goto("/no/such/page/")
    page.go_back()
    assert page.locator("#id_empty-about").input_value() == "Half a sentence"


def test_signing_out_forgets_what_was_typed(cast, open_page):
    page = open_page(cast.member)
    page.goto("/style/")
    page.locator("#id_empty-about").fill("Not for the next person at this desk")
    page.get_by_label("You: Mara Member").click()
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_function("location.pathname === '/'")
    assert "Not for the next" not in page.evaluate("JSON.stringify({...sessionStorage})")


def test_mistakes_take_the_focus(open_page):
    page = open_page()
    page.goto("/style/")
    assert page.evaluate("document.activeElement.className") == "error-summary"


def test_the_menu_of_a_phone_works_without_scripts(cast, open_page):
    page = open_page(cast.member, viewport=PHONE, java_script_enabled=False)
    page.goto("/")
    page.get_by_label("Menu", exact=True).first.click()
    assert page.get_by_role("navigation", name="Menu").get_by_role("link", name="Home").is_visible()
