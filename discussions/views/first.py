"""First posts that wait: their page, for the author and for those who moderate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import Refusal, may, require
from access.requests import MemberRequest
from discussions import actions
from discussions.access import first_or_404
from discussions.forms import FirstForm
from discussions.models import FirstPost
from discussions.views.answers import place_of, status_of
from files.models import File
from spaces.kinds import space_kind


@require_GET
def show(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What it says and how it stands."""
    first = first_or_404(request.user, pk)
    actions.see_decline(first=first, by=request.user)
    return _page(request, first)


@require_http_methods(["GET", "POST"])
def decide(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Post it, or say to its author why not."""
    first = first_or_404(request.user, pk)
    require(request.user, "first.decide", first)
    if request.method == "GET":  # where signing in again leads
        return redirect(first)
    form = FirstForm(request.POST)
    if not form.is_valid():
        return _page(request, first, form=form)
    try:
        if form.cleaned_data["outcome"] == "release":
            post = actions.release(first=first, by=request.user)
            messages.success(request, "Posted. It stands there as its author’s, from now on.")
            return redirect(place_of(post))
        actions.decline(first=first, by=request.user, note=form.cleaned_data["note"])
    except Refusal as no:
        return _page(request, first, form=form, refusal=str(no))
    messages.success(request, "Declined. Its author reads your note. You can take it back below.")
    return redirect("discussions:moderation", first.space_id)


@require_POST
def undo(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let what was declined wait again."""
    first = first_or_404(request.user, pk)
    actions.undo_decline(first=first, by=request.user)
    messages.success(request, "Taken back: the message waits again.")
    return redirect("discussions:moderation", first.space_id)


@require_POST
def take_back(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Its author thinks again."""
    first = first_or_404(request.user, pk)
    actions.take_back(first=first, by=request.user)
    messages.success(request, "Taken back. Your text is where you wrote it; add its files again.")
    if not may(request.user, "space.read", first.space):
        return redirect("home")
    return redirect(first.thread) if first.thread else redirect("discussions:start", first.space_id)


def _page(
    request: MemberRequest, first: FirstPost, *, form: FirstForm | None = None, refusal: str = ""
) -> HttpResponse:
    form = form or FirstForm()
    context = {
        "first": first,
        "is_own": first.member_id == request.user.pk,
        "files": File.objects.shown().filter(pk__in=first.files.values("pk")).order_by("uploaded_at", "pk"),
        "form": form,
        "may_decide": first.waits and may(request.user, "first.decide", first),
        "refusal": refusal,
        "space_title": space_kind(first.space.kind).title(first.space),
        "space_url": space_kind(first.space.kind).threads_url(first.space),
    }
    return render(request, "discussions/first_post.html", context, status=status_of(form, refusal))
