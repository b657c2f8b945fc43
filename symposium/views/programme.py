"""The programme as members read it, a session, who speaks, and what one chose."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from access import MemberRequest, Refusal
from meetings.clocks import clocks, zone_name
from symposium import actions
from symposium.listing import BY, Listing, last_slots, listed, takes_part
from symposium.models import Edition, ReleasedSession, Session
from symposium.schedules import differences
from symposium.templatetags.programme import session_row
from symposium.views.editions import seen, tabbed


@require_GET
def programme(request: MemberRequest, slug: str) -> HttpResponse:
    """The last version, by day, track, room or speaker."""
    return _listed(request, seen(request, slug), "programme")


@require_GET
def agenda(request: MemberRequest, slug: str) -> HttpResponse:
    """What I chose of it."""
    return _listed(request, seen(request, slug), "agenda")


@require_POST
def choose(request: MemberRequest, slug: str) -> HttpResponse:
    """Put a session into my agenda, or take it out. A script gets its row."""
    edition, comes = seen(request, slug), "choose" in request.POST
    session = get_object_or_404(
        edition.sessions.select_related("meeting"), pk=_key(request.POST.get("choose") or request.POST.get("drop"))
    )
    try:
        actions.choose_session(session=session, by=request.user, comes=comes)
    except Refusal as refusal:
        if not request.htmx:
            raise
        messages.error(request, str(refusal))
        return HttpResponse(headers={"HX-Refresh": "true"})
    if request.htmx:
        listing = listed(edition, request.user, _only(QueryDict(request.POST.get("asked", "")), "by", "zone"))
        slot = next(one for one in slots_shown(listing) if one.session_id == session.pk)
        mark = str(request.htmx.target or "").removeprefix("s-").removesuffix(str(session.pk))
        return HttpResponse(session_row(slot, listing, f"{mark if mark.strip('-').isdigit() else ''}{session.pk}"))
    messages.success(request, "It is in your agenda." if comes else "It is out of your agenda.")
    return redirect(_back(request, edition, session))


def slots_shown(listing: Listing) -> list[ReleasedSession]:
    return [slot for _, slots in listing.sections for slot in slots]


@require_GET
def session(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """What it is about, when by one's own clock, who speaks, and the way in; once it is over, what one can do then."""
    edition = seen(request, slug)
    slot = next((one for one in last_slots(edition, request.user) if one.session_id == pk), None)
    if slot is None:
        was = ReleasedSession.objects.filter(release__edition=edition, session=pk).order_by("-release__number").first()
        if was is None:
            raise Http404
        return render(request, "symposium/session_gone.html", tabbed(request, edition, "programme") | {"session": was})
    takes, is_over = takes_part(request.user, edition), slot.ends_at <= now()
    context = {
        "slot": slot,
        "takes_part": takes,
        "is_over": is_over,
        "evaluates": takes and is_over and not actions.why_not_evaluate(edition, slot.session, request.user),
        "clocks": clocks(slot.starts_at, slot.ends_at, request.user.time_zone, edition.zone),
    }
    return render(request, "symposium/session.html", tabbed(request, edition, "programme") | context)


@require_GET
def speaker(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Who that is, and their sessions."""
    edition = seen(request, slug)
    listing = listed(edition, request.user, _only(request.GET, "zone") | {"by": "room"})
    listing.may_choose, takes = False, listing.may_choose
    slots = [slot for slot in slots_shown(listing) if any(one.pk == pk for one in slot.people)]
    if not slots:
        raise Http404
    person = next(one for one in slots[0].people if one.pk == pk)
    profile = edition.speaker_profiles.filter(member=pk).first()
    context = {
        "bio": profile.bio if profile else "",
        "person": person,
        "slots": slots,
        "listing": listing,
        "takes_part": takes,
    }
    return render(request, "symposium/speaker.html", tabbed(request, edition, "programme") | context)


@require_GET
def changes(request: MemberRequest, slug: str) -> HttpResponse:
    """What each version changed, the latest first."""
    edition = seen(request, slug)
    releases = list(edition.releases.order_by("number"))
    rooms = ReleasedSession.objects.filter(release__edition=edition).select_related("room")
    of: dict[Any, list[ReleasedSession]] = {one.pk: [] for one in releases}
    for slot in rooms:
        of[slot.release_id].append(slot)
    told, before = [], list[ReleasedSession]()
    for release in releases:
        found = differences(before, of[release.pk])
        told.append((release, [(change, change.said(edition.tz)) for change in found]))
        before = of[release.pk]
    context = {"releases": told[::-1], "zone_name": zone_name(edition.zone)}
    return render(request, "symposium/changes.html", tabbed(request, edition, "programme") | context)


def _listed(request: MemberRequest, edition: Edition, tab: str) -> HttpResponse:
    listing = listed(edition, request.user, request.GET, mine=tab == "agenda")
    asked = request.GET.dict()
    views = [(label, "?" + urlencode(asked | {"by": name}), name == listing.by) for name, label in BY.items()]
    turned = {name: value for name, value in asked.items() if name != "zone"}
    if asked.get("zone") != "edition":
        turned["zone"] = "edition"
    context = {
        "listing": listing,
        "views": views,
        "other_zone_url": "?" + urlencode(turned),
        "asked": request.GET.urlencode(),
    }
    return render(request, "symposium/programme.html", tabbed(request, edition, tab) | context)


def _back(request: MemberRequest, edition: Edition, session: Session) -> str:
    """The page on which they chose."""
    page = request.POST.get("page", "")
    if page == "session":
        return reverse("symposium:session", args=[edition.slug, session.pk])
    name = "agenda" if page == "agenda" else "programme"
    asked = QueryDict(request.POST.get("asked", "")).urlencode()
    return f"{reverse(f'symposium:{name}', args=[edition.slug])}{'?' if asked else ''}{asked}#s-{session.pk}"


def _only(asked: QueryDict, *names: str) -> dict[str, str]:
    return {name: str(asked[name]) for name in names if name in asked}


def _key(said: str | None) -> UUID:
    try:
        return UUID(said or "")
    except ValueError:
        raise Http404 from None
