"""Groups as somebody who looks for one sees them."""

from typing import Any

from groups.models import FACILITATOR, GroupQuerySet, JoinRequest
from members.models import Member
from spaces.models import Membership


def listed(groups: GroupQuerySet, member: Any, wanted: dict[str, Any]) -> list[Any]:
    """The groups of a year and topic where they are asked for, mine first within each year."""
    if wanted.get("year"):
        groups = groups.filter(fiscal_year=wanted["year"])
    if wanted.get("topic"):
        groups = groups.filter(topic__icontains=wanted["topic"])
    seen = as_seen_by(member, list(groups.with_people()))
    return sorted(seen, key=lambda group: (-group.fiscal_year, not group.mine, group.topic))


def as_seen_by(member: Any, groups: list[Any]) -> list[Any]:
    """What this member sees of each group, in a fixed number of queries.

    `mine`: my membership, `leading` as a facilitator; `request`: my last one; `removed`: the membership that was taken
    from me; `free` seats; `lead`: those facilitators whose names I may see, and `leads`: how many they are.
    """
    last = {
        one.group_id: one for one in JoinRequest.objects.filter(group__in=groups, member=member).order_by("asked_at")
    }
    gone = {
        one.space_id: one
        for one in Membership.objects.filter(
            space__group__in=groups, member=member, left_at__isnull=False, removed_by__isnull=False
        ).order_by("left_at")
    }
    facilitators = [one.member for group in groups for one in _facilitators(group)]
    visible = Member.objects.visible_to(member).filter(pk__in=[one.pk for one in facilitators])
    known = set(visible.values_list("pk", flat=True))
    for group in groups:
        group.mine = next((one for one in group.space.people if one.member_id == member.pk), None)
        group.leading = group.mine is not None and group.mine.role == FACILITATOR
        group.request, group.removed = last.get(group.pk), gone.get(group.space_id)
        group.free = max(0, group.seats - group.taken)
        group.lead = [one.member for one in _facilitators(group) if one.member_id in known or group.mine]
        group.leads = len(_facilitators(group))
    return groups


def _facilitators(group: Any) -> list[Membership]:
    return [one for one in group.space.people if one.role == FACILITATOR]
