"""Every address × every kind of person, compared with one table; the same for every kind of space."""

from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from access import may
from members.models import Member
from spaces.models import Space
from tests.access_table import PEOPLE, SIGN_IN, SPACES, TABLE
from tests.people import make_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The cast, and the cookies of each of them, signed in: made once, because nothing that a row does stays. However
    long the table takes, they have just signed in.
    """
    fresh = override_settings(ACCOUNT_REAUTHENTICATION_TIMEOUT=24 * 60 * 60)
    with fresh, django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        yield cast, {person: cookies_of(cast, person) for person in PEOPLE}
        transaction.set_rollback(True)


def cookies_of(cast, person: str) -> SimpleCookie:
    client = Client()
    if person != "nobody":
        sign_in(client, Member.objects.get(pk=getattr(cast, person).pk))
    return client.cookies


def every_address(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The names of all addresses; one without a name is given by its pattern, so that it is missed in the table."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from every_address(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""))
        elif isinstance(entry, URLPattern):
            yield namespace + (entry.name or f"without a name: {entry.pattern}")


def answer(response: HttpResponse) -> int | str:
    """The status, or that they were sent to sign in, by a redirect or by a page that keeps what they typed."""
    if (
        response.status_code == 401
        or response.status_code == 302
        and response["Location"].startswith(f"{resolve_url(settings.LOGIN_URL)}?")
    ):
        return SIGN_IN
    return response.status_code


def test_every_address_has_a_row_and_every_row_an_address():
    addresses = set(every_address(get_resolver()))
    assert (addresses - set(TABLE), set(TABLE) - addresses) == (set(), set())


@pytest.mark.parametrize(("name", "number"), [(name, number) for name in TABLE for number in range(len(TABLE[name]))])
def test_address(stage, name, number):
    cast, cookies = stage
    row = TABLE[name][number]
    with transaction.atomic():
        path = row.path(cast)
        answers = {person: ask(row, path, cookies[person]) for person in PEOPLE}
        transaction.set_rollback(True)
    assert {person: found for person, found in answers.items() if found != row.answers[person]} == {}


def ask(row, path: str, cookies: SimpleCookie) -> int | str:
    """What whoever has these cookies gets. Whatever it changes is taken back."""
    with transaction.atomic():
        client = Client(raise_request_exception=False)
        client.cookies = SimpleCookie({name: cookie.value for name, cookie in cookies.items()})
        response = client.get(path) if row.method == "get" else client.post(path, row.data())
        if response.streaming:
            list(response)  # to the end, which closes the file
        transaction.set_rollback(True)
    return answer(response)


@pytest.mark.parametrize("name", SPACES)
def test_space(stage, name):
    cast, _ = stage
    place = SPACES[name]
    people = [person for person in PEOPLE if person != "nobody"]
    found = {verb: {person for person in people if asks(cast, person, verb, place)} for verb in ("read", "write")}
    assert found == {"read": set(place.readers), "write": set(place.writers)}


def asks(cast, person: str, verb: str, place) -> bool:
    """Asked about rows that are fresh from the database, as every request does."""
    member = Member.objects.get(pk=getattr(cast, person).pk)
    return may(member, f"space.{verb}", Space.objects.get(pk=place.space(cast).pk))


def test_every_kind_of_space_has_a_row():
    assert set(SPACES) == set(Space.Kind.values)
