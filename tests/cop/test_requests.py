"""Every request has a number, a line and a time; none of them says who asked, or for what."""

import json
import logging
import re
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from prometheus_client import REGISTRY

from cop.logs import Json, Lines, Routes, request_id
from cop.requests import Requests, number
from tests.people import sign_in

CANARY = "canary-5b1e"
FROM_PROXY = "0123456789abcdef0123456789abcdef"


def counted(route: str, status: str) -> float:
    return REGISTRY.get_sample_value("cop_http_requests_total", {"route": route, "status": status}) or 0.0


def lines_of(caplog) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "cop.requests"]


def test_one_line_a_request_with_its_route_and_nothing_of_its_path(client, cast, caplog):
    caplog.set_level(logging.INFO)
    sign_in(client, cast.member)
    caplog.clear()
    answer = client.get(reverse("groups:room", args=[cast.group.pk]), {"q": CANARY})
    [line] = lines_of(caplog)
    assert re.fullmatch(r"GET /groups/<uuid:pk>/ answered 200 in \d+ ms", line.getMessage())
    assert re.fullmatch(r"[0-9a-f]{12}", answer.headers["X-Request-ID"])
    said = json.dumps([record.__dict__ for record in lines_of(caplog)], default=str)
    assert [word for word in (CANARY, str(cast.group.pk), str(cast.member.pk), "127.0.0.1") if word in said] == []


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/about/", "/about/", "2xx"),
        (f"/nothing/{CANARY}/", "(no such page)", "4xx"),
        (f"/groups/{UUID(int=7)}/", "/groups/<uuid:pk>/", "3xx"),
        (f"/static/{CANARY}.css", "/static/", "4xx"),
    ],
)
def test_a_request_is_counted_by_its_route_and_class_of_status(client, db, path, route, status):
    before = counted(route, status)
    client.get(path)
    assert counted(route, status) == before + 1


def test_what_is_refused_before_there_is_a_route_is_counted_too(client, db):
    before = counted("(no such page)", "4xx")
    assert client.get("/", headers={"host": "evil.example.org"}).status_code == 400
    assert counted("(no such page)", "4xx") == before + 1


@pytest.mark.parametrize(
    ("given", "behind", "taken"),
    [
        (FROM_PROXY, True, True),
        (FROM_PROXY, False, False),
        (FROM_PROXY + "0", True, False),
        ("0123", True, False),
        (FROM_PROXY.upper(), True, False),
        (f"{CANARY}\n", True, False),
        (f"{FROM_PROXY}\n", True, False),
        ("", True, False),
    ],
)
def test_only_a_number_of_our_proxy_is_taken(settings, given, behind, taken):
    settings.BEHIND_PROXY = behind
    assert (number(given) == given) is taken
    assert re.fullmatch(r"[0-9a-f]{12,32}", number(given))


def test_every_line_of_a_request_carries_its_number_and_no_other_does(settings):
    settings.BEHIND_PROXY = True
    record = logging.LogRecord("cop", 20, __file__, 1, "something", (), None)

    def view(request):
        Routes().filter(record)
        return HttpResponse()

    answer = Requests(view)(RequestFactory().get("/", headers={"X-Request-ID": FROM_PROXY}))
    assert Lines("[{request_id}] {message}", style="{").format(record) == f"[{FROM_PROXY}] something"
    assert (answer.headers["X-Request-ID"], request_id.get()) == (FROM_PROXY, "")


def test_a_json_line_has_the_frames_of_an_exception_and_not_its_message():
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        record = logging.LogRecord("cop", 40, __file__, 1, "one\ntwo", (), (ValueError, error, error.__traceback__))
    record.route, record.status, record.ms = "/about/", 200, 3
    Routes().filter(record)
    [line] = Json().format(record).splitlines()
    said = json.loads(line)
    assert CANARY not in line
    assert said["frames"].endswith("ValueError")
    assert {name: said[name] for name in ("level", "logger", "request_id", "message", "route", "status", "ms")} == {
        "level": "ERROR",
        "logger": "cop",
        "request_id": "",
        "message": "one\ntwo",
        "route": "/about/",
        "status": 200,
        "ms": 3,
    }


@pytest.mark.parametrize("path", ["/nothing/here/", "/broken/"])
@pytest.mark.urls("tests.cop.broken_urls")
def test_an_error_page_shows_the_number_that_is_in_the_log(client, db, path, caplog):
    client.raise_request_exception = False
    answer = client.get(path)
    assert answer.status_code in {404, 500}
    assert f'tell us this number: <strong class="request-number">{answer.headers["X-Request-ID"]}<' in answer.text
    assert CANARY not in answer.text


@pytest.mark.parametrize("path", ["/healthz", "/about/"])
def test_what_machines_ask_every_few_seconds_leaves_no_line(client, db, path, caplog):
    caplog.set_level(logging.INFO)
    client.get(path)
    assert len(lines_of(caplog)) == (path != "/healthz")
