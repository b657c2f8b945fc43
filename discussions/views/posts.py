"""Pages and forms around posts. A script asks for JSON or, with HX-Request, for the part of the page alone."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import Refusal, may, require
from access.requests import MemberRequest, passive
from discussions import actions
from discussions.access import post_or_404, thread_or_404, thread_to_write_or_404
from discussions.chat import foot_of, panel_of
from discussions.forms import EditForm, RemoveForm, WriteForm
from discussions.models import Bookmark, FirstPost, Post, Sign
from discussions.people import mentionable as people_of
from discussions.views.answers import kept_waiting, not_taken, part_of_page, place_of, taken
from members.models import Member
from spaces.access import space_or_404
from spaces.kinds import space_kind
from spaces.screening import Held, answers_in


@require_http_methods(["GET", "POST"])
def write(request: MemberRequest, pk: UUID) -> HttpResponse:
    if request.method == "GET":  # where signing in again leads after a form that was held too long
        return redirect(thread_or_404(request.user, pk))
    thread = thread_to_write_or_404(request.user, pk)
    form = WriteForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal("This page is out of date. Copy your text, and load the page again.")
        post = actions.write_post(thread=thread, by=request.user, answers=answers_in(request.POST), **form.cleaned_data)
    except (Refusal, Held) as no:
        return not_taken(request, no, "write", "Not posted yet", {"thread": thread})
    return kept_waiting(request, post) if isinstance(post, FirstPost) else taken(request, post)


@require_GET
def post(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The address of a post leads to its place in the room."""
    return redirect(place_of(post_or_404(request.user, pk)))


@require_GET
def tools(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All that this member may do with this post."""
    post = post_or_404(request.user, pk)
    verbs = {
        verb: may(request.user, f"post.{verb}", post)
        for verb in ("edit", "remove", "react", "pin", "history", "flag", "reveal")
    }
    verbs["answer"] = post.thread.opening_id != post.pk and may(request.user, "thread.answer", post.thread)
    verbs["split"] = post.thread.opening_id != post.pk and may(request.user, "thread.split", post.thread)
    verbs["pin"] = verbs["pin"] and post.thread.is_chat
    is_marked = Bookmark.objects.filter(post=post, member=request.user).exists()
    return part_of_page(request, "tools", "This message", {"post": post, "may": verbs, "is_marked": is_marked})


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    post = post_or_404(request.user, pk)
    if request.method == "GET":
        require(request.user, "post.edit", post)
        context = {"post": post, "body": post.body, "version": post.version}
        return part_of_page(request, "edit", "Edit your message", context)
    form = EditForm(request.POST)
    form.is_valid()
    try:
        post = actions.edit_post(post=post, by=request.user, answers=answers_in(request.POST), **form.cleaned_data)
    except (Refusal, Held) as no:
        return not_taken(request, no, "edit", "Edit your message", {"post": post, **form.cleaned_data})
    return taken(request, post)


@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    post = post_or_404(request.user, pk)
    if post.removed_at:
        return taken(request, post)
    require(request.user, "post.remove", post)
    form = RemoveForm(request.POST or None) if post.author_id != request.user.pk else None
    if request.method == "POST" and (form is None or form.is_valid()):
        actions.remove_post(post=post, by=request.user, reason=form.cleaned_data["reason"] if form else "")
        return taken(request, post)
    return part_of_page(request, "remove", "Remove this message?", {"post": post, "form": form})


@require_GET
def history(request: MemberRequest, pk: UUID) -> HttpResponse:
    post = post_or_404(request.user, pk)
    require(request.user, "post.history", post)
    return part_of_page(request, "history", "What it said before", {"post": post, "versions": post.versions.all()})


@require_http_methods(["GET", "POST"])
def react(request: MemberRequest, pk: UUID) -> HttpResponse:
    """GET: who reacted how, and the six signs. POST: set a sign or take it back; `on` says which, else it is turned."""
    post = post_or_404(request.user, pk)
    mine = set(post.reactions.filter(member=request.user).values_list("sign", flat=True))
    if request.method == "GET":
        context = {"post": Post.objects.shown().get(pk=pk), "mine": mine, "all_signs": Sign}
        context["may_react"] = may(request.user, "post.react", post)
        return part_of_page(request, "react", "Reactions", context)
    sign = request.POST.get("sign", "")
    on = request.POST.get("on") or str(int(sign not in mine))
    (actions.react if on == "1" else actions.unreact)(post=post, by=request.user, sign=sign)
    return taken(request, post)


@require_POST
def pin(request: MemberRequest, pk: UUID) -> HttpResponse:
    post = post_or_404(request.user, pk)
    actions.pin(post=post, by=request.user)
    return taken(request, post)


@require_POST
def unpin(request: MemberRequest, pk: UUID) -> HttpResponse:
    post = post_or_404(request.user, pk)
    actions.unpin(post=post, by=request.user)
    return taken(request, post)


@require_POST
def bookmark(request: MemberRequest, pk: UUID) -> HttpResponse:
    post = post_or_404(request.user, pk)
    actions.bookmark(post=post, by=request.user)
    return taken(request, post)


@require_POST
def unbookmark(request: MemberRequest, pk: UUID) -> HttpResponse:
    post = post_or_404(request.user, pk)
    actions.unbookmark(post=post, by=request.user)
    return taken(request, post)


@require_GET
def replies(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The thread under a post: beside the room, or alone for a script."""
    post = post_or_404(request.user, pk)
    if not request.htmx:
        return redirect(f"{post.thread.get_absolute_url()}?replies={post.root.pk}#panel")
    context = {
        "panel": panel_of(post.root, request.user),
        "thread": post.thread,
        "space": post.space,
        "chat_title": space_kind(post.space.kind).title(post.space),
    }
    return render(
        request, "discussions/_panel.html", context | {"may_write": may(request.user, "post.write", post.thread)}
    )


@require_POST
def draft(request: MemberRequest, pk: UUID) -> HttpResponse:
    actions.save_draft(thread=thread_or_404(request.user, pk), by=request.user, body=request.POST.get("body", ""))
    return HttpResponse(status=204)


@passive
@require_GET
def foot(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Where the member writes in a room, or why they cannot: an open page asks again when their rights change."""
    thread = thread_or_404(request.user, pk)
    if not thread.is_chat:
        raise Http404
    return render(request, "discussions/_foot.html", foot_of(thread.space, request.user))


@require_GET
def bookmarks(request: MemberRequest) -> HttpResponse:
    """The member's marked posts of the rooms that they may still read, the last marked first."""
    posts = Post.objects.visible_to(request.user).kept().filter(bookmarks__member=request.user)
    posts = posts.select_related("author", "space").order_by("-bookmarks__created_at")[:200]
    return render(request, "discussions/bookmarks.html", {"posts": posts})


@require_GET
def mentionable(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Whom one can mention in a space: those who belong to it."""
    space = space_or_404(request.user, pk)
    asked = request.GET.get("q", "").casefold()
    people = [pk for pk, name in people_of(space) if asked in name.casefold() and pk != request.user.pk]
    members = Member.objects.filter(pk__in=people).prefetch_related("disciplines").order_by("name")[:50]
    return JsonResponse({"people": [_person(member) for member in members]})


def _person(member: Member) -> dict[str, str]:
    disciplines = ", ".join(discipline.name for discipline in member.disciplines.all())
    avatar = render_to_string("_avatar.html", {"person": member, "size": "s"})
    return {"id": str(member.pk), "name": member.name, "does": disciplines, "avatar": avatar}
