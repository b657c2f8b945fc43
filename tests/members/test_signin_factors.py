"""The second factor: who must have one, that nobody gets past it, and what a change of it does."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client

from members.models import Member
from members.sessions import be_whole
from spaces.models import Membership
from spaces.visits import visits
from tests.members.compare import same
from tests.members.signing_in import (
    ASK_CODE,
    CONFIRM_CODE,
    FACTOR,
    RESET,
    add_app,
    app_code,
    by_password,
    code_in_last_letter,
    counting_hashes,
    is_signed_in,
    recovery_code,
)
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
SET_UP = "/account/mfa/totp/activate/"


def sign_in_plainly(member) -> Client:
    browser = Client()
    by_password(browser, member.email)
    return browser


@pytest.mark.parametrize("person", ["staff", "admin", "privacy_officer", "specialist", "facilitator"])
def test_who_is_trusted_with_more_sets_up_a_second_factor_before_anything_else(cast, person):
    browser = sign_in_plainly(getattr(cast, person))
    for page in ("/", "/people/", "/profile/", f"/groups/{cast.group.pk}/", "/inbox/"):
        assert browser.get(page)["Location"] == "/account/"
    assert browser.post("/profile/", {"name": "Other"})["Location"] == "/account/"
    assert browser.get("/people/", headers={"Accept": "application/json"}).status_code == 403
    for page in ("/account/", SET_UP, "/account/mfa/webauthn/add/", "/session/"):
        assert browser.get(page).status_code == 200
    page = browser.get("/account/").content.decode()
    assert "One more step" in page
    assert "<live-space" not in page  # its socket would be closed, and the page load anew, again and again
    browser.post("/account/logout/")
    assert not is_signed_in(browser)


@pytest.mark.parametrize("person", ["member", "contact", "expert", "outsider"])
def test_others_may_but_need_not(cast, person):
    browser = sign_in_plainly(getattr(cast, person))
    assert browser.get("/profile/").status_code == 200
    page = browser.get("/account/").content.decode()
    assert "One more step" not in page
    assert "<live-space" in page


def test_who_leads_a_group_needs_one_even_without_the_role(cast):
    Membership.objects.filter(member=cast.member).exclude(space__kind="inbox").update(role="facilitator")
    assert sign_in_plainly(cast.member).get("/profile/")["Location"] == "/account/"


def test_a_role_given_later_asks_for_one_at_the_next_page_and_on_the_socket(cast):
    browser = sign_in_plainly(cast.outsider)
    key = browser.session.session_key
    assert key in visits({key: []})
    cast.outsider.role_grants.create(role="staff")
    assert browser.get("/profile/")["Location"] == "/account/"
    assert key not in visits({key: []})


@pytest.mark.django_db(transaction=True)
def test_setting_one_up_opens_the_site_and_ends_every_other_session(cast):
    browser, other = sign_in_plainly(cast.staff), sign_in_plainly(cast.staff)
    browser.get(SET_UP)
    secret = browser.session["mfa.totp.secret"]
    answer = browser.post(SET_UP, {"code": app_code(secret)})
    assert answer["Location"] == "/account/mfa/recovery-codes/"
    assert browser.get("/people/").status_code == 200
    assert not is_signed_in(other)
    assert "An authenticator app was added." in mail.outbox[-1].body


def test_what_a_factor_is_made_of_is_encrypted_at_rest(cast):
    secret = add_app(cast.member)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert recovery_code(cast.member) not in kept
    assert len(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()) == 10


def test_the_password_is_not_enough_where_there_is_an_app(cast):
    secret = add_app(cast.member)
    browser = Client()
    assert by_password(browser, cast.member.email)["Location"] == FACTOR
    assert not is_signed_in(browser)
    assert browser.post(FACTOR, {"code": app_code(secret)})["Location"] == "/"
    assert is_signed_in(browser)


def test_neither_is_a_code_by_mail(cast):
    add_app(cast.member)
    browser = Client()
    browser.post(ASK_CODE, {"email": cast.member.email})
    assert browser.post(CONFIRM_CODE, {"code": code_in_last_letter()})["Location"] == FACTOR
    assert not is_signed_in(browser)


def test_nor_is_a_reset_of_the_password(cast):
    add_app(cast.member)
    browser, new = Client(), "seven lazy herons sing"
    where = browser.post(RESET, {"email": cast.member.email})["Location"]
    where = browser.post(where, {"code": code_in_last_letter()})["Location"]
    browser.post(where, {"password1": new, "password2": new})
    assert not is_signed_in(browser)
    assert by_password(browser, cast.member.email, new)["Location"] == FACTOR


def signed_in_twice(member, code):
    """Whether the code signs them in, in one browser and then in another."""
    answers = []
    for _ in range(2):
        browser = Client()
        by_password(browser, member.email)
        browser.post(FACTOR, {"code": code})
        answers.append(is_signed_in(browser))
    return answers


def test_an_apps_code_works_once_and_a_minute_either_way_is_forgiven(cast):
    secret = add_app(cast.member)
    assert signed_in_twice(cast.member, app_code(secret, steps=-1)) == [True, False]


def test_a_code_that_is_too_old_or_wrong_does_not_work(cast):
    secret = add_app(cast.member)
    browser = Client()
    by_password(browser, cast.member.email)
    for code in (app_code(secret, steps=-3), app_code(secret, steps=3), "000000x", ""):
        browser.post(FACTOR, {"code": code})
    assert not is_signed_in(browser)


def test_a_recovery_code_works_once(cast):
    add_app(cast.member)
    assert signed_in_twice(cast.member, recovery_code(cast.member)) == [True, False]


def test_guessing_at_the_factor_is_stopped(cast):
    secret = add_app(cast.member)
    browser = Client()
    by_password(browser, cast.member.email)
    for _ in range(5):
        browser.post(FACTOR, {"code": "000000"})
    browser.post(FACTOR, {"code": app_code(secret)})
    assert not is_signed_in(browser)


def test_a_session_without_the_factor_of_someone_who_has_one_is_ended(cast):
    browser = sign_in_plainly(cast.member)
    key = browser.session.session_key
    add_app(cast.member)  # as if it had been added past the pages
    assert key not in visits({key: []})
    assert browser.get("/profile/")["Location"] == "/account/login/"
    assert SESSION_KEY not in browser.session


def test_marks_of_another_member_in_a_session_count_for_nothing(cast):
    add_app(cast.member)
    session = {"account_authentication_methods": [{"method": "mfa"}], "account_authentication_methods_user": "other"}
    assert not be_whole(cast.member, session)
    assert be_whole(cast.member, {**session, "account_authentication_methods_user": str(cast.member.pk)})


def test_taking_the_last_factor_away_closes_the_site_until_there_is_another(cast):
    secret = add_app(cast.staff)
    browser = Client()
    by_password(browser, cast.staff.email)
    browser.post(FACTOR, {"code": app_code(secret)})
    assert browser.get("/people/").status_code == 200
    assert browser.post("/account/mfa/totp/deactivate/").status_code == 302
    assert browser.get("/people/")["Location"] == "/account/"


# Changes want a fresh sign-in


def long_ago(browser: Client) -> None:
    """As if the sign-in had been an hour ago."""
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()


def test_an_address_is_changed_by_a_fresh_sign_in_confirmed_at_the_new_and_told_to_the_old(cast):
    browser, other = sign_in_plainly(cast.member), sign_in_plainly(cast.member)
    old, new = cast.member.email, "mara@prairie.example.org"
    long_ago(browser)
    answer = browser.post("/account/email/", {"action_add": "", "email": new})
    assert answer["Location"].startswith("/account/reauthenticate/")
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    mail.outbox.clear()
    browser.post("/account/email/", {"action_add": "", "email": new})
    assert [letter.to for letter in mail.outbox] == [[new]]
    assert Member.objects.get(pk=cast.member.pk).email == old
    browser.post("/account/confirm-email/", {"code": code_in_last_letter()})
    assert Member.objects.get(pk=cast.member.pk).email == new
    assert list(EmailAddress.objects.filter(user=cast.member).values_list("email", "verified")) == [(new, True)]
    assert mail.outbox[-1].to == [old]
    assert "changed to another one" in mail.outbox[-1].body
    assert is_signed_in(browser)
    assert not is_signed_in(other)


def test_an_address_of_somebody_else_is_refused_without_saying_so(cast):
    answers = []
    for address in (cast.colleague.email, "new@prairie.example.org"):
        browser = sign_in_plainly(cast.member)
        page = browser.post("/account/email/", {"action_add": "", "email": address}, follow=True)
        answers.append((page.status_code, same(page, address)))
        assert mail.outbox[-1].to == [address]
    assert answers[0] == answers[1]


def test_a_member_without_a_password_proves_it_by_a_code(cast):
    Member.objects.filter(pk=cast.member.pk).update(password="!")
    browser = Client()
    browser.post(ASK_CODE, {"email": cast.member.email})
    browser.post(CONFIRM_CODE, {"code": code_in_last_letter()})
    assert browser.get(SET_UP).status_code == 200
    long_ago(browser)
    answer = browser.get(SET_UP)
    assert answer["Location"].startswith("/account/fresh/")
    fresh = answer["Location"]
    browser.post(fresh, {"send": "1"})
    assert browser.get(SET_UP).status_code == 302
    assert "This code is not right" in browser.post(fresh, {"code": "BBBB-BBBB"}).content.decode()
    assert browser.post(fresh, {"code": code_in_last_letter()})["Location"] == SET_UP
    assert browser.get(SET_UP).status_code == 200


@pytest.mark.parametrize(
    "page", [SET_UP, "/account/mfa/webauthn/add/", "/account/mfa/recovery-codes/generate/", "/account/mfa/webauthn/"]
)
def test_an_old_sign_in_changes_no_factor(cast, page):
    browser = sign_in_plainly(cast.member)
    long_ago(browser)
    answer = browser.get(page)
    if page.endswith("webauthn/"):
        assert answer.status_code == 200  # only a list
    else:
        assert answer["Location"].startswith("/account/reauthenticate/")


def test_changing_the_password_wants_the_old_one_and_ends_every_other_session(cast, monkeypatch):
    browser, other = sign_in_plainly(cast.member), sign_in_plainly(cast.member)
    new = "seven lazy herons sing"
    change = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    browser.post("/account/password/change/", {**change, "oldpassword": "not the old one"})
    assert is_signed_in(other)
    browser.post("/account/password/change/", change)
    assert is_signed_in(browser)
    assert not is_signed_in(other)
    assert "Your password was changed." in mail.outbox[-1].body
    for _ in range(4):
        browser.post("/account/password/change/", change)
    with counting_hashes(monkeypatch) as hashes:
        assert browser.post("/account/password/change/", change).status_code == 429
    assert hashes == []


@pytest.mark.parametrize(
    "credential", ["", "x", "1", "null", "[]", "{}", '{"id": 1}', '{"response": {"userHandle": "AA"}}', "[" * 100_000]
)
def test_what_is_no_passkey_signs_nobody_in_and_is_no_error(client, credential):
    client.get("/account/mfa/webauthn/login/", headers={"accept": "application/json"})
    answer = client.post("/account/mfa/webauthn/login/", {"credential": credential})
    assert (answer.status_code, is_signed_in(client)) == (302, False)
