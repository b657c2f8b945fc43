"""Making the agenda of a meeting, and taking its items up."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from access import MemberRequest, Refusal
from access.answers import wants_json
from access.forms import carried_out
from meetings import actions
from meetings.agenda_forms import AgendaItemForm, NewItemForm
from meetings.agendas import pattern_for, show_agenda
from meetings.models import AgendaItem, Meeting
from meetings.rooms import is_off, why_not_join
from meetings.views.meeting import convened


@require_http_methods(["GET", "POST"])
def agenda(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The whole agenda, to be changed, and a form for one item more."""
    meeting = convened(request, pk)
    form = NewItemForm(request.POST or None, meeting=meeting)
    if carried_out(form, lambda **said: actions.add_item(meeting=meeting, by=request.user, **said)):
        return _to_agenda(meeting, "add")
    show_agenda(meeting)
    items = meeting.agenda_items
    minutes = sum(one.minutes for one in items)
    context = {
        "meeting": meeting,
        "form": form,
        "minutes": minutes,
        "too_many": max(0, minutes - meeting.minutes),
        "free": max(0, meeting.minutes - minutes),
        "is_off": is_off(meeting),
        "is_open": not why_not_join(meeting, request.user),
        "pattern": None if items else pattern_for(meeting),
    }
    return render(request, "meetings/agenda_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, pk: UUID, item_pk: UUID) -> HttpResponse:
    item = _item(request, pk, item_pk)
    form = AgendaItemForm(request.POST or None, instance=item, meeting=item.meeting)
    if carried_out(form, lambda **said: actions.change_item(item=item, by=request.user, **said)):
        return _to_agenda(item.meeting)
    context = {"form": form, "meeting": item.meeting, "item": item}
    return render(request, "meetings/agenda_item.html", context, status=422 if form.errors else 200)


@require_POST
def copy(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Begin with the agenda of the other session, or of the last date."""
    meeting = convened(request, pk)
    pattern = pattern_for(meeting)
    if pattern is None:
        raise Http404
    return _tried(request, meeting, lambda: actions.copy_agenda(meeting=meeting, of=pattern[1], by=request.user))


def verb(action: Any, **more: Any) -> Callable[..., HttpResponse]:
    """Do something with one item. An open page hears of it by itself, another goes back to the agenda."""

    @require_POST
    def view(request: MemberRequest, pk: UUID, item_pk: UUID) -> HttpResponse:
        item = _item(request, pk, item_pk)
        return _tried(request, item.meeting, lambda: action(item=item, by=request.user, **more))

    return view


up, down = verb(actions.move_item, up=True), verb(actions.move_item, up=False)
remove, begin, end = verb(actions.remove_item), verb(actions.begin_item), verb(actions.end_item)


def _item(request: MemberRequest, pk: UUID, item_pk: UUID) -> AgendaItem:
    meeting = convened(request, pk)
    item = get_object_or_404(meeting.agenda.select_related("owner"), pk=item_pk)
    item.meeting = meeting
    return item


def _tried(request: MemberRequest, meeting: Meeting, act: Callable[[], Any]) -> HttpResponse:
    if wants_json(request):
        act()
        return HttpResponse(status=204)
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _to_agenda(meeting)


def _to_agenda(meeting: Meeting, place: str = "items") -> HttpResponse:
    response = redirect("meetings:agenda", meeting.pk)
    response["Location"] += f"#{place}"
    return response
