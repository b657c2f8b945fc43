"""What a facilitator decides: who comes in, who is muted or removed, what the group is about, when it closes."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, may, require
from access.forms import carried_out
from groups import actions, rooms
from groups.forms import Description, KeepFor, Mute, Reason
from groups.models import Group, JoinRequest
from groups.rosters import requests_with_people, roster
from spaces.models import Membership


@require_GET
def desk(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Everything that waits for a facilitator, on one page."""
    return _desk(request, _facilitated(request, pk))


@require_POST
def accept(request: MemberRequest, pk: UUID, request_pk: UUID) -> HttpResponse:
    """Give a seat, or a place on the waitlist."""
    asked = actions.accept(request=_join_request(request, pk, request_pk), by=request.user)
    if asked.state == JoinRequest.State.WAITLISTED:
        messages.info(request, f"All seats are taken: {asked.member} is on the waitlist, place {asked.place()}.")
    else:
        messages.success(request, f"{asked.member} is in. They sign the covenant before they read.")
    return redirect("groups:facilitate", pk)


@require_http_methods(["GET", "POST"])
def decline(request: MemberRequest, pk: UUID, request_pk: UUID) -> HttpResponse:
    """Say no, with a reason."""
    asked = _join_request(request, pk, request_pk)
    form = Reason(request.POST or None)
    if carried_out(form, partial(actions.decline, request=asked, by=request.user)):
        messages.success(request, f"{asked.member} will read your answer.")
        return redirect("groups:facilitate", pk)
    return _confirm(request, form, asked.group, f"Decline {asked.member}'s request?", "Decline", "They can ask again.")


@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, pk: UUID, membership_pk: UUID) -> HttpResponse:
    """Remove a participant, with a reason."""
    membership = _membership(request, pk, membership_pk)
    form = Reason(request.POST or None)
    if carried_out(form, partial(actions.remove, membership=membership, by=request.user)):
        messages.success(request, f"{membership.member} is no longer in the group.")
        return redirect("groups:facilitate", pk)
    text = "They lose the room at once, on every device. They read your reason; the group sees only that they left."
    return _confirm(request, form, membership.space.group, f"Remove {membership.member}?", "Remove", text)


@require_http_methods(["GET", "POST"])
def mute(request: MemberRequest, pk: UUID, membership_pk: UUID) -> HttpResponse:
    """Let a participant only read, for a while."""
    membership = _membership(request, pk, membership_pk)
    form = Mute(request.POST or None)
    if carried_out(form, partial(actions.mute, membership=membership, by=request.user)):
        messages.success(
            request, f"{membership.member} can read, but not write, until you unmute them or the time is over."
        )
        return redirect("groups:facilitate", pk)
    text = "They can read, but not write. The group is not told."
    return _confirm(request, form, membership.space.group, f"Mute {membership.member}?", "Mute", text)


@require_POST
def unmute(request: MemberRequest, pk: UUID, membership_pk: UUID) -> HttpResponse:
    """Let them write again."""
    membership = _membership(request, pk, membership_pk)
    actions.unmute(membership=membership, by=request.user)
    messages.success(request, f"{membership.member} can write again.")
    return redirect("groups:facilitate", pk)


@require_POST
def describe(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say what the group is about."""
    group = _facilitated(request, pk)
    form = Description(request.POST)
    if carried_out(form, partial(actions.describe, group=group, by=request.user)):
        messages.success(request, "The description is saved.")
        return redirect("groups:facilitate", pk)
    return _desk(request, group, form)


@require_http_methods(["GET", "POST"])
def keep_for(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Choose how long messages stay."""
    group = _facilitated(request, pk)
    form = KeepFor(request.POST or None, initial={"days": group.kept_for})
    if carried_out(form, partial(actions.keep_for, group=group, by=request.user)):
        messages.success(request, "Saved. What is older goes tonight.")
        return redirect("groups:facilitate", pk)
    text = "Older conversations and their files go the next night, for good and for everyone."
    return _confirm(request, form, group, "How long messages are kept", "Save", text)


@require_http_methods(["GET", "POST"])
def close(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask first, then stop joining and writing. Staff can do this too, from outside."""
    group = _closable(request, pk)
    if request.method == "POST":
        actions.close(group=group, by=request.user)
        messages.success(request, "The group is closed. Its members can read it; you can reopen it.")
        return redirect("groups:about", pk)
    text = "Nobody can write or join until it is reopened. Everyone in it can still read."
    return _confirm(request, None, group, f"Close {group}?", "Close the group", text)


@require_POST
def reopen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let members write and join again."""
    actions.reopen(group=_closable(request, pk), by=request.user)
    messages.success(request, "The group is open again.")
    return redirect("groups:about", pk)


def _entered(request: MemberRequest, pk: UUID) -> Group:
    """A group that this member reads; to others it is not there."""
    room = rooms.room(request.user, pk)
    if room is None or not room.standing.may_read:
        raise Http404
    return room.group


def _facilitated(request: MemberRequest, pk: UUID) -> Group:
    group = _entered(request, pk)
    require(request.user, "group.facilitate", group)
    return group


def _closable(request: MemberRequest, pk: UUID) -> Group:
    if may(request.user, "group.open"):
        return get_object_or_404(Group.objects.select_related("space"), pk=pk)
    return _facilitated(request, pk)


def _join_request(request: MemberRequest, pk: UUID, request_pk: UUID) -> JoinRequest:
    requests = JoinRequest.objects.select_related("group__space", "member")
    return get_object_or_404(requests, pk=request_pk, group=_facilitated(request, pk))


def _membership(request: MemberRequest, pk: UUID, membership_pk: UUID) -> Membership:
    space = _facilitated(request, pk).space
    return get_object_or_404(Membership.objects.select_related("space__group", "member"), pk=membership_pk, space=space)


def _desk(request: MemberRequest, group: Group, form: Description | None = None) -> HttpResponse:
    waiting = requests_with_people(group.join_requests.open())
    context = {
        "group": group,
        "asked": [one for one in waiting if one.state == JoinRequest.State.ASKED],
        "waitlist": [one for one in waiting if one.state == JoinRequest.State.WAITLISTED],
        "invited": [one for one in waiting if one.state == JoinRequest.State.INVITED],
        "roster": roster(group.space.memberships.filter(left_at=None)),
        "free": group.free_seats(),
        "form": form or Description(initial={"description": group.description}),
    }
    return render(request, "groups/facilitate.html", context, status=422 if form else 200)


def _confirm(request: MemberRequest, form, group: Group, title: str, submit: str, text: str) -> HttpResponse:
    back = "groups:facilitate" if form is not None else "groups:about"
    context = {"form": form, "group": group, "title": title, "submit": submit, "text": text, "back": back}
    return render(request, "groups/confirm.html", context, status=422 if form is not None and form.errors else 200)
