"""Who may do what to people, organisations, roles, and what eligibility rests on."""

import rules

from members.eligibility import CLOSED, organisation_standing, standing
from members.models import Application, Invitation, Member, Organisation, RoleGrant
from members.roles import (
    BY_STAFF,
    has_role,
    is_contact_of,
    is_staff,
    may_give,
    reads_the_trail,
    runs_the_house,
    sees_rosters,
)

Role = RoleGrant.Role

# People: see Member.objects.visible_to for whom one sees.


@rules.predicate
def is_eligible_for_something(member) -> bool:
    return standing(member).state != CLOSED


@rules.predicate
def is_oneself(member, person) -> bool:
    return person is not None and member.pk == person.pk


@rules.predicate
def sees(member, person) -> bool:
    return Member.objects.visible_to(member).filter(pk=person.pk).exists()


rules.add_perm("directory.read", is_staff | is_eligible_for_something)
rules.add_perm("person.see", sees)
rules.add_perm("person.see_whole", is_oneself | is_staff)
rules.add_perm("profile.edit", is_oneself)
rules.add_perm("account.deactivate", is_oneself | is_staff)

# Organisations and the ways in.


@rules.predicate
def works_at(member: Member, organisation: Organisation) -> bool:
    return Organisation.objects.visible_to(member).filter(pk=organisation.pk).exists()


@rules.predicate
def is_open(member: Member, organisation: Organisation | None) -> bool:
    """A contact brings nobody into an organisation that is closed; they see their page, to mend it."""
    return organisation is not None and organisation_standing(organisation).state != CLOSED


@rules.predicate
def decides_on(member: Member, application: Application) -> bool:
    """First the organisation's contact or NCB staff; on an appeal NCB staff, but not who decided before."""
    if application.under_appeal:
        return is_staff(member) and application.decided_by_id != member.pk
    contact = is_contact_of(member, application.organisation) and is_open(member, application.organisation)
    return not application.decided_at and (is_staff(member) or contact)


@rules.predicate
def may_resend(member: Member, invitation: Invitation) -> bool:
    """Whoever may give all its roles: a contact resends what gives none."""
    staff = is_staff(member) and all(may_give(member, role) for role in invitation.roles)
    organisation = invitation.organisation
    return staff or (not invitation.roles and is_contact_of(member, organisation) and is_open(member, organisation))


@rules.predicate
def may_revoke(member: Member, invitation: Invitation) -> bool:
    return is_staff(member) or (not invitation.roles and is_contact_of(member, invitation.organisation))


@rules.predicate
def outranks(member: Member, other: Member) -> bool:
    """Who runs the house is managed by admins only, and nobody manages themselves."""
    ordinary = not other.role_grants.current().exclude(role__in=BY_STAFF).exists()
    return member.pk != other.pk and (has_role(member, Role.ADMIN) or (is_staff(member) and ordinary))


rules.add_perm("staff.enter", runs_the_house)
rules.add_perm("organisations.browse", sees_rosters)
rules.add_perm("organisation.read", works_at)
rules.add_perm("organisation.manage", is_staff | is_contact_of)
rules.add_perm("organisation.edit", is_staff)
rules.add_perm("invitation.send", is_staff | (is_contact_of & is_open))
rules.add_perm("application.decide", decides_on)
rules.add_perm("invitation.resend", may_resend)
rules.add_perm("invitation.revoke", may_revoke)
rules.add_perm("members.manage", is_staff)
rules.add_perm("member.deactivate", outranks)
rules.add_perm("role.give", may_give)
rules.add_perm("rules.edit", is_staff)
rules.add_perm("data.import", is_staff)
rules.add_perm("data.export", is_staff)
rules.add_perm("audit.read", reads_the_trail)
