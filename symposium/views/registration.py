"""Registering for an edition, and what one can do with one's registration."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from access import MemberRequest, Refusal, may, open_to_all, require
from access.forms import carried_out
from members.actions.joining import make_guest
from members.forms.joining import known_addresses
from symposium import actions
from symposium.models import Details, GuestPass, Learner, Registration, RegistrationDesk
from symposium.registering import colleagues_of, open_categories, why_not_register
from symposium.registration_forms import ColleaguesForm, NewGuestForm, RegistrationForm
from symposium.views.editions import ASK, seen, tabbed

SAID = {
    "confirmed": "You are registered. A letter with an entry for your calendar is on its way.",
    "waitlisted": "All seats are taken. You are on the waitlist, and we write as soon as one comes free for you.",
}


@require_http_methods(ASK)
def registration(request: MemberRequest, slug: str) -> HttpResponse:
    """My registration; or the form, and why it is not there."""
    desk = desk_of(request, slug)
    mine = _mine(request, desk)
    if mine or desk is None:
        return _page(request, desk, slug, mine)
    categories = open_categories(request.user, desk)
    form = RegistrationForm(
        request.POST if request.method == "POST" else None,
        desk=desk,
        categories=categories,
        learner=_learner(request, desk),
    )
    if categories and _registered(request, form, desk):
        return redirect("symposium:registration", slug)
    return _page(request, desk, slug, None, form if categories and not why_not_register(desk) else None)


@require_http_methods(ASK)
def change(request: MemberRequest, slug: str) -> HttpResponse:
    """Say something else of what one needs."""
    mine = _mine_or_404(request, slug)
    form = RegistrationForm(
        request.POST if request.method == "POST" else None,
        desk=mine.of,
        categories=[mine.category],
        details=Details.objects.filter(registration=mine).first(),
        learner=_learner(request, mine.of),
    )
    if form.is_valid():
        actions.change_registration(registration=mine, by=request.user, details=form.details, credit=form.credit)
        messages.success(request, "Changed.")
        return redirect("symposium:registration", slug)
    context = tabbed(request, mine.of.edition, "registration") | {"form": form, "submit": "Save", "is_change": True}
    return render(request, "symposium/register.html", context, status=422 if form.errors else 200)


@require_POST
def take_offer(request: MemberRequest, slug: str) -> HttpResponse:
    """Take the seat that came free."""
    actions.take_offer(registration=_mine_or_404(request, slug), by=request.user)
    messages.success(request, SAID["confirmed"])
    return redirect("symposium:registration", slug)


@require_http_methods(ASK)
def cancel(request: MemberRequest, slug: str) -> HttpResponse:
    """Ask, then give it up."""
    mine = _mine_or_404(request, slug)
    if request.method == "POST":
        actions.cancel_registration(registration=mine, by=request.user)
        messages.success(request, "Cancelled. Your seat goes to who is next.")
        return redirect("symposium:registration", slug)
    return render(request, "symposium/cancel_registration.html", {"edition": mine.of.edition, "registration": mine})


@require_http_methods(ASK)
def colleagues(request: MemberRequest, slug: str) -> HttpResponse:
    """An organisation's contact registers people of theirs."""
    desk = desk_of(request, slug)
    require(request.user, "colleagues.register")
    if desk is None:
        raise Http404
    able = colleagues_of(desk, request.user)
    form = ColleaguesForm(request.POST if request.method == "POST" else None, able=able)
    if carried_out(form, lambda members: actions.register_colleagues(desk=desk, members=members, by=request.user)):
        messages.success(request, "Registered. Each of them gets a letter.")
        return redirect("symposium:colleagues", slug)
    registered = desk.places.standing().filter(registered_by=request.user).select_related("member", "category")
    context = tabbed(request, desk.edition, "registration") | {
        "form": form,
        "able": able,
        "why_not": why_not_register(desk),
        "registered": registered.order_by("member__name"),
    }
    return render(request, "symposium/colleagues.html", context, status=422 if form.errors else 200)


@never_cache
@open_to_all
@require_http_methods(ASK)
def guest(request: MemberRequest, slug: str, token: str) -> HttpResponse:
    """Register with the link of an invitation: only POST uses it up. Who has no account makes one first."""
    desk = RegistrationDesk.objects.select_related("edition__space").filter(edition__slug=slug).first()
    guest_pass = actions.pass_for(desk, token) if desk else None
    if desk is None or guest_pass is None:
        return render(request, "members/dead_link.html", status=410)
    if not request.user.is_authenticated:
        return _new_guest(request, guest_pass, desk)
    context: dict[str, Any] = {"edition": desk.edition, "guest_pass": guest_pass}
    if guest_pass.email not in known_addresses(request.user):
        return render(request, "symposium/guest.html", context | {"is_other": True}, status=403)
    form = RegistrationForm(
        request.POST if request.method == "POST" else None,
        desk=desk,
        categories=[guest_pass.category],
        learner=_learner(request, desk),
    )
    if form.is_valid() and _carried_out(
        form,
        lambda: actions.register_guest(
            desk=desk, token=token, by=request.user, details=form.details, credit=form.credit
        ),
    ):
        return redirect("symposium:registration", slug)
    context |= {"form": form, "why_not": why_not_register(desk), "submit": "Register"}
    return render(request, "symposium/guest.html", context, status=422 if form.errors else 200)


def desk_of(request: MemberRequest, slug: str) -> RegistrationDesk | None:
    """The registration of an edition that they see; none where staff have not set it up."""
    edition = seen(request, slug)
    desk = RegistrationDesk.objects.filter(edition=edition).first()
    if desk:
        desk.edition = edition
    return desk


def _learner(request: MemberRequest, desk: RegistrationDesk) -> Learner | None:
    return Learner.objects.filter(edition=desk.edition, member=request.user).first()


def _mine(request: MemberRequest, desk: RegistrationDesk | None) -> Registration | None:
    if desk is None:
        return None
    mine = desk.places.standing().filter(member=request.user).select_related("category", "registered_by").first()
    if mine:
        mine.of, mine.member = desk, request.user
    return mine


def _mine_or_404(request: MemberRequest, slug: str) -> Registration:
    mine = _mine(request, desk_of(request, slug))
    if mine is None:
        raise Http404
    return mine


def _registered(request: MemberRequest, form: RegistrationForm, desk: RegistrationDesk) -> bool:
    if not form.is_valid():
        return False

    def act() -> None:
        made = actions.register(
            desk=desk, category=form.category_chosen, by=request.user, details=form.details, credit=form.credit
        )
        messages.success(request, SAID.get(made.state, "You are registered already."))

    return _carried_out(form, act)


def _carried_out(form: RegistrationForm, act: Any) -> bool:
    try:
        act()
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _page(
    request: MemberRequest,
    desk: RegistrationDesk | None,
    slug: str,
    mine: Registration | None,
    form: RegistrationForm | None = None,
) -> HttpResponse:
    edition = desk.edition if desk else seen(request, slug)
    context = tabbed(request, edition, "registration") | {
        "desk": desk,
        "mine": mine,
        "number": mine.ahead() + 1 if mine and mine.is_waiting else 0,
        "form": form,
        "submit": "Register",
        "why_not": why_not_register(desk) if desk else "",
        "registers_colleagues": bool(desk) and may(request.user, "colleagues.register"),
        "details": Details.objects.filter(registration=mine).first() if mine else None,
        "learner": _learner(request, desk) if mine and desk else None,
    }
    return render(request, "symposium/registration.html", context, status=422 if form and form.errors else 200)


def _new_guest(request: MemberRequest, guest_pass: GuestPass, desk: RegistrationDesk) -> HttpResponse:
    form = NewGuestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            member = make_guest(email=guest_pass.email, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            record_authentication(request, member, "code")
            return perform_login(request, member, email_verification="none", redirect_url=request.path)
    context = {"edition": desk.edition, "guest_pass": guest_pass, "form": form, "submit": "Go on", "is_new": True}
    return render(request, "symposium/guest.html", context, status=422 if form.errors else 200)
