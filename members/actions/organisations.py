"""Organisations, the bases they rest on, the rules, and who works where. Every change is in the trail."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from access import Refusal
from audit.trail import append
from members.actions.lapse import people_of
from members.actions.roles import forget_roles
from members.eligibility import eligibility
from members.models import Affiliation, Basis, Domain, EligibilityRule, Member, Organisation, RoleGrant
from spaces.inbox import access_changed
from worker.letters import send

ORGANISATION_FIELDS = ["name", "state", "time_zone", "website"]
RULE_FIELDS = ["service", "basis", "valid_from", "valid_to"]
BASIS_FIELDS = [
    "kind", "number", "award_type", "level", "starts_on", "ends_on", "evidence", "override_reason",
]  # fmt: skip


@transaction.atomic
def save_organisation(*, organisation: Organisation, domains: Iterable[str], by: Member, seen: str = "") -> bool:
    """Add an organisation, or change it: its fields as they are on the object, and its mail domains.

    `seen` is the fingerprint of what the editor was shown; whoever saves second is told.
    """
    _require_unchanged(organisation, ORGANISATION_FIELDS, seen)
    changed = write_organisation(organisation=organisation, domains=domains, by=by)
    if changed:
        access_changed(people_of(organisation), by=by)
    return changed


@transaction.atomic
def save_basis(*, basis: Basis, by: Member, reason: str = "", seen: str = "") -> bool:
    """Add an award or a membership, or correct it. Whatever it opens is open within seconds."""
    _require_unchanged(basis, BASIS_FIELDS, seen)
    changed = write_basis(basis=basis, by=by, reason=reason)
    if changed:
        access_changed(people_of(basis.organisation), by=by)
    return changed


def write_organisation(*, organisation: Organisation, domains: Iterable[str], by: Member) -> bool:
    """Save it and write it down, where anything differs. Pages are told by the caller."""
    changes, added = _changes(organisation, ORGANISATION_FIELDS), organisation._state.adding
    try:
        with transaction.atomic():
            organisation.save(update_fields=None if added else ORGANISATION_FIELDS)
            changes |= _set_domains(organisation, set(domains))
    except IntegrityError:
        raise Refusal("Another organisation has this name or one of these domains. Look it up and change it.") from None
    if changes:
        append("organisation.added" if added else "organisation.changed", subject=organisation, by=by, facts=changes)
    return bool(changes)


def write_basis(*, basis: Basis, by: Member, reason: str = "") -> bool:
    """Save it and write it down, where anything differs. Pages are told by the caller."""
    changes, added = _changes(basis, BASIS_FIELDS), basis._state.adding
    if not changes:
        return False
    if Basis.objects.filter(pk=basis.pk).exclude(ended_at=None).exists():
        raise Refusal("This one was ended. Add a new award or membership instead, so that the history stays true.")
    try:
        with transaction.atomic():
            basis.save(update_fields=None if added else BASIS_FIELDS)
    except IntegrityError:
        raise Refusal(
            "This award or membership is on record already, with the same first day. Change that one."
        ) from None
    facts = {"organisation": basis.organisation_id, "reason": reason, **changes}
    append("basis.added" if added else "basis.changed", subject=basis, by=by, facts=facts)
    return True


@transaction.atomic
def end_basis(*, basis: Basis, by: Member, reason: str) -> None:
    """End an award or a membership early: at once and without grace. Open pages close within seconds."""
    running = Basis.objects.filter(pk=basis.pk, ended_at=None)
    if not running.update(ended_at=timezone.now(), ended_by=by, ended_reason=reason):
        raise Refusal("This one was ended already. Load the page again to see who did it.")
    basis.refresh_from_db()
    facts = {"organisation": basis.organisation_id, "reason": reason, "would_have_ended_on": basis.ends_on}
    append("basis.ended", subject=basis, by=by, facts=facts)
    organisation = basis.organisation
    contacts = set(organisation.role_grants.current().values_list("member", flat=True))
    for member in colleagues(organisation):
        context = {
            "member": member,
            "organisation": organisation,
            "basis": basis,
            "is_contact": member.pk in contacts,
        }
        send(member.email, "basis_ended", context)
    access_changed(people_of(organisation), by=by)


@transaction.atomic
def save_rule(*, rule: EligibilityRule, by: Member, reason: str, seen: str = "") -> EligibilityRule:
    """Say from when and until when a kind of basis opens a service. Everybody's pages are checked anew."""
    _require_unchanged(rule, RULE_FIELDS, seen)
    changes, added = _changes(rule, RULE_FIELDS), rule._state.adding
    if not changes:
        return rule
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise Refusal("There is a rule for this service and basis from that day already. Change that one.") from None
    append("rule.added" if added else "rule.changed", subject=rule, by=by, facts={"reason": reason, **changes})
    access_changed(Member.objects.filter(deactivated_at=None), by=by)
    return rule


@transaction.atomic
def start_affiliation(
    *, member: Member, organisation: Organisation, title: str, starts_on: date, by: Member
) -> Affiliation:
    """Link somebody who has an account to an organisation they work for."""
    try:
        with transaction.atomic():
            affiliation = Affiliation.objects.create(
                member=member, organisation=organisation, title=title, starts_on=starts_on
            )
    except IntegrityError:
        raise Refusal(f"{member} is linked to {organisation} already. There is nothing to do.") from None
    affiliation.basis_then = eligibility(member, EligibilityRule.Service.GROUPS).on_record()
    affiliation.save(update_fields=["basis_then"])
    facts = {"member": member.pk, "organisation": organisation.pk, "starts_on": starts_on}
    append("affiliation.started", subject=affiliation, by=by, facts=facts)
    access_changed([member], by=by)
    return affiliation


@transaction.atomic
def end_affiliation(*, affiliation: Affiliation, last_day: date, by: Member, reason: str = "") -> None:
    """They no longer work there: closed at once where the last day is today or past, else after that day."""
    if last_day < affiliation.starts_on:
        raise Refusal("The last day lies before the first. Choose a later one.")
    today = affiliation.organisation.today()
    at_once = timezone.now() if last_day <= today else None
    current = Affiliation.objects.filter(pk=affiliation.pk, ended_at=None, ends_on=None)
    if not current.update(ends_on=last_day, ended_at=at_once):
        raise Refusal("This link was ended already. Load the page again to see when.")
    affiliation.refresh_from_db()
    member, organisation = affiliation.member, affiliation.organisation
    facts = {"member": member.pk, "organisation": organisation.pk, "last_day": last_day, "reason": reason}
    grants = member.role_grants.current().filter(role=RoleGrant.Role.CONTACT, organisation=organisation)
    if grants.update(ended_at=timezone.now(), ended_by=by, ended_reason="No longer works there."):
        facts["role_ended"] = RoleGrant.Role.CONTACT.value
        forget_roles(member)
    append("affiliation.ended", subject=affiliation, by=by, facts=facts)
    access_changed([member], by=by)


def colleagues(organisation: Organisation) -> models.QuerySet[Member]:
    """Active members who work there now."""
    current = organisation.affiliations.current()
    return Member.objects.filter(affiliations__in=current, deactivated_at=None).distinct()


def fingerprint(row: models.Model, fields: list[str]) -> str:
    """What an editor was shown, in short."""
    shown = [str(getattr(row, name) or "") for name in fields]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:20]


def _require_unchanged(row: models.Model, fields: list[str], seen: str) -> None:
    if row._state.adding or not seen:
        return
    if fingerprint(type(row)._default_manager.select_for_update().get(pk=row.pk), fields) != seen:
        raise Refusal("Somebody changed this while you were writing. Load the page again to see it, then save.")


def _changes(row: models.Model, fields: list[str]) -> dict[str, Any]:
    """{field: [before, after]} of what differs from the database; of a new row, {field: [None, value]}."""
    before = None if row._state.adding else type(row)._default_manager.select_for_update().get(pk=row.pk)
    pairs = {name: [getattr(before, name, None), getattr(row, name)] for name in fields}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1] and (before or pair[1] not in ("", None))}


def _set_domains(organisation: Organisation, names: set[str]) -> dict[str, Any]:
    before = set(organisation.domains.values_list("name", flat=True))
    organisation.domains.exclude(name__in=names).delete()
    Domain.objects.bulk_create(Domain(organisation=organisation, name=name) for name in sorted(names - before))
    return {"domains": [sorted(before), sorted(names)]} if before != names else {}
