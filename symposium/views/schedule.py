"""The schedule, as staff put it together: sessions, where and when each is held, and the versions that are released."""

from collections import defaultdict
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest
from access.forms import carried_out
from meetings.clocks import zone_name
from meetings.models import Overflow
from symposium import actions
from symposium.models import Edition, Programme, Session
from symposium.programme_forms import PlaceForm, ProgrammeForm, ReleaseForm, SessionForm, VideoForm
from symposium.schedules import STEP, clashes_of, days_of, differences, draft_of, in_numbers, last_release, slots_of
from symposium.views.editions import ASK, managed, tabbed


@require_GET
def schedule(request: MemberRequest, slug: str) -> HttpResponse:
    """Rooms by time, what has no time yet, what clashes, and what differs from the version that members see."""
    edition = managed(request, slug)
    programme, rooms, last = Programme.of(edition), list(edition.rooms.all()), last_release(edition)
    placed, waiting = draft_of(edition)
    clashes = clashes_of(edition, placed)
    of_session: dict[Any, list[Any]] = defaultdict(list)
    for clash in clashes:
        for key in clash.sessions:
            of_session[key].append(clash)
    for slot in placed:
        slot.clashes = of_session[slot.session_id]  # type: ignore[attr-defined]  # for the page
    context = {
        "days": days_of(edition, placed, rooms, programme),
        "rooms": rooms,
        "step": STEP,
        "zone_name": zone_name(edition.zone),
        "waiting": waiting,
        "cancelled": list(edition.sessions.exclude(cancelled_at=None).select_related("format")),
        "clashes": clashes,
        "release": last,
        "differs": in_numbers(differences(slots_of(last), placed)),
    }
    return render(request, "symposium/schedule.html", tabbed(request, edition, "schedule") | context)


@require_http_methods(ASK)
def settings(request: MemberRequest, slug: str) -> HttpResponse:
    """The hours of a day, the shortest break, and what speakers are told."""
    edition = managed(request, slug)
    form = ProgrammeForm(request.POST if request.method == "POST" else None, instance=Programme.of(edition))
    if carried_out(form, partial(actions.change_programme, edition=edition, by=request.user)):
        messages.success(request, "Changed.")
        return redirect("symposium:schedule", slug)
    return _form(request, edition, form, "How the programme is put together")


@require_http_methods(ASK)
def add_session(request: MemberRequest, slug: str) -> HttpResponse:
    """Write down a session that nobody proposed."""
    edition = managed(request, slug)
    form = SessionForm(request.POST if request.method == "POST" else None, edition=edition)
    form.instance.edition = edition
    if carried_out(form, partial(actions.add_session, edition=edition, by=request.user)):
        messages.success(request, "Added. It waits for its time.")
        return redirect("symposium:schedule", slug)
    return _form(request, edition, form, "Add a session", keep=f"session-of-{edition.pk}")


@require_http_methods(ASK)
def change_session(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say something else of it."""
    edition = managed(request, slug)
    session = _session(edition, pk)
    form = SessionForm(
        request.POST if request.method == "POST" else None, edition=edition, session=_session(edition, pk)
    )
    if carried_out(form, partial(actions.change_session, session=session, by=request.user)):
        messages.success(request, "Changed. Members see it once you release it.")
        return redirect("symposium:schedule", slug)
    return _form(request, edition, form, "Change this session")


@require_http_methods(ASK)
def place(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say where and when it is held."""
    edition = managed(request, slug)
    session = _session(edition, pk)
    form = PlaceForm(request.POST if request.method == "POST" else None, session=session, days=edition.days)
    if carried_out(form, partial(actions.place_session, session=session, by=request.user)):
        return redirect(f"{reverse('symposium:schedule', args=[slug])}#session-{pk}")
    context = {"session": session, "form": form, "zone_name": zone_name(edition.zone)}
    status = 422 if form.errors else 200
    return render(request, "symposium/place.html", tabbed(request, edition, "schedule") | context, status=status)


@require_http_methods(ASK)
def video(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Where its video and its captions are."""
    edition = managed(request, slug)
    session = get_object_or_404(edition.sessions.select_related("edition", "room", "meeting__series"), pk=pk)
    series = session.meeting.series if session.meeting else None
    initial: dict[str, Any] = {"room_url": series.room_url, "captions_url": series.captions_url} if series else {}
    if overflow := Overflow.objects.filter(meeting=session.meeting).first():
        initial |= {"holds": overflow.holds, "overflow_url": overflow.url}
    form = VideoForm(request.POST if request.method == "POST" else None, initial=initial)
    if carried_out(form, partial(actions.change_video, session=session, by=request.user)):
        messages.success(request, "Changed. Who comes in is led there.")
        return redirect("symposium:session", slug, pk)
    return _form(request, edition, form, "Video and captions")


@require_POST
def take_out(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Put it back among those that have no time yet."""
    actions.take_out(session=_session(managed(request, slug), pk), by=request.user)
    return redirect(f"{reverse('symposium:schedule', args=[slug])}#session-{pk}")


@require_POST
def cancel_session(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """It does not take place."""
    actions.cancel_session(session=_session(managed(request, slug), pk), by=request.user)
    messages.success(request, "Cancelled. Members read so once you release it.")
    return redirect("symposium:schedule", slug)


@require_POST
def hold_session(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """It takes place after all."""
    actions.hold_session(session=_session(managed(request, slug), pk), by=request.user)
    return redirect(f"{reverse('symposium:schedule', args=[slug])}#session-{pk}")


@require_http_methods(ASK)
def release(request: MemberRequest, slug: str) -> HttpResponse:
    """Look at what differs and what clashes, then show it to everyone."""
    edition = managed(request, slug)
    last, (placed, waiting) = last_release(edition), draft_of(edition)
    clashes = clashes_of(edition, placed)
    number = (last.number if last else 0) + 1
    stops = any(clash.stops for clash in clashes)
    form = ReleaseForm(request.POST if request.method == "POST" else None, number=number, stops=stops)
    if carried_out(form, partial(actions.release_programme, edition=edition, by=request.user)):
        messages.success(request, "Released. Those whom the changes concern get a letter.")
        return redirect("symposium:programme", slug)
    changes = [(change, change.said(edition.tz)) for change in differences(slots_of(last), placed)]
    context = {"form": form, "number": number, "changes": changes, "clashes": clashes, "waiting": waiting}
    status = 422 if form.errors else 200
    return render(request, "symposium/release.html", tabbed(request, edition, "schedule") | context, status=status)


def _session(edition: Edition, pk: UUID) -> Session:
    return get_object_or_404(edition.sessions.select_related("edition", "room", "format"), pk=pk)


def _form(request: MemberRequest, edition: Edition, form: Any, title: str, **more: Any) -> HttpResponse:
    context = {
        "edition": edition,
        "form": form,
        "title": title,
        "back": reverse("symposium:schedule", args=[edition.slug]),
    }
    return render(request, "symposium/form.html", context | more, status=422 if form.errors else 200)
