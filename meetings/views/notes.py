"""The notes of a meeting: read along by everyone, written by its scribes, each section by one at a time."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, Refusal, may, passive, require
from meetings import actions
from meetings.agenda_forms import HeadingForm, NoteForm, ScribeForm
from meetings.models import Meeting, NoteSection
from meetings.notes import notes_of
from meetings.rooms import room_of, why_not_join
from meetings.views.meeting import convened, seen
from members.models import Member
from spaces.screening import Held, answers_in


@require_GET
def notes(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All that is written, live, for whoever sees the meeting, also when it is over."""
    return _page(request, seen(request, pk))


@require_POST
def add_section(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One more section; without a heading, one for each item of the agenda."""
    meeting = _written(request, pk)
    if "agenda" in request.POST:
        headings = list(meeting.agenda.values_list("title", flat=True))
    else:
        form = HeadingForm(request.POST)
        if not form.is_valid():
            return _page(request, meeting, heading_form=form)
        headings = [form.cleaned_data["heading"]]
    actions.add_sections(meeting=meeting, headings=headings, by=request.user)
    return redirect("meetings:notes", pk)


@require_http_methods(["GET", "POST"])
def section(request: MemberRequest, pk: UUID, section_pk: UUID) -> HttpResponse:
    """Write in a section that one has claimed. What is not taken comes back as it was typed."""
    section = _section(request, pk, section_pk)
    is_mine = section.claimed_by == request.user
    if request.method == "GET":
        initial = {"heading": section.heading, "body": section.body, "version": section.version}
        return _writing(request, section, NoteForm(initial=initial) if is_mine else None)
    form, held, newer = NoteForm(request.POST), None, None
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.save_section(section=section, by=request.user, answers=answers_in(request.POST), **said)
        except Refusal as refusal:
            section = newer = _section(request, pk, section_pk)
            form = NoteForm({**said, "version": newer.version})
            form.add_error(None, str(refusal))
        except Held as no:
            held = no
            heading, _, body = held.text.partition("\n\n")
            form = NoteForm({"heading": heading, "body": body, "version": said["version"]})
        else:
            if "stay" in request.POST:
                messages.success(request, "Saved. You still write here.")
                return redirect("meetings:section", pk, section_pk)
            actions.let_go_of_section(section=section, by=request.user)
            return redirect("meetings:notes", pk)
    return _writing(request, section, form, held=held, newer=newer, status=422)


@require_POST
def claim(request: MemberRequest, pk: UUID, section_pk: UUID) -> HttpResponse:
    """Begin to write in a section."""
    return _to_section(request, _section(request, pk, section_pk), take_over=False)


@require_POST
def take_over(request: MemberRequest, pk: UUID, section_pk: UUID) -> HttpResponse:
    """Write in a section that somebody else has claimed: for who convenes."""
    return _to_section(request, _section(request, pk, section_pk), take_over=True)


@passive
@require_POST
def renew(request: MemberRequest, pk: UUID, section_pk: UUID) -> HttpResponse:
    """What an open form says each minute: somebody still writes here."""
    actions.claim_section(section=_section(request, pk, section_pk), by=request.user)
    return HttpResponse(status=204)


@require_POST
def let_go(request: MemberRequest, pk: UUID, section_pk: UUID) -> HttpResponse:
    """Leave a section to others, as it was saved."""
    actions.let_go_of_section(section=_section(request, pk, section_pk), by=request.user)
    return redirect("meetings:notes", pk)


@require_POST
def remove_section(request: MemberRequest, pk: UUID, section_pk: UUID) -> HttpResponse:
    """Take an empty one away."""
    section = _section(request, pk, section_pk)
    try:
        actions.remove_section(section=section, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("meetings:notes", pk)


@require_POST
def name_scribe(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let somebody write too."""
    meeting = convened(request, pk)
    form = ScribeForm(request.POST, meeting=meeting)
    if not form.is_valid():
        return _page(request, meeting, scribe_form=form)
    actions.name_scribe(meeting=meeting, member=form.cleaned_data["member"], by=request.user)
    messages.success(request, f"{form.cleaned_data['member']} writes the notes too.")
    return redirect("meetings:notes", pk)


@require_POST
def unname_scribe(request: MemberRequest, pk: UUID, member_pk: UUID) -> HttpResponse:
    meeting = seen(request, pk)
    member = get_object_or_404(Member, pk=member_pk)
    actions.unname_scribe(meeting=meeting, member=member, by=request.user)
    return redirect("meetings:notes", pk)


def _page(
    request: MemberRequest,
    meeting: Meeting,
    heading_form: HeadingForm | None = None,
    scribe_form: ScribeForm | None = None,
) -> HttpResponse:
    context = _around(request, meeting)
    if context["leads"]:
        context["scribes"] = [one.member for one in meeting.scribes.select_related("member").order_by("member__name")]
        context["scribe_form"] = scribe_form or ScribeForm(meeting=meeting)
    sections = notes_of(meeting)
    context |= {
        "sections": sections,
        "heading_form": heading_form or HeadingForm(),
        "has_agenda": context["writes"] and not sections and meeting.agenda.exists(),
    }
    failed = any(form and form.errors for form in (heading_form, scribe_form))
    return render(request, "meetings/notes.html", context, status=422 if failed else 200)


def _writing(
    request: MemberRequest, section: NoteSection, form: NoteForm | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {**_around(request, section.meeting), "section": section, "form": form, **more}
    return render(request, "meetings/note_section.html", context, status=status)


def _around(request: MemberRequest, meeting: Meeting) -> dict[str, Any]:
    """What both pages show, within the room while it is open."""
    return {
        "meeting": meeting,
        "series": meeting.series,
        "space": room_of(meeting),
        "tab": "notes",
        "is_open": not why_not_join(meeting, request.user),
        "leads": may(request.user, "series.change", meeting.series),
        "writes": may(request.user, "notes.write", meeting),
    }


def _written(request: MemberRequest, pk: UUID) -> Meeting:
    meeting = seen(request, pk)
    require(request.user, "notes.write", meeting)
    return meeting


def _section(request: MemberRequest, pk: UUID, section_pk: UUID) -> NoteSection:
    meeting = _written(request, pk)
    section = get_object_or_404(meeting.notes.select_related("claimed_by", "saved_by"), pk=section_pk)
    section.meeting = meeting
    return section


def _to_section(request: MemberRequest, section: NoteSection, *, take_over: bool) -> HttpResponse:
    try:
        actions.claim_section(section=section, by=request.user, take_over=take_over)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("meetings:section", section.meeting_id, section.pk)
