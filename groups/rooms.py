"""A group as one of its readers finds it: looked up in a fixed number of queries, whatever its age and size."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from groups import access
from groups.models import BreakGlass, Group
from members.eligibility import eligibilities
from spaces.models import Membership, Space


@dataclass(frozen=True)
class Room:
    """A group, how the visitor stands to it, and its people, each with `reads` and `organisation`."""

    group: Group
    standing: access.Standing
    people: list[Any]

    @property
    def space(self) -> Space:
        return self.group.space

    @property
    def membership(self) -> Membership | None:
        return self.standing.membership

    @property
    def readers(self) -> list[Any]:
        """Those who can read now: who signed, and to whom groups are open."""
        return [one for one in self.people if one.reads]

    @property
    def participants(self) -> int:
        """How many of the readers are participants."""
        return sum(one.role == Membership.Role.PARTICIPANT for one in self.readers)

    @property
    def facilitators(self) -> int:
        return sum(one.role == Membership.Role.FACILITATOR for one in self.readers)

    @property
    def glasses(self) -> list[BreakGlass]:
        """Those who read from outside now. Asked only where there are any."""
        if not any(one.glass_is_open for one in self.people) and not self.standing.glass:
            return []
        return list(BreakGlass.objects.open().filter(group=self.group).select_related("asked_by").order_by("opened_at"))


def room(member: Any, pk: UUID) -> Room | None:
    """The room of a group, for somebody who is in it or was let in by a break-glass; whether they read, it says."""
    glass = BreakGlass.objects.open().filter(group__space=OuterRef("space"))
    people: list[Any] = list(
        access.memberships()
        .filter(space__group=pk)
        .select_related("member")
        .annotate(glass_is_open=Exists(glass))
        .order_by("role", "member__name")
    )
    mine = next((one for one in people if one.member_id == member.pk), None)
    if mine is None or mine.oversees:
        return _through_glass(member, pk, people)
    mine.member = member
    eligible = _note_who_reads(people)
    return Room(mine.space.group, access.Standing.of_member(mine, eligible[member.pk]), people)


def _through_glass(member: Any, pk: UUID, people: list[Any]) -> Room | None:
    if not access.has_role(member, *access.GLASS):
        return None
    glass = BreakGlass.objects.open().filter(group=pk, asked_by=member).select_related("group__space").first()
    if glass is None:
        return None
    _note_who_reads(people)
    return Room(glass.group, access.Standing(glass=glass), people)


def _note_who_reads(people: list[Any]) -> dict[UUID, Any]:
    answers = eligibilities([one.member for one in people], "groups")
    for one in people:
        eligible = answers[one.member_id]
        one.reads = bool(one.signed and not one.oversees and eligible.may_read)
        one.organisation = eligible.organisation
    return answers
