"""Bringing in the participant report of a video room, and deciding whom it means."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from access import MemberRequest, Refusal
from access.forms import carried_out
from meetings import actions
from meetings.attendance import minutes_there
from meetings.forms import ParticipantForm, VideoReportForm
from meetings.matching import People, could_be
from meetings.models import Meeting, Participant, ReportImport
from meetings.views.report import reported
from members.eligibility import eligibilities
from members.models import Member, Organisation

Outcome = Participant.Outcome


@require_http_methods(["GET", "POST"])
def import_report(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Bring a file in; decide about those whom nothing matched; take either back."""
    meeting = reported(request, pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = VideoReportForm(*sent, meeting=meeting)

    def bring_in(file: Any, zone: str) -> None:
        imported = actions.import_report(meeting=meeting, raw=file.read(), zone=zone, by=request.user)
        messages.success(request, _what_came(imported))

    if carried_out(form, bring_in):
        return redirect("meetings:import_report", pk)
    context = {"meeting": meeting, "form": form} | _queue(meeting)
    return render(request, "meetings/import.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def match(request: MemberRequest, pk: UUID, participant_pk: UUID) -> HttpResponse:
    """Say which member somebody of a report is."""
    meeting = reported(request, pk)
    participant = _participant(meeting, participant_pk)
    form = ParticipantForm(request.POST or None, meeting=meeting)

    def say(member: Member) -> None:
        actions.match_participant(participant=participant, member=member, by=request.user)
        messages.success(request, f"{participant.said} is {member}.")

    if carried_out(form, say):
        return redirect("meetings:import_report", pk)
    context = {"meeting": meeting, "participant": participant, "form": form}
    return render(request, "meetings/match.html", context, status=422 if form.errors else 200)


@require_POST
def set_aside(request: MemberRequest, pk: UUID, participant_pk: UUID) -> HttpResponse:
    """Say that somebody of a report is no member."""
    participant, outcome = _participant(reported(request, pk), participant_pk), request.POST.get("outcome", "")

    def act() -> None:
        actions.set_aside(participant=participant, outcome=outcome, by=request.user)
        messages.success(request, f"{participant.said}: {Outcome(outcome).label.lower()}.")

    return _tried(request, pk, act)


@require_POST
def decide_anew(request: MemberRequest, pk: UUID, participant_pk: UUID) -> HttpResponse:
    """Take back what was decided about somebody."""
    participant = _participant(reported(request, pk), participant_pk)
    return _tried(request, pk, lambda: actions.decide_anew(participant=participant, by=request.user))


@require_http_methods(["GET", "POST"])
def undo_import(request: MemberRequest, pk: UUID, import_pk: UUID) -> HttpResponse:
    """Ask, then take a whole report out again."""
    meeting = reported(request, pk)
    imported = get_object_or_404(meeting.imports.select_related("meeting__series"), pk=import_pk)
    if request.method == "POST":
        actions.undo_import(imported=imported, by=request.user)
        messages.success(request, "The report is out again, with all that was decided about it.")
        return redirect("meetings:import_report", pk)
    return render(request, "meetings/undo_import.html", {"meeting": meeting, "imported": imported})


@dataclass(frozen=True)
class Named:
    """Somebody whom a report names, for how many minutes of the meeting, and who it may be."""

    participant: Participant
    minutes: int
    likely: list[tuple[Member, Organisation | None]]


def _queue(meeting: Meeting) -> dict[str, Any]:
    """What the page shows. A fixed number of queries."""
    imports = meeting.imports.select_related("imported_by").annotate(people=Count("participants"))
    rows = Participant.objects.filter(imported__meeting=meeting, erased_at=None).select_related("member", "decided_by")
    once = {one.key: one for one in rows.prefetch_related("stays")}.values()
    people = People(could_be(meeting))
    likely = {one.pk: people.likely(one.name, one.email) if one.outcome == Outcome.WAITING else [] for one in once}
    answers = eligibilities({who for some in likely.values() for who in some}, "meetings", meeting.starts_at)
    named = [
        Named(
            one,
            minutes_there(
                [(stay.from_at, stay.until_at) for stay in one.stays.all()], meeting.starts_at, meeting.ends_at
            ),
            [(who, answers[who.pk].organisation) for who in likely[one.pk]],
        )
        for one in once
    ]
    return {
        "imports": imports,
        "waiting": [one for one in named if one.participant.outcome == Outcome.WAITING],
        "decided": [one for one in named if one.participant.outcome != Outcome.WAITING],
    }


def _participant(meeting: Meeting, pk: UUID) -> Participant:
    found = Participant.objects.filter(imported__meeting=meeting).select_related("imported__meeting__series")
    return get_object_or_404(found, pk=pk)


def _what_came(imported: ReportImport | None) -> str:
    if imported is None:
        return "This file is in already. Nothing was counted twice."
    outcomes = list(imported.participants.values_list("outcome", flat=True))
    waiting = outcomes.count(Outcome.WAITING)
    return f"Brought in: {len(outcomes)} people, of whom {waiting} wait for you to say who they are."


def _tried(request: MemberRequest, pk: UUID, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("meetings:import_report", pk)
