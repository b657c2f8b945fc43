"""Two hundred want the same at the same instant. First with the guard off, which must go wrong; then with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import cycle
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.signals import pre_save
from django.db.transaction import Atomic

from access import Refusal
from meetings.actions import answer_meeting, answer_series, choose_session, speak_for_us
from meetings.models import Answer, Responder, Rsvp, SessionChoice, TownMeeting
from members.models import Affiliation, Member
from tests.at_once import MOST, at_once
from tests.meetings.test_towns import planned
from tests.people import make_cast

Act = Callable[[], Any]
MANY = 200


@pytest.fixture
def crowd(transactional_db):
    """A town meeting, and two hundred of one organisation."""
    cast = make_cast()
    people = Member.objects.bulk_create(
        Member(email=f"person.{number}@example.org", name=f"Person {number}") for number in range(MANY)
    )
    since = date(2022, 10, 1)
    Affiliation.objects.bulk_create(
        Affiliation(member=member, organisation=cast.home, starts_on=since) for member in people
    )
    return planned(cast), people


@contextmanager
def unlocked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without locks; on SQLite, which lets in one at a time, without transactions too."""
    with monkeypatch.context() as patched:
        patched.setattr(QuerySet, "select_for_update", lambda self, **how: self)
        if connection.vendor == "sqlite":
            patched.setattr(Atomic, "__enter__", lambda self: None)
            patched.setattr(Atomic, "__exit__", lambda self, *raised: None)
        yield


@contextmanager
def unguarded(table: type[Model], name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without a constraint and without locks."""
    constraints = table._meta.constraints
    (guard,) = [one for one in constraints if one.name == name]
    table._meta.constraints = [one for one in constraints if one is not guard]  # SQLite makes the table anew from it
    try:
        with connection.schema_editor() as editor:
            editor.remove_constraint(table, guard)
        with unlocked(monkeypatch):
            yield
    finally:
        table._meta.constraints = constraints
        with connection.schema_editor() as editor:
            editor.add_constraint(table, guard)


def all_look_before_one_writes(table: type[Model], acts: list[Act]) -> None:
    everyone_has_looked = Barrier(len(acts))

    def wait(sender: Any, **kwargs: Any) -> None:
        everyone_has_looked.wait(20)

    pre_save.connect(wait, sender=table)
    try:
        at_once(*acts)
    finally:
        pre_save.disconnect(wait, sender=table)


def speaking(town: TownMeeting, people: list[Member]) -> list[Act]:
    return [partial(speak_for_us, town=town, by=who) for who in people]


def choosing(town: TownMeeting, people: list[Member]) -> list[Act]:
    sessions = cycle([town.first, town.second])
    return [partial(choose_session, town=town, meeting=next(sessions), by=who) for who in people]


def twice(act: Act, people: list[Member]) -> list[Act]:
    """Half of them click twice."""
    said = cycle(Answer.values)
    return [partial(act, by=who, answer=next(said)) for who in people[: MANY // 2] for _ in range(2)]


def answering(town: TownMeeting, people: list[Member]) -> list[Act]:
    return twice(partial(answer_meeting, meeting=town.first), people)


def answering_for_all(town: TownMeeting, people: list[Member]) -> list[Act]:
    return twice(partial(answer_series, series=town.first.series), people)


RACES = {
    # what they do, where that is kept, what guards it, how many rows it leaves, how many are refused
    "speak": (speaking, Responder, "one_responder_an_organisation", 1, MANY - 1),
    "choose": (choosing, SessionChoice, "one_session_an_organisation", 1, MANY // 2),
    "answer": (answering, Rsvp, "one_rsvp_to_a_date", MANY // 2, 0),
    "answer for all": (answering_for_all, Rsvp, "one_rsvp_to_a_series", MANY // 2, 0),
}


@pytest.mark.parametrize("name", RACES)
def test_two_hundred_at_once_leave_what_the_constraint_says(crowd, name, monkeypatch):
    wanted, table, guard, left, refused = RACES[name]
    town, people = crowd
    if table is Rsvp:  # their session is chosen before, so that no other constraint has them stand in line
        answer_series(series=town.first.series, by=people[-1], answer="yes")
        Rsvp.objects.all().delete()
    acts = wanted(town, people)
    with unguarded(table, guard, monkeypatch):
        all_look_before_one_writes(table, acts[:MOST])
        assert table.objects.count() == MOST, "without the guard everyone is written"
        table.objects.all().delete()
    found = at_once(*acts)
    assert table.objects.count() == left
    assert sum(isinstance(one, Refusal) for one in found) == refused
