"""An edition that one registers for, and whoever wants to."""

from datetime import date, timedelta
from time import time
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as SignIn
from django.utils.timezone import now

from members.models import Affiliation, Member
from spaces.models import Membership, Space
from symposium.models import Category, Edition, Format, Registration, RegistrationDesk, Session


def named(desk: RegistrationDesk, name: str) -> Category:
    return desk.categories.get(name=name)


def grantees(desk: RegistrationDesk) -> Category:
    return named(desk, "Grantee staff")


def a_crowd(cast: SimpleNamespace, number: int) -> list[Member]:
    """So many of one organisation, with an inbox each."""
    people = Member.objects.bulk_create(
        Member(email=f"person.{one}@people.test", name=f"Person {one:04}") for one in range(number)
    )
    since = date(2022, 10, 1)
    Affiliation.objects.bulk_create(
        Affiliation(member=member, organisation=cast.home, starts_on=since) for member in people
    )
    inboxes = Space.objects.bulk_create(Space(kind=Space.Kind.INBOX) for _ in people)
    Membership.objects.bulk_create(
        Membership(space=inbox, member=member, role=Membership.Role.OWNER)
        for inbox, member in zip(inboxes, people, strict=True)
    )
    return people


def a_workshop_session(edition: Edition, title: str = "Sleep groups") -> Session:
    form, _ = Format.objects.get_or_create(edition=edition, name="Workshop", defaults={"kind": "workshop"})
    return Session.objects.create(edition=edition, title=title, format=form, minutes=45)


def states(places: Any) -> dict[str, list[str]]:
    """The members' names by state: those who wait in their order, others by name."""
    found: dict[str, list[str]] = {}
    for one in places.select_related("member").order_by("member__name"):
        found.setdefault(one.state, []).append(one.member.name)
    if "waitlisted" in found:
        found["waitlisted"] = [one.member.name for one in places.waiting().select_related("member")]
    return found


def offers_run_out(places: Any) -> None:
    places.filter(state="offered").update(offered_until=now() - timedelta(minutes=1))


def mine(desk: RegistrationDesk, member: Member) -> Registration:
    return desk.places.get(member=member)


def signed_in(members: list[Member]) -> list[str]:
    """The key of a session of each, made in bulk as if they had just signed in."""
    at = int(time())
    ends, rows = at + 8 * 3600, []
    for member in members:
        said = {
            SESSION_KEY: str(member.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: member.get_session_auth_hash(),
            "ends": ends,
            "idle_ends": ends,
            "active_at": at,
        }
        expires = now() + timedelta(hours=8)
        rows.append(SignIn(session_key=uuid4().hex, session_data=SessionStore().encode(said), expire_date=expires))
    SignIn.objects.bulk_create(rows)
    return [row.session_key for row in rows]
