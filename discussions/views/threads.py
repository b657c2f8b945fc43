"""Lists of threads, one thread, and what one does with it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import Refusal, passive, require
from access.answers import wants_json
from access.requests import MemberRequest
from discussions import actions
from discussions.access import post_or_404, thread_or_404
from discussions.forms import HeadForm, ReadForm, ThreadForm
from discussions.lists import my_waiting, thread_page, threads_of, unread_threads
from discussions.lists import similar as similar_to
from discussions.models import FirstPost, Forum, Thread
from discussions.views.answers import kept_waiting, taken
from members.eligibility import eligibility
from spaces.access import space_or_404
from spaces.kinds import space_kind
from spaces.models import Space
from spaces.screening import Held, answers_in


@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """The forums that one may read; where there is only one, itself; where there is none, why."""
    forums = list(Forum.objects.visible_to(request.user))
    if len(forums) == 1:
        return redirect(forums[0])
    unread = unread_threads([forum.space for forum in forums], request.user)
    context = {
        "forums": [(forum, unread[forum.space_id]) for forum in forums],
        "why_not": eligibility(request.user, "discussions").why,
    }
    return render(request, "discussions/forums.html", context)


@require_GET
def forum(request: MemberRequest, slug: str) -> HttpResponse:
    forum = get_object_or_404(Forum, slug=slug)
    forum.space = space = space_or_404(request.user, forum.space_id)
    actions.belong(member=request.user, space=space)
    listing = threads_of(space, request.user, request.GET)
    return render(
        request,
        "discussions/forum.html",
        {"forum": forum, "listing": listing, "firsts": my_waiting(space, request.user)},
    )


@require_http_methods(["GET", "POST"])
def start(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Write the first post of a thread."""
    space = space_or_404(request.user, pk)
    require(request.user, "space.write", space)
    form = ThreadForm(
        request.POST if request.method == "POST" else None,
        space=space,
        by=request.user,
        initial=_first_words(request, space),
    )
    context: dict[str, Any] = {"form": form, "space": space, **_place_of(space)}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                started = actions.start_thread(
                    space=space, by=request.user, answers=answers_in(request.POST), **form.cleaned_data
                )
                return kept_waiting(request, started) if isinstance(started, FirstPost) else redirect(started)
            except Refusal as no:
                context["refusal"], status = str(no), 409
            except Held as held:
                context["held"] = held
                form.data = _as_held(request, held)
    return render(request, "discussions/start.html", context, status=status)


@require_POST
def start_draft(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Keep what somebody has typed of a thread that they have not posted yet."""
    actions.save_first_draft(
        space=space_or_404(request.user, pk),
        by=request.user,
        title=request.POST.get("title", ""),
        body=request.POST.get("body", ""),
    )
    return HttpResponse(status=204)


@passive
@require_GET
def similar(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Threads that may already say what somebody is about to ask."""
    space = space_or_404(request.user, pk)
    return render(
        request, "discussions/_similar.html", {"threads": similar_to(space, request.GET.get("title", "")[:200])}
    )


@require_GET
def thread(request: MemberRequest, pk: UUID) -> HttpResponse:
    thread = thread_or_404(request.user, pk)
    if thread.is_chat or thread.merged_into:
        return redirect(thread.merged_into or thread)
    actions.belong(member=request.user, space=thread.space)
    context = {"page": thread_page(thread, request.user, request.GET), **_place_of(thread.space)}
    context["firsts"] = my_waiting(thread.space, request.user, thread)
    return render(request, "discussions/thread.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Another title, kind or topics."""
    thread = thread_or_404(request.user, pk)
    require(request.user, "thread.edit", thread)
    initial = {"kind": thread.kind, "title": thread.title, "topics": thread.topics.all()}
    form = HeadForm(
        request.POST if request.method == "POST" else None, space=thread.space, by=request.user, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        actions.edit_thread(thread=thread, by=request.user, **{"topics": [], **form.cleaned_data})
        return redirect(thread)
    return render(
        request, "discussions/thread_edit.html", {"form": form, "thread": thread}, status=422 if form.errors else 200
    )


@passive
@require_POST
def read(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Everything in it up to `seq` has been seen."""
    form = ReadForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    actions.mark_thread_read(thread=thread_or_404(request.user, pk), by=request.user, seq=form.cleaned_data["seq"])
    return HttpResponse(status=204)


@require_POST
def read_all(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Mark every thread of a space read; the message offers to take it back."""
    space = space_or_404(request.user, pk)
    before = actions.mark_all_read(space=space, by=request.user)
    messages.success(
        request,
        format_html(
            'All threads are marked read. <button class="button small" form="read-all" formaction="{}" name="seq" '
            'value="{}">Undo</button>',
            f"/spaces/{space.pk}/threads/unread/",
            before,
        ),
    )
    return redirect(space_kind(space.kind).threads_url(space))


@require_POST
def unread(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take "mark all read" back."""
    space, form = space_or_404(request.user, pk), ReadForm(request.POST)
    if form.is_valid():
        actions.mark_read_up_to(space=space, by=request.user, seq=form.cleaned_data["seq"])
    return redirect(space_kind(space.kind).threads_url(space))


def verb(action: Any) -> Any:
    """A view that does one thing with a thread and shows it."""

    @require_POST
    def view(request: MemberRequest, pk: UUID) -> HttpResponse:
        thread = thread_or_404(request.user, pk)
        action(thread=thread, by=request.user)
        return HttpResponse(status=204) if wants_json(request) else redirect(thread)

    return view


close, reopen = verb(actions.close_thread), verb(actions.reopen_thread)
pin, unpin = verb(actions.pin_thread), verb(actions.unpin_thread)
follow, mute, hear = verb(actions.follow), verb(actions.mute), verb(actions.hear_as_usual)
unaccept = verb(actions.unaccept_answer)


@require_POST
def accept(request: MemberRequest, pk: UUID) -> HttpResponse:
    """This post answers the question."""
    post = post_or_404(request.user, pk)
    actions.accept_answer(post=post, by=request.user)
    return taken(request, post)


def _place_of(space: Space) -> dict[str, str]:
    kind = space_kind(space.kind)
    return {"space_title": kind.title(space), "space_url": kind.threads_url(space)}


def _as_held(request: MemberRequest, held: Held) -> QueryDict:
    """What was typed, with what its author has agreed to take out."""
    typed = request.POST.copy()
    typed["title"], _, typed["body"] = held.text.partition("\n\n")
    return typed


def _first_words(request: MemberRequest, space: Space) -> dict[str, Any]:
    draft = actions.first_draft(space=space, by=request.user)
    return {
        "kind": Thread.Kind.QUESTION,
        "client_id": uuid4(),
        "title": draft.title if draft else "",
        "body": draft.body if draft else "",
    }
