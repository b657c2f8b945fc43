"""What makes a password good enough (NIST SP 800-63B-4, 3.1.1.2: length and a list of known ones, no composition
rules), and how it is kept."""

import gzip
import re
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

AT_ONCE = BoundedSemaphore(4)
RUNS = ["abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "qwertyuiop", "asdfghjkl"]


class Argon2(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters (19 MiB, two passes, one lane), at most four at once in a process."""

    memory_cost = 19456
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with AT_ONCE:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with AT_ONCE:
            return super().verify(password, encoded)


class LongEnough:
    """15 characters where the password stands alone, 12 beside an authenticator app or a passkey."""

    most = 1000
    alone = 15
    beside_a_factor = 12

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > self.most:
            raise ValidationError(f"Use at most {self.most} characters.")
        if len(password) < self.least(user):
            raise ValidationError(
                f"Use at least {self.least(user)} characters. A few words that do not belong together are easy to keep."
            )

    def get_help_text(self) -> str:
        return (
            f"At least {self.alone} characters ({self.beside_a_factor} beside an authenticator app or a passkey). "
            "Any characters, spaces too; a few words that do not belong together are easy to keep."
        )

    def least(self, user: Any) -> int:
        if user is not None and get_adapter().is_mfa_enabled(user, ["totp", "webauthn"]):
            return self.beside_a_factor
        return self.alone


class NotKnown:
    """Not on the lists of passwords that everybody tries, nor two of those put together, repeated or in a row."""

    def validate(self, password: str, user: Any = None) -> None:
        word = _shortest_unit(re.sub(r"\s", "", password.lower()[: LongEnough.most]))
        if len(word) < 8 or _is_a_run(word) or _is_made_of_known(word):
            raise ValidationError("This password is among those that are guessed first. Choose another.")

    def get_help_text(self) -> str:
        return "Not one that many people use."


class NotAboutYou:
    """More than the member's name, address or the name of this place."""

    def validate(self, password: str, user: Any = None) -> None:
        rest = password.lower()[: LongEnough.most]
        for word in sorted(_words_about(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < 8:
            raise ValidationError("Do not build it from your name, your address or the name of this site.")

    def get_help_text(self) -> str:
        return "Not built from your name, your address or the name of this site."


def _words_about(user: Any) -> set[str]:
    texts = [settings.SITE_NAME, settings.SITE_URL, getattr(user, "name", ""), getattr(user, "email", "")]
    return {word for text in texts for word in re.split(r"[^\w]+", text.lower()) if len(word) >= 4}


@lru_cache
def _known() -> frozenset[str]:
    files = [CommonPasswordValidator().DEFAULT_PASSWORD_LIST_PATH, *filter(None, [settings.BREACH_LIST])]
    return frozenset(line for file in files for line in _lines(Path(file)))


def _lines(file: Path) -> list[str]:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        return [line.strip().lower() for line in lines]


def _shortest_unit(word: str) -> str:
    repeated = re.fullmatch(r"(.+?)\1+", word)
    return repeated[1] if repeated else word


def _is_a_run(word: str) -> bool:
    return any(word in run * 2 or word in run[::-1] * 2 for run in RUNS)


def _is_made_of_known(word: str) -> bool:
    known = _known()
    return word in known or any(
        word[:cut] in known and (word[cut:] in known or _is_a_run(word[cut:])) for cut in range(3, len(word) - 2)
    )
