"""Signing in as people do, in a real browser: by password, by passkey, by an app; and being signed out."""

import re

import pytest

from notifications.models import Letter
from tests.browser import assert_accessible
from tests.members.signing_in import app_code
from tests.people import PASSWORD


@pytest.fixture
def site(base_url):
    """Passkeys belong to a name, not to a number."""
    return base_url.replace("127.0.0.1", "localhost")


def sign_in_by_password(page, site, member):
    page.goto(f"{site}/account/login/")
    page.get_by_label("E-mail address").fill(member.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_authenticator(page):
    """A phone that says yes with a finger: Chromium's virtual authenticator."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_staff_add_a_passkey_before_anything_else_and_sign_in_with_it_alone(cast, open_page, site):
    page = open_page()
    add_authenticator(page)
    sign_in_by_password(page, site, cast.staff)
    page.get_by_role("heading", name="One more step").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Passwordless").check()
    assert_accessible(page)
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/account/mfa/recovery-codes/")
    assert_accessible(page)
    assert page.goto(f"{site}/people/").status == 200
    page.context.clear_cookies()
    page.goto(f"{site}/account/login/?next=/profile/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/profile/")
    page.get_by_role("heading", name="Profile").first.wait_for()
    page.goto(f"{site}/account/mfa/webauthn/")
    assert_accessible(page)


def test_an_authenticator_app_is_added_and_asked_for(cast, open_page, site):
    page = open_page()
    sign_in_by_password(page, site, cast.member)
    page.goto(f"{site}/account/")
    page.get_by_role("link", name="Add an authenticator app").click()
    assert_accessible(page)
    secret = re.search(r"\b[A-Z2-7]{32}\b", page.content())[0]
    page.get_by_label("Authenticator code").fill(app_code(secret))
    page.get_by_label("Authenticator code").press("Enter")
    page.wait_for_url("**/account/mfa/recovery-codes/")
    page.context.clear_cookies()
    sign_in_by_password(page, site, cast.member)
    page.wait_for_url("**/account/mfa/authenticate/")
    assert_accessible(page)
    page.get_by_label("Code").fill(app_code(secret, steps=1))
    page.get_by_label("Code").press("Enter")
    page.wait_for_url(f"{site}/")


def test_a_code_comes_by_mail(cast, open_page, site):
    page = open_page()
    page.goto(f"{site}/account/login/")
    page.get_by_role("link", name="Send me a code by e-mail").click()
    page.get_by_label("E-mail address").fill(cast.member.email)
    page.get_by_label("E-mail address").press("Enter")
    page.wait_for_url("**/account/login/code/confirm/")
    assert_accessible(page)
    letter = bytes(Letter.objects.get(to=cast.member.email).message).decode()
    page.get_by_label("Code").fill(re.search(r"\b[B-Z]{4}-[B-Z]{4}\b", letter)[0])
    page.get_by_label("Code").press("Enter")
    page.wait_for_url(f"{site}/")


def test_back_after_signing_out_shows_nothing(cast, open_page):
    page = open_page(cast.member)
    page.goto("/profile/")
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    for _ in range(2):
        page.go_back()
        assert cast.member.name not in page.content()


def test_the_pages_about_people_and_sign_in_are_accessible(cast, open_page):
    page = open_page(cast.member)
    pages = ("/account/", "/account/sessions/", "/account/fresh/", "/people/", "/profile/", "/profile/data/")
    for address in (*pages, "/profile/deactivate/", f"/people/{cast.colleague.pk}/", "/demo/", "/demo/outbox/"):
        assert page.goto(address).status == 200
        assert_accessible(page)
