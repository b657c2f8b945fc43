"""How long somebody was there: the union of what was seen of them, within the meeting's time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from meetings.models import Attendance, Meeting
from members.models import Member, Organisation

Interval = tuple[datetime, datetime]


def time_there(intervals: Iterable[Interval], start: datetime, end: datetime) -> timedelta:
    """How much of the time from start to end the intervals cover. Two tabs count once, a gap not at all."""
    total, covered = timedelta(), start
    for begins, ends in sorted(intervals):
        begins, ends = max(begins, covered), min(ends, end)
        if ends > begins:
            total += ends - begins
            covered = ends
    return total


def minutes_there(intervals: Iterable[Interval], start: datetime, end: datetime) -> int:
    """In whole minutes, half ones up."""
    return int(time_there(intervals, start, end) / timedelta(minutes=1) + 0.5)


@dataclass
class Attended:
    """Somebody's time at a meeting."""

    member: Member
    organisation: Organisation | None
    intervals: list[Interval] = field(default_factory=list)
    minutes: int = 0


def attended(meeting: Meeting) -> list[Attended]:
    """Everybody who was there for some time of it, by name, with their minutes. In one query."""
    return attended_each([meeting])[meeting.pk]


def attended_each(meetings: Iterable[Meeting]) -> dict[UUID, list[Attended]]:
    """The same of several meetings, by their ids. In one query."""
    by_id = {meeting.pk: meeting for meeting in meetings}
    found: dict[UUID, dict[UUID, Attended]] = {pk: {} for pk in by_id}
    rows = Attendance.objects.filter(meeting__in=by_id).select_related("member", "organisation")
    for row in rows.order_by("from_at", "pk"):
        if row.member is None:  # not matched, or erased since
            continue
        one = found[row.meeting_id].setdefault(row.member.pk, Attended(row.member, row.organisation))
        one.intervals.append((row.from_at, row.until_at))
    return {pk: _counted(by_id[pk], of_meeting.values()) for pk, of_meeting in found.items()}


def _counted(meeting: Meeting, there: Iterable[Attended]) -> list[Attended]:
    there = list(there)
    for one in there:
        one.minutes = minutes_there(one.intervals, meeting.starts_at, meeting.ends_at)
    return sorted((one for one in there if one.minutes), key=lambda one: one.member.name)
