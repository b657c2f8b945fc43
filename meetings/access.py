"""Who may do what with meetings."""

from typing import Any

import rules

from access import may
from meetings.models import MeetingSeries
from members.eligibility import eligibility
from members.models import RoleGrant
from members.roles import has_role
from spaces.kinds import space_kind

Role = RoleGrant.Role
CONVENERS = (Role.STAFF, Role.ADMIN, Role.ORR_SPECIALIST)


@rules.predicate
def convenes(member: Any, series: MeetingSeries | None) -> bool:
    """Whoever convenes for the network: NCB staff and the ORR program specialist; in a space, who moderates it."""
    if series is not None and series.space_id:
        return may(member, "space.moderate", series.space)
    return has_role(member, *CONVENERS)


def why_not_come(member: Any, series: MeetingSeries) -> str:
    """Why somebody who sees a meeting cannot say that they come; empty where they can."""
    if series.space:
        return (
            ""
            if may(member, "space.write", series.space)
            else space_kind(series.space.kind).why_not(member, series.space)
        )
    answer = eligibility(member, "meetings")
    return "" if answer.may_write else answer.why


rules.add_perm("series.plan", convenes)
rules.add_perm("series.change", convenes)
