"""What makes a password good enough, and how it is kept."""

import time

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from members.models import Member
from tests.members.signing_in import add_app

MARA = Member(name="Mara Member", email="mara.member@prairie.example.org")


@pytest.mark.parametrize(
    "password",
    [
        "seven lazy herons sing",
        "aaaa bbbb cccc dddd eeee?"[:24],
        "correct horse battery staple",
        "мой кот не любит дождь",
        "🦔🦔 tea at half past noon",
        "x" + "long " * 40,
        "no digits nor capitals here",
    ],
)
@pytest.mark.django_db
def test_a_long_password_of_any_characters_will_do(password):
    validate_password(password, MARA)


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "Tr0ub4dor&3",
        "passwordpassword",
        "password password",
        "111111111111111111",
        "abcabcabcabcabcabc",
        "123456789012345",
        "abcdefghijklmnopqrst",
        "qwertyuiopasdfghjkl",
        "iloveyou123456789",
        "sunshinepassword1",
        "mara.member@prairie",
        "MaraMember Mara Member 1",
        "Community of Practice",
        "communityofpractice2026",
    ],
)
@pytest.mark.django_db
def test_what_is_short_known_or_about_oneself_will_not(password):
    with pytest.raises(ValidationError):
        validate_password(password, MARA)


def test_an_endless_password_is_refused_at_once():
    began = time.monotonic()
    with pytest.raises(ValidationError, match="at most 1000"):
        validate_password("ab1c" * 500_000 + "z", MARA)
    assert time.monotonic() - began < 10


def test_twelve_characters_are_enough_beside_a_second_factor(cast):
    with pytest.raises(ValidationError):
        validate_password("herons sing!", cast.member)
    add_app(cast.member)
    validate_password("herons sing!", cast.member)
    with pytest.raises(ValidationError):
        validate_password("herons sing", cast.member)


@pytest.mark.django_db
def test_an_installation_may_bring_a_list_of_its_own(tmp_path, settings):
    from members import passwords

    validate_password("tangerine dream boats", MARA)
    (tmp_path / "known.txt").write_text("Tangerinedreamboats\n")
    settings.BREACH_LIST = str(tmp_path / "known.txt")
    passwords._known.cache_clear()
    try:
        with pytest.raises(ValidationError):
            validate_password("tangerine dream boats", MARA)
    finally:
        passwords._known.cache_clear()


def test_passwords_are_kept_with_argon2_within_bounds(cast):
    kept = cast.member.password
    assert identify_hasher(kept).algorithm == "argon2"
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in kept
