"""What the log says of refusals, failures and errors: that they were, and nothing of what was sent."""

import logging

import pytest
from django.test import Client

from cop.logs import Lines, Routes
from tests.people import PASSWORD

CANARY = "canary-5f1c"


@pytest.fixture
def log(caplog):
    """What would stand in the log, a line each."""
    caplog.set_level(logging.INFO)
    lines = Lines("{levelname} {name}: {message}", style="{")
    return lambda: [lines.format(record) for record in caplog.records if Routes().filter(record)]


def test_a_sign_in_that_fails_is_logged_without_a_name(client, cast, log):
    client.post("/account/login/", {"login": cast.member.email, "password": CANARY})
    client.post("/account/login/", {"login": f"{CANARY}@example.org", "password": PASSWORD})
    said = log()
    assert said.count("WARNING members.signin: A sign-in by password failed.") == 2
    assert not [line for line in said if CANARY in line or cast.member.email in line]


def test_what_one_may_not_is_logged_by_its_route(client, cast, log):
    client.force_login(cast.member)
    client.get("/staff/audit/")
    client.get(f"/people/{cast.outsider.pk}/?q={CANARY}")
    said = log()
    for what in ("GET /staff/audit/ answered 403", "GET /people/<uuid:pk>/ answered 404"):
        assert [line for line in said if what in line] != []
    assert not [line for line in said if CANARY in line or str(cast.outsider.pk) in line]


def test_an_error_says_nothing_of_the_inside(cast, log, settings):
    settings.ROOT_URLCONF = "tests.security.broken_urls"
    client = Client(raise_request_exception=False)
    answer = client.get(f"/broken/?q={CANARY}")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert not [word for word in ("Traceback", "ValueError", CANARY, "broken_urls", "Django") if word in text]
    (said,) = [line for line in log() if line.startswith("ERROR")]
    assert said.startswith("ERROR django.request: GET /broken/ answered 500\n")
    assert said.endswith("\nValueError")
    assert CANARY not in said
