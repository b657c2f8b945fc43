"""Sessions with seats of their own: what is free, what one has, and giving it up."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest
from access.forms import carried_out
from symposium import actions
from symposium.models import Registration, Session, Workshop, WorkshopPlace
from symposium.registering import workshops_of
from symposium.registration_forms import WorkshopForm
from symposium.views.editions import managed, seen, tabbed

SAID = {
    "confirmed": "You have a seat. The session is in your agenda.",
    "waitlisted": "All seats are taken. You are on the waitlist, and we write as soon as one comes free for you.",
    "offered": "A seat is kept for you: take it below.",
}


@require_GET
def workshops(request: MemberRequest, slug: str) -> HttpResponse:
    """All sessions with seats, how many are left, and one's own places."""
    edition = seen(request, slug)
    context = tabbed(request, edition, "registration") | {
        "lines": workshops_of(edition, request.user),
        "is_registered": Registration.objects.confirmed().filter(of__edition=edition, member=request.user).exists(),
    }
    if context["manages"]:
        context["without"] = edition.sessions.on().filter(workshop=None).order_by("title")
    return render(request, "symposium/workshops.html", context)


@require_POST
def take(request: MemberRequest, slug: str, session_pk: UUID) -> HttpResponse:
    """Take a seat, or join the waitlist."""
    workshops = Workshop.objects.filter(session__edition=seen(request, slug))
    place = actions.take_seat(workshop=get_object_or_404(workshops, session=session_pk), by=request.user)
    messages.success(request, SAID[place.state])
    return redirect("symposium:workshops", slug)


@require_POST
def take_offer(request: MemberRequest, slug: str, session_pk: UUID) -> HttpResponse:
    """Take the seat that came free."""
    actions.take_offered_seat(place=_mine(request, slug, session_pk), by=request.user)
    messages.success(request, SAID["confirmed"])
    return redirect("symposium:workshops", slug)


@require_POST
def give_up(request: MemberRequest, slug: str, session_pk: UUID) -> HttpResponse:
    """Give it to who is next."""
    actions.give_seat_up(place=_mine(request, slug, session_pk), by=request.user)
    messages.success(request, "Given up. The seat goes to who is next.")
    return redirect("symposium:workshops", slug)


@require_http_methods(["GET", "POST"])
def seats(request: MemberRequest, slug: str, session_pk: UUID) -> HttpResponse:
    """Staff say how many seats a session has."""
    edition = managed(request, slug)
    session = get_object_or_404(edition.sessions, pk=session_pk)
    workshop = Workshop.objects.filter(session=session).first()
    said = {"seats": workshop.seats, "offer_hours": workshop.offer_hours} if workshop else {}
    form = WorkshopForm(request.POST if request.method == "POST" else None, initial=said)
    if _given(form, session, request):
        messages.success(request, "Saved.")
        return redirect("symposium:workshops", slug)
    context = {
        "edition": edition,
        "form": form,
        "title": f"Seats of {session}",
        "back": reverse("symposium:workshops", args=[slug]),
    }
    return render(request, "symposium/form.html", context, status=422 if form.errors else 200)


def _given(form: WorkshopForm, session: Session, request: MemberRequest) -> bool:
    return carried_out(form, lambda **said: actions.give_seats(session=session, by=request.user, **said))


def _mine(request: MemberRequest, slug: str, session_pk: UUID) -> WorkshopPlace:
    places = WorkshopPlace.objects.standing().filter(member=request.user, of__session__edition=seen(request, slug))
    return get_object_or_404(places.select_related("of"), of__session=session_pk)
