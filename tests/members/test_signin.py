"""By password and by code: who gets in, and what the answers give away."""

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from audit.models import Entry
from members.models import Member, Remembered
from tests.members.compare import same
from tests.members.signing_in import (
    ASK_CODE,
    CONFIRM_CODE,
    LOGIN,
    LOGOUT,
    RESET,
    by_password,
    code_in_last_letter,
    counting_hashes,
    is_signed_in,
)
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_member_signs_in_and_out(cast):
    browser = Client()
    answer = by_password(browser, "MARA.member@example.org")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(browser)
    assert Entry.objects.filter(verb="session.begun", actor=cast.member.pk).count() == 1
    answer = browser.post(LOGOUT)
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(browser)


def test_signing_out_is_never_done_by_a_link(cast, client):
    client.force_login(cast.member)
    assert client.get(LOGOUT).status_code == 200
    assert is_signed_in(client)


WRONG = [
    ("mara.member@example.org", "not-the-password-at-all"),
    ("nobody@example.org", PASSWORD),
    ("dea.deactivated@example.org", PASSWORD),
    ("dea.deactivated@example.org", "not-the-password-at-all"),
]


def test_wrong_unknown_and_closed_answer_alike_and_cost_one_hash_each(cast, monkeypatch):
    answers = []
    for email, password in WRONG:
        with counting_hashes(monkeypatch) as hashes:
            answer = by_password(Client(), email, password)
        answers.append((answer.status_code, same(answer, email), len(hashes)))
    assert answers == [answers[0]] * len(WRONG)
    assert answers[0][::2] == (200, 1)


def test_a_member_without_a_password_answers_like_a_wrong_one(cast, monkeypatch):
    Member.objects.filter(pk=cast.member.pk).update(password="!")
    with counting_hashes(monkeypatch) as hashes:
        answer = by_password(Client(), cast.member.email)
    other = by_password(Client(), "nobody@example.org")
    assert same(answer, cast.member.email) == same(other, "nobody@example.org")
    assert len(hashes) == 1


@pytest.mark.parametrize("email", ["mara.member@example.org", "nobody@example.org", "dea.deactivated@example.org"])
def test_the_sixth_attempt_is_refused_before_anything_is_hashed(cast, monkeypatch, email):
    for _ in range(5):
        by_password(Client(), email, "not-the-password-at-all")
    with counting_hashes(monkeypatch) as hashes:
        answer = by_password(Client(), email)
    assert hashes == []
    assert "Too many failed login attempts" in answer.content.decode()


def test_signing_in_does_not_use_up_the_attempts(cast):
    for _ in range(8):
        assert by_password(Client(), cast.member.email).status_code == 302


def test_one_network_address_has_so_many_attempts_whatever_it_tries(cast, monkeypatch):
    for number in range(20):
        by_password(Client(), f"person{number}@example.org", "not-the-password-at-all")
    with counting_hashes(monkeypatch) as hashes:
        by_password(Client(), cast.member.email)
        assert by_password(Client(REMOTE_ADDR="192.0.2.7"), cast.member.email).status_code == 302
    assert len(hashes) == 1


def test_attempts_are_counted_in_the_database_where_every_process_sees_them(cast):
    by_password(Client(), cast.member.email, "not-the-password-at-all")
    assert Remembered.objects.filter(cache_key__contains="login_failed").count() == 3  # address, account, account a day
    assert not Remembered.objects.filter(cache_key__contains=cast.member.email).exists()


def test_nobody_signs_up(cast):
    page = Client().get("/account/signup/")
    before = Member.objects.count()
    answer = Client().post("/account/signup/", {"email": "new@example.org", "password1": "seven lazy herons sing"})
    assert page.status_code == answer.status_code == 200
    assert Member.objects.count() == before


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_never_leads_elsewhere(cast, where):
    answer = Client().post(LOGIN, {"login": cast.member.email, "password": PASSWORD, "next": where})
    assert answer["Location"] == "/"


def test_signing_in_leads_back_to_where_one_was(cast):
    answer = Client().get("/people/?discipline=3")
    assert answer["Location"] == "/account/login/?next=/people/%3Fdiscipline%3D3"
    answer = Client().post(LOGIN, {"login": cast.member.email, "password": PASSWORD, "next": "/people/?discipline=3"})
    assert answer["Location"] == "/people/?discipline=3"


# Codes by mail


def ask_code(browser: Client, email: str):
    return browser.post(ASK_CODE, {"email": email}, follow=True)


def test_a_code_signs_in_once(cast):
    browser = Client()
    ask_code(browser, cast.member.email)
    assert mail.outbox[-1].to == [cast.member.email]
    code = code_in_last_letter()
    assert browser.post(CONFIRM_CODE, {"code": code.lower().replace("-", " ")}).status_code == 302
    assert is_signed_in(browser)


def test_a_code_is_good_in_the_browser_that_asked_for_it_and_nowhere_else(cast):
    browser, other = Client(), Client()
    ask_code(browser, cast.member.email)
    code = code_in_last_letter()
    ask_code(other, cast.colleague.email)
    other.post(CONFIRM_CODE, {"code": code})
    assert not is_signed_in(other)


def test_a_newer_code_ends_the_older(cast):
    browser = Client()
    ask_code(browser, cast.member.email)
    old = code_in_last_letter()
    browser.get("/account/logout/")
    browser = Client()
    ask_code(browser, cast.member.email)
    browser.post(CONFIRM_CODE, {"code": old})
    assert not is_signed_in(browser)
    browser.post(CONFIRM_CODE, {"code": code_in_last_letter()})
    assert is_signed_in(browser)


def test_a_code_is_good_for_ten_minutes(cast, time_machine):
    time_machine.move_to("2026-11-20T12:00:00+00:00")
    browser = Client()
    ask_code(browser, cast.member.email)
    time_machine.shift(10 * 60 + 1)
    browser.post(CONFIRM_CODE, {"code": code_in_last_letter()})
    assert not is_signed_in(browser)


def test_after_three_wrong_codes_the_right_one_is_wrong_too(cast):
    browser = Client()
    ask_code(browser, cast.member.email)
    for _ in range(3):
        browser.post(CONFIRM_CODE, {"code": "BBBB-BBBB"})
    browser.post(CONFIRM_CODE, {"code": code_in_last_letter()})
    assert not is_signed_in(browser)


def test_asking_for_a_code_tells_nothing_about_who_has_an_account(cast):
    told = []
    for email in ("mara.member@example.org", "nobody@example.org", "dea.deactivated@example.org"):
        browser, before = Client(), len(mail.outbox)
        pages = [ask_code(browser, email), *(browser.post(CONFIRM_CODE, {"code": "BBBB-BBBB"}) for _ in range(3))]
        told.append(([(page.status_code, same(page, email)) for page in pages], len(mail.outbox) - before))
    assert told == [told[0]] * 3
    assert told[0][1] == 1


def test_only_so_many_codes_are_sent_to_one_address(cast):
    pages = [ask_code(Client(), cast.member.email) for _ in range(5)]
    unknown = [ask_code(Client(), "nobody@example.org") for _ in range(5)]
    assert len([letter for letter in mail.outbox if letter.to == [cast.member.email]]) == 3
    assert same(pages[-1], cast.member.email) == same(unknown[-1], "nobody@example.org")


def test_no_code_is_kept_anywhere(cast):
    browser = Client()
    ask_code(browser, cast.member.email)
    kept = str([Session.objects.get(pk=browser.session.session_key).get_decoded()])
    assert cast.member.email in kept
    assert code_in_last_letter() not in kept
    assert code_in_last_letter().replace("-", "") not in kept


# A forgotten password


def test_a_reset_tells_nothing_about_who_has_an_account(cast):
    told = []
    for email in ("mara.member@example.org", "nobody@example.org", "dea.deactivated@example.org"):
        browser, before = Client(), len(mail.outbox)
        pages = [browser.post(RESET, {"email": email}, follow=True)]
        where = pages[0].redirect_chain[-1][0]
        pages += [browser.post(where, {"code": "BBBB-BBBB"}) for _ in range(3)]
        told.append(([(page.status_code, same(page, email)) for page in pages], len(mail.outbox) - before))
    assert told == [told[0]] * 3
    assert told[0][1] == 1


def test_a_reset_changes_the_password_ends_every_session_and_signs_nobody_in(cast):
    signed_in = Client()
    by_password(signed_in, cast.member.email)
    browser = Client()
    where = browser.post(RESET, {"email": cast.member.email})["Location"]
    where = browser.post(where, {"code": code_in_last_letter()})["Location"]
    new = "seven lazy herons sing"
    assert browser.post(where, {"password1": new, "password2": new}).status_code == 302
    assert not is_signed_in(browser)
    assert not is_signed_in(signed_in)
    assert "Your password was reset." in mail.outbox[-1].body
    by_password(browser, cast.member.email)
    assert not is_signed_in(browser)
    by_password(browser, cast.member.email, new)
    assert is_signed_in(browser)


def test_a_reset_keeps_to_the_rules_for_passwords(cast):
    browser = Client()
    where = browser.post(RESET, {"email": cast.member.email})["Location"]
    where = browser.post(where, {"code": code_in_last_letter()})["Location"]
    answer = browser.post(where, {"password1": "short", "password2": "short"})
    assert "at least 15 characters" in answer.content.decode()


def test_letters_name_our_own_site_whatever_host_was_asked(cast, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client().post(ASK_CODE, {"email": "nobody@example.org"}, headers={"Host": "evil.example"})
    letter = mail.outbox[-1]
    assert "evil.example" not in letter.body + letter.alternatives[0].content + letter.subject
    assert settings.SITE_URL in letter.body
