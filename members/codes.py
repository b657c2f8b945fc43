"""Codes that go out by mail. They are never kept: a session holds a random seed, and the code is made of the seed and
the secret key, so that neither the database nor a backup of it opens anything.
"""

import hashlib

from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django.conf import settings
from django.core.cache import cache
from django.forms import ValidationError
from django.utils.crypto import get_random_string, salted_hmac

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628, 6.1: no vowels, no look-alikes
WRONG = "This code is not right, or it is no longer good. Look for the newest mail, or ask for a new code."


def new_seed() -> str:
    return get_random_string(40)


def code_of(seed: str) -> str:
    """The code that a person types, such as BCDF-GHJK (34 bits)."""
    number = int.from_bytes(salted_hmac("members.code", seed, algorithm="sha256").digest(), "big")
    code = "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(8))
    return f"{code[:4]}-{code[4:]}"


def take_code(typed: str, seed: str) -> str:
    """What was typed, if it is the code of this seed, for the first time. An empty seed: nobody has that address."""
    if seed and not ratelimit.consume(context.request, app="allauth.account", action="confirm_code", key=seed):
        raise ValidationError(WRONG)
    right = bool(seed) and compare_user_code(actual=typed, expected=code_of(seed))
    if not right or not use_once("code", seed, settings.CODE_MINUTES * 60 * 2):
        raise ValidationError(WRONG)
    return typed


def use_once(purpose: str, secret: str, seconds: int) -> bool:
    """Whether this is its first use: true for one caller only, however many ask at once."""
    return cache.add(f"used:{purpose}:{hashlib.sha256(secret.encode()).hexdigest()}", True, seconds)
