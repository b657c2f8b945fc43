"""Changing what was planned: one date, those that follow, or the whole series. Each asks first and takes a message."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from access import MemberRequest, Refusal
from access.forms import carried_out
from meetings import actions
from meetings.actions.series import first_to_change
from meetings.clocks import clock, zone_name
from meetings.forms import Message, MoveForm, SeriesForm
from meetings.lists import place_of, planned_at
from meetings.models import Meeting, MeetingSeries
from meetings.views.meeting import convened
from meetings.views.planning import planned


@require_http_methods(["GET", "POST"])
def move(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Another day or hour for this date alone."""
    meeting = _planned_here(request, pk)
    form = MoveForm(request.POST) if request.method == "POST" else MoveForm.of_meeting(meeting)

    def act(on: Any, begins_at: Any, **said: Any) -> None:
        actions.move_meeting(meeting=meeting, wall=datetime.combine(on, begins_at), by=request.user, **said)

    if carried_out(form, act):
        messages.success(request, "Moved. Everyone whom it is for sees the new time.")
        return redirect(meeting)
    text = f"It is to be held on {_said(meeting)}. Give it another day, hour or length; the other dates stay."
    return _confirm(request, meeting, form, "Move this date", "Move it", text, keep_safe=True)


@require_http_methods(["GET", "POST"])
def cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask first, then call this date off."""
    meeting = _planned_here(request, pk)
    form = _message(request)
    if carried_out(form, partial(actions.cancel_meeting, meeting=meeting, by=request.user)):
        messages.success(request, "Cancelled. It stays among everyone’s meetings, marked so. You can restore it.")
        return redirect(meeting)
    text = f"The meeting of {_said(meeting)} does not take place. The other dates stay."
    return _confirm(request, meeting, form, "Cancel this date?", "Cancel the meeting", text)


@require_http_methods(["GET", "POST"])
def restore(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask first, then hold a cancelled date after all."""
    meeting = _planned_here(request, pk)
    form = _message(request)
    act = partial(actions.restore_meeting, meeting=meeting, by=request.user)
    if carried_out(form, act):
        messages.success(request, "It is on again.")
        return redirect(meeting)
    text = f"The meeting of {_said(meeting)} takes place after all. What people answered before counts again."
    return _confirm(request, meeting, form, "Hold this date after all?", "Restore the meeting", text, keep_safe=True)


@require_http_methods(["GET", "POST"])
def end(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask first, then hold no meeting of the series from this date on."""
    meeting = _planned_here(request, pk)
    form = _message(request)
    act = partial(actions.end_series, series=meeting.series, since=meeting, by=request.user)
    if carried_out(form, act):
        messages.success(request, "The series has ended. What was held stays on record.")
        return redirect(meeting)
    text = f"The meeting of {_said(meeting)} and all that follow it are cancelled. What was held stays on record."
    return _confirm(request, meeting, form, f"End {meeting.series}?", "End the series", text)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change every date of the series that has not begun."""
    text = "This changes all its dates to come. What was held stays on record as it was."
    return _change(request, _planned_here(request, pk), None, "Change the series", text)


@require_http_methods(["GET", "POST"])
def change_following(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change this date and those that follow."""
    meeting = _planned_here(request, pk)
    text = f"This changes the meeting of {_said(meeting)} and all that follow it. Those before it stay as they are."
    return _change(request, meeting, meeting, "Change this and all that follow", text)


def _planned_here(request: MemberRequest, pk: UUID) -> Meeting:
    """One that they may change, and that nothing else plans."""
    meeting = convened(request, pk)
    if page := planned_at(meeting):
        raise Refusal("The programme says when this session is held. Change it there, and release it.", page)
    return meeting


def _change(request: MemberRequest, meeting: Meeting, since: Meeting | None, title: str, text: str) -> HttpResponse:
    series = meeting.series
    if request.method == "POST":
        form = SeriesForm(request.POST, space=series.space)
    else:
        first_on = first_to_change(series, since)
        if first_on is None:
            raise Refusal("All of its dates are over. Plan a new series instead.")
        form = SeriesForm.of_series(series, first_on)

    def save(to: MeetingSeries, invited: Iterable) -> Meeting:
        said = {"organisations": invited, "message": form.cleaned_data["message"]}
        now_is = actions.change_series(series=series, to=to, by=request.user, since=since, **said)
        messages.success(request, "Changed. Everyone whom it is for sees it.")
        return now_is.meetings.upcoming().first() or meeting

    context = {"title": title, "text": text, "meeting": meeting, "place": place_of(series)}
    return planned(request, form, context | {"keep": f"series-{meeting.pk}"}, save, besides=series)


def _said(meeting: Meeting) -> str:
    """When it is by the clock of its series: "Tuesday, March 10, 2026, 8:00 pm (Eastern)"."""
    wall = meeting.wall
    return f"{wall:%A}, {wall:%B} {wall.day}, {wall.year}, {clock(wall)} ({zone_name(meeting.series.zone)})"


def _message(request: MemberRequest) -> Message:
    return Message(request.POST if request.method == "POST" else None)


def _confirm(
    request: MemberRequest, meeting: Meeting, form, title: str, submit: str, text: str, **more
) -> HttpResponse:
    context = {"meeting": meeting, "form": form, "title": title, "submit": submit, "text": text} | more
    return render(request, "meetings/confirm.html", context, status=422 if form.errors else 200)
