"""Meetings in a member's own calendar: by an address that it fetches, or one meeting as a file."""

import hashlib

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET, require_POST, require_safe

from access import MemberRequest, open_to_all
from meetings import feeds
from meetings.calendars import calendar_of_one
from meetings.models import Meeting

KIND = "text/calendar; charset=utf-8"


@require_GET
def addresses(request: MemberRequest) -> HttpResponse:
    """What I may have in my calendar, and the addresses that I made."""
    return render(request, "meetings/calendars.html", {"offers": feeds.offers(request.user)})


@require_POST
def make_address(request: MemberRequest) -> HttpResponse:
    """Give me an address for my calendar, or another one. This answer alone shows it."""
    offer = _offer(request)
    made = feeds.make_address(offer=offer, by=request.user)
    context = {"offers": feeds.offers(request.user), "made": made, "of": offer}
    return render(request, "meetings/calendars.html", context)


@require_POST
def end_address(request: MemberRequest) -> HttpResponse:
    """My calendar gets nothing more by this address."""
    feeds.end_address(offer=_offer(request), by=request.user)
    messages.success(request, "That address has ended.")
    return redirect("meetings:calendars")


@open_to_all  # a calendar signs in nowhere; the address is what allows it, and this only
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A member's meetings, as iCalendar."""
    address = feeds.opened(token)
    if address is None:
        raise Http404
    if not feeds.may_ask_again(address):
        return HttpResponse(status=429, headers={"Retry-After": str(feeds.HOUR)})
    text = feeds.calendar(address)
    etag = f'"{hashlib.sha256(text).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
    answer = HttpResponse(text, content_type=KIND, headers=headers)
    return get_conditional_response(request, etag, response=answer) or answer


@require_safe
def ics(request: MemberRequest, pk) -> HttpResponse:
    """One meeting, as a file for my calendar."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user).select_related("series__space"), pk=pk)
    headers = {"Content-Disposition": 'attachment; filename="meeting.ics"'}
    return HttpResponse(calendar_of_one(meeting), content_type=KIND, headers=headers)


def _offer(request: MemberRequest) -> feeds.Offer:
    key = request.POST.get("key")
    for offer in feeds.offers(request.user):
        if offer.key == key:
            return offer
    raise Http404
