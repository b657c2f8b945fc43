"""Who registered, as staff list them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from meetings.models import Attendance
from symposium.models import Details, Edition, Registration, RegistrationDesk

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


def needs_of(desk: RegistrationDesk) -> list[tuple[Registration, Details]]:
    """What who comes needs, by name."""
    said = Details.objects.filter(registration__of=desk, registration__state="confirmed")
    said = said.exclude(accommodation="", language="", ce_profession="")
    return [
        (one.registration, one)
        for one in said.select_related("registration__member").order_by("registration__member__name")
    ]


def rows_of_needs(desk: RegistrationDesk) -> Iterator[list[Any]]:
    """The same as a table."""
    yield ["Name", "Address", "Accommodation", "Language", "Profession", "Licence"]
    for one, it in needs_of(desk):
        yield [one.member.name, one.member.email, it.accommodation, it.language, it.ce_profession, it.ce_licence]


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
            "ce_profession": one.details.ce_profession if hasattr(one, "details") else "",
            "ce_licence": one.details.ce_licence if hasattr(one, "details") else "",
        }
        for one in mine
    ]
