"""Many at once: what is counted, and what works once, holds when everybody comes in the same moment."""

from functools import partial
from threading import Barrier

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from members import codes, signin
from tests.at_once import at_once
from tests.members.signing_in import (
    ASK_CODE,
    CONFIRM_CODE,
    FACTOR,
    add_app,
    app_code,
    by_password,
    code_in_last_letter,
    counting_hashes,
    is_signed_in,
    recovery_code,
)
from tests.people import make_member

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


def same_browser(browser: Client) -> Client:
    """Another tab of the same browser."""
    tab = Client()
    tab.cookies.update(browser.cookies)
    return tab


def tabs_that_got_in(browser: Client, address: str, code: str) -> int:
    tabs = [same_browser(browser) for _ in range(MANY)]
    at_once(*[partial(tab.post, address, {"code": code}) for tab in tabs])
    return sum(is_signed_in(tab) for tab in tabs)


def browser_with_code(member) -> Client:
    browser = Client()
    browser.post(ASK_CODE, {"email": member.email})
    return browser


def test_a_code_by_mail_works_once_also_in_many_tabs_at_once(monkeypatch):
    member = make_member("Mara Member")
    browser = browser_with_code(member)
    assert tabs_that_got_in(browser, CONFIRM_CODE, code_in_last_letter()) == 1
    # Without the mark the same race lets several in, once all of them have their code compared: the test can fail.
    compared = Barrier(MANY)
    monkeypatch.setattr(codes, "use_once", lambda *args: compared.wait(20) >= 0)
    monkeypatch.setattr(codes.ratelimit, "consume", lambda *args, **more: True)
    browser = browser_with_code(member)
    assert tabs_that_got_in(browser, CONFIRM_CODE, code_in_last_letter()) > 1


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_factors_code_works_once_also_in_many_browsers_at_once(kind):
    member = make_member("Mara Member")
    secret = add_app(member)
    browsers = [Client(REMOTE_ADDR=f"192.0.2.{number}") for number in range(4)]
    for browser in browsers:
        by_password(browser, member.email)
    code = app_code(secret) if kind == "app" else recovery_code(member)
    at_once(*[partial(browser.post, FACTOR, {"code": code}) for browser in browsers])
    assert sum(is_signed_in(browser) for browser in browsers) == 1


def test_the_mark_of_a_used_code_is_taken_by_one_only():
    assert sorted(at_once(*[partial(signin.use_once, "test", "secret", 60)] * MANY)) == [False] * (MANY - 1) + [True]


def test_guesses_at_a_code_are_three_however_many_tabs_guess(monkeypatch):
    browser = browser_with_code(make_member("Mara Member"))
    tabs, compared = [same_browser(browser) for _ in range(MANY)], []
    real = codes.compare_user_code
    monkeypatch.setattr(codes, "compare_user_code", lambda **both: compared.append(both) or real(**both))
    at_once(*[partial(tab.post, CONFIRM_CODE, {"code": "BBBB-BBBB"}) for tab in tabs])
    assert 1 <= len(compared) <= 3


def test_attempts_at_a_password_are_five_however_many_try_at_once(monkeypatch):
    member = make_member("Mara Member")
    with counting_hashes(monkeypatch) as hashes:
        at_once(*[lambda: by_password(Client(), member.email, "not-the-password-at-all")] * 12)
    assert 1 <= len(hashes) <= 5


def test_twenty_people_sign_in_at_once():
    people = [make_member(f"Person {number}") for number in range(20)]
    browsers = [Client(REMOTE_ADDR=f"192.0.2.{number}") for number in range(20)]
    at_once(*[partial(by_password, *one) for one in zip(browsers, [one.email for one in people], strict=True)])
    assert sum(is_signed_in(browser) for browser in browsers) == 20
    assert Session.objects.count() == 20
