"""How a view answers a page and a script."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from access import Refusal
from access.answers import wants_json
from access.requests import MemberRequest
from discussions.models import FirstPost, Post
from spaces.screening import Held


def part_of_page(request: MemberRequest, part: str, title: str, context: dict, status: int = 200) -> HttpResponse:
    """A part of a page in its frame; for a script the part alone."""
    context |= {"title": title, "part": f"discussions/_{part}.html"}
    return render(request, context["part"] if request.htmx else "discussions/page.html", context, status=status)


def status_of(form: BaseForm, refusal: str = "") -> int:
    """Of the page with a form on it: 422 where it was filled in wrongly, 409 where a rule said no."""
    return 422 if form.errors else 409 if refusal else 200


def not_taken(request: MemberRequest, no: Refusal | Held, part: str, title: str, context: dict) -> HttpResponse:
    """It is not done, and what was typed is kept: 409 with a sentence, 422 with what the identifier check found."""
    held = no if isinstance(no, Held) else None
    if wants_json(request) and held:
        html = render_to_string("discussions/_held.html", {"held": held}, request)
        return JsonResponse({"html": html, "body": held.text}, status=422)
    if wants_json(request):
        return JsonResponse({"refusal": str(no)}, status=409)
    typed = {
        "body": held.text if held else request.POST.get("body", ""),
        "refusal": "" if held else str(no),
        "held": held,
        "sent": request.POST,
        "files": request.POST.getlist("files"),
    }
    return part_of_page(request, part, title, context | typed, status=422 if held else 409)


def place_of(post: Post) -> str:
    return f"{post.thread.get_absolute_url()}?post={post.pk}#post-{post.pk}"


WAITS = "Your message waits for a moderator, as the first messages of a member do here. Nobody else can read it yet."


def kept_waiting(request: MemberRequest, first: FirstPost) -> HttpResponse:
    """It was sent, and a moderator looks at it first: to its page, which a script is told to open."""
    messages.success(request, WAITS)
    if wants_json(request):
        return JsonResponse({"waits": first.get_absolute_url()}, status=202)
    response = redirect(first)
    response.status_code = 303
    return response


def taken(request: MemberRequest, post: Post) -> HttpResponse:
    """It is done: to the post in its room, or for a script the post as it is now and where it goes."""
    if not wants_json(request):
        response = redirect(place_of(post))
        response.status_code = 303
        return response
    shown = Post.objects.shown().get(pk=post.pk)
    into = f"replies-{shown.reply_to_id}" if shown.reply_to_id else f"posts-{shown.thread_id}"
    html = render_to_string("discussions/_post.html", {"thing": shown})
    return JsonResponse(
        {"id": str(shown.pk), "seq": shown.seq, "target": f"post-{shown.pk}", "into": into, "html": html}
    )
