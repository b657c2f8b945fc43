"""The room of a meeting: coming in, being there, and the way to the video."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from access import MemberRequest, Refusal, may, passive
from meetings.actions import be_here
from meetings.actions.joining import why_not_join
from meetings.towns import town_of
from meetings.views.meeting import seen


@require_POST
def join(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Come in."""
    meeting = seen(request, pk)
    try:
        be_here(meeting=meeting, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting)
    return redirect("meetings:room", pk)


@require_GET
def room(request: MemberRequest, pk: UUID) -> HttpResponse:
    """For who may come in now: the way to the video, and what belongs to the meeting."""
    meeting = seen(request, pk)
    why_not = why_not_join(meeting, request.user)
    if why_not:
        messages.error(request, why_not)
        return redirect(meeting)
    context = {
        "meeting": meeting,
        "series": meeting.series,
        "town": town_of(meeting),
        "may_change": may(request.user, "series.change", meeting.series),
    }
    return render(request, "meetings/room.html", context)


@passive
@require_POST
def here(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What an open page says each minute. Closed to them meanwhile, it is told so and reloads."""
    try:
        be_here(meeting=seen(request, pk), by=request.user)
    except Refusal:
        return HttpResponse(status=409)
    return HttpResponse(status=204)
