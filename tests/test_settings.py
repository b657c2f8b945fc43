"""The settings, what production refuses, and what every answer carries."""

import ast
import json
import logging
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from cop.checks import check_configuration, refuse_to_start
from cop.logs import Lines, Routes

ROOT = Path(django_settings.BASE_DIR)
SOUND = {
    "PRODUCTION": True,
    "DEBUG": False,
    "SECRET_KEY": secrets.token_urlsafe(50),
    "AUDIT_KEY": secrets.token_urlsafe(50),
    "VAPID_KEY": secrets.token_urlsafe(32),
    "SQLITE": False,
    "REDIS_URL": "redis://127.0.0.1/0",
    "WEB_PROCESSES": 2,
    "EMBEDDED_WORKER": False,
    "SITE_URL": "https://community.example.org",
    "ALLOWED_HOSTS": ["community.example.org"],
}
SMALL = {"SQLITE": True, "REDIS_URL": "", "WEB_PROCESSES": 1, "EMBEDDED_WORKER": True}


def production_environment(**changes):
    return {
        "PATH": os.environ["PATH"],
        "COP_MODE": "production",
        "COP_ENV_FILE": os.devnull,
        "SECRET_KEY": SOUND["SECRET_KEY"],
        "AUDIT_KEY": SOUND["AUDIT_KEY"],
        "SITE_URL": "https://community.example.org",
        "ALLOWED_HOSTS": "community.example.org",
        "EMBEDDED_WORKER": "true",
        **changes,
    }


def python(program: str, environment: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_the_example_names_every_setting_and_no_other():
    tree = ast.parse((ROOT / "cop" / "settings.py").read_text())
    read = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
    }
    named = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(read - {"COP_ENV_FILE"})


def test_the_example_holds_no_secret():
    assert (
        re.findall(r"^(?:SECRET_KEY|AUDIT_KEY|VAPID_KEY)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
        == [""] * 3
    )


@pytest.mark.parametrize("surroundings", [{}, SMALL])
def test_production_starts_where_all_is_sound(settings, surroundings):
    for name, value in (SOUND | surroundings).items():
        setattr(settings, name, value)
    assert check_configuration(None) == []


@pytest.mark.parametrize(
    ("wrong", "ids"),
    [
        ({"DEBUG": True}, ["cop.E001"]),
        ({"SECRET_KEY": "short"}, ["cop.E002"]),
        ({"SECRET_KEY": "a" * 60}, ["cop.E002"]),
        ({"AUDIT_KEY": "not-secret-only-for-tests" * 3}, ["cop.E002"]),
        ({"AUDIT_KEY": SOUND["SECRET_KEY"]}, ["cop.E002"]),
        (SMALL | {"WEB_PROCESSES": 2, "EMBEDDED_WORKER": False}, ["cop.E003", "cop.E004", "cop.E005"]),
        ({"REDIS_URL": ""}, ["cop.E004", "cop.E005"]),
        (SMALL | {"EMBEDDED_WORKER": False}, ["cop.E005"]),
        ({"EMBEDDED_WORKER": True}, ["cop.E006"]),
        ({"SITE_URL": "http://community.example.org"}, ["cop.E007"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["cop.E008"]),
        ({"ALLOWED_HOSTS": []}, ["cop.E008"]),
        ({"METRICS_TOKEN": "guess"}, ["cop.E010"]),
        ({"JITSI_URL": "http://meet.example.org", "JITSI_SECRET": "guess"}, ["cop.E014", "cop.E015"]),
        ({"VAPID_KEY": "guess"}, ["cop.E012"]),
        ({"VAPID_KEY": "A" * 43}, ["cop.E012"]),
        ({"PUSH_HOSTS": ["http://127.0.0.1:9000"]}, ["cop.E013"]),
    ],
)
def test_production_refuses(settings, wrong, ids):
    for name, value in (SOUND | wrong).items():
        setattr(settings, name, value)
    assert [error.id for error in check_configuration(None)] == ids
    with pytest.raises(ImproperlyConfigured):
        refuse_to_start()


def test_production_refuses_demonstration_accounts(settings, cast):
    for name, value in SOUND.items():
        setattr(settings, name, value)
    assert [error.id for error in run_checks(databases=["default"])] == ["cop.E101"]
    with pytest.raises(ImproperlyConfigured, match="demonstration accounts"):
        refuse_to_start()


def test_production_starts_without_demonstration_accounts(settings, db):
    for name, value in SOUND.items():
        setattr(settings, name, value)
    refuse_to_start()


@pytest.mark.parametrize("program", ["import cop.asgi", "import manage, sys; sys.argv = ['', 'check']; manage.main()"])
def test_every_way_of_starting_refuses_a_weak_secret(program, tmp_path):
    environment = production_environment(SECRET_KEY="short", DATABASE_URL=f"sqlite:///{tmp_path / 'cop.sqlite3'}")
    done = python(program, environment)
    assert (done.returncode, "SECRET_KEY and AUDIT_KEY are not two long random values" in done.stderr) == (1, True)


def test_a_server_refuses_demonstration_accounts(tmp_path):
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'cop.sqlite3'}", "MEDIA_ROOT": str(tmp_path / "files")}
    demonstration = {**production_environment(**database), "COP_MODE": "demo"}
    load = "from django.core.management import call_command as call; call('migrate', verbosity=0); call('seed_demo')"
    assert python(f"import cop.asgi; {load}", demonstration).returncode == 0
    done = python("import cop.asgi", production_environment(**database))
    assert (done.returncode, "demonstration accounts" in done.stderr) == (1, True)


def test_demonstration_data_is_refused_in_production(tmp_path):
    program = "import cop.asgi; from django.core.management import call_command as call; call('seed_demo')"
    done = python(program, production_environment(DATABASE_URL=f"sqlite:///{tmp_path / 'cop.sqlite3'}"))
    assert "Demonstration data is not for production" in done.stderr


PRODUCTION_ANSWERS = """
import json, django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False)
safe, plain = Client(headers={"host": "community.example.org", "x-forwarded-proto": "https"}), Client(headers={"host": "community.example.org"})
page, redirect, health, stranger = safe.get("/account/login/"), plain.get("/account/login/"), plain.get("/healthz"), Client(headers={"host": "evil.example.org", "x-forwarded-proto": "https"}).get("/")
print(json.dumps({
    "headers": dict(page.headers),
    "cookies": {name: {key: bool(morsel[key]) for key in ("secure", "httponly", "domain")} | {"path": morsel["path"], "samesite": morsel["samesite"]} for name, morsel in page.cookies.items()},
    "redirect": [redirect.status_code, redirect.get("Location")],
    "health": [health.status_code, health.content.decode()],
    "stranger": [stranger.status_code, "DisallowedHost" in stranger.content.decode()],
}))
"""  # noqa: E501


def test_what_a_browser_gets_in_production(tmp_path):
    environment = production_environment(
        DJANGO_SETTINGS_MODULE="cop.settings",
        DATABASE_URL=f"sqlite:///{tmp_path / 'cop.sqlite3'}",
        STATIC_ROOT=str(tmp_path / "static"),
    )
    done = python(PRODUCTION_ANSWERS, environment)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert answers["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert answers["cookies"] == {
        "__Host-csrf": {"secure": True, "httponly": True, "domain": False, "path": "/", "samesite": "Lax"}
    }
    assert answers["redirect"] == [301, "https://community.example.org/account/login/"]
    assert answers["health"] == [200, "ok\n"]
    assert answers["stranger"] == [400, False]


HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/account/login/", 200),
        ("/account/password/change/", 302),
        ("/nothing/here/", 404),
        ("/healthz", 200),
    ],
)
def test_every_page_carries_the_headers(client, db, path, status):
    response = client.get(path)
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))
    assert set(response.headers["Content-Security-Policy"].split("; ")) == POLICY
    assert "camera=()" in response.headers["Permissions-Policy"]


def test_a_log_line_of_a_request_names_the_route_and_neither_path_nor_message():
    class Match:
        route = "join/confirm/<str:token>/"

    class Request:
        method, resolver_match, path = "GET", Match, "/join/confirm/a-canary/"

    try:
        try:
            raise KeyError("a canary")
        except KeyError as cause:
            raise ValueError("another canary") from cause
    except ValueError:
        record = logging.LogRecord(
            "django.request", 40, __file__, 1, "Internal Server Error: %s", (Request.path,), sys.exc_info()
        )
    record.request, record.status_code = Request, 500
    assert Routes().filter(record)
    said = Lines("{levelname} {message}", style="{").format(record)
    assert said.splitlines()[0] == "ERROR GET /join/confirm/<str:token>/ answered 500"
    assert "canary" not in said
    assert [line for line in said.splitlines() if line in ("ValueError", "KeyError")] == ["ValueError", "KeyError"]


def test_a_line_break_in_a_log_line_is_escaped():
    record = logging.LogRecord("cop", 20, __file__, 1, "one\nERROR forged\r", (), None)
    assert Lines("{message}", style="{").format(record) == "one\\nERROR forged\\r"
