"""What happens in the room of a meeting, besides what is said in its chat."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.urls import reverse

from meetings import rooms
from meetings.agendas import load_agendas
from meetings.models import Hand, Material, Meeting, Question, RoomPoll
from meetings.notes import load_sections
from meetings.reactions import load_reactions
from spaces.kinds import Kind, SpaceKind, register, register_space
from spaces.models import Space


def hands_up() -> Prefetch:
    """Gives a meeting its `hands_up`."""
    return Prefetch("hands", Hand.objects.up(), to_attr="hands_up")


def materials() -> Prefetch:
    """Gives a meeting its `shown_materials`."""
    return Prefetch("materials", Material.objects.shown(), to_attr="shown_materials")


def load_hands(ids: Iterable[UUID]) -> dict[UUID, Any]:
    return Meeting.objects.prefetch_related(hands_up()).in_bulk(list(ids))


def load_polls(ids: Iterable[UUID]) -> dict[UUID, Any]:
    return RoomPoll.objects.shown().put().in_bulk(list(ids))


def load_questions(ids: Iterable[UUID]) -> dict[UUID, Any]:
    """As everybody reads them. One that was taken away, or merged, is gone."""
    return Question.objects.standing().shown().in_bulk(list(ids))


def load_waiting(ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Meetings, each with `waiting`, how many questions wait: not a word of them."""
    wait = Q(questions__let_in_at=None, questions__refused_at=None)
    return Meeting.objects.annotate(waiting=Count("questions", filter=wait)).in_bulk(list(ids))


def load_recorded(ids: Iterable[UUID]) -> dict[UUID, Any]:
    return Meeting.objects.select_related("recording").in_bulk(list(ids))


def load_materials(ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Meetings with their materials as they are shown."""
    return Meeting.objects.prefetch_related(materials()).in_bulk(list(ids))


register_space(
    SpaceKind(
        name=Space.Kind.MEETING,
        may_read=rooms.may_read,
        may_write=rooms.may_write,
        may_moderate=rooms.may_moderate,
        why_not=rooms.why_not,
        title=lambda space: space.meeting.series.title,
        url=lambda space: reverse("meetings:room", args=[space.meeting.pk]),
        noun="meeting__series",
    )
)
register(Kind("hands.changed", "replace", "hands-{id}", load_hands, "meetings/_hands.html"))
register(Kind("reactions.changed", "replace", "reactions-{id}", load_reactions, "meetings/_reactions.html"))
POLL: dict[str, Any] = {"load": load_polls, "element": "room-poll-{id}", "partial": "meetings/_poll.html"}
register(Kind("room_poll.opened", "append", into="polls-{thing.meeting_id}", **POLL))
register(Kind("room_poll.closed", "replace", **POLL))
register(Kind("room_poll.voted", "replace", "tally-{id}", load_polls, "meetings/_poll_tally.html"))
ROW: dict[str, Any] = {"element": "question-{id}", "load": load_questions, "partial": "meetings/_question.html"}
register(Kind(name="question.asked", op="append", into="questions-{thing.meeting_id}", **ROW))
register(Kind(name="question.changed", op="replace", **ROW))
register(Kind("question.left", "remove", "question-{id}", load_questions))
register(Kind("question.voted", "replace", "votes-{id}", load_questions, "meetings/_votes.html"))
register(Kind("questions.wait", "replace", "waiting-{id}", load_waiting, "meetings/_waiting.html"))
register(Kind("agenda.changed", "replace", "agenda-{id}", load_agendas, "meetings/_agenda_items.html"))
register(Kind("recording.changed", "replace", "recorded-{id}", load_recorded, "meetings/_recorded.html"))
register(Kind("materials.changed", "replace", "materials-{id}", load_materials, "meetings/_materials.html"))
NOTE: dict[str, Any] = {"element": "note-{id}", "load": load_sections, "partial": "meetings/_note_section.html"}
register(Kind("section.added", "append", into="notes-{thing.meeting_id}", **NOTE))
register(Kind("section.changed", "replace", **NOTE))
register(Kind("section.removed", "remove", "note-{id}", load_sections))
