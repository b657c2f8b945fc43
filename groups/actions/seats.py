"""Seats are scarce: whoever gives or frees one holds the lock on the group's row until the end."""

from django.utils.timezone import now

from access import may
from groups import letters
from groups.models import Group, JoinRequest
from members.eligibility import eligibility
from members.models import Member
from spaces.inbox import access_changed
from spaces.log import record
from spaces.models import Membership


def lock(group: Group) -> Group:
    """The group as it is now, locked until the transaction ends."""
    return Group.objects.select_for_update(of=("self",)).select_related("space").get(pk=group.pk)


def lock_request(request: JoinRequest) -> JoinRequest:
    """The join request as it is now, behind the lock on its group."""
    group = lock(request.group)
    request = JoinRequest.objects.select_related("member").get(pk=request.pk)
    request.group = group
    return request


def settle(request: JoinRequest, state: str, *, by: Member | None, reason: str = "") -> None:
    request.state, request.reason = state, reason
    request.decided_at, request.decided_by = now(), by
    request.save(update_fields=["state", "reason", "basis", "decided_at", "decided_by"])


def fill_seats(group: Group, *, by: Member | None) -> list[Member]:
    """Give what seats are free to the waitlist, strictly in order. Who cannot come now keeps the place.

    Returns who came in; the caller says so to their open pages, last.
    """
    free, seated = group.free_seats(), []
    if free and not group.closed_at:
        for request in group.join_requests.waiting().select_related("member"):
            if may(request.member, "group.ask", group):
                enter(group, request.member, by=request.member)
                request.basis = eligibility(request.member, "groups").on_record()
                settle(request, JoinRequest.State.ACCEPTED, by=by)
                letters.request_changed(request)
                seated.append(request.member)
            if len(seated) == free:
                break
    return seated


def enter(group: Group, member: Member, *, by: Member | None, role: str = Membership.Role.PARTICIPANT) -> Membership:
    """Make somebody one of the group. They read from here on: what was before does not count as unread."""
    membership = Membership.objects.create(
        space=group.space,
        member=member,
        role=role,
        read_seq=group.space.last_seq,
        read_count=group.space.last_count,
    )
    record(group.space, "member.joined", membership, by=by)
    return membership


def depart(membership: Membership, *, removed_by: Member | None = None, reason: str = "") -> None:
    """End a membership, fill the seat, and have all open pages follow. To the group everyone "left"."""
    group = lock(membership.space.group)
    membership.left_at, membership.removed_by, membership.removal_reason = now(), removed_by, reason
    membership.save(update_fields=["left_at", "removed_by", "removal_reason"])
    record(group.space, "member.left", membership, by=membership.member)
    seated = fill_seats(group, by=removed_by)
    access_changed([membership.member, *seated])
