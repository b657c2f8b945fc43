"""What a browser is told about every answer of the access table, and that no page holds script or style of its own."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from tests.access_table import PEOPLE, TABLE
from tests.security.forms import browser
from tests.test_access_table import stage  # noqa: F401  (a fixture)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.SQLITE, reason="the same on every database"),
]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
SANDBOXED = POLICY | {"sandbox": ""}
POLICIES = {  # of content that members put in
    "files:text": SANDBOXED | {"frame-ancestors": "'self'"},
    **dict.fromkeys(
        ["files:file", "files:thumbnail", "files:page", "files:photo"], SANDBOXED | {"default-src": "'none'"}
    ),
}
REFERRERS = {"notifications:feed": "no-referrer", "meetings:feed": "no-referrer"}  # their addresses open them
# A photo's address changes with the photo, and it is asked for a hundred times a page.
# A calendar asks whether what it has is still so.
KEPT = {"files:photo": {"private", "max-age=3600"}, "meetings:feed": {"private", "no-cache"}}


class Page(HTMLParser):
    """What must not be in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.elsewhere: list[str] = []

    def handle_starttag(self, tag: str, attributes: list) -> None:
        given = dict(attributes)
        data = given.get("type") in {"application/json", "importmap"}
        if tag == "style" or "style" in given or (tag == "script" and "src" not in given and not data):
            self.inline.append(self.get_starttag_text() or tag)
        self.inline += [f"{tag} {name}" for name in given if name.startswith("on")]
        for name in ("src", "srcset", "action", "formaction", "poster", "data", *(["href"] if tag != "a" else [])):
            if urlsplit(given.get(name) or "").netloc:
                self.elsewhere.append(f"{tag} {name}={given[name]}")
        if urlsplit((given.get("href") or "").strip()).scheme not in {"", "http", "https", "mailto"}:
            self.inline.append(f"{tag} href={given['href']}")


@pytest.mark.parametrize("name", TABLE)
def test_every_page_says_how_a_browser_may_treat_it(stage, name):  # noqa: F811
    cast, cookies = stage
    for row in TABLE[name]:
        pleased = [person for person in PEOPLE if row.answers[person] in (200, 201, 204)]
        for person in {"nobody", *pleased[-1:]}:
            with transaction.atomic():
                client, path = browser(cookies[person]), row.path(cast)
                response = client.get(path) if row.method == "get" else client.post(path, row.data())
                body = b"".join(response.streaming_content) if response.streaming else response.content
                transaction.set_rollback(True)
            check(name if person in pleased else "", response, body)


def check(name: str, response, body: bytes) -> None:
    headers = HEADERS | {"Referrer-Policy": REFERRERS.get(name, HEADERS["Referrer-Policy"])}
    assert {header: response.headers.get(header) for header in headers} == headers
    assert policy_of(response) == POLICIES.get(name, POLICY)
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert "microphone=()" in response.headers["Permissions-Policy"]
    assert not [header for header in response.headers if header.lower().startswith("access-control-")]
    assert KEPT.get(name, {"no-store"}) <= set(response.headers["Cache-Control"].split(", "))
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/"):
        assert kind.endswith("charset=utf-8")
    if kind.startswith("text/html"):
        page = Page()
        page.feed(body.decode())
        assert (page.inline, page.elsewhere) == ([], [])


def policy_of(response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def test_a_page_with_script_or_style_of_its_own_would_be_found():
    page = Page()
    page.feed(
        '<p style="color:red" onclick="a()"><script>b()</script><img src="https://elsewhere.example.org/">'
        '<a href="javascript:c()">'
    )
    assert (len(page.inline), len(page.elsewhere)) == (4, 1)


def test_a_form_from_elsewhere_is_refused(stage):  # noqa: F811
    cast, cookies = stage
    client = Client(enforce_csrf_checks=True)
    client.cookies = cookies["member"].copy()
    assert client.post("/theme/", {"theme": "dark"}).status_code == 403
    assert client.post("/account/sessions/end/").status_code == 403
    assert client.get("/").wsgi_request.user == cast.member


@pytest.mark.parametrize(
    "path", ["/.git/HEAD", "/.env", "/manage.py", "/static/", "/static/..%2f.env", "/var/", "/admin/"]
)
def test_nothing_but_pages_and_static_files_is_served(client, path):
    assert client.get(path).status_code == 404


def test_trace_echoes_nothing(client):
    answer = client.trace("/", headers={"x-canary": "a canary"})
    assert b"a canary" not in answer.content
