"""The poll of a thread: what one sees of it, voting, and arranging it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import Refusal, passive, require
from access.requests import MemberRequest
from discussions import actions
from discussions.access import thread_or_404
from discussions.forms import PollForm
from discussions.models import Poll, Thread
from discussions.polls import poll_page
from discussions.views.answers import part_of_page, status_of
from spaces.screening import Held, answers_in


@passive
@require_GET
def poll(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What the member sees of it now: an open page asks for it when the poll has changed."""
    thread = Thread.objects.polled().select_related("space").get(pk=thread_or_404(request.user, pk).pk)
    return part_of_page(request, "poll_part", "Poll", {"thread": thread, "ask": poll_page(thread, request.user)})


@require_POST
def vote(request: MemberRequest, pk: UUID) -> HttpResponse:
    thread = thread_or_404(request.user, pk)
    try:
        answers = [int(one) for one in request.POST.getlist("answer")]
    except ValueError:
        raise BadRequest from None
    actions.vote(thread=thread, by=request.user, answers=answers)
    return redirect(place_of(thread))


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a poll to the thread, or change it while nobody has voted."""
    thread = thread_or_404(request.user, pk)
    require(request.user, "thread.poll", thread)
    there = Poll.objects.shown().filter(thread=thread).first()
    form = PollForm(request.POST if request.method == "POST" else None, poll=there)
    refusal, held = "", None
    if form.is_valid():
        try:
            actions.put_poll(thread=thread, by=request.user, doubts=answers_in(request.POST), **form.cleaned_data)
            return redirect(place_of(thread))
        except Refusal as no:
            refusal = str(no)
        except Held as no:
            held = no
            form.data = _as_held(request, held)
    context = {"thread": thread, "form": form, "poll": there, "refusal": refusal, "held": held}
    status = 422 if held else status_of(form, refusal)
    return render(request, "discussions/poll_edit.html", context, status=status)


def _as_held(request: MemberRequest, held: Held) -> QueryDict:
    """What was typed, with what its author has agreed to take out."""
    typed = request.POST.copy()
    typed["question"], _, typed["answers"] = held.text.partition("\n\n")
    return typed


def verb(action: Any) -> Any:
    @require_POST
    def view(request: MemberRequest, pk: UUID) -> HttpResponse:
        thread = thread_or_404(request.user, pk)
        action(thread=thread, by=request.user)
        return redirect(place_of(thread))

    return view


close, take_away = verb(actions.close_poll), verb(actions.take_poll_away)


def place_of(thread: Thread) -> str:
    return f"{thread.get_absolute_url()}#poll-{thread.pk}"
