"""The poster hall: what hangs there, and the thread of each."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from discussions.models import Thread
from meetings.models import Material, Meeting
from meetings.rooms import room_of
from members.models import Member
from symposium.listing import last_slots
from symposium.models import Edition, Format, Poster, ReleasedSession, Session


@dataclass
class Hung:
    """A poster as the programme has it, what belongs to it, and how much was said about it."""

    slot: ReleasedSession
    materials: list[Material] = field(default_factory=list)
    comments: int = 0
    is_mine: bool = False

    @property
    def picture(self) -> Any:
        """The first of its files that can be shown made smaller."""
        files = [one.file for one in self.materials if one.file]
        return next((one for one in files if one.thumbnail_as and one.state == "clean" and not one.removed_at), None)


def hall(edition: Edition, member: Member) -> list[Hung]:
    """The posters of the last version of the programme, by track and title. A fixed number of queries."""
    slots = [one for one in last_slots(edition, member) if one.meeting and _is_poster(one.format)]
    hung = {one.meeting: Hung(one, is_mine=any(who.pk == member.pk for who in one.people)) for one in slots}
    for material in Material.objects.shown().filter(meeting__in=hung):
        hung[material.meeting_id].materials.append(material)
    said = Poster.objects.filter(session__meeting__in=hung).values_list("session__meeting", "thread__post_count")
    for meeting, comments in said:
        hung[meeting].comments = comments
    return sorted(hung.values(), key=lambda one: (one.slot.track.position if one.slot.track else 0, one.slot.title))


def thread_of(session: Session) -> Thread:
    """Where a poster is talked about. Made where nobody has asked for it before."""
    with transaction.atomic():
        locked = (
            Session.objects.select_for_update(of=("self",), no_key=True).select_related("meeting").get(pk=session.pk)
        )
        poster = Poster.objects.filter(session=locked).select_related("thread__space").first()
        if poster is None and locked.meeting:
            kind, room = Thread.Kind.DISCUSSION, room_of(locked.meeting)
            thread = Thread.objects.create(space=room, kind=kind, title=locked.title)
            poster = Poster.objects.create(session=locked, thread=thread)
    assert poster is not None  # what hangs in the hall has its meeting
    return poster.thread


def is_talked_about(meeting: Meeting) -> bool:
    """A poster is, when its session is over too, until the last day of the edition is."""
    session = Session.objects.filter(meeting=meeting).select_related("edition", "format").first()
    return session is not None and _is_poster(session.format) and not session.edition.is_over


def _is_poster(format_: Format | None) -> bool:
    return format_ is not None and format_.kind == Format.Kind.POSTER


def hung_as(edition: Edition, member: Member, pk: UUID) -> Hung | None:
    return next((one for one in hall(edition, member) if one.slot.session_id == pk), None)
