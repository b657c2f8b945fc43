"""Choosing among the proposals: the list, their ranking, the decisions, and the letters."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, Refusal
from access.forms import carried_out
from audit.trail import append
from meetings.sheets import file_of
from symposium import actions, letters
from symposium.actions.decisions import with_people
from symposium.calls import call_of
from symposium.ranking import ranking
from symposium.review_forms import DECISIONS, DecideForm, FeedbackForm, FilterForm
from symposium.sheet import proposals_as_rows
from symposium.views.editions import ASK, form_page, managed, saying_why_not, tabbed
from symposium.views.proposals import read


@require_GET
def proposals(request: MemberRequest, slug: str) -> HttpResponse:
    """All that were sent in, by how their reviews rank them; ticked, they are decided on."""
    edition = managed(request, slug)
    form = FilterForm(request.GET, edition=edition)
    lines = ranking(edition)
    chosen = set(form.narrowed(edition.proposals.exclude(submitted_at=None)).values_list("pk", flat=True))
    withdrawn = edition.proposals.exclude(submitted_at=None).exclude(withdrawn_at=None).select_related("submitter")
    context = {
        "form": form,
        "lines": [line for line in lines if line.proposal.pk in chosen and ("ties" not in request.GET or line.tied)],
        "ties": sum(line.tied for line in lines),
        "count": len(lines),
        "withdrawn": [one for one in withdrawn if one.pk in chosen],
        "to_tell": edition.proposals.to_tell().count(),
        "decisions": DECISIONS,
    }
    return render(request, "symposium/proposals.html", tabbed(request, edition, "selection") | context)


@require_POST
def export(request: MemberRequest, slug: str) -> HttpResponse:
    """All that were sent in, as CSV or XLSX, for staff. On record."""
    edition = managed(request, slug)
    append("proposals.exported", subject=edition, by=request.user)
    rows = proposals_as_rows(edition)
    return file_of({"Proposals": rows}, f"proposals-{edition.slug}", request.POST.get("as", "csv"))


@require_POST
def decide(request: MemberRequest, slug: str) -> HttpResponse:
    """Decide on those that were ticked. Nobody is told yet."""
    edition = managed(request, slug)
    form = DecideForm(request.POST, edition=edition)
    with saying_why_not(request):
        if not form.is_valid():
            raise Refusal("Tick the proposals first, and choose what becomes of them.")
        chosen = [one.pk for one in form.cleaned_data["proposals"]]
        decision = form.cleaned_data["decision"]
        count = actions.decide_proposals(edition=edition, by=request.user, proposals=chosen, decision=decision)
        messages.success(request, f"Changed: {count}. Nobody is told until you send the letters.")
    return redirect("symposium:proposals", slug)


@require_http_methods(ASK)
def tell(request: MemberRequest, slug: str) -> HttpResponse:
    """Look at every letter, then send them all."""
    edition = managed(request, slug)
    if request.method == "POST":
        count = actions.tell_decisions(edition=edition, by=request.user)
        messages.success(request, f"Sent, about {count} proposal{'' if count == 1 else 's'}.")
        return redirect("symposium:proposals", slug)
    call = call_of(edition)
    waiting = with_people(edition).filter(pk__in=edition.proposals.to_tell()).order_by("decision", "title")
    context = {"waiting": [(one, *letters.preview(one, call)) for one in waiting]}
    return render(request, "symposium/tell.html", tabbed(request, edition, "selection") | context)


@require_http_methods(ASK)
def feedback(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say something to those who proposed it."""
    edition, found = managed(request, slug), read(request, slug, pk)
    initial = {"feedback": found.feedback}
    form = FeedbackForm(request.POST if request.method == "POST" else None, initial=initial)

    def give(**given: Any) -> None:
        actions.give_feedback(proposal=found, by=request.user, **given)

    if carried_out(form, give):
        return redirect(found)
    back = reverse("symposium:proposal", args=[slug, pk])
    return form_page(request, form, f"Feedback: {found}", {"edition": edition, "back": back})
