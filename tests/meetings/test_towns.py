"""Two sessions of one meeting: an organisation comes to one, and one speaks for it."""

from contextlib import contextmanager
from datetime import date, time
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from access import Refusal
from audit.models import Entry
from meetings.actions import (
    answer_meeting,
    choose_session,
    move_organisation,
    name_responder,
    pair_sessions,
    plan_series,
    speak_for_us,
    stop_speaking,
    write_ahead,
)
from meetings.models import MeetingSeries, Responder, Rsvp, SessionChoice, TownMeeting
from meetings.towns import attending, town_of
from tests.at_once import at_once
from tests.meetings.conftest import unsaved
from tests.people import make_cast, make_member

Pattern = MeetingSeries.Pattern


def planned(cast):
    first, second = (
        unsaved(title=f"Town Meeting, session {letter}", first_on=day, begins_at=at)
        for letter, day, at in (("A", date(2026, 1, 13), time(13)), ("B", date(2026, 1, 14), time(16)))
    )
    for series in (first, second):
        plan_series(series=series, by=cast.specialist)
    pair_sessions(first=first, second=second, by=cast.specialist)
    return TownMeeting.objects.select_related("first__series", "second__series").first()


@pytest.fixture
def town(cast):
    return planned(cast)


def test_each_date_of_a_series_has_its_two_sessions_and_later_ones_too(town, time_machine):
    pairs = TownMeeting.objects.select_related("first__series", "second__series")
    assert [(f"{one.first.wall:%m-%d}", f"{one.second.wall:%m-%d}") for one in pairs][:2] == [
        ("01-13", "01-14"), ("02-10", "02-11"),
    ]  # fmt: skip
    before = pairs.all().count()
    time_machine.move_to("2026-03-01 15:00Z")
    for series in (town.first.series, town.second.series):
        write_ahead(series=series)
    assert pairs.all().count() == before + 3
    assert town_of(town.second) == town


def test_what_cannot_be_two_sessions(town, plan, cast):
    with pytest.raises(Refusal, match="no dates to come that could"):
        pair_sessions(first=town.first.series, second=plan(), by=cast.specialist)
    with pytest.raises(Refusal, match="no dates to come that could"):
        pair_sessions(first=(alone := plan(title="Alone")), second=alone, by=cast.specialist)
    session = plan(by=cast.facilitator, audience=MeetingSeries.Audience.SPACE, space=cast.group.space)
    with pytest.raises(PermissionDenied):
        pair_sessions(first=alone, second=session, by=cast.specialist)


def test_the_first_who_chooses_chooses_for_their_organisation(town, cast):
    choose_session(town=town, meeting=town.second, by=cast.member)
    assert choose_session(town=town, meeting=town.second, by=cast.contact).chosen_by == cast.member
    with pytest.raises(Refusal, match="comes to session B, as Mara Member chose"):
        choose_session(town=town, meeting=town.first, by=cast.contact)
    choose_session(town=town, meeting=town.first, by=cast.colleague)  # of another organisation


def test_who_says_that_they_come_binds_their_organisation(town, cast):
    answer_meeting(meeting=town.first, by=cast.member, answer="yes")
    with pytest.raises(Refusal, match="comes to session A"):
        answer_meeting(meeting=town.second, by=cast.contact, answer="yes")
    answer_meeting(meeting=town.second, by=cast.contact, answer="no")
    answer_meeting(meeting=town.second, by=cast.staff, answer="yes")  # comes by their role, to either
    assert SessionChoice.objects.get().organisation == cast.home


def test_staff_move_an_organisation_and_that_is_on_record(town, cast):
    choose_session(town=town, meeting=town.first, by=cast.member)
    move_organisation(town=town, organisation=cast.home, meeting=town.second, by=cast.staff)
    choose_session(town=town, meeting=town.second, by=cast.contact)
    entry = Entry.objects.get(verb="session.moved")
    assert entry.facts == {"organisation": str(cast.home.pk), "session": "B"}
    with pytest.raises(PermissionDenied):
        move_organisation(town=town, organisation=cast.home, meeting=town.first, by=cast.contact)


def test_one_speaks_for_an_organisation_and_hands_it_over(town, cast):
    speak_for_us(town=town, by=cast.member)
    with pytest.raises(Refusal, match="Mara Member speaks for Harbor Light"):
        speak_for_us(town=town, by=cast.contact)
    with pytest.raises(PermissionDenied):
        name_responder(town=town, organisation=cast.home, member=cast.unsigned, by=cast.facilitator)
    name_responder(town=town, organisation=cast.home, member=cast.unsigned, by=cast.member)
    name_responder(town=town, organisation=cast.home, member=cast.facilitator, by=cast.contact)
    with pytest.raises(Refusal, match="is not of Harbor"):
        name_responder(town=town, organisation=cast.home, member=cast.colleague, by=cast.staff)
    stop_speaking(town=town, by=cast.facilitator)
    assert not Responder.objects.exists()


def test_nobody_changes_who_speaks_once_their_session_has_begun(town, cast, time_machine):
    choose_session(town=town, meeting=town.second, by=cast.member)
    time_machine.move_to(town.first.starts_at)
    speak_for_us(town=town, by=cast.member)
    with pytest.raises(Refusal, match="has begun"):
        speak_for_us(town=town, by=cast.colleague)  # they chose none, so the first of the two counts
    time_machine.move_to(town.second.starts_at)
    with pytest.raises(Refusal, match="has begun"):
        stop_speaking(town=town, by=cast.member)


def test_who_is_still_to_be_asked(town, cast, django_assert_max_num_queries):
    answer_meeting(meeting=town.first, by=cast.member, answer="yes")
    speak_for_us(town=town, by=cast.member)
    with django_assert_max_num_queries(12):
        rows = attending(town)
    assert [(str(one.organisation), one.coming, one.is_to_be_asked) for one in rows] == [
        ("Harbor Light Healing Center", 1, False),
        ("Prairie Bridge Survivor Services", 0, True),
    ]


CROWD = 20


@pytest.fixture
def crowd(transactional_db, django_user_model):
    """A town meeting, and many of one organisation."""
    cast = make_cast()
    people = [make_member(f"Person {number}", cast.home) for number in range(CROWD)]
    return planned(cast), people


@contextmanager
def unguarded(table, guard):
    """Without a constraint. SQLite makes the table anew from what the model says, so that must not say it either."""
    constraints = table._meta.constraints
    table._meta.constraints = [one for one in constraints if one is not guard]
    try:
        with connection.schema_editor() as editor:
            editor.remove_constraint(table, guard)
        yield
    finally:
        table._meta.constraints = constraints
        with connection.schema_editor() as editor:
            editor.add_constraint(table, guard)


def twice(table, columns):
    """Whether one was written twice by two who both looked first and found nobody, as without the guard."""
    found = Barrier(2)

    def write():
        taken = table.objects.filter(**{name: columns[name] for name in ("town", "organisation")}).exists()
        found.wait(20)
        if not taken:
            table.objects.create(**columns)
        connections.close_all()

    threads = [Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return table.objects.count() == 2


@pytest.mark.parametrize("table", [Responder, SessionChoice])
def test_never_two_however_many_come_at_once(crowd, table):
    town, people = crowd
    (guard,) = [one for one in table._meta.constraints if "organisation" in one.fields]
    columns = {"town": town, "organisation": people[0].affiliations.get().organisation}
    columns |= {"member": people[0]} if table is Responder else {"meeting": town.first}
    with unguarded(table, guard):
        assert twice(table, columns), "without the guard there are two"
        table.objects.all().delete()
    if table is Responder:
        found = at_once(*(lambda who=who: speak_for_us(town=town, by=who) for who in people))
    else:
        sessions = [town.first, town.second]
        found = at_once(
            *(
                lambda who=who, number=number: choose_session(town=town, meeting=sessions[number % 2], by=who)
                for number, who in enumerate(people)
            )
        )
    assert table.objects.count() == 1
    refused = [one for one in found if isinstance(one, Refusal)]
    assert len(refused) == (CROWD - 1 if table is Responder else CROWD // 2)


def test_two_hundred_answers_at_once_are_one_each(crowd):
    town, people = crowd
    meeting = town.first
    acts = [
        lambda who=who, answer=answer: answer_meeting(meeting=meeting, by=who, answer=answer, note=str(uuid4()))
        for who in people
        for answer in ("yes", "no", "maybe", "yes", "no", "maybe", "yes", "no", "maybe", "yes")
    ]
    for start in range(0, len(acts), CROWD):
        at_once(*acts[start : start + CROWD])
    assert Rsvp.objects.filter(meeting=meeting).count() == len(people)
