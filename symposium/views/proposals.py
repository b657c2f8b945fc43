"""Proposals: writing one, sending it in, presenting with others, and what became of it."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, Refusal, may
from access.forms import carried_out
from spaces.screening import Held, answers_in
from symposium import actions
from symposium.actions.proposals import invitation_by
from symposium.call_forms import PresenterForm, ProposalForm
from symposium.calls import call_of, why_not_propose
from symposium.discussing import said_to_authors
from symposium.models import Proposal
from symposium.presenters import named_in
from symposium.ranking import mean_of
from symposium.views.editions import ASK, form_page, saying_why_not, seen


@require_POST
def propose(request: MemberRequest, slug: str) -> HttpResponse:
    """Begin a proposal, and go on in its form."""
    edition = seen(request, slug)
    try:
        proposal = actions.start_proposal(edition=edition, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("symposium:call", slug)
    return redirect("symposium:write_proposal", slug, proposal.pk)


@require_GET
def proposal(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """What is proposed, by whom, and what became of it."""
    found = read(request, slug, pk)
    member, call = request.user, call_of(found.edition)
    owns = may(member, "proposal.change", found)
    texts = [found.title, found.abstract, found.outline]
    mine = Proposal.objects.of(member).filter(pk=found.pk).exists()
    leads = may(member, "edition.manage", found.edition) and not mine  # of their own, staff know what others know
    told = bool(found.told_at) or leads
    context = {
        "edition": found.edition,
        "proposal": found,
        "owns": owns,
        "reads": owns or not found.is_draft,
        "why_not": why_not_propose(member, found.edition, call) if owns else "",
        "presenters": found.presenters.select_related("member"),
        "answers": [(one.question.label, one.text) for one in found.answers.select_related("question")],
        "names_itself": named_in(found, *texts) if owns and call and call.blind and found.stands else [],
        "told": told,
        "said_by_reviewers": said_to_authors(found) if told else [],
        "reviews": _reviews(found) if leads else None,
    }
    return render(request, "symposium/proposal.html", context)


@require_http_methods(ASK)
def write(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Write it, keep it as a draft, send it in."""
    found = own(request, slug, pk)
    call = call_of(found.edition)
    if why_not := why_not_propose(request.user, found.edition, call):
        messages.error(request, why_not)
        return redirect(found)
    keeps = "keep" in request.POST and found.is_draft
    form = _form_of(request, found, whole=not keeps)
    held = None
    if form.is_valid():
        try:
            if keeps:
                actions.save_draft(proposal=found, by=request.user, said=form.said)
                messages.success(request, "Kept as a draft. It is not sent in yet.")
                return redirect("symposium:call", slug)
            actions.submit_proposal(proposal=found, by=request.user, said=form.said, doubts=answers_in(request.POST))
            messages.success(request, "Sent in. Until the call closes you can change it.")
            return redirect(found)
        except Refusal as no:
            form.add_error(None, str(no))
        except Held as no:
            held = no
    context = {"edition": found.edition, "proposal": found, "call": call, "form": form, "held": held}
    return render(request, "symposium/proposal_form.html", context, status=422 if form.errors or held else 200)


@require_POST
def keep(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Keep what is typed, while it is typed. What does not fit is left for the button to say."""
    found = own(request, slug, pk)
    form = _form_of(request, found, whole=False)
    if form.is_valid():
        actions.save_draft(proposal=found, by=request.user, said=form.said)
    return HttpResponse(status=204)


@require_http_methods(ASK)
def withdraw(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask first, then take it back."""
    found = own(request, slug, pk)
    form = Form(request.POST if request.method == "POST" else None)
    if carried_out(form, partial(actions.withdraw_proposal, proposal=found, by=request.user)):
        messages.success(request, "The draft is gone." if found.is_draft else "Withdrawn.")
        return redirect("symposium:call", slug)
    title = "Throw this draft away?" if found.is_draft else "Withdraw this proposal?"
    why = "What you wrote is gone then." if found.is_draft else "It is not considered any more. This cannot be undone."
    text, submit = f"“{found}”: {why}", "Throw it away" if found.is_draft else "Withdraw it"
    return form_page(request, form, title, _asking(found) | {"text": text, "submit": submit, "danger": True})


@require_http_methods(ASK)
def invite(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask somebody by mail to present too."""
    found = own(request, slug, pk)
    form = PresenterForm(request.POST if request.method == "POST" else None)
    if carried_out(form, partial(actions.invite_presenter, proposal=found, by=request.user)):
        messages.success(request, "The letter is on its way.")
        return redirect(found)
    return form_page(request, form, "Present with somebody", _asking(found) | {"submit": "Send the letter"})


@require_POST
def leave_out(request: MemberRequest, slug: str, pk: UUID, presenter_pk: UUID) -> HttpResponse:
    """Present without them."""
    found = own(request, slug, pk)
    presenter = get_object_or_404(found.presenters, pk=presenter_pk)
    with saying_why_not(request):
        actions.leave_presenter_out(presenter=presenter, by=request.user)
    return redirect(found)


@require_http_methods(ASK)
def present(request: MemberRequest, slug: str, token: str) -> HttpResponse:
    """Say whether one presents with whoever sent the letter."""
    with transaction.atomic():
        invited = invitation_by(token)
    if invited is None or invited.proposal.edition.slug != slug:
        raise Http404
    form = Form(request.POST if request.method == "POST" else None)
    accepts = "yes" in request.POST
    if carried_out(form, partial(actions.answer_to_present, token=token, by=request.user, accepts=accepts)):
        if accepts:
            messages.success(request, "You present it too.")
            return redirect(invited.proposal)
        messages.success(request, "You said no. Whoever invited you sees it.")
        return redirect("symposium:index")
    context = {"edition": invited.proposal.edition, "proposal": invited.proposal, "form": form}
    return render(request, "symposium/present.html", context, status=422 if form.errors else 200)


def read(request: MemberRequest, slug: str, pk: UUID) -> Proposal:
    """One that this member may read."""
    found = Proposal.objects.visible_to(request.user)
    found = found.select_related("edition__space", "submitter", "track", "format", "session")
    return get_object_or_404(found, edition__slug=slug, pk=pk)


def own(request: MemberRequest, slug: str, pk: UUID) -> Proposal:
    """One's own, to change it."""
    found = read(request, slug, pk)
    if not may(request.user, "proposal.change", found):
        raise Http404  # as where it is not there: whoever presents too may know, others not
    return found


def _form_of(request: MemberRequest, found: Proposal, *, whole: bool) -> ProposalForm:
    call = call_of(found.edition)
    questions = list(call.questions.all()) if call else []
    data = request.POST if request.method == "POST" else None
    return ProposalForm(data, proposal=found, questions=questions, whole=whole)


def _reviews(found: Proposal) -> list[dict[str, Any]]:
    """For staff: who reviewed it, and what they said."""
    reviews = found.assignments.select_related("reviewer__member").prefetch_related("scores__criterion", "notes")
    return [
        {"review": one, "score": mean_of(one.scores.all()), "scores": one.scores.all(), "notes": one.notes.all()}
        for one in reviews
    ]


def _asking(found: Proposal) -> dict[str, Any]:
    back = reverse("symposium:proposal", args=[found.edition.slug, found.pk])
    return {"edition": found.edition, "back": back}
