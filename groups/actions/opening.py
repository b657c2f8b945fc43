"""Opening a group and next year's, appointing its facilitators, describing and closing it."""

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from access import Refusal, may
from audit.trail import append
from discussions.models import Thread
from groups import letters
from groups.actions.seats import depart, enter, fill_seats, lock
from groups.models import FACILITATOR, Covenant, Group, JoinRequest
from groups.years import days_of
from members.models import Member, RoleGrant
from members.roles import has_role
from spaces.inbox import access_changed
from spaces.log import record
from spaces.models import Membership, Space

MOST_FACILITATORS = 2  # The programme's rule, not a choice of ours.


@transaction.atomic
def open_group(
    *, topic: str, fiscal_year: int, by: Member, description: str = "", seats: int = 12, follows: Group | None = None
) -> Group:
    """Open a group with its chat. It needs a covenant to sign, and has nobody in it yet."""
    if not Covenant.objects.exists():
        raise Refusal("There is no covenant to sign yet. Publish one first, under Covenant.")
    starts_on, ends_on = days_of(fiscal_year)
    try:
        with transaction.atomic():
            group = Group.objects.create(
                space=Space.objects.create(kind=Space.Kind.GROUP),
                topic=topic,
                fiscal_year=fiscal_year,
                description=description,
                seats=seats,
                starts_on=starts_on,
                ends_on=ends_on,
                follows=follows,
                created_by=by,
            )
    except IntegrityError as taken:
        raise Refusal(
            f"There is a group on {topic} in FY{fiscal_year % 100:02} already. Name the topic apart."
        ) from taken
    Thread.objects.create(space=group.space, kind=Thread.Kind.CHAT)
    append("group.opened", subject=group, by=by, facts={"fiscal_year": fiscal_year, "seats": seats})
    return group


@transaction.atomic
def follow(*, group: Group, by: Member) -> Group:
    """Open next year's group from this one: same topic, facilitators who still are, and everyone invited back."""
    following = open_group(
        topic=group.topic,
        fiscal_year=group.fiscal_year + 1,
        by=by,
        description=group.description,
        seats=group.seats,
        follows=group,
    )
    for membership in group.facilitators.select_related("member").order_by("member_id"):
        if has_role(membership.member, RoleGrant.Role.FACILITATOR) and may(membership.member, "group.ask"):
            appoint(group=following, member=membership.member, by=by)
    for membership in group.participants.select_related("member"):
        request = JoinRequest.objects.create(group=following, member=membership.member, state=JoinRequest.State.INVITED)
        letters.invited(request)
    return following


@transaction.atomic
def appoint(*, group: Group, member: Member, by: Member) -> None:
    """Make somebody with the facilitator's role a facilitator of this group: two at most."""
    group = lock(group)
    if not has_role(member, RoleGrant.Role.FACILITATOR):
        raise Refusal(f"{member} does not have the facilitator's role. Give it first, under Roles.")
    if not may(member, "group.ask", group):
        raise Refusal(f"{member} cannot be in a group now: check their organisation's award and their other roles.")
    current = group.space.memberships.filter(member=member, left_at=None).first()
    if current and current.role == FACILITATOR:
        raise Refusal(f"{member} facilitates this group already.")
    if group.facilitators.count() >= MOST_FACILITATORS:
        raise Refusal("A group has at most two facilitators. End one's term first.")
    append("group.appointed", subject=group, by=by, facts={"member": str(member.pk)})
    group.join_requests.open().filter(member=member).update(
        state=JoinRequest.State.WITHDRAWN, decided_at=now(), decided_by=by
    )
    seated: list[Member] = []
    if current:
        current.role, current.muted_until = FACILITATOR, None
        current.save(update_fields=["role", "muted_until"])
        record(group.space, "member.changed", current, by=by)
        seated = fill_seats(group, by=by)
    else:
        enter(group, member, by=by, role=FACILITATOR)
    letters.appointed(group, member)
    access_changed([member, *seated], by=by)


@transaction.atomic
def dismiss(*, membership: Membership, by: Member) -> None:
    """End a facilitator's term: they leave the group."""
    lock(membership.space.group)
    membership = Membership.objects.select_related("member", "space__group").get(pk=membership.pk)
    if membership.left_at or membership.role != FACILITATOR:
        raise Refusal("They do not facilitate this group any more. Reload the page.")
    append("group.dismissed", subject=membership, by=by)
    letters.left(membership)
    depart(membership, removed_by=by, reason="Your term as a facilitator of this group has ended.")


@transaction.atomic
def describe(*, group: Group, description: str, by: Member) -> None:
    """Say what the group is about, to its members and to those who look for one."""
    group = lock(group)
    group.description = description
    group.save(update_fields=["description"])
    record(group.space, "group.described", group, by=by)


@transaction.atomic
def keep_for(*, group: Group, days: int, by: Member) -> None:
    """Choose how long messages and their files stay. What is older goes the next night, for good."""
    group = lock(group)
    group.keep_days = days
    group.save(update_fields=["keep_days"])
    append("group.kept_for", subject=group, by=by, facts={"days": days})
    record(group.space, "group.described", group, by=by)


@transaction.atomic
def close(*, group: Group, by: Member) -> None:
    """Stop joining and writing. Everyone in the group keeps reading."""
    group = lock(group)
    if group.closed_at:
        raise Refusal("This group is closed already. Reload the page.")
    group.closed_at, group.closed_by = now(), by
    group.save(update_fields=["closed_at", "closed_by"])
    append("group.closed", subject=group, by=by)
    record(group.space, "group.closed", group, by=by)
    access_changed(_everyone(group), by=by)


@transaction.atomic
def reopen(*, group: Group, by: Member) -> None:
    """Let members write and join again; seats that came free meanwhile go to the waitlist."""
    group = lock(group)
    if not group.closed_at:
        raise Refusal("This group is open already. Reload the page.")
    group.closed_at, group.closed_by = None, None
    group.save(update_fields=["closed_at", "closed_by"])
    append("group.reopened", subject=group, by=by)
    record(group.space, "group.reopened", group, by=by)
    fill_seats(group, by=by)
    access_changed(_everyone(group), by=by)


def _everyone(group: Group) -> list[Member]:
    return list(Member.objects.filter(memberships__space=group.space, memberships__left_at=None))
