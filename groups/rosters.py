"""Who is in a group: name, disciplines, organisation, role."""

from django.db.models import QuerySet

from members.eligibility import eligibilities
from spaces.models import Membership


def roster(memberships: QuerySet[Membership]) -> list[Membership]:
    """Memberships, facilitators first, each with its `organisation` now; in five queries for any number."""
    people = list(
        memberships.select_related("member", "space__group")
        .prefetch_related("member__disciplines")
        .order_by("role", "member__name")
    )
    answers = eligibilities([one.member for one in people], "groups")
    for one in people:
        one.organisation = answers[one.member_id].organisation
    return people
