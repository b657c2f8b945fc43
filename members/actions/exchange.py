"""Bringing a CSV file of organisations in, whole or not at all, and handing one out."""

import csv
import io

from django.db import transaction

from access import Refusal
from audit.trail import append
from members import exchange
from members.actions.lapse import people_of
from members.actions.organisations import write_basis, write_organisation
from members.models import Member, Organisation
from spaces.inbox import access_changed


@transaction.atomic
def import_organisations(*, text: str, fingerprint: str, by: Member) -> exchange.Plan:
    """Do what the preview said, in one transaction. The fingerprint is the preview's."""
    planned = exchange.plan(exchange.read(text))
    if planned.count("error"):
        raise Refusal("Some rows have errors. Mend them in the file, and upload it again.")
    if planned.fingerprint != fingerprint:
        raise Refusal("Somebody changed something since the preview. Look at it again, then confirm.")
    for organisation, domains in planned.organisations:
        write_organisation(organisation=organisation, domains=domains, by=by)
    for basis in planned.bases:
        write_basis(basis=basis, by=by, reason="Imported.")
    append("organisations.imported", subject=None, by=by, facts=planned.counts)
    concerned = {basis.organisation_id: basis.organisation for basis in planned.bases}
    concerned |= {organisation.pk: organisation for organisation, _ in planned.organisations}
    access_changed({one for organisation in concerned.values() for one in people_of(organisation)}, by=by)
    return planned


@transaction.atomic
def export_organisations(*, by: Member) -> str:
    """All organisations with what they rest on, as CSV. Who took it, and how many rows, is in the trail."""
    out = io.StringIO()
    rows = list(exchange.write(Organisation.objects.prefetch_related("domains", "bases")))
    csv.writer(out).writerows(rows)
    append("organisations.exported", subject=None, by=by, facts={"rows": len(rows) - 1})
    return out.getvalue()
