"""The way out of the room: to the video, and to the captions. Only this answer knows where they are."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from access import MemberRequest, Refusal
from meetings.actions import be_here
from meetings.models import Meeting
from meetings.video import video_of
from meetings.views.meeting import seen


@require_GET
def video(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Into the video, as who I am; that counts as being here."""
    meeting = seen(request, pk)
    return _led(request, meeting, lambda: video_of(meeting, request.user))


@require_GET
def captions(request: MemberRequest, pk: UUID) -> HttpResponse:
    """To where what is said is written along."""
    meeting = seen(request, pk)
    return _led(request, meeting, lambda: meeting.series.captions_url)


def _led(request: MemberRequest, meeting: Meeting, where: Callable[[], str]) -> HttpResponse:
    try:
        be_here(meeting=meeting, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting)
    address = where()  # once it is known since when they are here
    if not address:
        raise Http404
    return HttpResponseRedirect(address, headers={"Referrer-Policy": "no-referrer"})
