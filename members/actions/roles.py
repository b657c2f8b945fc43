"""Giving and ending roles. The house always keeps one admin."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from access import Refusal
from audit.trail import append
from members.models import Member, Organisation, RoleGrant
from spaces.inbox import access_changed

Role = RoleGrant.Role


@transaction.atomic
def grant_role(
    *, member: Member, role: str, by: Member | None, organisation: Organisation | None = None, reason: str = ""
) -> RoleGrant:
    """Give somebody a role from now on."""
    if role == Role.CONTACT:
        _require_colleague(member, organisation)
    elif organisation:
        raise Refusal("Only a contact's role belongs to an organisation. Leave the organisation empty.")
    try:
        with transaction.atomic():
            grant = RoleGrant.objects.create(member=member, role=role, organisation=organisation, granted_by=by)
    except IntegrityError:
        raise Refusal(f"{member} has this role already: {Role(role).label}. There is nothing to do.") from None
    forget_roles(member)
    facts = {"role": role, "organisation": getattr(organisation, "pk", None), "reason": reason}
    append("role.granted", subject=member, by=by, facts=facts)
    access_changed([member], by=by)
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, by: Member | None, reason: str) -> None:
    """Take a role back. Pages that only the role opened close within seconds."""
    if grant.role == Role.ADMIN:
        keep_an_admin(grant.member)
    ended = RoleGrant.objects.current().filter(pk=grant.pk)
    if not ended.update(ended_at=timezone.now(), ended_by=by, ended_reason=reason):
        raise Refusal("This role has ended already. Load the page again to see who did it.")
    forget_roles(grant.member)
    facts = {"role": grant.role, "organisation": grant.organisation_id, "reason": reason}
    append("role.ended", subject=grant.member, by=by, facts=facts)
    access_changed([grant.member], by=by)


def forget_roles(member: Member) -> None:
    """What this object remembers of its roles is old now."""
    vars(member).pop("_roles", None)


def keep_an_admin(leaving: Member) -> None:
    """Refuse to lose the last admin. All admin grants are locked first, so two who leave at once take turns."""
    admins = RoleGrant.objects.current().filter(role=Role.ADMIN)
    list(admins.select_for_update().order_by("pk"))
    active = set(admins.filter(member__deactivated_at=None).values_list("member", flat=True))
    if active == {leaving.pk}:
        raise Refusal("This is the only NCB admin. Give the role to somebody else first.")


def _require_colleague(member: Member, organisation: Organisation | None) -> None:
    if organisation is None:
        raise Refusal("A contact speaks for one organisation. Choose which.")
    if not organisation.affiliations.current().filter(member=member).exists():
        raise Refusal(f"{member} does not work at {organisation}. Link them to it first, then make them its contact.")
