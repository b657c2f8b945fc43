"""One meeting, what one says about coming to it, and the other dates of its series."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from access import MemberRequest, may, require
from access.forms import carried_out
from meetings import actions
from meetings.access import why_not_come
from meetings.activities import materials
from meetings.agendas import show_agenda
from meetings.clocks import clocks, zone_name
from meetings.coming import everyones_answers, how_many, own_answers
from meetings.forms import RsvpForm
from meetings.lists import agenda, place_of, planned_at, with_places
from meetings.models import Accommodation, Answer, Meeting, MeetingChange
from meetings.notes import decisions_in, notes_of
from meetings.rooms import sees, why_not_join
from meetings.towns import town_of
from meetings.wall import as_instant
from members.eligibility import eligibility
from spaces.kinds import space_kind

SOME = 5
What = MeetingChange.What


@require_GET
def meeting(request: MemberRequest, pk: UUID) -> HttpResponse:
    """When it is, what it is about, whether I come, who else does, and what became of it."""
    return _page(request, seen(request, pk))


@require_POST
def answer(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say whether one comes: to this date, or to all of its series."""
    meeting = seen(request, pk)
    form = RsvpForm(request.POST, meeting=meeting)
    if carried_out(form, lambda **said: _answer(meeting, request.user, **said)):
        noted = f"Noted: {_in_words(form.cleaned_data)}. You can change it until the meeting is over."
        messages.success(request, noted + _bound(meeting, request.user, form.cleaned_data["answer"]))
        return redirect(meeting)
    return _page(request, meeting, form)


@require_GET
def series(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All dates of a series that the reader sees, the earliest first."""
    dates = Meeting.objects.visible_to(request.user).filter(series=pk).order_by("starts_at", "pk")
    page = agenda(dates, request.user, request.GET.get("page"))
    if not page.paginator.count:
        raise Http404
    return render(request, "meetings/series.html", {"page": page, "series": page[0].series, "place": page[0].place})


def seen(request: MemberRequest, pk: UUID, meetings: Any = None) -> Meeting:
    """A meeting that this member sees; to others it is not there. One of those given, or fetched as pages show it."""
    found = with_places(Meeting.objects).select_related("room", "recording") if meetings is None else meetings
    meeting = found.filter(pk=pk).first()
    if meeting is None or not sees(request.user, meeting):
        raise Http404
    return meeting


def convened(request: MemberRequest, pk: UUID) -> Meeting:
    """One that they see, for who may change it; others who see it are refused."""
    meeting = seen(request, pk)
    require(request.user, "series.change", meeting.series)
    return meeting


def _page(request: MemberRequest, meeting: Meeting, form: RsvpForm | None = None) -> HttpResponse:
    member, series = request.user, meeting.series
    kind = space_kind(series.space.kind) if series.space else None
    mine = own_answers(member, [meeting]).get(meeting.pk)
    changes = list(MeetingChange.objects.of(meeting).select_related("by"))
    why_not = why_not_come(member, series)
    planned = as_instant(meeting.planned, series.tz)
    may_change = may(member, "series.change", series)
    town = town_of(meeting)
    show_agenda(meeting)
    prefetch_related_objects([meeting], materials())
    sections = notes_of(meeting)
    other_letter, other_session = town.other_of(meeting.pk) if town else ("", None)
    context = {
        "town": town,
        "session": town.letter_of(meeting.pk) if town else "",
        "other_letter": other_letter,
        "other_session": other_session,
        "may_join": not why_not_join(meeting, member),
        "follow_ups": list(meeting.follow_ups.select_related("owner", "done_by")),
        "recording": meeting.recording if meeting.is_recorded else None,
        "accommodation": Accommodation.objects.filter(meeting=meeting, member=member).first(),
        "has_notes": any(one.body for one in sections),
        "decisions": decisions_in(sections),
        "writes_notes": may(member, "notes.write", meeting),
        "meeting": meeting,
        "series": series,
        "place": place_of(series),
        "planned_at": planned_at(meeting),
        "place_url": kind.url(series.space) if kind else "",
        "clocks": clocks(meeting.starts_at, meeting.ends_at, member.time_zone, series.zone),
        "zone_name": zone_name(series.zone),
        "mine": mine,
        "form": form or RsvpForm(meeting=meeting, mine=mine),
        "may_come": not (why_not or meeting.is_over or meeting.cancelled_at),
        "why_not": why_not,
        "its_page": kind.page_of_meeting(meeting) if why_not and kind and kind.page_of_meeting else "",
        "may_change": may_change,
        "changes": changes,
        "was": planned if planned != meeting.starts_at else None,
        "said": _said(meeting, changes),
        "counts": [(Answer(name).label, number) for name, number in how_many(meeting).items()],
        "coming": _coming(meeting) if may_change or (kind and kind.names_people) else None,
        "others": list(
            Meeting.objects.visible_to(member).filter(series=series).on().upcoming().exclude(pk=meeting.pk)[:SOME]
        ),
    }
    return render(request, "meetings/meeting.html", context, status=422 if form and form.errors else 200)


def _said(meeting: Meeting, changes: list[MeetingChange]) -> str:
    """What was said when it was cancelled or moved, or when the series was ended before it."""
    what = What.CANCELLED if meeting.cancelled_at else What.MOVED
    said = next((one.message for one in changes if one.meeting_id and one.what == what), "")
    if not said and meeting.cancelled_at and meeting.left_at:
        said = next((one.message for one in changes if one.what == What.ENDED), "")
    return said


def _coming(meeting: Meeting) -> list[tuple[str, list[Any]]]:
    """Who said what, by answer; those who said nothing are left out."""
    said = everyones_answers(meeting)
    groups = [(Answer(name).label, [one for one in said if one.answer == name]) for name in Answer.values]
    return [(label, people) for label, people in groups if people]


@transaction.atomic
def _answer(meeting: Meeting, member: Any, *, answer: str, note: str, every: bool) -> None:
    """For the series it is said for this date too, where they had said something else of it."""
    mine = own_answers(member, [meeting]).get(meeting.pk)
    if not every or (mine and mine.meeting_id):
        actions.answer_meeting(meeting=meeting, by=member, answer=answer, note=note)
    if every:
        actions.answer_series(series=meeting.series, by=member, answer=answer, note=note)


def _bound(meeting: Meeting, member: Any, answer: str) -> str:
    """What their answer means to others: an organisation comes to one session."""
    town = town_of(meeting)
    if answer == Answer.NO or town is None or not eligibility(member, "meetings").organisation:
        return ""
    return f" Everyone of your programme comes to session {town.letter_of(meeting.pk)}."


def _in_words(said: dict) -> str:
    words = {Answer.YES: "you come", Answer.MAYBE: "you may come", Answer.NO: "you do not come"}[said["answer"]]
    return f"{words}, to every date of the series" if said["every"] else words
