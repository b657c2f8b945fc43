"""Signs that are given in the room of a meeting: counted, never who gave them."""

from django.db import transaction
from django.db.models import F

from access import Refusal, insist_on_pace
from meetings.models import Meeting, RoomReaction
from meetings.rooms import insist_on_joining, room_of
from members.models import Member
from spaces.log import record


@transaction.atomic
def react(*, meeting: Meeting, by: Member, sign: str) -> None:
    """Give a sign. Open pages are told by `tell_of_reactions`. Raises Refusal where the room is not open to them."""
    insist_on_joining(meeting, by)
    if sign not in RoomReaction.Sign.values:
        raise Refusal("There is no such reaction. Choose one from the list.")
    insist_on_pace(by)
    given = RoomReaction.objects.filter(meeting=meeting, sign=sign)
    if not given.update(counted=F("counted") + 1, untold=True):
        RoomReaction.objects.bulk_create([RoomReaction(meeting=meeting, sign=sign)], ignore_conflicts=True)
        given.update(counted=F("counted") + 1, untold=True)


@transaction.atomic
def tell_of_reactions() -> int:
    """Tell open pages of the reactions that came since they were told last. In how many rooms."""
    untold = RoomReaction.objects.filter(untold=True).select_for_update().order_by("pk")
    found = {one.pk: one.meeting_id for one in untold}
    RoomReaction.objects.filter(pk__in=found).update(untold=False)
    rooms = [(room_of(one), one) for one in Meeting.objects.filter(pk__in=found.values()).select_related("room")]
    for room, meeting in sorted(rooms, key=lambda one: one[0].pk):
        record(room, "reactions.changed", meeting)
    return len(rooms)
