"""What a person does at the sign-in pages, for the tests of them."""

import re
import time
from contextlib import contextmanager

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.test import Client

from members.passwords import Argon2
from tests.people import PASSWORD

LOGIN, LOGOUT = "/account/login/", "/account/logout/"
ASK_CODE, CONFIRM_CODE = "/account/login/code/", "/account/login/code/confirm/"
RESET, FACTOR = "/account/password/reset/", "/account/mfa/authenticate/"


def by_password(client: Client, email: str, password: str = PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def is_signed_in(client: Client) -> bool:
    return client.get("/session/", headers={"Accept": "application/json"}).status_code == 200


def code_in_last_letter() -> str:
    return re.search(r"\b[B-Z]{4}-[B-Z]{4}\b", mail.outbox[-1].body)[0]


def add_app(member) -> str:
    """Give the member an authenticator app and recovery codes; answers the app's secret."""
    secret = generate_totp_secret()
    TOTP.activate(member, secret)
    RecoveryCodes.activate(member)
    return secret


def app_code(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def recovery_code(member) -> str:
    return Authenticator.objects.get(user=member, type="recovery_codes").wrap().get_unused_codes()[0]


@contextmanager
def counting_hashes(monkeypatch):
    """A list that grows by one with every Argon2 hash that is computed."""
    counted: list[str] = []
    with monkeypatch.context() as patch:
        for name in ("encode", "verify"):
            real = getattr(Argon2, name)
            patch.setattr(
                Argon2, name, lambda *args, real=real, name=name, **more: counted.append(name) or real(*args, **more)
            )
        yield counted
