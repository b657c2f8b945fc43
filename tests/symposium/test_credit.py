"""CE credit by a rule that is data: granted, held or refused, in words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now

from access import Refusal
from meetings.attendance import minutes_there
from symposium.actions import remove_rule, set_learner
from symposium.credit import Outcome, credit_for, hours_for
from symposium.models import CreditRule
from symposium.standing import hours_of, standings
from tests.symposium.live_days import a_rule, a_session, ask_for_evaluations, held_edition, say, was_there

START = datetime(2027, 4, 7, 14, tzinfo=UTC)
END = START + timedelta(hours=1)
IN_TIME = END + timedelta(hours=47)


def at(minute):
    return START + timedelta(minutes=minute)


def given(*stays, evaluated_at=IN_TIME, **rule):
    rule = CreditRule(**{"profession": "Social workers", "minimum_minutes": 1, **rule})
    return credit_for(rule, [(at(begins), at(ends)) for begins, ends in stays], START, END, evaluated_at)


def test_who_comes_again_before_they_left_has_each_minute_once():
    """From 10:02 to 10:20 and from 10:15 to 10:58, of a session from 10:00 to 11:00."""
    stays = [(2, 20), (15, 58)]
    assert minutes_there([(at(begins), at(ends)) for begins, ends in stays], START, END) == 56
    credit = given(*stays, minimum_minutes=56)
    assert (credit.outcome, credit.minutes, credit.hours) == (Outcome.GRANTED, 56, Decimal("0.75"))
    assert given(*stays, minimum_minutes=57).reasons == ("You were there for 56 minutes; it takes 57.",)


@pytest.mark.parametrize(
    ("stays", "rule", "reasons"),
    [
        ([(15, 60)], {"late_by": 15}, ()),
        ([(15.9, 60)], {"late_by": 15}, ()),
        ([(16, 60)], {"late_by": 15}, ("You came 16 minutes late; the limit is 15.",)),
        ([(16, 60)], {}, ()),
        ([(0, 45)], {"early_by": 15}, ()),
        ([(0, 38)], {"early_by": 15}, ("You left 22 minutes early; the limit is 15.",)),
        ([(0, 20), (30, 60)], {"longest_gap": 10}, ()),
        ([(0, 20), (31, 60)], {"longest_gap": 10}, ("You were away for 11 minutes at a stretch; the limit is 10.",)),
        ([(0, 48)], {"minimum_minutes": None, "minimum_percent": 80}, ()),
        (
            [(0, 47)],
            {"minimum_minutes": None, "minimum_percent": 80},
            ("You were there for 47 minutes; it takes 48.",),
        ),
        ([], {}, ("You were not there.",)),
        ([(-20, 0), (60, 80), (30, 30)], {}, ("You were not there.",)),
        ([(0, 10)], {}, ("10 minutes are less than the smallest part of an hour that is credited.",)),
    ],
)
def test_it_says_why_not_with_the_limit(stays, rule, reasons):
    credit = given(*stays, **rule)
    assert credit.reasons == reasons
    assert credit.outcome == (Outcome.REFUSED if reasons else Outcome.GRANTED)
    assert bool(credit.hours) == (not reasons)


def test_every_reason_is_said():
    credit = given((20, 30), late_by=15, early_by=15, minimum_minutes=45)
    assert credit.reasons == (
        "You came 20 minutes late; the limit is 15.",
        "You left 30 minutes early; the limit is 15.",
        "You were there for 10 minutes; it takes 45.",
    )


def test_without_an_evaluation_in_time_it_is_held():
    missing = given((0, 60), evaluated_at=None, evaluation_within=48)
    assert (missing.outcome, missing.hours, missing.counted) == (Outcome.HELD, Decimal(1), Decimal(0))
    assert missing.reasons == (
        "Your evaluation is missing. It counts until Fri, Apr 9, 3:00 pm; after that, ask the organisers.",
    )
    late = given((0, 60), evaluated_at=END + timedelta(hours=48, minutes=1), evaluation_within=48)
    assert late.outcome == Outcome.HELD
    assert late.reasons == ("Your evaluation came after Fri, Apr 9, 3:00 pm, by when it was due. Ask the organisers.",)
    assert given((0, 60), evaluated_at=END + timedelta(hours=48), evaluation_within=48).outcome == Outcome.GRANTED
    assert given((0, 60), evaluated_at=None).outcome == Outcome.GRANTED


@pytest.mark.parametrize(
    ("rounding", "minutes", "hours"),
    [
        ("quarter", 59, "0.75"),
        ("quarter", 90, "1.5"),
        ("half", 59, "0.5"),
        ("whole", 119, "1"),
        ("nearest", 53, "1"),
        ("nearest", 52, "0.75"),
    ],
)
def test_hours_are_rounded_as_the_board_has_it(rounding, minutes, hours):
    assert hours_for(CreditRule(rounding=rounding), minutes) == Decimal(hours)
    assert hours_for(CreditRule(rounding=rounding, hours_per_session=Decimal("1.25")), minutes) == Decimal("1.25")


@pytest.mark.django_db
def test_a_standing_has_what_is_over_and_of_two_at_once_the_longer_counts(cast):
    edition = held_edition(cast)
    ask_for_evaluations(cast, edition)
    rule = a_rule(cast, edition, evaluation_within=None, minimum_percent=40, early_by=None, late_by=None)
    first, beside = a_session(cast, edition), a_session(cast, edition, "Beside it")
    pause = a_session(cast, edition, "Stretch", ended=timedelta(minutes=50), kind="break")
    to_come = a_session(cast, edition, "Later", ended=timedelta(hours=-2))
    was_there(first, cast.member, (0, 30))
    was_there(beside, cast.member, (25, 60))
    was_there(pause, cast.member)
    was_there(to_come, cast.member)
    was_there(first, cast.colleague, (10, 10))
    (standing,) = standings(edition).values()
    assert [one.session for one in standing.visits] == [beside, first, pause]
    assert standing.minutes == 120
    given = standing.credits(rule)
    assert [(one.session, credit.outcome) for one, credit in given] == [
        (beside, Outcome.GRANTED),
        (first, Outcome.REFUSED),
    ]
    assert given[1][1].reasons == ("You were at “Beside it” at the same time, and that counts.",)
    assert hours_of(given) == Decimal("0.5")


@pytest.mark.django_db
def test_a_rule_is_for_one_profession_and_takes_minutes_or_a_share(cast):
    edition = held_edition(cast)
    with pytest.raises(Refusal, match="Write the questionnaire first"):
        a_rule(cast, edition)
    ask_for_evaluations(cast, edition)
    rule = a_rule(cast, edition)
    with pytest.raises(Refusal, match="a rule for Social workers already"):
        a_rule(cast, edition)
    for terms in ({"minimum_minutes": 45}, {"minimum_percent": None}):
        with pytest.raises(Refusal, match="One of the two"):
            a_rule(cast, edition, "Nurses", **terms)
    with pytest.raises(PermissionDenied):
        remove_rule(rule=rule, by=cast.member)


@pytest.mark.django_db
def test_a_learner_reads_what_they_earned_and_what_is_missing(cast, client):
    edition = held_edition(cast)
    ask_for_evaluations(cast, edition)
    rule = a_rule(cast, edition)
    session, other = a_session(cast, edition), a_session(cast, edition, "Waiting lists", ended=timedelta(hours=4))
    was_there(session, cast.member)
    was_there(other, cast.member, (0, 38))
    client.force_login(cast.member)
    address = reverse("symposium:my_certificates", args=[edition.slug])
    answer = client.post(address, {"name": "Mara M. Member, LCSW", "rules": [rule.pk]}, follow=True)
    page = answer.content.decode()
    assert "Your evaluation is missing." in page
    assert "You left 22 minutes early; the limit is 15." in page
    say(session, cast.member)
    page = client.get(address).content.decode()
    assert "Your evaluation is missing." not in page
    assert "1 hour" in page
    set_learner(edition=edition, by=cast.colleague, name="Cole", rules=[rule])
    client.force_login(cast.colleague)
    assert "Mara M. Member" not in client.get(address).content.decode()
    assert now() > session.meeting.ends_at
