"""Getting in: asking, being asked back, and what the facilitators answer."""

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, insist_on_pace
from audit.trail import append
from groups import letters
from groups.actions.seats import fill_seats, lock, lock_request, settle
from groups.models import Group, JoinRequest
from groups.years import EASTERN
from members.models import Member
from spaces.inbox import access_changed

State = JoinRequest.State


@transaction.atomic
def ask_to_join(*, group: Group, by: Member, note: str = "") -> JoinRequest:
    """Ask the facilitators for a seat. Asking again while it is open changes only the note."""
    insist_on_pace(by)
    group = lock(group)
    refuse_if_over(group)
    if group.space.memberships.filter(member=by, left_at=None).exists():
        raise Refusal("You are in this group already. Open it from your home page.")
    request = group.join_requests.open().filter(member=by).first()
    if request is None:
        return JoinRequest.objects.create(group=group, member=by, note=note)
    request.note = note
    request.save(update_fields=["note"])
    return request


@transaction.atomic
def accept(*, request: JoinRequest, by: Member) -> JoinRequest:
    """Give a seat, or, where all are taken, the next place on the waitlist."""
    request = lock_request(request)
    if request.state != State.ASKED:
        raise already_decided(request)
    refuse_if_over(request.group)
    return let_in(request, by=by)


@transaction.atomic
def decline(*, request: JoinRequest, by: Member, reason: str) -> JoinRequest:
    """Say no, with a reason that the member reads. Somebody on the waitlist can be declined too."""
    request = lock_request(request)
    if request.state not in {State.ASKED, State.WAITLISTED}:
        raise already_decided(request)
    settle(request, State.DECLINED, by=by, reason=reason)
    append("group.declined", subject=request, by=by, facts={"reason": reason})
    letters.request_changed(request)
    return request


@transaction.atomic
def withdraw(*, request: JoinRequest, by: Member) -> JoinRequest:
    """Take back what one asked for, or decline an invitation."""
    request = lock_request(request)
    if request.state not in JoinRequest.OPEN:
        raise already_decided(request)
    settle(request, State.WITHDRAWN, by=by)
    return request


@transaction.atomic
def accept_invitation(*, request: JoinRequest, by: Member) -> JoinRequest:
    """Come back into this year's group: a seat while there is one, then the waitlist from now on."""
    request = lock_request(request)
    if request.state != State.INVITED:
        raise already_decided(request)
    refuse_if_over(request.group)
    request.asked_at = now()
    return let_in(request, by=by)


def let_in(request: JoinRequest, *, by: Member) -> JoinRequest:
    """Put the request at its place on the waitlist and fill the seats: it comes in unless others are before it."""
    request.state = State.WAITLISTED
    request.save(update_fields=["state", "asked_at"])
    append("group.accepted", subject=request, by=by)
    seated = fill_seats(request.group, by=by)
    request.refresh_from_db(fields=["state", "decided_at", "decided_by"])
    if request.state == State.WAITLISTED and by != request.member:
        letters.request_changed(request)
    access_changed(seated, by=by)
    return request


def refuse_if_over(group: Group) -> None:
    if group.closed_at:
        raise Refusal("This group is closed. Look for another one under Groups.")
    if group.ends_on < now().astimezone(EASTERN).date():
        raise Refusal(f"This group was for {group.year}, which is over. Look for this year's under Groups.")


def already_decided(request: JoinRequest) -> Refusal:
    return Refusal(f"This request is no longer open ({request.get_state_display().lower()}). Reload the page.")
