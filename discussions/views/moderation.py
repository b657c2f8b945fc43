"""Reporting a post, the queue of those who moderate, and what its author reads of a decision."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import Refusal, may, require
from access.requests import MemberRequest
from discussions import actions
from discussions.access import post_or_404, wrote
from discussions.forms import DecideForm, FlagForm, RevealForm
from discussions.models import Decision, FirstPost, Flag, to_decide, written_by
from discussions.views.answers import place_of, status_of
from spaces.access import space_or_404
from spaces.kinds import space_kind

DECIDED = 30  # of the newest decisions that the queue shows
THANKS = "Thank you. Those who moderate here look at it. Nobody else learns that you reported it."


@require_http_methods(["GET", "POST"])
def flag(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Report a post."""
    post = post_or_404(request.user, pk)
    require(request.user, "post.flag", post)
    form = FlagForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if form.is_valid():
        try:
            actions.flag_post(post=post, by=request.user, **form.cleaned_data)
            messages.success(request, THANKS)
            return redirect(place_of(post))
        except Refusal as no:
            refusal = str(no)
    has_flagged = Flag.objects.open().filter(post=post, member=request.user).exists()
    context = {"post": post, "form": form, "refusal": refusal, "has_flagged": has_flagged}
    return render(request, "discussions/flag.html", context, status=status_of(form, refusal))


@require_GET
def queue(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What was reported in a space, and what was decided lately."""
    space = space_or_404(request.user, pk)
    require(request.user, "space.moderate", space)
    waiting = to_decide(request.user, [space]).select_related("author", "thread")
    decided = Decision.objects.filter(post__space=space).exclude(written_by(request.user, "post__"))
    firsts = FirstPost.objects.for_moderators(request.user, [space])
    context = {
        "firsts": firsts.waiting()[:100],
        "declined": firsts.declined().select_related("declined_by").order_by("-declined_at")[:DECIDED],
        "space_title": space_kind(space.kind).title(space),
        "space_url": space_kind(space.kind).threads_url(space),
        "waiting": waiting.prefetch_related("flags")[:100],
        "decided": decided.select_related("by", "undone_by", "post__author", "post__thread")[:DECIDED],
    }
    return render(request, "discussions/moderation.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Look at a post that was reported, and decide."""
    post = post_or_404(request.user, pk)
    require(request.user, "post.decide", post)
    form = DecideForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if form.is_valid():
        try:
            actions.decide(post=post, by=request.user, **form.cleaned_data)
            messages.success(request, "Decided. You can take it back below.")
            return redirect("discussions:moderation", post.space_id)
        except Refusal as no:
            refusal = str(no)
    flags = Flag.objects.open().filter(post=post).select_related("member")
    context = {"post": post, "form": form, "refusal": refusal, "flags": flags}
    return render(request, "discussions/decide.html", context, status=status_of(form, refusal))


@require_POST
def undo(request: MemberRequest, pk: UUID) -> HttpResponse:
    decision = _decision(request, pk)
    require(request.user, "post.undecide", decision.post)
    actions.undo(decision=decision, by=request.user)
    messages.success(request, "Taken back: the message is as it was before.")
    return redirect("discussions:moderation", decision.post.space_id)


@require_GET
def decision(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What was decided about a post, for its author and those who moderate."""
    decision = _decision(request, pk)
    actions.see_decision(decision=decision, by=request.user)
    return render(request, "discussions/decision.html", {"decision": decision, "text": _text(decision)})


@never_cache
@require_http_methods(["GET", "POST"])
def reveal(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who asked without a name: asked for with a reason, shown once, kept nowhere but in the trail."""
    post = post_or_404(request.user, pk)
    require(request.user, "post.reveal", post)
    form = RevealForm(request.POST if request.method == "POST" else None)
    asker = actions.reveal(post=post, by=request.user, **form.cleaned_data) if form.is_valid() else None
    context = {"post": post, "form": form, "asker": asker}
    return render(request, "discussions/reveal.html", context, status=status_of(form))


def _decision(request: MemberRequest, pk: UUID) -> Decision:
    """Its author finds it also where they may not read any more."""
    found = get_object_or_404(Decision.objects.select_related("post__space", "post__thread", "by"), pk=pk)
    if not (wrote(request.user, found.post) or may(request.user, "space.moderate", found.post.space)):
        raise Http404
    return found


def _text(decision: Decision) -> str:
    """What the post said."""
    newest = decision.post.versions.order_by("-replaced_at").first()
    return decision.post.body or (newest.body if newest else "")
