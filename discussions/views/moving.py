"""Moving, merging and splitting threads."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from access import Refusal, may, require
from access.requests import MemberRequest
from discussions import actions
from discussions.access import thread_or_404
from discussions.forms import MergeForm, MoveForm, SplitForm
from discussions.models import Thread
from discussions.views.answers import status_of


@require_http_methods(["GET", "POST"])
def move(request: MemberRequest, pk: UUID) -> HttpResponse:
    thread = _asked(request, pk, "thread.move")
    form = MoveForm(request.POST or None, thread=thread, by=request.user)
    words = {
        "title": "Move the thread",
        "text": "Its address stays. Its readers see where it came from, and nobody is told of its posts again.",
        "submit": "Move it",
    }
    return _answered(
        request, thread, form, words, lambda cleaned: actions.move_thread(thread=thread, by=request.user, **cleaned)
    )


@require_http_methods(["GET", "POST"])
def merge(request: MemberRequest, pk: UUID) -> HttpResponse:
    thread = _asked(request, pk, "thread.merge")
    form = MergeForm(request.POST or None, thread=thread)
    words = {
        "title": "Merge the thread",
        "text": "Its posts go into the other thread, each at its time, and its address leads there. "
        "Posts can be split off again.",
        "submit": "Merge it",
    }
    return _answered(
        request, thread, form, words, lambda cleaned: actions.merge_thread(thread=thread, by=request.user, **cleaned)
    )


@require_http_methods(["GET", "POST"])
def split(request: MemberRequest, pk: UUID) -> HttpResponse:
    """`from` in the address chooses a post and those after it."""
    thread = _asked(request, pk, "thread.split")
    initial = {"kind": Thread.Kind.DISCUSSION, "topics": thread.topics.all()}
    form: Any = SplitForm(request.POST or None, thread=thread, by=request.user, initial=initial)
    offered = list(form.fields["posts"].queryset)
    start = next((post.seq for post in offered if str(post.pk) == request.GET.get("from")), None)
    form.fields["posts"].initial = [post.pk for post in offered if start and post.seq >= start]
    words = {
        "title": "Split the thread",
        "text": "The posts that you choose become a thread of their own. Both threads say so.",
        "submit": "Split them off",
    }
    return _answered(
        request, thread, form, words, lambda cleaned: actions.split_thread(thread=thread, by=request.user, **cleaned)
    )


def _asked(request: MemberRequest, pk: UUID, verb: str) -> Thread:
    thread = thread_or_404(request.user, pk)
    require(request.user, verb, thread)
    return thread


def _answered(request: MemberRequest, thread: Thread, form: Any, words: dict, act: Any) -> HttpResponse:
    """The form; or, once it is done, the thread where the posts are."""
    refusal = ""
    if form.is_valid():
        try:
            return redirect(act(form.cleaned_data) or thread)
        except Refusal as no:
            refusal = str(no)
    elsewhere: Any = MoveForm(thread=thread, by=request.user).fields["to"]
    may_move = may(request.user, "thread.move", thread) and elsewhere.queryset.exists()
    context = {**words, "thread": thread, "form": form, "refusal": refusal, "may_move": may_move}
    return render(request, "discussions/rearrange.html", context, status=status_of(form, refusal))
