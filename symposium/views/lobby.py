"""The lobby of the live days: what is on now and next, who helps, what staff tell everybody, and what I still lack."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, may, passive
from access.forms import carried_out
from symposium import actions
from symposium.activities import told
from symposium.lobby_forms import AnnouncementForm, LobbyForm
from symposium.models import Edition, Lobby
from symposium.now import now_at
from symposium.standing import standings
from symposium.views.editions import ASK, managed, seen, tabbed


@require_http_methods(ASK)
def lobby(request: MemberRequest, slug: str) -> HttpResponse:
    """Where the live days begin, for who is admitted; staff tell everybody something here."""
    edition = inside(request, slug)
    form = None
    if may(request.user, "edition.manage", edition):
        form = AnnouncementForm(request.POST if request.method == "POST" else None)
        if carried_out(form, partial(actions.announce, edition=edition, by=request.user)):
            return redirect("symposium:lobby", slug)
    elif request.method == "POST":
        managed(request, slug)
    prefetch_related_objects([edition], told())  # after the space, whose number is then not ahead
    context = tabbed(request, edition, "lobby") | {
        "form": form,
        "space": edition.space,
        "lobby": Lobby.objects.filter(edition=edition).select_related("desk").first(),
        "now": now_at(edition, request.user),
        "missing": missing(edition, request.user),
    }
    return render(request, "symposium/lobby.html", context, status=422 if form and form.errors else 200)


@passive
@require_GET
def on_now(request: MemberRequest, slug: str) -> HttpResponse:
    """What is on now and next; the page asks by itself."""
    edition = inside(request, slug)
    return render(request, "symposium/_now.html", {"edition": edition, "now": now_at(edition, request.user)})


@require_POST
def take_back(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take an announcement back."""
    edition = managed(request, slug)
    actions.take_back(announcement=get_object_or_404(edition.announcements, pk=pk), by=request.user)
    return redirect("symposium:lobby", slug)


@require_GET
def quiet(request: MemberRequest, slug: str) -> HttpResponse:
    """Where nothing happens: words, and the way back."""
    edition = inside(request, slug)
    words = Lobby.objects.filter(edition=edition).values_list("quiet_text", flat=True).first()
    return render(request, "symposium/quiet.html", {"edition": edition, "words": words})


@require_http_methods(ASK)
def set_up(request: MemberRequest, slug: str) -> HttpResponse:
    """Say who helps, and in which room, and what stands in the quiet room."""
    edition = managed(request, slug)
    form = LobbyForm(
        request.POST if request.method == "POST" else None,
        instance=Lobby.objects.filter(edition=edition).first(),
        edition=edition,
    )
    if carried_out(form, partial(actions.set_lobby, edition=edition, by=request.user)):
        messages.success(request, "Kept.")
        return redirect("symposium:lobby", slug)
    context = {
        "edition": edition,
        "form": form,
        "title": "Help and the quiet room",
        "back": reverse("symposium:lobby", args=[slug]),
    }
    return render(request, "symposium/form.html", context, status=422 if form.errors else 200)


def inside(request: MemberRequest, slug: str) -> Edition:
    """An edition to which one is admitted; to others its lobby is not there."""
    edition = seen(request, slug)
    if not may(request.user, "space.read", edition.space):
        raise Http404
    return edition


def missing(edition: Edition, member) -> list:
    """The sessions that a member was at and can evaluate still."""
    questionnaire = getattr(edition, "questionnaire", None)
    if questionnaire is None or questionnaire.is_closed:
        return []
    standing = standings(edition, [member]).get(member.pk)
    return [one.session for one in standing.visits if not one.evaluated_at] if standing else []
