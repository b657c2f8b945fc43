"""The page of those who speak: what they are to do, and when; and what staff see of all of them."""

from collections import defaultdict
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, require
from access.forms import carried_out
from symposium import actions
from symposium.models import Edition, Programme, SpeakerProfile, TechCheck
from symposium.programme_forms import BioForm, TechChecksForm
from symposium.schedules import last_release
from symposium.views.editions import ASK, managed, saying_why_not, seen, tabbed


@require_GET
def speaking(request: MemberRequest, slug: str) -> HttpResponse:
    """My sessions, that I come, what I say of myself, my tech check, and what happens when."""
    edition = _spoken_at(request, slug)
    release = last_release(edition)
    mine = edition.sessions.on().filter(speakers__member=request.user).select_related("format").distinct()
    out = {slot.session_id: slot for slot in release.sessions.select_related("room")} if release else {}
    checks = list(edition.tech_checks.all())
    context = {
        "sessions": [(session, out.get(session.pk)) for session in mine],
        "profile": SpeakerProfile.objects.filter(edition=edition, member=request.user).first(),
        "check": next((one for one in checks if one.member_id == request.user.pk), None),
        "free": [one for one in checks if one.member_id is None],
        "guidance": Programme.of(edition).guidance,
    }
    return render(request, "symposium/speaking.html", tabbed(request, edition, "speaking") | context)


@require_POST
def confirm(request: MemberRequest, slug: str) -> HttpResponse:
    """I come, and speak."""
    actions.confirm_speaking(edition=_spoken_at(request, slug), by=request.user)
    messages.success(request, "Thank you. Staff see that you come.")
    return redirect("symposium:speaking", slug)


@require_http_methods(ASK)
def bio(request: MemberRequest, slug: str) -> HttpResponse:
    """What I say of myself."""
    edition = _spoken_at(request, slug)
    profile = SpeakerProfile.objects.filter(edition=edition, member=request.user).first()
    form = BioForm(request.POST if request.method == "POST" else None, instance=profile)
    if carried_out(form, partial(actions.write_bio, edition=edition, by=request.user)):
        messages.success(request, "Saved. It stands in the programme.")
        return redirect("symposium:speaking", slug)
    context = {"edition": edition, "form": form, "title": "About you", "keep": f"bio-{edition.pk}"}
    context["back"] = reverse("symposium:speaking", args=[slug])
    return render(request, "symposium/form.html", context, status=422 if form.errors else 200)


@require_POST
def take(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take a time for my tech check."""
    check = get_object_or_404(_spoken_at(request, slug).tech_checks.select_related("edition"), pk=pk)
    with saying_why_not(request):
        actions.take_tech_check(check=check, by=request.user)
        messages.success(request, "It is yours.")
    return redirect("symposium:speaking", slug)


@require_POST
def leave(request: MemberRequest, slug: str) -> HttpResponse:
    """Give the time of my tech check back."""
    actions.leave_tech_check(edition=_spoken_at(request, slug), by=request.user)
    return redirect("symposium:speaking", slug)


@require_GET
def speakers(request: MemberRequest, slug: str) -> HttpResponse:
    """Who speaks: whether they confirmed, said something of themselves, and have a tech check."""
    edition = managed(request, slug)
    titles: dict[Any, list[str]] = defaultdict(list)
    people: dict[Any, Any] = {}
    for session in edition.sessions.on().prefetch_related("speakers__member").order_by("title"):
        for one in session.speakers.all():
            people[one.member_id] = one.member
            titles[one.member_id].append(session.title)
    profiles = {one.member_id: one for one in edition.speaker_profiles.all()}
    checks = list(edition.tech_checks.select_related("member"))
    theirs = {one.member_id: one for one in checks}
    rows = [
        (person, titles[key], profiles.get(key), theirs.get(key))
        for key, person in sorted(people.items(), key=lambda one: one[1].name.casefold())
    ]
    context = {"rows": rows, "free": [one for one in checks if one.member_id is None]}
    return render(request, "symposium/speakers.html", tabbed(request, edition, "schedule") | context)


@require_http_methods(ASK)
def offer(request: MemberRequest, slug: str) -> HttpResponse:
    """Offer times for tech checks."""
    edition = managed(request, slug)
    form = TechChecksForm(request.POST if request.method == "POST" else None)
    if carried_out(form, partial(actions.offer_tech_checks, edition=edition, by=request.user)):
        messages.success(request, "Offered. Each speaker takes one.")
        return redirect("symposium:speakers", slug)
    context = {"edition": edition, "form": form, "title": "Offer tech checks", "submit": "Offer them"}
    context["back"] = reverse("symposium:speakers", args=[slug])
    return render(request, "symposium/form.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Offer one no more."""
    check: TechCheck = get_object_or_404(managed(request, slug).tech_checks.select_related("edition"), pk=pk)
    actions.withdraw_tech_check(check=check, by=request.user)
    return redirect("symposium:speakers", slug)


def _spoken_at(request: MemberRequest, slug: str) -> Edition:
    """An edition at which this member speaks; others who see it are refused."""
    edition = seen(request, slug)
    require(request.user, "edition.speak", edition)
    return edition
