"""The poster hall of an edition, for who is admitted."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from access import MemberRequest
from discussions.lists import thread_page
from spaces.access import space_or_404
from symposium.posters import hall, hung_as, thread_of
from symposium.views.editions import tabbed
from symposium.views.lobby import inside


@require_GET
def posters(request: MemberRequest, slug: str) -> HttpResponse:
    """All of them."""
    edition = inside(request, slug)
    context = tabbed(request, edition, "lobby") | {"posters": hall(edition, request.user)}
    return render(request, "symposium/posters.html", context)


@require_GET
def poster(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """One, and what is said about it."""
    edition = inside(request, slug)
    hung = hung_as(edition, request.user, pk)
    if hung is None:
        raise Http404
    thread = thread_of(hung.slot.session)
    thread.space = space_or_404(request.user, thread.space_id)  # read before its rows
    context = {
        "hung": hung,
        "edition": edition,
        "page": thread_page(thread, request.user, request.GET),
        "space_title": f"Posters · {edition}",
        "space_url": reverse("symposium:posters", args=[slug]),
    }
    return render(request, "symposium/poster.html", context)
