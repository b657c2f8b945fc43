"""The room: its tabs, its covenant, and what a member decides for themselves."""

from collections.abc import Callable
from functools import partial, wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from access import MemberRequest, may
from access.forms import carried_out
from discussions.chat import chat_of
from discussions.lists import threads_of
from files.lists import files_of, stored_in
from finding.views import looked_up
from groups import actions, rooms
from groups.forms import SignCovenant
from groups.models import Covenant, Group
from groups.rooms import Room
from groups.rosters import roster as roster_of
from meetings.lists import agenda, of_space
from spaces.models import Membership


def for_readers(view: Callable[[MemberRequest, Room], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the room. Whoever has only to sign is led to the covenant; to others outside it is not there."""

    @wraps(view)
    def with_room(request: MemberRequest, pk: UUID) -> HttpResponse:
        room = _room(request, pk)
        if room.standing.must_sign:
            return redirect("groups:covenant", pk)
        if not room.standing.may_read:
            raise Http404
        return view(request, room)

    return with_room


@require_GET
@for_readers
def chat(request: MemberRequest, room: Room) -> HttpResponse:
    """The room itself."""
    chat = chat_of(room.space, request.user, request.GET, room.membership)
    # What the room knows already is not looked up again.
    chat["chat"].may_write, chat["chat"].why_not = room.standing.may_write, room.standing.why_not
    chat["chat"].may_moderate = room.standing.facilitates
    return _tab(request, room, "chat", chat)


@require_GET
@for_readers
def threads(request: MemberRequest, room: Room) -> HttpResponse:
    """What the group discusses at length, beside its chat."""
    return _tab(request, room, "threads", {"listing": threads_of(room.space, request.user, request.GET)})


@require_GET
@for_readers
def sessions(request: MemberRequest, room: Room) -> HttpResponse:
    """When the group meets; with ?past, when it met."""
    past = "past" in request.GET
    meetings = of_space(room.space)
    page = agenda(meetings.over() if past else meetings.upcoming(), request.user, request.GET.get("page"))
    return _tab(request, room, "sessions", {"page": page, "past": past})


@require_GET
@for_readers
def files(request: MemberRequest, room: Room) -> HttpResponse:
    """Every file of the group: who, when, how large, and the message that it came with."""
    page = files_of(room.space, request.GET.get("page"))
    return _tab(request, room, "files", {"page": page, "stored": stored_in(room.space)})


@require_GET
@for_readers
def search(request: MemberRequest, room: Room) -> HttpResponse:
    """What was said in the group, by words."""
    return _tab(request, room, "search", looked_up(request, [room.space], within=room.space))


@require_GET
def roster(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who is in the group. Staff and the ORR specialist see this page of a group, and nothing else."""
    room = rooms.room(request.user, pk)
    if room and room.standing.must_sign:
        return redirect("groups:covenant", pk)
    if room and room.standing.may_read:
        return _tab(request, room, "roster", {"roster": roster_of(_current(room.group))})
    group = get_object_or_404(Group.objects.visible_to(request.user).select_related("space"), pk=pk)
    if not may(request.user, "group.roster", group):
        raise Http404
    return render(request, "groups/roster_from_outside.html", {"group": group, "roster": roster_of(_current(group))})


@require_http_methods(["GET", "POST"])
def covenant(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Read the covenant; sign it, where that is still to be done."""
    room = _room(request, pk)
    current = Covenant.objects.current()
    if current is None or not room.membership or not (room.standing.may_read or room.standing.must_sign):
        raise Http404
    form = SignCovenant(request.POST or None, member=request.user)
    if carried_out(form, partial(actions.sign, covenant=current, group=room.group, by=request.user)):
        messages.success(request, "Signed. Welcome to the room.")
        return redirect(room.group)
    signature = room.group.signatures.filter(covenant=current, member=request.user).first()
    before = room.group.signatures.filter(member=request.user).exists() and not signature
    context = {"group": room.group, "covenant": current, "form": form, "signature": signature, "signed_before": before}
    return render(request, "groups/covenant.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def leave(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask first, then leave. One can leave without having signed, and while groups are closed to one."""
    membership = get_object_or_404(
        Membership.objects.select_related("space__group"), space__group=pk, member=request.user, left_at=None
    )
    if request.method == "POST":
        actions.leave(membership=membership, by=request.user)
        messages.success(request, f"You have left {membership.space.group}.")
        return redirect("groups:index")
    return render(request, "groups/leave.html", {"group": membership.space.group})


def _room(request: MemberRequest, pk: UUID) -> Room:
    room = rooms.room(request.user, pk)
    if room is None:
        raise Http404
    return room


def _tab(request: MemberRequest, room: Room, tab: str, more: dict) -> HttpResponse:
    context = {
        "room": room,
        "group": room.group,
        "space": room.space,
        "seq": room.space.last_seq,
        "tab": tab,
        "why_not": room.standing.why_not,
        "facilitates": room.standing.facilitates,
        "belongs": room.membership is not None,
    }
    return render(request, f"groups/{tab}.html", context | more)


def _current(group: Group):
    return group.space.memberships.filter(left_at=None)
