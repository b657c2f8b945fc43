"""The reactions in the room of a meeting, as pages show them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from meetings.models import Meeting, RoomReaction


def show_reactions(meetings: Iterable[Meeting]) -> None:
    """Give each meeting its `reactions_given`: every sign in its order, with how often. In one query."""
    by_id = {meeting.pk: meeting for meeting in meetings}
    counted = RoomReaction.objects.filter(meeting__in=by_id).values_list("meeting", "sign", "counted")
    given = {(meeting, sign): count for meeting, sign, count in counted}
    for pk, meeting in by_id.items():
        meeting.reactions_given = [(sign, given.get((pk, sign.value), 0)) for sign in RoomReaction.Sign]


def load_reactions(ids: Iterable[UUID]) -> dict[UUID, Any]:
    found = Meeting.objects.in_bulk(list(ids))
    show_reactions(found.values())
    return found
