"""How long a sign-in lasts, what keeps it alive, and what ends it everywhere at once."""

from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.timezone import now

from access import Refusal
from audit.models import Entry
from members.actions.people import deactivate, reactivate
from members.actions.sessions import end_sessions_over, sign_out_everywhere
from members.models import RoleGrant
from spaces.inbox import inbox_of
from spaces.models import Activity
from spaces.visits import visits
from tests.members.signing_in import by_password, is_signed_in
from tests.people import Browser, pass_second_factor

pytestmark = pytest.mark.django_db
START = datetime.fromisoformat("2026-11-20T09:00:00+00:00")
JSON = {"Accept": "application/json"}


@pytest.fixture
def clock(time_machine):
    """A clock that stands at nine; `clock(minutes)` moves it to so many minutes past."""

    def at(minutes: float) -> None:
        time_machine.move_to(START + timedelta(minutes=minutes), tick=False)

    at(0)
    return at


def signed_in(member) -> Client:
    browser = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    by_password(browser, member.email)
    pass_second_factor(browser, member)
    return browser


def told_to_check(member) -> int:
    return Activity.objects.filter(space=inbox_of(member), kind="access.changed").count()


def test_an_hour_without_doing_anything_ends_it(cast, clock):
    browser = signed_in(cast.member)
    clock(59)
    assert browser.get("/profile/").status_code == 200
    clock(59 + 60)
    assert browser.get("/profile/")["Location"] == "/account/login/?next=/profile/"
    page = browser.get("/account/login/?next=/profile/").content.decode()
    assert "You were signed out because the page was not used for a while" in page


def test_twelve_hours_end_it_whatever_one_does(cast, clock):
    browser = signed_in(cast.member)
    for minutes in range(30, 12 * 60, 30):
        clock(minutes)
        assert browser.get("/profile/").status_code == 200
    clock(12 * 60)
    assert browser.get("/profile/").status_code == 302


def test_in_the_staff_area_half_an_hour_is_enough(cast, clock):
    browser = signed_in(cast.staff)
    browser.get("/staff/")
    clock(29)
    browser.get("/staff/")
    clock(59)
    assert browser.get("/staff/")["Location"].startswith("/account/login/")


def test_nor_does_one_come_back_to_the_staff_area_after_half_an_hour_elsewhere(cast, clock):
    browser = signed_in(cast.staff)
    browser.get("/profile/")
    clock(31)
    assert browser.get("/staff/")["Location"].startswith("/account/login/")


def test_asking_when_it_ends_does_not_prolong_it(cast, clock):
    browser = signed_in(cast.member)
    expected = {"idle_ends": "2026-11-20T10:00:00Z", "ends": "2026-11-20T21:00:00Z"}
    assert browser.get("/session/", headers=JSON).json() == expected
    clock(40)
    assert browser.get("/session/", headers=JSON).json() == expected
    clock(60)
    assert browser.get("/session/", headers=JSON).status_code == 401


def test_staying_prolongs_it(cast, clock):
    browser = signed_in(cast.member)
    clock(58)
    answer = browser.post("/session/stay/", headers=JSON).json()
    assert answer == {"idle_ends": "2026-11-20T10:58:00Z", "ends": "2026-11-20T21:00:00Z"}
    clock(117)
    assert is_signed_in(browser)
    assert browser.get("/session/stay/").status_code == 405


def test_what_a_page_does_by_itself_is_not_activity(cast, clock):
    browser = signed_in(cast.member)
    space = cast.group.space
    clock(40)
    assert browser.get(f"/spaces/{space.pk}/activities/?after=0").status_code == 200
    assert browser.post(f"/spaces/{space.pk}/read/", {"seq": 0}).status_code == 200
    browser.get("/profile/photo/", headers={"Sec-Fetch-Dest": "image"})
    key = browser.session.session_key
    assert list(visits({key: [space.pk]})[key].spaces) == [space.pk]
    clock(60)
    assert not is_signed_in(browser)
    assert visits({key: [space.pk]}) == {}


def test_a_form_that_comes_too_late_shows_what_was_typed(cast, clock):
    browser = signed_in(cast.member)
    clock(61)
    values = {"about": "Long thoughts about <b>sleep</b> groups.", "password": "a secret that is long enough"}
    answer = browser.post("/profile/", values)
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "Long thoughts about &lt;b&gt;sleep&lt;/b&gt; groups." in page
    assert "a secret that" not in page


@pytest.mark.parametrize(
    "headers",
    [JSON, {"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors", "Accept": "*/*"}, {"Sec-Fetch-Mode": "no-cors"}],
)
def test_a_script_is_told_so_instead_of_being_sent_to_a_page(cast, headers):
    for answer in (Client().get("/profile/", headers=headers), Client().post("/profile/", headers=headers)):
        assert (answer.status_code, answer["HX-Refresh"]) == (401, "true")


def test_pages_of_members_are_kept_by_no_browser(cast):
    browser = signed_in(cast.member)
    for page in ("/profile/", "/account/", "/people/", "/session/"):
        assert "no-store" in browser.get(page)["Cache-Control"]


def test_the_cookie_ends_with_the_browser_and_no_script_reads_it(cast):
    cookie = signed_in(cast.member).cookies["sessionid"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")


def test_a_new_session_has_a_new_key(cast):
    browser = Client()
    browser.session.save()  # as somebody might have planted it
    before = browser.session.session_key
    by_password(browser, cast.member.email)
    assert browser.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


# Several devices


def test_one_sees_where_one_is_signed_in_and_ends_one_of_them(cast):
    here, there = signed_in(cast.member), signed_in(cast.member)
    stranger = signed_in(cast.colleague)
    rows = {row.session_key: row for row in UserSession.objects.filter(user=cast.member)}
    page = here.get("/account/sessions/").content.decode()
    assert page.count("Firefox on Linux</b>") == 2
    row, checks = rows[there.session.session_key], told_to_check(cast.member)
    assert stranger.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert is_signed_in(there)
    assert here.post(f"/account/sessions/{row.pk}/end/").status_code == 302
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert told_to_check(cast.member) == checks + 1


def test_ending_this_one_signs_out(cast):
    here = signed_in(cast.member)
    row = UserSession.objects.get(user=cast.member)
    assert here.post(f"/account/sessions/{row.pk}/end/")["Location"] == "/account/login/"
    assert not is_signed_in(here)


def test_sign_out_everywhere_ends_all_also_those_that_are_on_no_list(cast):
    here, there = signed_in(cast.member), signed_in(cast.member)
    unlisted = Browser()
    unlisted.force_login(cast.member)
    other = signed_in(cast.colleague)
    key = unlisted.session.session_key
    answer = here.post("/account/sessions/end/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert [is_signed_in(one) for one in (here, there, unlisted, other)] == [False, False, False, True]
    assert key not in visits({key: []})
    assert UserSession.objects.filter(user=cast.member).count() == 0


def test_signing_out_checks_the_sockets_and_leaves_no_session_behind(cast):
    here, checks = signed_in(cast.member), told_to_check(cast.member)
    key = here.session.session_key
    here.post("/account/logout/")
    assert key not in visits({key: []})
    assert told_to_check(cast.member) == checks + 1
    assert UserSession.objects.filter(user=cast.member).count() == 0


def test_sessions_that_are_over_are_ended_without_anybody_asking(cast, clock):
    idle, busy, staff = signed_in(cast.member), signed_in(cast.colleague), signed_in(cast.staff)
    staff.get("/staff/")
    clock(31)
    busy.get("/profile/")
    assert end_sessions_over() == 1
    assert UserSession.objects.filter(user=cast.staff).count() == 0
    checks = told_to_check(cast.member)
    clock(61)
    assert end_sessions_over() == 1
    assert told_to_check(cast.member) == checks + 1
    assert (is_signed_in(busy), is_signed_in(idle)) == (True, False)
    assert not Session.objects.filter(pk=idle.session.session_key or "").exists()


# The end of an account


def test_a_closed_account_is_out_everywhere_at_once(cast):
    here = signed_in(cast.contact)
    key, checks = here.session.session_key, told_to_check(cast.contact)
    deactivate(member=cast.contact, by=cast.staff, reason="left")
    assert not is_signed_in(here)
    assert key not in visits({key: []})
    assert told_to_check(cast.contact) == checks + 1
    assert not cast.contact.role_grants.filter(ended_at=None).exists()
    assert not by_password(Client(), cast.contact.email).wsgi_request.user.is_authenticated
    with pytest.raises(Refusal):
        deactivate(member=cast.contact, by=cast.staff)
    cast.contact.refresh_from_db()
    reactivate(member=cast.contact, by=cast.staff)
    assert is_signed_in(signed_in(cast.contact))
    assert not is_signed_in(here)


def test_one_closes_ones_own_account_by_typing_its_address(cast):
    here = signed_in(cast.member)
    assert here.post("/profile/deactivate/", {"email": "other@example.org"}).status_code == 200
    assert is_signed_in(here)
    answer = here.post("/profile/deactivate/", {"email": cast.member.email.upper()})
    assert (answer["Location"], answer["Clear-Site-Data"]) == ("/", '"cache", "storage"')
    cast.member.refresh_from_db()
    assert cast.member.deactivated_at is not None


def test_the_last_admin_stays(cast):
    with pytest.raises(Refusal, match="only NCB admin"):
        deactivate(member=cast.admin, by=cast.admin)
    cast.admin.refresh_from_db()
    assert cast.admin.deactivated_at is None
    RoleGrant.objects.create(member=cast.staff, role="admin")
    deactivate(member=cast.admin, by=cast.admin)


def test_signing_out_everywhere_by_staff_leaves_a_trace(cast):
    sign_out_everywhere(member=cast.member, by=cast.staff)
    entry = Entry.objects.get(verb="sessions.ended")
    assert (entry.actor, entry.subject) == (cast.staff.pk, f"members.Member:{cast.member.pk}")
    assert entry.at <= now()
