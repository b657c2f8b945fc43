"""Who holds which role now."""

import rules
from django.db.models import QuerySet

from members.models import Member, Organisation, RoleGrant

Role = RoleGrant.Role


def has_role(member: Member, *roles: str) -> bool:
    """Whether the member holds one of these roles now."""
    return member.has_role(*roles)


is_staff = rules.predicate(lambda member: has_role(member, Role.STAFF, Role.ADMIN), name="is_staff")
is_admin = rules.predicate(lambda member: has_role(member, Role.ADMIN), name="is_admin")
runs_the_house = rules.predicate(
    lambda member: has_role(member, Role.STAFF, Role.ADMIN, Role.ORR_SPECIALIST, Role.PRIVACY_OFFICER),
    name="runs_the_house",
)
sees_rosters = rules.predicate(
    lambda member: has_role(member, Role.STAFF, Role.ADMIN, Role.ORR_SPECIALIST), name="sees_rosters"
)
reads_the_trail = rules.predicate(
    lambda member: has_role(member, Role.ADMIN, Role.PRIVACY_OFFICER), name="reads_the_trail"
)


def staff() -> QuerySet[Member]:
    """NCB staff, to be written to."""
    grants = RoleGrant.objects.current().filter(role__in=[Role.STAFF, Role.ADMIN])
    return Member.objects.filter(role_grants__in=grants, deactivated_at=None).distinct()


BY_STAFF = {Role.CONTACT, Role.FACILITATOR, Role.EXPERT}


@rules.predicate
def is_contact_of(member: Member, organisation: Organisation | None) -> bool:
    return organisation is not None and organisation.pk in set(member.contact_of())


@rules.predicate
def may_give(member: Member, role: str) -> bool:
    """NCB staff give the roles of members; only an admin gives those that run the house."""
    return has_role(member, Role.ADMIN) or (has_role(member, Role.STAFF) and role in BY_STAFF)
