"""A town meeting: to which session one's organisation comes, who speaks for it, and who is still to be asked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, Refusal, may, require
from access.forms import carried_out
from meetings import actions
from meetings.actions.town import organisation_of
from meetings.forms import PairForm, ResponderForm
from meetings.models import Meeting, MeetingSeries, Responder, SessionChoice, TownMeeting
from meetings.towns import attending, town_of
from meetings.views.meeting import convened, seen
from members.models import Organisation


@require_GET
def programmes(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Every programme with its session and who speaks for it; for who convenes also who is to be asked."""
    meeting, town = _town(request, pk)
    lines = attending(town)
    convenes = may(request.user, "series.change", town.first.series)
    mine = _own_organisation(request)
    context = {
        "meeting": meeting,
        "town": town,
        "sessions": [(letter, one) for letter, one in town.sessions.items() if not one.has_begun],
        "lines": lines,
        "to_ask": [line for line in lines if line.is_to_be_asked],
        "convenes": convenes,
        "own": next((line for line in lines if line.organisation == mine), None),
        "names": bool(mine) and may(request.user, "responder.name", (town, mine)),
    }
    return render(request, "meetings/programmes.html", context)


@require_POST
def choose(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Have one's organisation come to this session."""
    meeting, town = _town(request, pk)
    return _tried(request, pk, lambda: actions.choose_session(town=town, meeting=meeting, by=request.user))


@require_POST
def speak(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Speak for one's organisation."""
    _, town = _town(request, pk)
    return _tried(request, pk, lambda: actions.speak_for_us(town=town, by=request.user))


@require_POST
def stop(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Leave it to somebody else."""
    _, town = _town(request, pk)
    return _tried(request, pk, lambda: actions.stop_speaking(town=town, by=request.user))


@require_http_methods(["GET", "POST"])
def responder(request: MemberRequest, pk: UUID, organisation_pk: UUID) -> HttpResponse:
    """Have somebody of an organisation speak for it."""
    meeting, town = _town(request, pk)
    organisation = get_object_or_404(Organisation, pk=organisation_pk)
    require(request.user, "responder.name", (town, organisation))
    line = next((one for one in attending(town) if one.organisation == organisation), None)
    if line is None:
        raise Http404
    initial = {"member": line.responder.member_id} if line.responder else {}
    form = ResponderForm(request.POST or None, colleagues=line.invited, initial=initial)

    def name(member: Any) -> None:
        actions.name_responder(town=town, organisation=organisation, member=member, by=request.user)

    if carried_out(form, name):
        messages.success(request, f"{form.cleaned_data['member']} speaks for {organisation}.")
        return redirect("meetings:programmes", pk)
    context = {"form": form, "meeting": meeting, "organisation": organisation}
    return render(request, "meetings/responder.html", context, status=422 if form.errors else 200)


@require_POST
def move(request: MemberRequest, pk: UUID, organisation_pk: UUID) -> HttpResponse:
    """Put an organisation into this session, whatever it chose."""
    meeting, town = _town(request, pk)
    organisation = get_object_or_404(Organisation, pk=organisation_pk)
    require(request.user, "series.change", town.first.series)

    def act() -> None:
        actions.move_organisation(town=town, organisation=organisation, meeting=meeting, by=request.user)
        messages.success(request, f"{organisation} comes to session {town.letter_of(meeting.pk)}.")

    return _tried(request, pk, act)


@require_POST
def free(request: MemberRequest, pk: UUID, organisation_pk: UUID) -> HttpResponse:
    """Have an organisation choose its session anew."""
    _, town = _town(request, pk)
    organisation = get_object_or_404(Organisation, pk=organisation_pk)
    require(request.user, "series.change", town.first.series)

    def act() -> None:
        actions.free_organisation(town=town, organisation=organisation, by=request.user)
        messages.success(request, f"{organisation} has no session now. Whoever of them answers first, chooses it.")

    return _tried(request, pk, act)


@require_http_methods(["GET", "POST"])
def pair(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Make this series and another the two sessions of town meetings."""
    meeting = convened(request, pk)
    form = PairForm(request.POST or None, series=meeting.series)

    def put_together(second: MeetingSeries) -> None:
        count = actions.pair_sessions(first=meeting.series, second=second, by=request.user)
        messages.success(request, f"{count} date{'s are' if count > 1 else ' is'} held in two sessions.")

    if carried_out(form, put_together):
        return redirect(meeting)
    return render(request, "meetings/pair.html", {"form": form, "meeting": meeting}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def part(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask first, then hold the dates to come of the two series each for itself."""
    meeting, town = _town(request, pk)
    require(request.user, "series.change", meeting.series)
    form = Form(request.POST if request.method == "POST" else None)

    def take_apart() -> None:
        count = actions.part_sessions(town=town, by=request.user)
        messages.success(request, f"{count} date{'s are' if count > 1 else ' is'} held in one session again.")

    if carried_out(form, take_apart):
        return redirect(meeting)
    ahead = TownMeeting.objects.ahead(town.first.series, town.second.series)
    context = {
        "form": form,
        "meeting": meeting,
        "other": town.other_of(meeting.pk)[1].series,
        "dates": ahead.count(),
        "choices": SessionChoice.objects.filter(town__in=ahead).count(),
        "responders": Responder.objects.filter(town__in=ahead).count(),
    }
    return render(request, "meetings/part.html", context, status=422 if form.errors else 200)


def _town(request: MemberRequest, pk: UUID) -> tuple[Meeting, TownMeeting]:
    meeting = seen(request, pk)
    town = town_of(meeting)
    if town is None:
        raise Http404
    return meeting, town


def _own_organisation(request: MemberRequest) -> Organisation | None:
    try:
        return organisation_of(request.user)
    except Refusal:
        return None


def _tried(request: MemberRequest, pk: UUID, act: Any) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("meetings:programmes", pk)
