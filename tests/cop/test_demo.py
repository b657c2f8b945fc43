"""Being an invented person by one click: there in the demonstration, nowhere else."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import now

from cop.checks import check_configuration
from cop.demonstration import PERSONAS
from members.models import Member
from notifications.outbox import OutboxBackend
from tests.members.signing_in import is_signed_in
from tests.people import make_member

import_module("cop.urls")  # as it is in this mode, before a test changes the mode
pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(settings):
    settings.DEMO, settings.ROOT_URLCONF = True, "tests.cop.demo_urls"
    for name, _ in PERSONAS:
        make_member(name, None, *(["staff"] if name == "Stan Staff" else []))


def test_the_page_shows_everyone_whom_one_can_be(demonstration):
    page = Client().get("/demo/").content.decode()
    assert [name for name, who in PERSONAS if name not in page or who[1:] not in page.replace("&#x27;", "'")] == []


@pytest.mark.parametrize("name", [name for name, _ in PERSONAS])
def test_one_click_makes_one_of_them_second_factor_and_all(demonstration, name):
    browser = Client()
    assert browser.post("/demo/", {"name": name})["Location"] == "/"
    assert is_signed_in(browser)
    assert browser.get("/profile/").wsgi_request.user.name == name


def test_one_can_change_into_another(demonstration):
    browser = Client()
    browser.post("/demo/", {"name": "Stan Staff"})
    browser.post("/demo/", {"name": "Thea Therapist"})
    assert browser.get("/profile/").wsgi_request.user.name == "Thea Therapist"


def test_a_persona_counts_as_freshly_signed_in(demonstration, time_machine):
    browser = Client()
    browser.post("/demo/", {"name": "Thea Therapist"})
    time_machine.move_to(now() + timedelta(minutes=30))
    assert browser.get("/account/mfa/totp/activate/").status_code == 200


def test_a_personas_session_is_on_their_list_of_sessions(demonstration):
    browser = Client()
    browser.post("/demo/", {"name": "Thea Therapist"})
    assert browser.get("/account/sessions/").content.decode().count("this one") == 1


def test_a_link_makes_nobody_anybody(demonstration):
    browser = Client()
    browser.get("/demo/", {"name": "Stan Staff"})
    assert not is_signed_in(browser)
    assert Client(enforce_csrf_checks=True).post("/demo/", {"name": "Stan Staff"}).status_code == 403


def test_only_the_invented_people_can_be_chosen(demonstration):
    make_member("Real Person")
    Member.objects.filter(name="Stan Staff").update(email="stan@prairie-bridge.org")
    for name in ("Real Person", "Stan Staff", "", "Nobody"):
        browser = Client()
        assert browser.post("/demo/", {"name": name}).status_code == 404
        assert not is_signed_in(browser)


def test_letters_can_be_read_in_the_demonstration(demonstration):
    letter = mail.EmailMultiAlternatives("A subject", "The words of it", to=["thea.therapist@example.org"])
    OutboxBackend().send_messages([letter])
    page = Client().get("/demo/outbox/").content.decode()
    assert "A subject" in page
    assert "The words of it" in page


def test_outside_the_demonstration_there_is_no_such_page(cast):
    for address in ("/demo/", "/demo/outbox/"):
        assert Client().get(address).status_code == 404
    assert Client().post("/demo/", {"name": cast.staff.name}).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("demo")


def test_the_views_refuse_even_where_the_addresses_are_there(cast, settings):
    settings.ROOT_URLCONF = "tests.cop.demo_urls"
    Member.objects.filter(pk=cast.staff.pk).update(name="Stan Staff")
    browser = Client()
    assert browser.post("/demo/", {"name": "Stan Staff"}).status_code == 404
    assert browser.get("/demo/outbox/").status_code == 404
    assert not is_signed_in(browser)


def test_a_personas_session_is_worth_nothing_outside_the_demonstration(demonstration, settings):
    browser = Client()
    browser.post("/demo/", {"name": "Stan Staff"})
    assert browser.get("/people/").status_code == 200
    settings.DEMO = False
    assert browser.get("/people/")["Location"] == "/account/"


def test_production_refuses_to_start_with_it():
    said = {False: [], True: []}
    for there in said:
        urls = "tests.cop.demo_urls" if there else "cop.urls"
        with override_settings(PRODUCTION=True, DEMO=False, ROOT_URLCONF=urls):
            said[there] = [error.msg for error in check_configuration(None)]
    assert [message for message in said[True] if message not in said[False]] == [
        "Anybody could be anybody: the one-click sign-in of the demonstration is there."
    ]
