"""The editions: what each is, and what staff say of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, Refusal, may, require
from access.forms import carried_out
from members.eligibility import eligibility
from spaces.models import Space
from symposium import actions
from symposium.forms import PARTS, EditionForm
from symposium.models import Edition, Speaker
from symposium.organising import IN_A_ROW, ORGANISE

ASK = ["GET", "POST"]


@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """All editions that one sees, the latest first."""
    context = {
        "editions": Edition.objects.visible_to(request.user),
        "eligible": eligibility(request.user, "symposium"),
        "manages": may(request.user, "edition.manage"),
    }
    return render(request, "symposium/index.html", context)


@require_GET
def edition(request: MemberRequest, slug: str) -> HttpResponse:
    """What it is about, when it is, and the way to everything else of it."""
    return render(request, "symposium/edition.html", tabbed(request, seen(request, slug), "about"))


@require_GET
def organise(request: MemberRequest, slug: str) -> HttpResponse:
    """What staff do for it, in the order of its year."""
    context = tabbed(request, managed(request, slug), "organise") | {"organise": ORGANISE}
    return render(request, "symposium/organise.html", context)


@require_http_methods(ASK)
def open_(request: MemberRequest) -> HttpResponse:
    """Begin an edition."""
    require(request.user, "edition.manage")
    form = EditionForm(request.POST if request.method == "POST" else None)
    if carried_out(form, partial(actions.open_edition, by=request.user)):
        messages.success(request, "Begun. Staff alone see it until you publish it.")
        return redirect("symposium:parts", form.cleaned_data["slug"])
    return form_page(request, form, "Begin an edition", {"keep": "edition"})


@require_http_methods(ASK)
def change(request: MemberRequest, slug: str) -> HttpResponse:
    """Say something else about it."""
    edition = managed(request, slug)
    form = EditionForm(request.POST if request.method == "POST" else None, instance=managed(request, slug))
    if carried_out(form, partial(actions.change_edition, edition=edition, by=request.user)):
        messages.success(request, "Changed.")
        return redirect("symposium:edition", form.cleaned_data["slug"])
    return form_page(request, form, "Change this edition", {"edition": edition, "back": edition.get_absolute_url()})


@require_POST
def publish(request: MemberRequest, slug: str) -> HttpResponse:
    """Show it to the members."""
    edition = managed(request, slug)
    actions.publish_edition(edition=edition, by=request.user)
    messages.success(request, "Published. Everyone to whom the symposium is open sees it.")
    return redirect(edition)


@require_GET
def parts(request: MemberRequest, slug: str) -> HttpResponse:
    """Its tracks, formats and rooms."""
    edition = managed(request, slug)
    kinds = [(kind, getattr(edition, kind).all()) for kind in PARTS]
    return render(request, "symposium/parts.html", tabbed(request, edition, "parts") | {"kinds": kinds})


@require_http_methods(ASK)
def add_part(request: MemberRequest, slug: str, kind: str) -> HttpResponse:
    """Add a track, a format or a room."""
    edition, form_class = managed(request, slug), _form_of(kind)
    form = form_class(request.POST if request.method == "POST" else None)
    form.instance.edition = edition
    if carried_out(form, lambda **said: actions.add_part(part=form.instance, by=request.user)):
        return redirect("symposium:parts", slug)
    return _part(request, edition, form, f"Add a {kind[:-1]}")


@require_http_methods(ASK)
def change_part(request: MemberRequest, slug: str, kind: str, pk: UUID) -> HttpResponse:
    """Call it something else."""
    edition, form_class = managed(request, slug), _form_of(kind)
    part = get_object_or_404(getattr(edition, kind), pk=pk)
    form = form_class(request.POST if request.method == "POST" else None, instance=part)
    if carried_out(form, partial(actions.change_part, part=part, by=request.user)):
        return redirect("symposium:parts", slug)
    return _part(request, edition, form, f"Change this {kind[:-1]}")


@require_POST
def remove_part(request: MemberRequest, slug: str, kind: str, pk: UUID) -> HttpResponse:
    """Take it away, where no session has it."""
    edition = managed(request, slug)
    _form_of(kind)
    with saying_why_not(request):
        actions.remove_part(part=get_object_or_404(getattr(edition, kind), pk=pk), by=request.user)
    return redirect("symposium:parts", slug)


def seen(request: MemberRequest, slug: str) -> Edition:
    """An edition that this member sees; to others it is not there."""
    own = Speaker.objects.filter(session__edition=OuterRef("pk"), session__cancelled_at=None, member=request.user)
    admitted = Space.objects.of(request.user).filter(pk=OuterRef("space"))
    editions = Edition.objects.visible_to(request.user).annotate(speaks=Exists(own), admits=Exists(admitted))
    return get_object_or_404(editions.select_related("space", "call"), slug=slug)


def managed(request: MemberRequest, slug: str) -> Edition:
    """One that they see, for staff; others who see it are refused."""
    edition = seen(request, slug)
    require(request.user, "edition.manage", edition)
    return edition


@contextmanager
def saying_why_not(request: MemberRequest) -> Iterator[None]:
    """What a refusal says shows on the page that comes next."""
    try:
        yield
    except Refusal as refusal:
        messages.error(request, str(refusal))


def tabbed(request: MemberRequest, edition: Edition, tab: str) -> dict[str, Any]:
    """What every page of an edition shows at its head."""
    manages = may(request.user, "edition.manage", edition)
    return {
        "edition": edition,
        "tab": tab,
        "manages": manages,
        "desks": IN_A_ROW if manages and any(desk.tab == tab for desk in IN_A_ROW) else [],
        "reports": may(request.user, "edition.report", edition),
        "inside": may(request.user, "space.read", edition.space),
    }


def _form_of(kind: str) -> type:
    if kind not in PARTS:
        raise Http404
    return PARTS[kind]


def _part(request: MemberRequest, edition: Edition, form: Any, title: str) -> HttpResponse:
    context = {"edition": edition, "back": reverse("symposium:parts", args=[edition.slug])}
    return form_page(request, form, title, context)


def form_page(request: MemberRequest, form: Any, title: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "symposium/form.html", {"form": form, "title": title} | context, status=status)
