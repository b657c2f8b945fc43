"""The room of a meeting: coming in, being there, the way to the video, its chat, and asking for the word."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from access import MemberRequest, Refusal, may, passive
from access.answers import wants_json
from discussions.chat import chat_of
from meetings import actions
from meetings.activities import hands_up, materials
from meetings.agendas import show_agenda
from meetings.models import Hand, Meeting, Overflow, RoomReaction
from meetings.polls import polls_put, voted_in
from meetings.question_forms import QuestionForm
from meetings.questions import Questions
from meetings.reactions import show_reactions
from meetings.rooms import room_of, why_not_join
from meetings.towns import town_of
from meetings.views.meeting import seen


@require_POST
def join(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Come in."""
    meeting = seen(request, pk)
    try:
        actions.be_here(meeting=meeting, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting)
    return redirect("meetings:room", pk)


def for_those_inside(view: Callable[[MemberRequest, Meeting], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the meeting. Whoever cannot come in now is told why, on the page of the meeting."""

    @wraps(view)
    def with_meeting(request: MemberRequest, pk: UUID) -> HttpResponse:
        meeting = seen(request, pk)
        why_not = why_not_join(meeting, request.user)
        if why_not:
            messages.error(request, why_not)
            return redirect(meeting)
        room_of(meeting)
        return view(request, meeting)

    return with_meeting


def in_room(
    request: MemberRequest, meeting: Meeting, tab: str, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the room."""
    context = {
        "meeting": meeting,
        "series": meeting.series,
        "space": meeting.room,
        "town": town_of(meeting),
        "tab": tab,
        "leads": may(request.user, "series.change", meeting.series),
    }
    return render(request, f"meetings/{tab}.html", context | more, status=status)


def acting(request: MemberRequest, pk: UUID) -> Meeting:
    """The meeting that they see, for somebody who does something in its room: by the hundred at the same moment. What
    their rights rest on is looked up once for both the page and the action, and nothing that only a page shows.
    """
    request.user.ask_once()
    return seen(request, pk, Meeting.objects.select_related("series__space", "room"))


def done(request: MemberRequest, pk: UUID, place: str = "") -> HttpResponse:
    """It is done: an open page hears of it by itself, another goes back to the place in the room."""
    if wants_json(request):
        return HttpResponse(status=204)
    response = redirect("meetings:room", pk)
    response["Location"] += f"#{place}" if place else ""
    return response


@require_GET
@for_those_inside
def room(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """For who may come in now: the way to the video, and what belongs to the meeting."""
    return room_page(request, meeting)


def room_page(
    request: MemberRequest, meeting: Meeting, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The room as they find it who may come in; `more` is for its templates."""
    show_agenda(meeting)
    prefetch_related_objects([meeting], hands_up(), materials())
    show_reactions([meeting])
    polls = polls_put(meeting)
    context = {
        "overflow": Overflow.objects.filter(meeting=meeting).first(),
        "polls": polls,
        "signs": RoomReaction.Sign,
        "voted": voted_in(request.user, polls),
        "questions": Questions(meeting, request.user),
        "form": QuestionForm(),
    }
    return in_room(request, meeting, "room", context | (more or {}), status)


@require_GET
@for_those_inside
def chat(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """What is said in writing beside the meeting."""
    return in_room(request, meeting, "chat", chat_of(room_of(meeting), request.user, request.GET))


@passive
@require_POST
def here(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What an open page says each minute. Closed to them meanwhile, it is told so and reloads."""
    try:
        actions.be_here(meeting=acting(request, pk), by=request.user)
    except Refusal:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


@require_POST
def raise_hand(request: MemberRequest, pk: UUID) -> HttpResponse:
    meeting = acting(request, pk)
    actions.raise_hand(meeting=meeting, by=request.user)
    return done(request, pk, "hands")


@require_POST
def lower_hand(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One's own."""
    meeting = acting(request, pk)
    actions.lower_hand(meeting=meeting, member=request.user, by=request.user)
    return done(request, pk, "hands")


@require_POST
def has_spoken(request: MemberRequest, pk: UUID, hand_pk: UUID) -> HttpResponse:
    """Lower the hand of somebody who had the word."""
    meeting = acting(request, pk)
    hand = get_object_or_404(Hand.objects.select_related("member"), meeting=meeting, pk=hand_pk)
    actions.lower_hand(meeting=meeting, member=hand.member, by=request.user)
    return done(request, pk, "hands")


@require_POST
def react(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Give a sign, without a word."""
    actions.react(meeting=acting(request, pk), by=request.user, sign=request.POST.get("sign", ""))
    return done(request, pk, "reactions")
