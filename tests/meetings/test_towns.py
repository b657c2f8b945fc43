"""Two sessions of one meeting: an organisation comes to one, and one speaks for it."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from access import Refusal
from audit.models import Entry
from meetings.actions import (
    answer_meeting,
    answer_series,
    choose_session,
    free_organisation,
    move_organisation,
    name_responder,
    pair_sessions,
    part_sessions,
    plan_series,
    speak_for_us,
    stop_speaking,
    write_ahead,
)
from meetings.models import MeetingSeries, Responder, SessionChoice, TownMeeting
from meetings.towns import attending, town_of
from tests.meetings.conftest import unsaved

Pattern = MeetingSeries.Pattern


def both_sessions(cast):
    first, second = (
        unsaved(title=f"Town Meeting, session {letter}", first_on=day, begins_at=at)
        for letter, day, at in (("A", date(2026, 1, 13), time(13)), ("B", date(2026, 1, 14), time(16)))
    )
    for series in (first, second):
        plan_series(series=series, by=cast.specialist)
    return first, second


def planned(cast):
    first, second = both_sessions(cast)
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


def test_who_says_it_for_the_series_binds_their_organisation_to_all_its_sessions(town, cast, time_machine):
    answer_series(series=town.second.series, by=cast.member, answer="no")
    assert not SessionChoice.objects.exists()
    answer_series(series=town.second.series, by=cast.member, answer="maybe")
    chosen = SessionChoice.objects.filter(organisation=cast.home, chosen_by=cast.member)
    assert chosen.filter(meeting__series=town.second.series).count() == TownMeeting.objects.count()
    with pytest.raises(
        Refusal, match=r"On January 14 Harbor .* comes to session B, as Mara Member chose. Answer first"
    ):
        answer_series(series=town.first.series, by=cast.contact, answer="yes")
    answer_series(series=town.first.series, by=cast.contact, answer="no")
    answer_series(series=town.first.series, by=cast.staff, answer="yes")  # comes by their role, to either
    assert {one.organisation for one in SessionChoice.objects.all()} == {cast.home}
    time_machine.move_to("2026-03-01 15:00Z")
    for series in (town.first.series, town.second.series):
        write_ahead(series=series)
    assert chosen.filter(meeting__series=town.second.series).count() == TownMeeting.objects.count()


def test_for_the_others_where_one_date_is_of_the_other_session(town, cast):
    answer_meeting(meeting=town.first, by=cast.member, answer="yes")
    with pytest.raises(Refusal, match="On January 13 Harbor .* comes to session A"):
        answer_series(series=town.second.series, by=cast.contact, answer="yes")
    assert SessionChoice.objects.count() == 1
    answer_meeting(meeting=town.second, by=cast.contact, answer="no")
    answer_series(series=town.second.series, by=cast.contact, answer="yes")
    assert SessionChoice.objects.filter(meeting__series=town.second.series).count() == TownMeeting.objects.count() - 1


def test_who_said_it_before_there_were_two_sessions_chose_them(cast):
    first, second = both_sessions(cast)
    answer_series(series=second, by=cast.member, answer="yes")
    answer_series(series=first, by=cast.contact, answer="yes")
    answer_series(series=first, by=cast.colleague, answer="no")
    pair_sessions(first=first, second=second, by=cast.specialist)
    chosen = SessionChoice.objects.filter(organisation=cast.home, chosen_by=cast.member, meeting__series=second)
    assert chosen.count() == SessionChoice.objects.count() == TownMeeting.objects.count()


def test_staff_move_an_organisation_and_that_is_on_record(town, cast):
    choose_session(town=town, meeting=town.first, by=cast.member)
    move_organisation(town=town, organisation=cast.home, meeting=town.second, by=cast.staff)
    choose_session(town=town, meeting=town.second, by=cast.contact)
    entry = Entry.objects.get(verb="session.moved")
    assert entry.facts == {"organisation": str(cast.home.pk), "session": "B"}
    with pytest.raises(PermissionDenied):
        move_organisation(town=town, organisation=cast.home, meeting=town.first, by=cast.contact)


def test_staff_undo_a_choice_until_the_session_begins(town, cast, time_machine):
    choose_session(town=town, meeting=town.first, by=cast.member)
    with pytest.raises(PermissionDenied):
        free_organisation(town=town, organisation=cast.home, by=cast.contact)
    for _ in range(2):
        free_organisation(town=town, organisation=cast.home, by=cast.staff)
    assert Entry.objects.get(verb="session.freed").facts == {"organisation": str(cast.home.pk), "session": "A"}
    choose_session(town=town, meeting=town.first, by=cast.contact)
    time_machine.move_to(town.first.starts_at)
    with pytest.raises(Refusal, match="has begun"):
        free_organisation(town=town, organisation=cast.home, by=cast.staff)
    assert town.choices.get().chosen_by == cast.contact


def test_a_wrong_pair_is_parted_but_for_what_was_held(town, cast, time_machine):
    answer_series(series=town.first.series, by=cast.member, answer="yes")
    speak_for_us(town=town, by=cast.member)
    time_machine.move_to(town.first.starts_at)
    first, second = town.first.series, town.second.series
    with pytest.raises(PermissionDenied):
        part_sessions(town=town, by=cast.contact)
    assert part_sessions(town=town, by=cast.staff) > 10
    assert (TownMeeting.objects.get(), SessionChoice.objects.get().town, Responder.objects.get().town) == (town,) * 3
    assert first.rsvps.get().member == cast.member
    with pytest.raises(Refusal, match="sessions have begun"):
        part_sessions(town=town, by=cast.staff)
    time_machine.shift(timedelta(days=60))
    for series in (first, second):
        write_ahead(series=series)
        assert [one.what for one in series.changes.all()] == ["parted", "paired", "planned"]
    assert TownMeeting.objects.count() == 1, "dates that are written later are not paired"
    pair_sessions(first=first, second=second, by=cast.specialist)
    assert SessionChoice.objects.filter(meeting__series=first).count() == TownMeeting.objects.count()
    town = TownMeeting.objects.last()
    part_sessions(town=TownMeeting.objects.last(), by=cast.specialist)
    with pytest.raises(Refusal, match="just taken this away"):
        choose_session(town=town, meeting=town.first, by=cast.contact)


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
