"""Who is in a group, and who wants to be: name, disciplines, organisation, role."""

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now

from groups.models import JoinRequest
from members.eligibility import eligibilities
from spaces.models import Membership


def roster(memberships: QuerySet[Membership]) -> list[Any]:
    """Memberships, facilitators first, in five queries for any number.

    Each with its `organisation` now, and whether it `is_muted`.
    """
    people: list[Any] = list(
        memberships.select_related("member", "space__group")
        .prefetch_related("member__disciplines")
        .order_by("role", "member__name")
    )
    answers = eligibilities([one.member for one in people], "groups")
    for one in people:
        one.organisation = answers[one.member_id].organisation
        one.is_muted = bool(one.muted_until and one.muted_until > now())
    return people


def requests_with_people(requests: QuerySet[JoinRequest]) -> list[Any]:
    """Join requests in order, each with the `organisation` of who asked; in five queries for any number."""
    found: list[Any] = list(
        requests.select_related("member").prefetch_related("member__disciplines").order_by("asked_at", "pk")
    )
    answers = eligibilities([one.member for one in found], "groups")
    for one in found:
        one.organisation = answers[one.member_id].organisation
    return found
