"""The agenda of a meeting: made before it, changed while it is held, and taken up one item after the other."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, require
from meetings.models import AgendaItem, Meeting
from meetings.rooms import STAYS_OPEN, insist_on_joining, is_off, room_of
from members.models import Member
from spaces.log import record


@transaction.atomic
def add_item(*, meeting: Meeting, by: Member, client_id: UUID, **said: Any) -> AgendaItem:
    """Put an item at the end of the agenda. The same client_id again gives the first. `said`: title, kind, minutes,
    owner or owner_name.
    """
    said["position"] = _after(_locked(meeting, by))
    item, new = AgendaItem.objects.get_or_create(meeting=meeting, client_id=client_id, defaults=said)
    if new:
        _changed(meeting, by)
    return item


@transaction.atomic
def change_item(*, item: AgendaItem, by: Member, **said: Any) -> None:
    """Say it differently: title, kind, minutes, owner or owner_name."""
    _locked(item.meeting, by)
    AgendaItem.objects.filter(pk=item.pk).update(**said)
    _changed(item.meeting, by)


@transaction.atomic
def remove_item(*, item: AgendaItem, by: Member) -> None:
    """Take it off the agenda. What was taken up stays: it happened."""
    item = _own(_locked(item.meeting, by), item)
    if item.begun_at:
        raise Refusal("This was taken up already, so it stays on the agenda.")
    item.delete()
    _changed(item.meeting, by)


@transaction.atomic
def move_item(*, item: AgendaItem, by: Member, up: bool) -> None:
    """One place up or down. At the end already, nothing happens."""
    items = _locked(item.meeting, by)
    at = items.index(_own(items, item))
    to = at - 1 if up else at + 1
    if not 0 <= to < len(items):
        return
    items[at], items[to] = items[to], items[at]
    for position, one in enumerate(items, 1):
        one.position = position
    AgendaItem.objects.bulk_update(items, ["position"])
    _changed(item.meeting, by)


@transaction.atomic
def copy_agenda(*, meeting: Meeting, of: Meeting, by: Member) -> None:
    """Have the same agenda as another meeting that one convenes. Only where there is none yet."""
    require(by, "series.change", of.series)
    if _locked(meeting, by):
        raise Refusal("This meeting has an agenda already. Take its items away first.")
    kept = ("position", "title", "kind", "minutes", "owner", "owner_name")
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, **{name: getattr(one, name) for name in kept})
        for one in of.agenda.select_related("owner")
    )
    _changed(meeting, by)


@transaction.atomic
def begin_item(*, item: AgendaItem, by: Member) -> None:
    """Take an item up; the one before it is over. Going back to an earlier one, what was begun too early is not begun.
    Current already, nothing happens. Raises Refusal while the room is not open.
    """
    meeting = item.meeting
    items = _locked(meeting, by)
    insist_on_joining(meeting, by)
    item, moment = _own(items, item), now()
    current = next((one for one in items if one.is_current), None)
    if current == item:
        return
    if current:
        _let_go(current, back=items.index(current) > items.index(item))
    item.begun_at, item.ended_at = item.begun_at or moment, None
    item.save(update_fields=["begun_at", "ended_at"])
    _changed(meeting, by)


@transaction.atomic
def end_item(*, item: AgendaItem, by: Member) -> None:
    """The current item is over, and no other begins. Over already, nothing happens."""
    items = _locked(item.meeting, by)
    insist_on_joining(item.meeting, by)
    item = _own(items, item)
    if item.is_current:
        _let_go(item)
        _changed(item.meeting, by)


def end_agendas() -> int:
    """End the items that nobody ended before the room closed: with the meeting, or where they were begun later, then.

    Gives how many.
    """
    current = AgendaItem.objects.filter(begun_at__isnull=False, ended_at=None)
    left = current.filter(meeting__ends_at__lt=now() - STAYS_OPEN)
    return sum([_end_with_its_meeting(item) for item in left.select_related("meeting__series", "meeting__room")])


@transaction.atomic
def _end_with_its_meeting(item: AgendaItem) -> int:
    ends_at = item.meeting.ends_at
    ended_at = max(ends_at, item.begun_at or ends_at)
    ended = AgendaItem.objects.filter(pk=item.pk, begun_at=item.begun_at, ended_at=None).update(ended_at=ended_at)
    if ended:
        record(room_of(item.meeting), "agenda.changed", item.meeting)
    return ended


def _let_go(item: AgendaItem, *, back: bool = False) -> None:
    if back:
        item.begun_at = None
    else:
        item.ended_at = now()
    item.save(update_fields=["begun_at", "ended_at"])


def _locked(meeting: Meeting, by: Member) -> list[AgendaItem]:
    """The items, for this transaction alone. Raises Refusal where the meeting is over or off, or they may not."""
    require(by, "series.change", meeting.series)
    if why_not := is_off(meeting):
        raise Refusal(why_not)
    Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
    return list(meeting.agenda.all())


def _own(items: list[AgendaItem], item: AgendaItem) -> AgendaItem:
    """The item as it is now."""
    found = next((one for one in items if one == item), None)
    if found is None:
        raise Refusal("This item is not on the agenda any more. Reload the page.")
    return found


def _after(items: list[AgendaItem]) -> int:
    return items[-1].position + 1 if items else 1


def _changed(meeting: Meeting, by: Member) -> None:
    record(room_of(meeting), "agenda.changed", meeting, by=by)
