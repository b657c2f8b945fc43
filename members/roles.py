"""Who holds which role now."""

import rules

from members.models import Member, RoleGrant

Role = RoleGrant.Role


def has_role(member: Member, *roles: str) -> bool:
    """Whether the member holds one of these roles now. Asked once a request: the answer is kept on the object."""
    if not hasattr(member, "_roles"):
        member._roles = set(member.role_grants.filter(ended_at=None).values_list("role", flat=True))
    return not member._roles.isdisjoint(roles)


is_staff = rules.predicate(lambda member: has_role(member, Role.STAFF, Role.ADMIN), name="is_staff")
is_admin = rules.predicate(lambda member: has_role(member, Role.ADMIN), name="is_admin")
