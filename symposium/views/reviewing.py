"""How the review is set up: phases, criteria, reviewers, and who reviews what."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, Refusal
from access.forms import carried_out
from symposium import actions
from symposium.days import last_day
from symposium.models import Edition
from symposium.presenters import conflicts
from symposium.ranking import reviewers_left
from symposium.review_forms import AssignForm, CriterionForm, PhaseForm, ReviewerForm
from symposium.views.editions import ASK, form_page, managed, saying_why_not, tabbed


@require_GET
def reviewing(request: MemberRequest, slug: str) -> HttpResponse:
    """All that staff set up, and how far the reviewers are."""
    edition = managed(request, slug)
    left = reviewers_left(edition)
    reviewers = list(edition.reviewers.select_related("member"))
    proposals = list(edition.proposals.submitted())
    against = [reviewer for reviewer, _ in conflicts(reviewers, proposals)]
    context = {
        "phases": [(one, last_day(one.closes_at, edition)) for one in edition.phases.all()],
        "criteria": edition.criteria.all(),
        "reviewers": [(one, *left[one.pk], against.count(one.pk)) for one in reviewers],
        "proposals": len(proposals),
        "form": AssignForm(),
    }
    return render(request, "symposium/reviewing.html", tabbed(request, edition, "selection") | context)


@require_http_methods(ASK)
def add_phase(request: MemberRequest, slug: str) -> HttpResponse:
    edition = managed(request, slug)
    form = PhaseForm(request.POST if request.method == "POST" else None, edition=edition)
    return _asked(request, edition, form, partial(actions.add_phase, edition=edition, by=request.user), "Add a phase")


@require_http_methods(ASK)
def add_criterion(request: MemberRequest, slug: str) -> HttpResponse:
    edition = managed(request, slug)
    form = CriterionForm(request.POST if request.method == "POST" else None)
    act = partial(actions.add_criterion, edition=edition, by=request.user)
    return _asked(request, edition, form, act, "Add a criterion")


@require_http_methods(ASK)
def name_reviewer(request: MemberRequest, slug: str) -> HttpResponse:
    edition = managed(request, slug)
    form = ReviewerForm(request.POST if request.method == "POST" else None)
    act = partial(actions.name_reviewer, edition=edition, by=request.user)
    return _asked(request, edition, form, act, "Name a reviewer")


@require_POST
def remove(request: MemberRequest, slug: str, kind: str, pk: UUID) -> HttpResponse:
    """Take away a phase, a criterion or a reviewer."""
    edition = managed(request, slug)
    thing = get_object_or_404(getattr(edition, kind), pk=pk)
    act = {
        "phases": lambda: actions.remove_phase(phase=thing, by=request.user),
        "criteria": lambda: actions.remove_criterion(criterion=thing, by=request.user),
        "reviewers": lambda: actions.unname_reviewer(reviewer=thing, by=request.user),
    }[kind]
    return _tried(request, slug, act)


@require_POST
def assign(request: MemberRequest, slug: str) -> HttpResponse:
    """Share the proposals out."""
    edition = managed(request, slug)
    form = AssignForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise Refusal("Say how many reviews each proposal gets, from 1 to 10.")
        new = actions.assign(edition=edition, by=request.user, each=form.cleaned_data["each"])
        messages.success(request, f"Shared out. New: {new}. Those who got some were sent a letter.")

    return _tried(request, slug, act)


def _asked(request: MemberRequest, edition: Edition, form: Form, act: Any, title: str) -> HttpResponse:
    if carried_out(form, act):
        return redirect("symposium:reviewing", edition.slug)
    context = {"edition": edition, "back": reverse("symposium:reviewing", args=[edition.slug])}
    return form_page(request, form, title, context)


def _tried(request: MemberRequest, slug: str, act: Any) -> HttpResponse:
    with saying_why_not(request):
        act()
    return redirect("symposium:reviewing", slug)
