"""Tables of an edition, for who is admitted: who sits where, sitting down, standing up, and the way to the video."""

from datetime import datetime, time, timedelta
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, Refusal, may, passive
from access.answers import wants_json
from access.forms import carried_out
from meetings.video import jitsi_address, room_name
from members.models import Member
from symposium import actions
from symposium.models import Edition, Table
from symposium.table_forms import TableForm
from symposium.views.editions import ASK, managed, tabbed
from symposium.views.lobby import inside


@require_http_methods(ASK)
def tables(request: MemberRequest, slug: str) -> HttpResponse:
    """All of them, and who sits there; staff put up another."""
    edition, form = inside(request, slug), None
    if may(request.user, "edition.manage", edition):
        form = TableForm(request.POST if request.method == "POST" else None)
        if carried_out(form, partial(actions.open_table, edition=edition, by=request.user)):
            return redirect("symposium:tables", slug)
    elif request.method == "POST":
        managed(request, slug)
    context = tabbed(request, edition, "lobby") | {
        "form": form,
        "space": edition.space,
        "tables": Table.objects.standing().filter(edition=edition),
    }
    return render(request, "symposium/tables.html", context, status=422 if form and form.errors else 200)


@require_POST
def sit_down(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    table = _table(inside(request, slug), pk)
    try:
        actions.sit_down(table=table, by=request.user)
    except Refusal as refusal:
        if wants_json(request):
            raise
        messages.error(request, str(refusal))
    return _done(request, slug)


@require_POST
def stand_up(request: MemberRequest, slug: str) -> HttpResponse:
    actions.stand_up(edition=inside(request, slug), by=request.user)
    return _done(request, slug)


@passive
@require_POST
def here(request: MemberRequest, slug: str) -> HttpResponse:
    """What an open page of somebody who sits says each minute. Without a seat meanwhile, it is told so and reloads."""
    try:
        actions.keep_seat(edition=inside(request, slug), by=request.user)
    except Refusal:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


@require_GET
def video(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Into the video of a table, for who sits there. Only this answer knows where it is."""
    edition = inside(request, slug)
    table = _table(edition, pk)
    if not table.has_video or not table.sitting.filter(member=request.user).exists():
        messages.error(request, "Sit down first: the video of a table is for who sits there.")
        return redirect("symposium:tables", slug)
    address = table.room_url or _own_room(edition, table, request.user)
    return HttpResponseRedirect(address, headers={"Referrer-Policy": "no-referrer"})


@require_POST
def close(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take a table away."""
    actions.close_table(table=get_object_or_404(managed(request, slug).tables, pk=pk), by=request.user)
    return _done(request, slug)


def _own_room(edition: Edition, table: Table, member: Member) -> str:
    """One of our own Jitsi, until the day is over."""
    room = room_name("symposium.tables", table.pk)
    tomorrow = now().astimezone(edition.tz).date() + timedelta(days=1)
    leads = may(member, "edition.manage", edition)
    return jitsi_address(room, member, leads=leads, until=datetime.combine(tomorrow, time(), edition.tz))


def _table(edition: Edition, pk: UUID) -> Table:
    return get_object_or_404(edition.tables.filter(closed_at=None), pk=pk)


def _done(request: MemberRequest, slug: str) -> HttpResponse:
    """An open page hears of it by itself."""
    return HttpResponse(status=204) if wants_json(request) else redirect("symposium:tables", slug)
