"""The audit trail, for admins and the privacy officer: who did what, and whether the chain is whole."""

import uuid
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from access import require
from access.requests import MemberRequest
from audit.models import Entry
from audit.trail import append, faults, head_now
from members.forms.staff import TrailForm
from members.models import Member
from members.views.staff import page_of


def trail(request: MemberRequest) -> HttpResponse:
    """Entries, newest first. POST verifies the whole chain."""
    require(request.user, "audit.read")
    form = TrailForm(request.GET)
    page = page_of(request, _found(form.cleaned_data if form.is_valid() else {}))
    people = Member.objects.in_bulk([entry.actor for entry in page if entry.actor])
    rows = [(entry, people.get(entry.actor), _said(entry.facts)) for entry in page]
    context = {"form": form, "page": page, "rows": rows}
    if request.method == "POST":
        found = faults()
        context |= {"verified": True, "faults": found, "head": str(head_now())}
        append("audit.verified", subject=None, by=request.user, facts={"faults": len(found)})
    return render(request, "members/staff/trail.html", context)


def _found(values: dict) -> QuerySet[Entry]:
    rows = Entry.objects.order_by("-number")
    if values.get("verb"):
        rows = rows.filter(verb__startswith=values["verb"])
    if values.get("subject"):
        rows = rows.filter(subject__icontains=values["subject"])
    if values.get("who"):
        rows = rows.filter(actor__in=_people(values["who"]))
    if values.get("since"):
        rows = rows.filter(at__gte=_midnight(values["since"]))
    if values.get("until"):
        rows = rows.filter(at__lt=_midnight(values["until"] + timedelta(days=1)))
    return rows


def _said(facts: dict) -> list[tuple[str, str]]:
    """Facts as words; [before, after] with an arrow."""
    return [(name.replace("_", " "), _words(value)) for name, value in facts.items() if value not in (None, "", [])]


def _words(value) -> str:
    if isinstance(value, list) and len(value) == 2 and value[0] != value[1]:
        return " → ".join(_words(one) for one in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "–" if value in (None, "") else str(value)


def _people(who: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(who)]
    except ValueError:
        found = Member.objects.filter(Q(name__icontains=who) | Q(email__iexact=who))
        return list(found.values_list("pk", flat=True)[:100])


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
