"""Evaluations: one each, without a name, and shown when they tell of nobody."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from access import Refusal
from audit.models import Entry
from spaces.models import Activity
from spaces.screening import Held
from symposium.actions import set_questionnaire
from symposium.evaluations import results_of, sheets
from symposium.models import Evaluated, Rating, Remark
from tests.people import make_member
from tests.symposium.live_days import a_session, ask_for_evaluations, held_edition, say, was_there

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast):
    edition = held_edition(cast)
    ask_for_evaluations(cast, edition)
    return edition


@pytest.fixture
def session(cast, edition):
    session = a_session(cast, edition)
    was_there(session, cast.member)
    return session


def close(edition):
    edition.questionnaire.closes_at = now()
    edition.questionnaire.save()


def test_who_was_there_evaluates_once(cast, session):
    say(session, cast.member, text="More time.")
    with pytest.raises(Refusal, match="You have evaluated it"):
        say(session, cast.member)
    with pytest.raises(Refusal, match="Only who was there"):
        say(session, cast.colleague)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluated.objects.create(edition=session.edition, session=session, member=cast.member)
    assert Remark.objects.get().text == "More time."
    assert sum(Rating.objects.values_list("counted", flat=True)) == 3


def test_the_whole_is_evaluated_once_too(cast, edition, session):
    say(None, cast.member, edition=edition)
    with pytest.raises(Refusal, match="You have evaluated it"):
        say(None, cast.member, edition=edition)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluated.objects.create(edition=edition, member=cast.member)
    say(session, cast.member)


def test_nothing_says_who_said_what(cast, session):
    before = Entry.objects.count(), Activity.objects.count()
    say(session, cast.member, text="I was bored.")
    assert (Entry.objects.count(), Activity.objects.count()) == before
    for model in (Rating, Remark):
        names = {field.name for field in model._meta.get_fields()}
        assert not names & {"member", "by", "author", "at", "created_at", "evaluated"}
    assert not {field.name for field in Evaluated._meta.get_fields()} & {"text", "remark", "rating", "value"}


def test_a_client_is_not_told_of(cast, session):
    with pytest.raises(Held):
        say(session, cast.member, text="Ask at 612-555-0134.")
    assert not Evaluated.objects.exists()


def test_results_show_when_it_is_closed_and_five_took_part(cast, edition, session):
    people = [make_member(f"Person {number}", cast.home) for number in range(4)]
    for one in people[:3]:
        was_there(session, one)
        say(session, one, 5, 5, 1)
    say(session, cast.member, 1, 5, 1, text="Too fast.")
    assert not any(one.is_shown for one in results_of(edition))
    close(edition)
    assert [(one.name, one.said) for one in results_of(edition)] == [
        ("The symposium as a whole", "fewer than 5"),
        ("Sleep groups", "fewer than 5"),
    ]
    assert "Too fast." not in str([list(rows) for rows in sheets(edition).values()])
    edition.questionnaire.closes_at = now() + timedelta(days=1)
    edition.questionnaire.save()
    was_there(session, people[3])
    say(session, people[3], 5, 5, 2)
    assert not results_of(edition)[1].is_shown
    close(edition)
    result = results_of(edition)[1]
    assert (result.said, result.remarks) == ("5", ["Too fast."])
    assert [(one.counts, one.mean) for one in result.statements] == [
        ([1, 0, 0, 0, 4], 4.2),
        ([0, 0, 0, 0, 5], 5.0),
        ([4, 1, 0, 0, 0], 1.2),
    ]


def test_what_was_asked_stays_once_somebody_answered_and_closed_is_closed(cast, edition, session):
    asked = {"edition": edition, "by": cast.staff, "of_session": "It was good.", "overall": "All was good."}
    with pytest.raises(PermissionDenied):
        set_questionnaire(**asked | {"by": cast.member}, closes_at=now() + timedelta(days=1))
    say(session, cast.member)
    with pytest.raises(Refusal, match="so the statements stay"):
        set_questionnaire(**asked, closes_at=now() + timedelta(days=1))
    close(edition)
    with pytest.raises(Refusal, match="It has closed"):
        set_questionnaire(**asked, closes_at=now() + timedelta(days=1))
    with pytest.raises(Refusal, match="has closed"):
        say(session, cast.member)


def test_it_opens_ten_minutes_before_the_end(cast, edition):
    session = a_session(cast, edition, ended=timedelta(minutes=-11))
    was_there(session, cast.member, (0, 40))
    with pytest.raises(Refusal, match="ten minutes before"):
        say(session, cast.member)


def test_the_page_asks_and_keeps_what_was_typed(cast, client, session):
    client.force_login(cast.member)
    address = reverse("symposium:evaluate_session", args=[session.edition.slug, session.pk])
    answer = client.post(address, {"rating_0": "5", "rating_1": "4", "text": "Kept words"})
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    client.post(address, {"rating_0": "5", "rating_1": "4", "rating_2": "1", "text": ""})
    assert Evaluated.objects.get().member == cast.member
    assert "You have evaluated it" in client.get(address).content.decode()
