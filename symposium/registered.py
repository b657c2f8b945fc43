"""Who registered, as staff list them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from meetings.models import Attendance
from members.models import Member
from symposium.models import Edition, Learner, Registration, RegistrationDesk

COLUMNS = ["Name", "Address", "Organisation", "Category", "State", "Waitlist", "Registered", "Basis", "Came"]


def who_came(edition: Edition) -> set[UUID]:
    """Who is checked in: coming in to any of its sessions is enough."""
    there = Attendance.objects.filter(meeting__series__space=edition.space_id).exclude(member=None)
    return set(there.values_list("member", flat=True))


def rows_of(desk: RegistrationDesk) -> Iterator[list[Any]]:
    """A table of everyone who ever registered, in the order of asking."""
    came = who_came(desk.edition)
    yield COLUMNS
    for one in desk.places.select_related("member", "category", "organisation").order_by("asked_at", "pk"):
        yield [
            one.member.name,
            one.member.email,
            str(one.organisation or ""),
            one.category.name,
            one.get_state_display(),
            one.position or "",
            f"{one.asked_at:%Y-%m-%d %H:%M}",
            (one.basis or {}).get("number") or (one.basis or {}).get("level") or "",
            "yes" if one.member_id in came else "",
        ]


@dataclass(frozen=True)
class Need:
    """What somebody who comes needs to take part, and the credit that they want."""

    member: Member
    accommodation: str
    language: str
    credit_for: str
    licence: str


def needs_of(desk: RegistrationDesk) -> list[Need]:
    """Of those who come and have said something, by name. In three queries."""
    learners = Learner.objects.filter(edition=desk.edition).exclude(rules=None).prefetch_related("rules")
    wants = {one.member_id: one for one in learners.distinct()}
    found = []
    for one in desk.places.confirmed().select_related("member", "details").order_by("member__name", "pk"):
        details, learner = getattr(one, "details", None), wants.get(one.member_id)
        need = Need(
            one.member,
            details.accommodation if details else "",
            details.language if details else "",
            ", ".join(map(str, learner.rules.all())) if learner else "",
            learner.licence if learner else "",
        )
        if need.accommodation or need.language or need.credit_for:
            found.append(need)
    return found


def rows_of_needs(desk: RegistrationDesk) -> Iterator[list[Any]]:
    """The same as a table."""
    yield ["Name", "Address", "Accommodation", "Language", "Profession", "Licence"]
    for one in needs_of(desk):
        yield [one.member.name, one.member.email, one.accommodation, one.language, one.credit_for, one.licence]


def kept_of(member: Any) -> list[dict[str, Any]]:
    """What is kept about a member, for them to take away."""
    mine = Registration.objects.filter(member=member).select_related("of__edition", "category", "details")
    return [
        {
            "symposium": one.of.edition.title,
            "category": one.category.name,
            "state": one.state,
            "registered_at": one.asked_at.isoformat(),
            "basis": one.basis,
            "accommodation": one.details.accommodation if hasattr(one, "details") else "",
            "language": one.details.language if hasattr(one, "details") else "",
        }
        for one in mine
    ]
