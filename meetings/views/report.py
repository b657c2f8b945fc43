"""The attendance report of a meeting."""

import csv
import io
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from access import MemberRequest, require
from access.answers import csv_file
from audit.trail import append
from meetings.reports import report_on
from meetings.towns import town_of
from meetings.views.meeting import seen


@require_GET
def report(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who was asked, who said that they come, who came; every number opens its people."""
    meeting = seen(request, pk)
    require(request.user, "report.see", meeting.series)
    town = town_of(meeting)
    context = {"meeting": meeting, "town": town, "report": report_on(meeting, town)}
    return render(request, "meetings/report.html", context)


@require_POST
def export(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The same as CSV. On record."""
    meeting = seen(request, pk)
    require(request.user, "report.see", meeting.series)
    text = io.StringIO()
    csv.writer(text).writerows(report_on(meeting, town_of(meeting)).rows())
    append("report.exported", subject=meeting, by=request.user)
    return csv_file(text.getvalue(), f"attendance-{meeting.wall:%Y-%m-%d}.csv")
