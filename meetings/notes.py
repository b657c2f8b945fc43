"""The notes of a meeting as pages show them, and what a member has to do after meetings."""

import re
from collections.abc import Iterable
from uuid import UUID

from meetings.models import Meeting, NoteSection
from members.models import Member

DECISION = re.compile(r"\s*decision:\s*", re.IGNORECASE)


def notes_of(meeting: Meeting) -> list[NoteSection]:
    return list(meeting.notes.select_related("claimed_by", "saved_by"))


def load_sections(ids: Iterable[UUID]) -> dict[UUID, NoteSection]:
    return NoteSection.objects.select_related("claimed_by", "saved_by").in_bulk(list(ids))


def decisions_in(sections: Iterable[NoteSection]) -> list[str]:
    """What was decided: the lines that say so, without the word."""
    lines = [line for section in sections for line in section.body.splitlines()]
    return [DECISION.sub("", line, count=1) for line in lines if DECISION.match(line)]


def follow_ups_of(member: Member) -> list[dict]:
    """What a member has to do after meetings, for them to take away."""
    return [
        {"meeting": str(one.meeting), "what": one.what, "by": one.due_on, "done": one.done_at}
        for one in member.follow_ups.select_related("meeting__series")
    ]
