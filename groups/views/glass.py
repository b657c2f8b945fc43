"""Break-glass: asking to read a group from outside, and the second person's answer."""

from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, may, require
from access.forms import carried_out
from groups import actions
from groups.forms import GlassReason
from groups.models import BreakGlass, Group


@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """What waits for a second person, what is open, and everything that ever was."""
    _only_guards(request)
    glasses = BreakGlass.objects.select_related("group", "asked_by", "consented_by", "refused_by", "ended_by")
    page = Paginator(glasses, 25).get_page(request.GET.get("page"))
    return render(request, "groups/glass.html", {"page": page, "hours": settings.BREAK_GLASS_HOURS})


@require_http_methods(["GET", "POST"])
def ask(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask for a group, with a reason."""
    _only_guards(request)
    group = get_object_or_404(Group.objects.select_related("space"), pk=pk)
    form = GlassReason(request.POST or None)
    if carried_out(form, partial(actions.ask_glass, group=group, by=request.user)):
        messages.success(request, "Asked. Another admin or privacy officer has to agree before you can read.")
        return redirect("groups:glass")
    context = {"group": group, "form": form, "hours": settings.BREAK_GLASS_HOURS}
    return render(request, "groups/glass_ask.html", context, status=422 if form.errors else 200)


@require_POST
def consent(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Open it for the one who asked."""
    glass = _glass(request, pk)
    require(request.user, "glass.decide", glass)
    actions.open_glass(glass=glass, by=request.user)
    messages.success(request, f"{glass.asked_by} can read {glass.group} for {settings.BREAK_GLASS_HOURS} hours.")
    return redirect("groups:glass")


@require_POST
def refuse(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Do not open it."""
    glass = _glass(request, pk)
    require(request.user, "glass.decide", glass)
    actions.refuse_glass(glass=glass, by=request.user)
    messages.success(request, "Refused. The request stays in the record.")
    return redirect("groups:glass")


@require_POST
def end(request: MemberRequest, pk: UUID) -> HttpResponse:
    """End it early, or take back what one asked for."""
    actions.end_glass(glass=_glass(request, pk), by=request.user)
    messages.success(request, "It has ended.")
    return redirect("groups:glass")


def _only_guards(request: MemberRequest) -> None:
    """To others these pages are not there."""
    if not may(request.user, "glass.ask"):
        raise Http404


def _glass(request: MemberRequest, pk: UUID) -> BreakGlass:
    _only_guards(request)
    return get_object_or_404(BreakGlass.objects.select_related("group__space", "asked_by"), pk=pk)
