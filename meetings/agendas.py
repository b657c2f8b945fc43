"""The agenda of a meeting as pages show it: its items, the current one, the next, and how long they take together."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects

from meetings.models import AgendaItem, Meeting
from meetings.towns import town_of


def show_agenda(meeting: Meeting) -> None:
    """Give a meeting its `agenda_items`, each with who leads it, the `current_item` and the `next_item`."""
    prefetch_related_objects([meeting], _items())
    _mark(meeting)


def load_agendas(ids: Iterable[UUID]) -> dict[UUID, Meeting]:
    """The same of many."""
    meetings = Meeting.objects.prefetch_related(_items()).in_bulk(list(ids))
    for meeting in meetings.values():
        _mark(meeting)
    return meetings


def _items() -> Prefetch:
    return Prefetch("agenda", AgendaItem.objects.select_related("owner"), to_attr="agenda_items")


def _mark(meeting: Meeting) -> None:
    """Next is what comes after the current one and was not taken up yet."""
    items = meeting.agenda_items
    meeting.current_item = next((one for one in items if one.is_current), None)
    after = items.index(meeting.current_item) + 1 if meeting.current_item else 0
    meeting.next_item = next((one for one in items[after:] if one.begun_at is None), None)


def pattern_for(meeting: Meeting) -> tuple[str, Meeting] | None:
    """The meeting whose agenda this one can have too, and what it is called: the other session of a town meeting, else
    the last date of the series before it that has one.
    """
    town = town_of(meeting)
    if town:
        letter, other = town.other_of(meeting.pk)
        if other.agenda.exists():
            return f"session {letter}", other
    before = Meeting.objects.filter(series=meeting.series_id, starts_at__lt=meeting.starts_at)
    last = before.filter(agenda__isnull=False).select_related("series").order_by("-starts_at").first()
    return (f"{last.wall:%B} {last.wall.day}", last) if last else None
