"""Who may do what with a group. Reading and writing in its space are asked here by everything that shows it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import rules
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from groups.models import BreakGlass, Group, Signature
from members.eligibility import CLOSED, Eligibility, eligibility
from members.models import RoleGrant
from members.roles import has_role, is_staff
from spaces.models import Membership, Space
from spaces.visits import foresee

Role = RoleGrant.Role
OVERSIGHT = (Role.STAFF, Role.ADMIN, Role.PRIVACY_OFFICER, Role.ORR_SPECIALIST)
GLASS = (Role.ADMIN, Role.PRIVACY_OFFICER)


@dataclass(frozen=True)
class Standing:
    """How a member stands to a group: all that reading and writing depend on, looked up once."""

    membership: Membership | None = None
    signed: bool = False
    eligible: Eligibility = Eligibility(CLOSED)
    glass: BreakGlass | None = None

    @classmethod
    def of_member(cls, membership: Any, eligible: Eligibility) -> "Standing":
        """Of somebody in the group; the membership is one of `memberships()`."""
        return cls(membership, membership.signed, eligible)

    @property
    def may_read(self) -> bool:
        if self.glass:
            return True
        return bool(self.membership and self.signed and self.eligible.may_read)

    @property
    def must_sign(self) -> bool:
        """Nothing but the signature is missing."""
        return bool(self.membership and not self.signed and self.eligible.may_read)

    @property
    def why_not(self) -> str:
        """Why somebody who reads may not write now; empty where they may."""
        if self.glass:
            return "You read this group through a break-glass. Nobody can write that way."
        if self.membership is None:
            return "Your role looks after groups now, so you read and write in none. Copy your text if you need it."
        if self.must_sign:
            return "There is a covenant to sign first. Your text is kept: open the group in another window, and sign."
        if not self.eligible.may_write:
            return self.eligible.why
        if self.membership.space.group.closed_at:
            return "This group is closed: you can read it, but not write. A facilitator can reopen it."
        if self.is_muted:
            until = date_format(timezone.localtime(self.membership.muted_until), "F j, g:i a")
            return (
                f"A facilitator has muted you here until {until}. You can read. Speak with your facilitators about it."
            )
        return ""

    @property
    def may_write(self) -> bool:
        return self.may_read and not self.why_not

    @property
    def is_muted(self) -> bool:
        until = self.membership.muted_until if self.membership else None
        return bool(until and until > timezone.now())

    @property
    def facilitates(self) -> bool:
        return bool(
            self.may_read
            and self.membership
            and self.membership.role == Membership.Role.FACILITATOR
            and self.eligible.may_write
            and has_role(self.membership.member, Role.FACILITATOR)
        )


def memberships() -> QuerySet[Any]:
    """Current memberships of groups, each with `signed` (the newest covenant) and `oversees` (by a role)."""
    signed = Signature.objects.current().filter(group__space=OuterRef("space"), member=OuterRef("member"))
    oversees = RoleGrant.objects.filter(member=OuterRef("member"), role__in=OVERSIGHT, ended_at=None)
    return (
        Membership.objects.filter(left_at=None, space__kind=Space.Kind.GROUP)
        .select_related("space__group")
        .annotate(signed=Exists(signed), oversees=Exists(oversees))
    )


def standing(member: Any, space: Space) -> Standing:
    """Look it up: membership, signature and closing in one query, then eligibility; a break-glass for the few."""
    membership = _membership(member, space)
    if membership and not membership.oversees:
        membership.member = member
        return Standing.of_member(membership, eligibility(member, "groups"))
    if not has_role(member, *GLASS):
        return Standing()
    return Standing(glass=BreakGlass.objects.open().filter(group__space=space, asked_by=member).first())


def _membership(member: Any, space: Space) -> Any:
    """Where the page asks once, all that the member has: it may be asked of each of their groups."""
    if not member.asks_once:
        return memberships().filter(member=member, space=space).first()
    return member.once("memberships", partial(_memberships_of, member)).get(space.pk)


def _memberships_of(member: Any) -> dict[Any, Any]:
    return {one.space_id: one for one in memberships().filter(member=member)}


@foresee
def look_up_memberships(members: list[Any]) -> None:
    """For many whose sockets join at once."""
    of_member: dict[Any, dict[Any, Any]] = {member.pk: {} for member in members}
    for one in memberships().filter(member__in=members):
        of_member[one.member_id][one.space_id] = one
    for member in members:
        member.once("memberships", partial(of_member.get, member.pk))


def may_read(member: Any, space: Space) -> bool:
    return standing(member, space).may_read


def may_write(member: Any, space: Space) -> bool:
    return standing(member, space).may_write


def may_moderate(member: Any, space: Space) -> bool:
    return standing(member, space).facilitates


def why_not(member: Any, space: Space) -> str:
    return standing(member, space).why_not


@rules.predicate
def facilitates(member: Any, group: Group) -> bool:
    return standing(member, group.space).facilitates


@rules.predicate
def is_eligible(member: Any, group: Group | None) -> bool:
    return eligibility(member, "groups").may_read


@rules.predicate
def may_join_groups(member: Any, group: Group | None) -> bool:
    """Those who oversee groups are never in one, so that "staff cannot read this" stays true."""
    return not has_role(member, *OVERSIGHT) and eligibility(member, "groups").may_write


@rules.predicate
def reads(member: Any, group: Group) -> bool:
    return may_read(member, group.space)


@rules.predicate
def sees_rosters(member: Any, group: Group | None) -> bool:
    return has_role(member, Role.STAFF, Role.ADMIN, Role.ORR_SPECIALIST)


@rules.predicate
def guards_glass(member: Any, thing: Any) -> bool:
    return has_role(member, *GLASS)


@rules.predicate
def is_second_person(member: Any, glass: BreakGlass) -> bool:
    return glass.asked_by_id not in {None, member.pk}


rules.add_perm("group.see", is_eligible)
rules.add_perm("group.ask", may_join_groups)
rules.add_perm("rosters.see", sees_rosters)
rules.add_perm("group.roster", reads | sees_rosters)
rules.add_perm("group.facilitate", facilitates)
rules.add_perm("group.close", facilitates | is_staff)
rules.add_perm("group.open", is_staff)
rules.add_perm("covenant.publish", is_staff)
rules.add_perm("glass.ask", guards_glass)
rules.add_perm("glass.decide", guards_glass & is_second_person)
rules.add_perm("glass.end", guards_glass)
