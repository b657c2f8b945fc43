"""The call for proposals: its page, and what staff say in it."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, Refusal
from access.forms import carried_out
from meetings.clocks import zone_name
from symposium import actions
from symposium.actions.calls import is_grace_link
from symposium.call_forms import CallForm, CallQuestionForm, GraceForm
from symposium.calls import call_of, why_not_propose
from symposium.days import ends, last_day
from symposium.letters import address_of
from symposium.models import CallForProposals, CallQuestion, Edition, Reviewer
from symposium.views.editions import ASK, form_page, managed, saying_why_not, seen, tabbed


@require_GET
def call(request: MemberRequest, slug: str) -> HttpResponse:
    """What is looked for, until when, and what oneself proposed."""
    edition = seen(request, slug)
    found = call_of(edition)
    context = {
        "call": found,
        "closes_on": last_day(found.closes_at, edition) if found else None,
        "zone_name": zone_name(edition.zone),
        "why_not": why_not_propose(request.user, edition, found),
        "mine": edition.proposals.of(request.user).select_related("edition"),
        "reviews": Reviewer.objects.filter(edition=edition, member=request.user).exists(),
    }
    return render(request, "symposium/call.html", tabbed(request, edition, "call") | context)


@require_http_methods(ASK)
def settings(request: MemberRequest, slug: str) -> HttpResponse:
    """Call for proposals, or say something else in the call."""
    edition = managed(request, slug)
    found = call_of(edition)
    form = CallForm(request.POST if request.method == "POST" else None, edition=edition, call=found)
    if carried_out(form, partial(actions.call_for_proposals, edition=edition, by=request.user)):
        messages.success(request, "Saved.")
        return redirect("symposium:call", slug)
    return _form(request, edition, form, "The call for proposals")


@require_http_methods(ASK)
def add_question(request: MemberRequest, slug: str) -> HttpResponse:
    """Ask for something more."""
    edition, found = called(request, slug)
    return _question(request, edition, CallQuestion(call=found), "Ask for something more")


@require_http_methods(ASK)
def question(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask it otherwise."""
    edition, found = called(request, slug)
    return _question(request, edition, get_object_or_404(found.questions, pk=pk), "Change this question")


@require_POST
def remove_question(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask it no more, where nobody has answered."""
    _, found = called(request, slug)
    with saying_why_not(request):
        actions.ask_no_more(question=get_object_or_404(found.questions, pk=pk), by=request.user)
    return redirect("symposium:call", slug)


@require_http_methods(ASK)
def grace(request: MemberRequest, slug: str) -> HttpResponse:
    """Make a link for those who are late. It is shown once."""
    edition, found = called(request, slug)
    form = GraceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            until = ends(form.cleaned_data["until"], edition)
            token = actions.make_grace_link(call=found, by=request.user, until=until)
            link = address_of("come_late", slug, token)
            context = {"edition": edition, "link": link, "until": form.cleaned_data["until"]}
            return render(request, "symposium/grace_link.html", context)
        except Refusal as refusal:
            form.add_error("until", str(refusal))
    return _form(request, edition, form, "A grace link", submit="Make the link")


@require_http_methods(ASK)
def late(request: MemberRequest, slug: str, token: str) -> HttpResponse:
    """Have the call close later for oneself."""
    edition = seen(request, slug)
    found = call_of(edition)
    if found is None or not is_grace_link(found, token):
        raise Http404
    form = Form(request.POST if request.method == "POST" else None)
    if carried_out(form, partial(actions.come_late, call=found, by=request.user, token=token)):
        return redirect("symposium:call", slug)
    until = last_day(found.late_until, edition) if found.late_until else None
    return render(request, "symposium/late.html", {"edition": edition, "form": form, "until": until})


def called(request: MemberRequest, slug: str) -> tuple[Edition, CallForProposals]:
    """An edition with its call, for staff."""
    edition = managed(request, slug)
    return edition, get_object_or_404(CallForProposals, edition=edition)


def _question(request: MemberRequest, edition: Edition, asked: CallQuestion, title: str) -> HttpResponse:
    form = CallQuestionForm(request.POST if request.method == "POST" else None, instance=asked)
    if carried_out(form, lambda **said: actions.ask_of_proposals(question=form.instance, by=request.user)):
        return redirect("symposium:call", edition.slug)
    return _form(request, edition, form, title)


def _form(request: MemberRequest, edition: Edition, form: Any, title: str, **more: str) -> HttpResponse:
    back = reverse("symposium:call", args=[edition.slug])
    return form_page(request, form, title, {"edition": edition, "back": back, **more})
