"""What is to be done after a meeting: written down by who convenes, done by its owner."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from access import MemberRequest, require
from access.forms import carried_out
from meetings import actions
from meetings.agenda_forms import FollowUpForm, NewFollowUpForm
from meetings.models import FollowUp
from meetings.views.meeting import convened, seen


@require_http_methods(["GET", "POST"])
def follow_ups(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All of a meeting's, to be changed, and a form for one more."""
    meeting = convened(request, pk)
    form = NewFollowUpForm(request.POST or None, meeting=meeting)
    if carried_out(form, lambda **said: actions.add_follow_up(meeting=meeting, by=request.user, **said)):
        return redirect("meetings:follow_ups", pk)
    context = {"meeting": meeting, "form": form, "follow_ups": meeting.follow_ups.select_related("owner", "done_by")}
    return render(request, "meetings/follow_ups.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, pk: UUID, follow_up_pk: UUID) -> HttpResponse:
    follow_up = _follow_up(request, pk, follow_up_pk)
    require(request.user, "series.change", follow_up.meeting.series)
    initial = {name: getattr(follow_up, name) for name in ("what", "owner", "due_on")}
    form = FollowUpForm(request.POST or None, meeting=follow_up.meeting, initial=initial)
    if carried_out(form, lambda **said: actions.change_follow_up(follow_up=follow_up, by=request.user, **said)):
        return redirect("meetings:follow_ups", pk)
    context = {"meeting": follow_up.meeting, "form": form}
    return render(request, "meetings/follow_up.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: MemberRequest, pk: UUID, follow_up_pk: UUID) -> HttpResponse:
    actions.remove_follow_up(follow_up=_follow_up(request, pk, follow_up_pk), by=request.user)
    return redirect("meetings:follow_ups", pk)


def verb(action: Any) -> Callable[..., HttpResponse]:
    """Say something of one, on the page of the meeting."""

    @require_POST
    def view(request: MemberRequest, pk: UUID, follow_up_pk: UUID) -> HttpResponse:
        follow_up = _follow_up(request, pk, follow_up_pk)
        action(follow_up=follow_up, by=request.user)
        response = redirect(follow_up.meeting)
        response["Location"] += "#follow-ups"
        return response

    return view


finish, reopen = verb(actions.finish_follow_up), verb(actions.reopen_follow_up)


def _follow_up(request: MemberRequest, pk: UUID, follow_up_pk: UUID) -> FollowUp:
    meeting = seen(request, pk)
    follow_up = get_object_or_404(meeting.follow_ups.select_related("owner"), pk=follow_up_pk)
    follow_up.meeting = meeting
    return follow_up
