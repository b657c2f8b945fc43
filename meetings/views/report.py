"""The attendance report of a meeting, and the half-year report of all."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from access import MemberRequest, require
from audit.trail import append
from meetings.half_year import half_year
from meetings.halves import Half, half_named, half_of
from meetings.models import Meeting
from meetings.reports import by_state, over_time, report_on
from meetings.sheets import file_of
from meetings.towns import town_of
from meetings.views.meeting import seen


@require_GET
def report(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who was asked, who said that they come, who came; every number opens its people."""
    meeting = reported(request, pk)
    town = town_of(meeting)
    found = report_on(meeting, town)
    context = {
        "meeting": meeting,
        "town": town,
        "report": found,
        "sessions": list(town.sessions.items()) if town else [("", meeting)],
        "over_time": over_time(meeting, town),
        "by_state": None if meeting.series.space_id else by_state(found),
    }
    return render(request, "meetings/report.html", context)


@require_POST
def export(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The same as CSV or XLSX. On record."""
    meeting = reported(request, pk)
    rows = report_on(meeting, town_of(meeting)).rows()
    append("report.exported", subject=meeting, by=request.user)
    return file_of({"Attendance": rows}, f"attendance-{meeting.wall:%Y-%m-%d}", request.POST.get("as", "csv"))


@require_GET
def half(request: MemberRequest, slug: str | None = None) -> HttpResponse:
    """Who came in a half-year, each once, and how many programmes that reached: this half if none is named."""
    context = {"report": half_year(_half(request, slug)), "this": half_of(now())}
    return render(request, "meetings/half.html", context)


@require_POST
def export_half(request: MemberRequest, slug: str) -> HttpResponse:
    """The same as CSV or XLSX, without anybody's name. On record."""
    chosen = _half(request, slug)
    append("report.exported", subject=None, by=request.user, facts={"half": chosen.slug})
    return file_of(half_year(chosen).sheets(), f"meetings-{chosen.slug}", request.POST.get("as", "csv"))


def reported(request: MemberRequest, pk: UUID) -> Meeting:
    """A meeting whose attendance this member may see."""
    meeting = seen(request, pk)
    require(request.user, "report.see", meeting.series)
    return meeting


def _half(request: MemberRequest, slug: str | None) -> Half:
    require(request.user, "report.see")
    found = half_named(slug) if slug else half_of(now())
    if found is None:
        raise Http404
    return found
