"""Polls in the room: preparing, opening and closing them, voting, and the result as a file."""

from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from access import MemberRequest, Refusal
from access.answers import wants_json
from access.forms import carried_out
from audit.trail import append
from meetings import actions
from meetings.forms import RoomPollForm
from meetings.models import RoomPoll
from meetings.polls import rows
from meetings.rooms import why_not_join
from meetings.sheets import file_of
from meetings.views.meeting import convened
from meetings.views.room import acting, done, room_page
from spaces.screening import tells_nobody_apart


@require_http_methods(["GET", "POST"])
def polls(request: MemberRequest, pk: UUID) -> HttpResponse:
    """For who convenes: all polls of a meeting with their results, and another one."""
    meeting = convened(request, pk)
    form = RoomPollForm(request.POST or None)
    if carried_out(form, partial(actions.prepare_poll, meeting=meeting, by=request.user)):
        return redirect("meetings:polls", pk)
    polls = RoomPoll.objects.shown().filter(meeting=meeting)
    context = {"meeting": meeting, "polls": polls, "form": form}
    return render(request, "meetings/polls.html", context, status=422 if form.errors else 200)


@require_POST
def vote(request: MemberRequest, pk: UUID, poll_pk: UUID) -> HttpResponse:
    """The fields carry the poll's key: one form holds all polls of the room."""
    meeting = acting(request, pk)
    poll = get_object_or_404(RoomPoll.objects.put(), meeting=meeting, pk=poll_pk)
    poll.meeting = meeting
    try:
        chosen = [UUID(one) for one in request.POST.getlist(f"option-{poll_pk}")]
    except ValueError:
        raise BadRequest from None
    words = request.POST.get(f"words-{poll_pk}", "")
    try:
        _vote(poll, request, chosen, words)
    except Refusal as refusal:
        if wants_json(request) or not poll.is_open or why_not_join(meeting, request.user):
            raise
        refused = {"poll": poll.pk, "why": str(refusal), "words": words}
        return room_page(request, meeting, {"refused": refused}, status=422)
    return done(request, pk, f"room-poll-{poll_pk}")


def _vote(poll: RoomPoll, request: MemberRequest, chosen: list[UUID], words: str) -> None:
    try:
        tells_nobody_apart(words)
    except ValidationError as told:
        raise Refusal(" ".join(told.messages)) from None
    actions.vote_in_room(poll=poll, by=request.user, chosen=chosen, words=words.split(","))


def verb(action: Any) -> Any:
    @require_POST
    def view(request: MemberRequest, pk: UUID, poll_pk: UUID) -> HttpResponse:
        meeting = convened(request, pk)
        action(poll=get_object_or_404(meeting.polls, pk=poll_pk), by=request.user)
        return redirect("meetings:polls", pk)

    return view


open_, close, drop = verb(actions.open_poll), verb(actions.close_poll), verb(actions.drop_poll)


@require_POST
def export(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All results as CSV. On record."""
    meeting = convened(request, pk)
    append("room_polls.exported", subject=meeting, by=request.user)
    return file_of({"Polls": rows(meeting)}, f"polls-{meeting.wall:%Y-%m-%d}", "csv")
