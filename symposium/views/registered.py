"""Registration as staff see it: who comes, who waits, what they need, and setting it up."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest
from access.forms import carried_out
from audit.trail import append
from meetings.sheets import file_of
from symposium import actions
from symposium.models import GuestPass, Registration, RegistrationDesk
from symposium.registered import needs_of, rows_of, rows_of_needs, who_came
from symposium.registering import counts_of
from symposium.registration_forms import CategoryForm, DeskForm, GuestForm, ReasonForm
from symposium.views.editions import ASK, managed, tabbed


@require_GET
def registered(request: MemberRequest, slug: str) -> HttpResponse:
    """How many of each category, who waits in which order, who is offered a seat, who comes and who came."""
    edition, desk = _desk(request, slug)
    if desk is None:
        return redirect("symposium:set_up_registration", slug)
    places = desk.places.select_related("member", "category", "organisation").order_by("member__name", "pk")
    context = tabbed(request, edition, "registered") | {
        "desk": desk,
        "counts": counts_of(desk),
        "came": who_came(edition),
        "confirmed": places.confirmed(),
        "offered": places.taking().exclude(state="confirmed").order_by("offered_until"),
        "waiting": desk.places.waiting().select_related("member", "category", "organisation"),
        "passes": GuestPass.objects.filter(category__desk=desk).select_related("category", "used_by"),
    }
    return render(request, "symposium/registered.html", context)


@require_POST
def export(request: MemberRequest, slug: str) -> HttpResponse:
    """Everyone who ever registered, as CSV or XLSX; nothing of what they need. On record."""
    edition, desk = _desk_or_404(request, slug)
    append("registrations.exported", subject=edition, by=request.user)
    return file_of({"Registrations": rows_of(desk)}, f"registrations-{slug}", request.POST.get("as", "csv"))


@require_GET
def needs(request: MemberRequest, slug: str) -> HttpResponse:
    """What who comes needs to take part, and who wants continuing-education credit. Private."""
    edition, desk = _desk(request, slug)
    if desk is None:
        return redirect("symposium:set_up_registration", slug)
    context = tabbed(request, edition, "registered") | {"desk": desk, "needs": needs_of(desk)}
    return render(request, "symposium/needs.html", context)


@require_POST
def export_needs(request: MemberRequest, slug: str) -> HttpResponse:
    """The same as CSV or XLSX. On record."""
    edition, desk = _desk_or_404(request, slug)
    append("registration_details.exported", subject=edition, by=request.user)
    return file_of({"Needs": rows_of_needs(desk)}, f"needs-{slug}", request.POST.get("as", "csv"))


@require_http_methods(ASK)
def desk(request: MemberRequest, slug: str) -> HttpResponse:
    """Say when one registers, for how many seats, and what is asked."""
    edition, found = _desk(request, slug)
    form = DeskForm(request.POST if request.method == "POST" else None, edition=edition, desk=found)
    if form.is_valid():
        actions.set_up_desk(edition=edition, by=request.user, **form.said)
        messages.success(request, "Saved. What more seats make free is offered at once.")
        return redirect("symposium:registered", slug)
    return _form(request, form, "Set up registration", slug, edition)


@require_http_methods(ASK)
def move_up(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Put somebody before the others on the waitlist, with a reason."""
    return _with_reason(request, slug, pk, actions.move_up, "Move {} up", "They are first now.")


@require_http_methods(ASK)
def cancel_for(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Cancel somebody's registration, with a reason."""
    return _with_reason(request, slug, pk, actions.cancel_registration, "Cancel for {}", "Cancelled, and told them.")


@require_http_methods(ASK)
def invite(request: MemberRequest, slug: str) -> HttpResponse:
    """Send a guest their link."""
    edition, found = _desk_or_404(request, slug)
    form = GuestForm(request.POST if request.method == "POST" else None, desk=found)
    if carried_out(form, partial(actions.invite_guest, by=request.user)):
        messages.success(request, "Sent. The link works once.")
        return redirect("symposium:registered", slug)
    return _form(request, form, "Invite a guest", slug, edition)


@require_POST
def withdraw(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """A guest's link opens nothing any more."""
    edition, found = _desk_or_404(request, slug)
    passes = GuestPass.objects.filter(category__desk=found).select_related("category__desk")
    guest_pass = get_object_or_404(passes, pk=pk)
    guest_pass.category.desk.edition = edition
    actions.withdraw_guest(guest_pass=guest_pass, by=request.user)
    messages.success(request, "Withdrawn. The link opens nothing any more.")
    return redirect("symposium:registered", slug)


@require_http_methods(ASK)
def add_category(request: MemberRequest, slug: str) -> HttpResponse:
    """Tell one more kind of people apart."""
    edition, found = _desk_or_404(request, slug)
    form = CategoryForm(request.POST if request.method == "POST" else None)
    if carried_out(form, partial(actions.add_category, desk=found, by=request.user)):
        messages.success(request, "Added.")
        return redirect("symposium:registered", slug)
    return _form(request, form, "Add a category", slug, edition)


@require_http_methods(ASK)
def change_category(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Call it something else, or close it."""
    edition, found = _desk_or_404(request, slug)
    category = get_object_or_404(found.categories, pk=pk)
    form = CategoryForm(request.POST if request.method == "POST" else None, category=category)
    if carried_out(form, partial(actions.change_category, category=category, by=request.user)):
        messages.success(request, "Changed.")
        return redirect("symposium:registered", slug)
    return _form(request, form, f"Change “{category}”", slug, edition)


def _desk(request: MemberRequest, slug: str) -> tuple[Any, RegistrationDesk | None]:
    edition = managed(request, slug)
    found = RegistrationDesk.objects.filter(edition=edition).first()
    if found:
        found.edition = edition
    return edition, found


def _desk_or_404(request: MemberRequest, slug: str) -> tuple[Any, RegistrationDesk]:
    edition, found = _desk(request, slug)
    if found is None:
        raise Http404
    return edition, found


def _with_reason(request: MemberRequest, slug: str, pk: UUID, act: Any, title: str, done: str) -> HttpResponse:
    edition, found = _desk_or_404(request, slug)
    registration = get_object_or_404(Registration.objects.standing().select_related("member", "of"), of=found, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if carried_out(form, partial(act, registration=registration, by=request.user)):
        messages.success(request, done)
        return redirect("symposium:registered", slug)
    return _form(request, form, title.format(registration.member), slug, edition)


def _form(request: MemberRequest, form: Any, title: str, slug: str, edition: Any) -> HttpResponse:
    context = {"form": form, "title": title, "edition": edition, "back": reverse("symposium:registered", args=[slug])}
    return render(request, "symposium/form.html", context, status=422 if form.errors else 200)
