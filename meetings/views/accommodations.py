"""Asking for what one needs to take part; and all that was asked, for NCB staff alone."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, require
from access.forms import carried_out
from meetings import actions
from meetings.calendars import tells
from meetings.material_forms import AccommodationForm, ReplyForm
from meetings.models import Accommodation
from meetings.views.meeting import seen


@require_http_methods(["GET", "POST"])
def ask(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say what I need, or say it anew; and read what staff replied."""
    meeting = seen(request, pk)
    mine = Accommodation.objects.filter(meeting=meeting, member=request.user).first()
    form = AccommodationForm(request.POST if request.method == "POST" else None, initial={"needs": mine and mine.needs})
    if carried_out(form, partial(actions.ask_for_accommodation, meeting=meeting, by=request.user)):
        messages.success(request, "NCB staff have it, and nobody else. You get a letter when they have replied.")
        return redirect("meetings:accommodation", pk)
    context = {"meeting": meeting, "mine": mine, "form": form}
    return render(request, "meetings/accommodation.html", context, status=422 if form.errors else 200)


@require_POST
def take_back(request: MemberRequest, pk: UUID) -> HttpResponse:
    actions.take_accommodation_back(meeting=seen(request, pk), by=request.user)
    messages.success(request, "Taken back. What you had written is gone.")
    return redirect("meetings:meeting", pk)


@require_GET
def accommodations(request: MemberRequest) -> HttpResponse:
    """All that was asked for meetings to come, those without a reply first."""
    require(request.user, "accommodations.arrange")
    asked = Accommodation.objects.filter(meeting__ends_at__gt=now()).select_related(
        "member", "replied_by", "meeting__series__space"
    )
    rows = sorted(asked, key=lambda one: (bool(one.replied_at), one.meeting.starts_at))
    named = [(one, one.meeting.series.title if tells(one.meeting.series) else "A group session") for one in rows]
    return render(request, "meetings/accommodations.html", {"accommodations": named})


@require_http_methods(["GET", "POST"])
def reply(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say what is arranged."""
    require(request.user, "accommodations.arrange")
    asked = get_object_or_404(Accommodation.objects.select_related("member", "meeting__series__space"), pk=pk)
    form = ReplyForm(request.POST if request.method == "POST" else None, initial={"reply": asked.reply})
    if carried_out(form, partial(actions.reply_to_accommodation, accommodation=asked, by=request.user)):
        messages.success(request, f"{asked.member} can read it, and gets a letter that says so.")
        return redirect("meetings:accommodations")
    context = {"asked": asked, "form": form}
    return render(request, "meetings/reply.html", context, status=422 if form.errors else 200)
