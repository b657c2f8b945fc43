"""What NCB staff do with groups from outside: open them, appoint facilitators, publish the covenant."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from access import MemberRequest, may
from access.forms import carried_out
from groups import actions
from groups.forms import Appoint, CovenantText, OpenGroup, covenant_draft
from groups.models import FACILITATOR, Covenant, Group
from spaces.models import Membership


@require_http_methods(["GET", "POST"])
def open_group(request: MemberRequest) -> HttpResponse:
    """Open a group for this fiscal year or the next."""
    _only_staff(request, "group.open")
    form = OpenGroup(request.POST or None)
    opened: list[Group] = []
    if carried_out(form, lambda **what: opened.append(actions.open_group(by=request.user, **what))):
        messages.success(request, "The group is open. Appoint its facilitators: they let people in.")
        return redirect("groups:appoint", opened[0].pk)
    return render(request, "groups/open.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def appoint(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who facilitates a group; appoint one."""
    group = _group(request, pk)
    form = Appoint(request.POST or None, group=group)
    if carried_out(form, partial(actions.appoint, group=group, by=request.user)):
        messages.success(request, f"{form.cleaned_data['member']} facilitates {group}.")
        return redirect("groups:appoint", pk)
    context = {"group": group, "form": form, "facilitators": group.facilitators.select_related("member")}
    return render(request, "groups/appoint.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def dismiss(request: MemberRequest, pk: UUID, membership_pk: UUID) -> HttpResponse:
    """Ask first, then end a facilitator's term."""
    group = _group(request, pk)
    membership = get_object_or_404(
        Membership.objects.select_related("member", "space__group"),
        pk=membership_pk,
        space=group.space,
        role=FACILITATOR,
    )
    if request.method == "POST":
        actions.dismiss(membership=membership, by=request.user)
        messages.success(request, f"{membership.member} no longer facilitates {group}.")
        return redirect("groups:appoint", pk)
    context = {
        "group": group,
        "title": f"End {membership.member}'s term?",
        "text": "They leave the group at once, and get a mail. You can appoint them again.",
        "submit": "End the term",
        "back": "groups:appoint",
    }
    return render(request, "groups/confirm.html", context)


@require_http_methods(["GET", "POST"])
def follow(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask first, then open next year's group from this one."""
    group = _group(request, pk)
    if request.method == "POST":
        following = actions.follow(group=group, by=request.user)
        messages.success(request, f"{following} is open, and everyone of {group} is invited.")
        return redirect("groups:about", following.pk)
    context = {
        "group": group,
        "title": f"Open FY{(group.fiscal_year + 1) % 100:02} of {group.topic}?",
        "text": f"It has the same topic, description and facilitators. {group.participants.count()} participants "
        "get an invitation by mail. Seats go to those who accept first; then there is a waitlist.",
        "submit": "Open it and invite everyone",
        "keep_safe": True,
        "back": "groups:about",
    }
    return render(request, "groups/confirm.html", context)


@require_http_methods(["GET", "POST"])
def covenants(request: MemberRequest) -> HttpResponse:
    """The versions of the covenant; look at a new one as its readers will, then publish it."""
    _only_staff(request, "covenant.publish")
    form = CovenantText(request.POST or None, initial={"text": covenant_draft()})
    publish = "publish" in request.POST
    if publish and carried_out(form, partial(actions.publish_covenant, by=request.user)):
        messages.success(request, "Published. Everyone signs it before they read on.")
        return redirect("groups:covenants")
    context = {
        "form": form,
        "versions": Covenant.objects.select_related("published_by"),
        "preview": form.cleaned_data["text"] if form.is_bound and form.is_valid() else "",
    }
    return render(request, "groups/covenants.html", context, status=422 if form.errors else 200)


def _only_staff(request: MemberRequest, verb: str) -> None:
    """To others these pages are not there."""
    if not may(request.user, verb):
        raise Http404


def _group(request: MemberRequest, pk: UUID) -> Group:
    _only_staff(request, "group.open")
    return get_object_or_404(Group.objects.select_related("space"), pk=pk)
