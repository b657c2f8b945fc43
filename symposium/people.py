"""Who earned what at an edition, and why not: for those who run it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from meetings.sheets import Rows
from members.models import Member
from symposium.credit import Credit
from symposium.models import Attempt, Certificate, CreditRule, Edition, Evaluated, Learner
from symposium.standing import Standing, Visit, hours_of, standings


@dataclass
class Person:
    """Somebody who was there: their time, their credit by each rule that they chose, and their certificates."""

    member: Member
    standing: Standing
    credits: list[tuple[CreditRule, list[tuple[Visit, Credit]]]]
    certificates: list[Certificate]

    @property
    def hours(self) -> list[tuple[CreditRule, str]]:
        return [(rule, f"{hours_of(given).normalize():f}") for rule, given in self.credits]


def who_earned(edition: Edition, members: Iterable[Member] | None = None) -> list[Person]:
    """Everybody who was there, or who of these was, by name. A fixed number of queries."""
    rules = {one.pk: one for one in edition.credit_rules.prefetch_related("formats")}
    chosen: dict = {}
    for member, rule in Learner.rules.through.objects.filter(learner__edition=edition).values_list(
        "learner__member", "creditrule"
    ):
        chosen.setdefault(member, []).append(rules[rule])
    out: dict = {}
    for certificate in edition.certificates.all():
        out.setdefault(certificate.member_id, []).append(certificate)
    found = [
        Person(one.member, one, [(rule, one.credits(rule)) for rule in chosen.get(pk, [])], out.get(pk, []))
        for pk, one in standings(edition, members).items()
    ]
    return sorted(found, key=lambda one: one.member.name)


def rows_of(edition: Edition) -> Rows:
    """For a spreadsheet: a row for each session that somebody was at, by each rule that they chose."""
    yield ["Name", "Session", "Minutes", "Profession", "Outcome", "Hours", "Why"]
    for person in who_earned(edition):
        for visit in person.standing.visits if not person.credits else []:
            yield [person.member.name, str(visit.session), visit.minutes, "", "", 0, ""]
        for rule, given in person.credits:
            for visit, credit in given:
                why = " ".join(credit.reasons)
                facts: list[str | int | float] = [
                    visit.minutes,
                    rule.profession,
                    credit.outcome.value,
                    float(credit.counted),
                    why,
                ]
                yield [person.member.name, str(visit.session), *facts]


def kept_of(member: Member) -> dict[str, Any]:
    """What is kept of a member about certificates, for them to take away; what they said in evaluations is nobody's."""
    learners = Learner.objects.filter(member=member).select_related("edition").prefetch_related("rules")
    evaluated = Evaluated.objects.filter(member=member).select_related("edition", "session")
    return {
        "names": [
            {
                "edition": str(one.edition),
                "name": one.name,
                "credit_for": [str(rule) for rule in one.rules.all()],
                "licence": one.licence,
            }
            for one in learners
        ],
        "evaluated": [{"what": str(one.session or one.edition), "at": one.at} for one in evaluated],
        "post_tests": [
            {"session": str(one.test.session), "right": one.right, "of": one.of, "at": one.at}
            for one in Attempt.objects.filter(member=member).select_related("test__session")
        ],
        "certificates": [
            {"number": one.serial, "kind": one.kind, "name": one.name, "hours": one.hours, "issued": one.issued_at}
            for one in Certificate.objects.visible_to(member)
        ],
    }
