"""Evaluating sessions and the whole, and what came of it."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest
from access.forms import carried_out
from audit.trail import append
from meetings.sheets import file_of
from spaces.screening import Held
from symposium import actions
from symposium.credit_forms import EvaluationForm, QuestionnaireForm
from symposium.evaluations import FEWEST, results_of, sheets
from symposium.models import Questionnaire
from symposium.views.credit import asked
from symposium.views.editions import ASK, managed, seen, tabbed


@require_http_methods(ASK)
def evaluate(request: MemberRequest, slug: str, pk: UUID | None = None) -> HttpResponse:
    """Say what I think of a session, or of the whole."""
    edition = seen(request, slug)
    held = edition.sessions.on().exclude(meeting=None).select_related("meeting")  # what is not released is not there
    session = get_object_or_404(held, pk=pk) if pk else None
    why_not = actions.why_not_evaluate(edition, session, request.user)
    form = None
    if not why_not:
        form = EvaluationForm(
            request.POST if request.method == "POST" else None, statements=edition.questionnaire.statements(session)
        )
        if _evaluated(form, partial(actions.evaluate, edition=edition, session=session, by=request.user)):
            messages.success(request, "Thank you. It is counted, without your name.")
            return redirect("symposium:my_certificates", slug)
    context = tabbed(request, edition, "certificates") | {"session": session, "form": form, "why_not": why_not}
    failed = request.method == "POST"
    return render(request, "symposium/evaluate.html", context, status=422 if failed else 200)


@require_GET
def results(request: MemberRequest, slug: str) -> HttpResponse:
    """What came of it, once it is closed."""
    edition = managed(request, slug)
    context = tabbed(request, edition, "credit") | {
        "questionnaire": getattr(edition, "questionnaire", None),
        "results": results_of(edition),
        "fewest": FEWEST,
    }
    return render(request, "symposium/evaluations.html", context)


@require_POST
def export(request: MemberRequest, slug: str) -> HttpResponse:
    """The same as CSV or XLSX. On record."""
    edition = managed(request, slug)
    append("evaluations.exported", subject=edition, by=request.user)
    return file_of(sheets(edition), f"evaluations-{edition.slug}", request.POST.get("as", "csv"))


@require_http_methods(ASK)
def questionnaire(request: MemberRequest, slug: str) -> HttpResponse:
    """Say what is asked, and until when."""
    edition = managed(request, slug)
    form = QuestionnaireForm(
        request.POST if request.method == "POST" else None,
        instance=Questionnaire.objects.filter(edition=edition).first(),
        edition=edition,
    )
    if carried_out(form, partial(actions.set_questionnaire, edition=edition, by=request.user)):
        return redirect("symposium:credit", slug)
    return asked(request, edition, form, "What is asked of those who were there")


def _evaluated(form: EvaluationForm, act: partial) -> bool:
    try:
        return carried_out(form, act)
    except Held as held:
        found = ", ".join(doubt.label for doubt in held.doubts)
        form.add_error("text", f"This could identify somebody ({found}). Say it without.")
        return False
