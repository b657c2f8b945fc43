from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from hypothesis import given, settings
from hypothesis import strategies as st

from members.eligibility import (
    _of_organisation,
    eligibilities,
    eligibility,
    eligible_members,
    organisation_standing,
    standing,
    standings,
)
from members.models import (
    TIME_ZONES,
    Affiliation,
    Basis,
    EligibilityRule,
    Member,
    Organisation,
    RoleGrant,
)
from tests.people import make_member, make_organisation

CHICAGO = ZoneInfo("America/Chicago")
LAST = date(2026, 9, 29)


def award(organisation, first, last, number="90ZT9001", **facts):
    return Basis.objects.create(
        organisation=organisation,
        kind="orr_award",
        number=number,
        award_type="DS",
        starts_on=first,
        ends_on=last,
        **facts,
    )


@pytest.fixture
def worker(db):
    """Somebody whose organisation, in Chicago, holds one award to the end of 29 September 2026."""
    home = make_organisation("Harbor Light Healing Center", ends_in=None)
    award(home, date(2022, 9, 30), LAST)
    return make_member("Mara Member", home)


def at(*instant, zone=CHICAGO):
    return datetime(*instant, tzinfo=zone)


# Boundaries, to the second, in the organisation's zone


@pytest.mark.parametrize(
    ("instant", "state"),
    [
        (at(2022, 9, 29, 23, 59, 59), "closed"),
        (at(2022, 10, 1), "open"),
        (at(2026, 9, 29, 23, 59, 59), "open"),
        (at(2026, 9, 30), "grace"),
        (at(2026, 10, 29, 23, 59, 59), "grace"),
        (at(2026, 10, 30), "closed"),
        (at(2026, 9, 30, 0, 30, zone=ZoneInfo("America/New_York")), "open"),
        (datetime(2026, 9, 30, 4, 59, 59, tzinfo=UTC), "open"),
        (datetime(2026, 9, 30, 5, 0, 0, tzinfo=UTC), "grace"),
    ],
)
def test_it_turns_at_midnight_of_the_organisation(worker, instant, state):
    assert eligibility(worker, "groups", instant).state == state


def test_it_says_the_instant_at_which_it_turns(worker):
    answer = eligibility(worker, "groups", at(2026, 6, 1))
    assert (answer.until, answer.changes_at) == (LAST, datetime(2026, 9, 30, 5, tzinfo=UTC))
    just_before = eligibility(worker, "groups", answer.changes_at - timedelta(microseconds=1))
    assert (just_before.state, eligibility(worker, "groups", answer.changes_at).state) == ("open", "grace")


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@st.composite
def spans(draw):
    first = draw(DAYS)
    return first, first + timedelta(days=draw(st.integers(0, 400)))


@settings(max_examples=300, deadline=None)
@given(
    bases=st.lists(st.tuples(spans(), st.sampled_from(["orr_award", "ncttp"])), max_size=4),
    rules=st.lists(st.tuples(spans(), st.booleans(), st.sampled_from(["orr_award", "ncttp"])), max_size=3),
    zone=st.sampled_from([zone for zone, _ in TIME_ZONES]),
    instant=st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC)),
)
def test_any_day_agrees_with_counting_the_days(bases, rules, zone, instant):
    """The rule itself, day by day: open if a basis and its rule cover the day, grace up to 30 days after one did."""
    organisation = Organisation(name="Any", time_zone=zone)
    rows = [Basis(kind=kind, starts_on=first, ends_on=last, number="90ZT9001") for (first, last), kind in bases]
    allowed = [
        EligibilityRule(service="groups", basis=kind, valid_from=first, valid_to=None if endless else last)
        for (first, last), endless, kind in rules
    ]

    def covered(day):
        return any(
            row.starts_on <= day <= row.ends_on
            and rule.basis == row.kind
            and rule.valid_from <= day <= (rule.valid_to or date.max)
            for row in rows
            for rule in allowed
        )

    today = instant.astimezone(ZoneInfo(zone)).date()
    if covered(today):
        expected = "open"
    elif any(covered(today - timedelta(days=days)) for days in range(1, 31)):
        expected = "grace"
    else:
        expected = "closed"
    answer = _of_organisation(organisation, rows, allowed, "groups", instant)
    assert answer.state == expected
    if expected == "open":
        assert covered(answer.until)
        assert not covered(answer.until + timedelta(days=1))
        assert _of_organisation(organisation, rows, allowed, "groups", answer.changes_at).state == "grace"
    elif expected == "grace" and not any(covered(today + timedelta(days=days)) for days in range(1, 31)):
        assert _of_organisation(organisation, rows, allowed, "groups", answer.changes_at).state == "closed"


# Bases and rules


def test_a_renewal_that_follows_leaves_no_gap(worker):
    award(worker.affiliations.get().organisation, date(2026, 9, 30), date(2027, 9, 29), number="90ZT9002")
    answer = eligibility(worker, "groups", at(2026, 9, 1))
    assert (answer.state, answer.until, answer.basis.number) == ("open", date(2027, 9, 29), "90ZT9001")


def test_a_renewal_after_a_gap_is_named(worker):
    award(worker.affiliations.get().organisation, date(2027, 1, 1), date(2027, 9, 29))
    answer = eligibility(worker, "groups", at(2026, 12, 1))
    assert (answer.state, answer.why) == (
        "closed",
        "Harbor Light Healing Center's ORR award 90ZT9001 opened this until "
        "September 29, 2026. It opens again on January 1, 2027.",
    )


def test_a_renewal_opens_everything_again(worker):
    assert eligibility(worker, "groups", at(2026, 12, 1)).state == "closed"
    award(worker.affiliations.get().organisation, date(2026, 11, 15), date(2027, 9, 29))
    answers = standings([worker], at(2026, 12, 1))[worker.pk]
    assert [answer.state for answer in answers.values()] == ["open"] * 8


def test_staff_can_narrow_a_service_by_date(worker):
    home = worker.affiliations.get().organisation
    Basis.objects.all().delete()
    Basis.objects.create(
        organisation=home,
        kind="ncttp",
        level="Full member",
        starts_on=date(2020, 1, 1),
        ends_on=date(2030, 1, 1),
    )
    EligibilityRule.objects.filter(service="meetings", basis="ncttp").update(valid_to=date(2026, 5, 31))
    assert eligibility(worker, "meetings", at(2026, 5, 31, 23, 59, 59)).state == "open"
    assert eligibility(worker, "meetings", at(2026, 6, 1)).state == "grace"
    assert eligibility(worker, "meetings", at(2026, 7, 15)).state == "closed"
    assert eligibility(worker, "groups", at(2026, 7, 15)).state == "open"


def test_an_award_ended_by_staff_closes_at_once_and_without_grace(worker):
    instant = at(2026, 3, 3, 10, 0, 0)
    Basis.objects.update(ended_at=instant, ended_reason="Terminated for convenience.")
    assert eligibility(worker, "groups", instant - timedelta(seconds=1)).state == "open"
    answer = eligibility(worker, "groups", instant)
    assert (answer.state, answer.why) == (
        "closed",
        "Harbor Light Healing Center's ORR award 90ZT9001 was ended early by NCB staff. "
        "Ask your organisation's contact to renew it with NCB staff.",
    )


def test_what_applied_then_is_still_answered_later(worker):
    then = at(2026, 3, 1)
    on_record = eligibility(worker, "groups", then).on_record()
    Basis.objects.update(ended_at=at(2026, 3, 3), ended_reason="Terminated.")
    assert eligibility(worker, "groups", then).state == "open"
    Basis.objects.update(number="90ZT9009")
    assert on_record == {
        "basis": str(Basis.objects.get().pk),
        "organisation": "Harbor Light Healing Center",
        "kind": "orr_award",
        "number": "90ZT9001",
        "level": "",
        "starts_on": "2022-09-30",
        "ends_on": "2026-09-29",
    }


# People


def test_an_affiliation_counts_on_its_own_days(worker):
    Affiliation.objects.update(starts_on=date(2026, 1, 10), ends_on=date(2026, 2, 10))
    assert eligibility(worker, "groups", at(2026, 1, 9, 23, 59, 59)).state == "closed"
    assert eligibility(worker, "groups", at(2026, 1, 10)).state == "open"
    last_day = eligibility(worker, "groups", at(2026, 2, 10, 23, 59, 59))
    assert (last_day.state, last_day.until) == ("open", date(2026, 2, 10))
    assert eligibility(worker, "groups", at(2026, 2, 11)).state == "closed"


def test_an_affiliation_ended_by_hand_closes_that_second(worker):
    instant = at(2026, 2, 10, 15)
    Affiliation.objects.update(ends_on=date(2026, 2, 10), ended_at=instant)
    assert eligibility(worker, "groups", instant - timedelta(seconds=1)).state == "open"
    assert eligibility(worker, "groups", instant).state == "closed"


def test_the_better_of_two_organisations_counts(worker):
    away = make_organisation("Prairie Bridge Survivor Services", ends_in=None)
    award(away, date(2020, 1, 1), date(2029, 1, 1))
    Affiliation.objects.create(member=worker, organisation=away, starts_on=date(2026, 1, 1))
    answer = eligibility(worker, "groups", at(2026, 12, 1))
    assert (answer.state, answer.organisation) == ("open", away)


@pytest.mark.parametrize("role", ["staff", "admin", "privacy_officer", "orr_specialist"])
def test_some_roles_open_every_service(db, role):
    assert eligibility(make_member("Stan Staff", None, role), "groups").state == "open"


@pytest.mark.parametrize("role", ["expert", "facilitator"])
def test_other_roles_open_nothing(db, role):
    assert eligibility(make_member("Ezra Expert", None, role), "groups").state == "closed"


def test_a_role_that_ended_opens_nothing(db):
    staff = make_member("Stan Staff", None, "staff")
    RoleGrant.objects.update(ended_at=now())
    assert eligibility(staff, "groups").state == "closed"


def test_a_deactivated_account_opens_nothing(worker):
    Member.objects.update(deactivated_at=at(2026, 1, 1))
    assert eligibility(Member.objects.get(), "groups", at(2026, 2, 1)).state == "closed"


def test_nobody_without_an_organisation(db):
    answer = eligibility(make_member("Olive Outsider"), "groups")
    assert (answer.state, answer.why) == (
        "closed",
        "Your account is not linked to an organisation. Write to NCB staff to have it linked.",
    )


# Lists


def test_many_members_cost_as_many_queries_as_one(worker, django_assert_num_queries):
    home = worker.affiliations.get().organisation
    with django_assert_num_queries(2):
        eligibilities([worker], "groups")
    others = [make_member(f"Member {number}", home) for number in range(12)]
    with django_assert_num_queries(2):
        answers = eligibilities([worker, *others], "groups", at(2026, 6, 1))
    assert {answer.state for answer in answers.values()} == {"open"}
    assert len(answers) == 13


def test_the_list_agrees_with_the_single_answer(cast):
    for instant in [now(), now() + timedelta(days=380), now() + timedelta(days=700)]:
        listed = set(eligible_members("groups", instant).values_list("name", flat=True))
        asked = {one.name for one in Member.objects.all() if eligibility(one, "groups", instant).may_read}
        assert listed == asked


def test_the_banner_is_asked_for_in_two_queries(worker, django_assert_num_queries):
    with django_assert_num_queries(2):
        standing(worker)


def test_a_page_looks_up_once_what_every_answer_rests_on(worker, django_assert_num_queries):
    worker.ask_once()
    with django_assert_num_queries(2):
        assert standing(worker).state == eligibility(worker, "groups").state == eligibility(worker, "library").state


def test_what_writes_asks_anew(worker):
    instant = at(2026, 6, 1)
    assert eligibility(worker, "groups", instant).state == "open"
    Basis.objects.update(ended_at=at(2026, 5, 1), ended_reason="The award was taken back.")
    assert eligibility(worker, "groups", instant).state == "closed"


def test_the_banner_says_what_is_closing_and_what_to_do(worker):
    with time_machine.travel(at(2026, 9, 1), tick=False):
        now_closing = standing(worker)
        assert (now_closing.state, len(now_closing.ending), now_closing.until) == ("open", 8, LAST)
        assert now_closing.said == [
            "Open to you through Harbor Light Healing Center's ORR award 90ZT9001, until September 29, 2026. "
            "Ask your organisation's contact to renew it with NCB staff."
        ]
    with time_machine.travel(at(2026, 10, 1), tick=False):
        assert (standing(worker).state, standing(worker).until) == ("grace", date(2026, 10, 29))
    with time_machine.travel(at(2026, 5, 1), tick=False):
        assert (standing(worker).state, standing(worker).ending) == ("open", [])
    with time_machine.travel(at(2026, 12, 1), tick=False):
        assert (standing(worker).state, len(standing(worker).closed)) == ("closed", 8)


def test_an_organisation_stands_as_its_longest_service(worker):
    home = worker.affiliations.get().organisation
    EligibilityRule.objects.exclude(service="library").update(valid_to=date(2026, 1, 1))
    answer = organisation_standing(home, at(2026, 6, 1))
    assert (answer.state, answer.until) == ("open", LAST)


# Constraints


def test_a_basis_ended_early_has_a_reason(worker):
    with pytest.raises(IntegrityError), transaction.atomic():
        Basis.objects.update(ended_at=now())


def test_out_of_the_box_both_bases_open_every_service(db):
    assert set(EligibilityRule.objects.values_list("service", "basis", "valid_to")) == {
        (service, basis, None) for service in EligibilityRule.Service.values for basis in Basis.Kind.values
    }
