"""After the live days: what is left of each session, what ORR is told, and the next edition."""

from functools import partial

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, require
from access.forms import carried_out
from audit.trail import append
from meetings.sheets import file_of
from symposium import actions
from symposium.forms import EditionForm
from symposium.models import Edition
from symposium.report import report_on
from symposium.standing import held
from symposium.views.editions import ASK, managed, seen, tabbed


@require_GET
def archive(request: MemberRequest, slug: str) -> HttpResponse:
    """The sessions that were held, each with its recording, its materials and its answers, for who was admitted."""
    edition = seen(request, slug)
    answered = Count(
        "meeting__questions",
        filter=Q(meeting__answers_published_at__isnull=False, meeting__questions__answered_at__isnull=False)
        & Q(meeting__questions__refused_at=None, meeting__questions__merged_into=None),
        distinct=True,
    )
    sessions = held(edition).annotate(answered=answered, materials=Count("meeting__materials", distinct=True))
    sessions = sessions.select_related("meeting__series", "meeting__recording").prefetch_related("speakers__member")
    context = tabbed(request, edition, "archive") | {"sessions": sessions}
    return render(request, "symposium/archive.html", context)


@require_GET
def report(request: MemberRequest, slug: str) -> HttpResponse:
    """What ORR is told: who came and what they thought, without names, small cells hidden."""
    edition = _reported(request, slug)
    context = tabbed(request, edition, "report") | {"report": report_on(edition)}
    return render(request, "symposium/report.html", context)


@require_POST
def export(request: MemberRequest, slug: str) -> HttpResponse:
    """The same as CSV or XLSX. On record."""
    edition = _reported(request, slug)
    append("report.exported", subject=edition, by=request.user)
    return file_of(report_on(edition).sheets(), f"symposium-{edition.slug}", request.POST.get("as", "csv"))


@require_http_methods(ASK)
def copy(request: MemberRequest, slug: str) -> HttpResponse:
    """Begin the next edition with what this one is made of; nobody comes along."""
    edition = managed(request, slug)
    form = EditionForm(
        request.POST if request.method == "POST" else None,
        initial={"title": edition.title, "description": edition.description, "zone": edition.zone},
    )
    if carried_out(form, partial(actions.copy_edition, edition=edition, by=request.user)):
        messages.success(request, "Begun, with the tracks, formats, rooms and rules of the last. Staff alone see it.")
        return redirect("symposium:parts", form.cleaned_data["slug"])
    text = (
        "Its tracks, formats, rooms, rules for credit, terms and questionnaire come along. Sessions and people do not."
    )
    context = {"form": form, "title": f"The edition after {edition}", "text": text, "back": edition.get_absolute_url()}
    return render(request, "symposium/form.html", context, status=422 if form.errors else 200)


def _reported(request: MemberRequest, slug: str) -> Edition:
    edition = seen(request, slug)
    require(request.user, "edition.report", edition)
    return edition
