"""What NCB staff do with forums: open them, and say what holds there."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from access import require
from access.requests import MemberRequest
from discussions import actions
from discussions.forms import ForumForm, OpenForumForm
from discussions.models import Forum
from members.views.staff import done, form_page


@require_GET
def forums(request: MemberRequest) -> HttpResponse:
    """Every forum, and what holds there."""
    require(request.user, "forum.manage")
    return render(request, "discussions/staff_forums.html", {"forums": Forum.objects.prefetch_related("topics")})


@require_http_methods(["GET", "POST"])
def open_forum(request: MemberRequest) -> HttpResponse:
    require(request.user, "forum.manage")
    form = OpenForumForm(request.POST or None)
    opened: list[Forum] = []
    if form.is_valid() and done(form, lambda: opened.append(actions.open_forum(by=request.user, **form.cleaned_data))):
        messages.success(request, "The forum is open: every eligible member can read and write there.")
        return redirect(opened[0])
    return form_page(
        request, form, title="Open a forum", submit="Open the forum", cancel="discussions:forums",
        text="For every eligible member. A smaller circle is a peer consultation group.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def change_forum(request: MemberRequest, pk: UUID) -> HttpResponse:
    require(request.user, "forum.manage")
    forum = get_object_or_404(Forum, pk=pk)
    form = ForumForm(request.POST or None, forum=forum)
    if form.is_valid() and done(form, lambda: actions.change_forum(forum=forum, by=request.user, **form.cleaned_data)):
        messages.success(request, "Saved.")
        return redirect("discussions:forums")
    return form_page(request, form, title=forum.name, submit="Save", cancel="discussions:forums")
