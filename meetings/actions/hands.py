"""Wanting to speak: hands go up, and down once somebody has spoken or thinks better of it."""

from django.db import transaction
from django.utils.timezone import now

from access import require
from meetings.models import Hand, Meeting
from meetings.rooms import insist_on_joining, room_of
from members.models import Member
from spaces.log import record


@transaction.atomic
def raise_hand(*, meeting: Meeting, by: Member) -> Hand:
    """Ask for the word. Raised already, it keeps its place. Raises Refusal where the room is not open to them."""
    insist_on_joining(meeting, by)
    hand, is_new = Hand.objects.get_or_create(meeting=meeting, member=by, lowered_at=None)
    if is_new:
        record(room_of(meeting), "hands.changed", meeting, by=by)
    return hand


@transaction.atomic
def lower_hand(*, meeting: Meeting, member: Member, by: Member) -> None:
    """One's own, or, for who convenes, somebody's who has spoken. Lowered already, nothing happens."""
    if member != by:
        require(by, "series.change", meeting.series)
    if Hand.objects.filter(meeting=meeting, member=member, lowered_at=None).update(lowered_at=now()):
        record(room_of(meeting), "hands.changed", meeting, by=by)
