"""Who said that they come: what they said for the date, or else for its series."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from meetings.models import Answer, Meeting, Rsvp
from members.models import Member


def own_answers(member: Member, meetings: Iterable[Meeting]) -> dict[UUID, Rsvp]:
    """What the member said, by meeting, in one query. Those without an answer are left out."""
    meetings = list(meetings)
    said = Rsvp.objects.filter(
        Q(meeting__in=[one.pk for one in meetings]) | Q(series__in={one.series_id for one in meetings}), member=member
    )
    return _by_meeting(meetings, said)


def everyones_answers(meeting: Meeting) -> list[Rsvp]:
    """What each member said who said something, by name, each with their member."""
    said = Rsvp.objects.filter(Q(meeting=meeting) | Q(series=meeting.series_id)).select_related("member")
    by_member: dict[UUID, Rsvp] = {}
    for rsvp in said:
        if rsvp.meeting_id or rsvp.member_id not in by_member:
            by_member[rsvp.member_id] = rsvp
    return sorted(by_member.values(), key=lambda rsvp: rsvp.member.name)


def how_many(meeting: Meeting) -> dict[str, int]:
    """How many said what, by answer, in one query."""
    of_date = Rsvp.objects.filter(meeting=meeting, member=OuterRef("member"))
    said = Rsvp.objects.filter(Q(meeting=meeting) | Q(series=meeting.series_id) & ~Exists(of_date))
    counted = dict(said.order_by().values_list("answer").annotate(Count("pk")))
    return {answer: counted.get(answer, 0) for answer in Answer.values}


def _by_meeting(meetings: list[Meeting], said: Iterable[Rsvp]) -> dict[UUID, Rsvp]:
    of_date, of_series = {}, {}
    for rsvp in said:
        if rsvp.meeting_id:
            of_date[rsvp.meeting_id] = rsvp
        else:
            of_series[rsvp.series_id] = rsvp
    found = {one.pk: of_date.get(one.pk) or of_series.get(one.series_id) for one in meetings}
    return {pk: rsvp for pk, rsvp in found.items() if rsvp}


def kept_of(member: Member) -> list[dict]:
    """What is kept of a member about meetings: their answers, when they were there, what they need."""
    asked = member.accommodations.select_related("meeting__series")
    answers = member.rsvps.select_related("meeting__series", "series")
    stays = member.attendance.select_related("meeting__series")
    return (
        [
            {"meeting": str(one.meeting or one.series), "answer": one.answer, "note": one.note, "at": one.answered_at}
            for one in answers
        ]
        + [{"meeting": str(one.meeting), "from": one.from_at, "until": one.until_at} for one in stays]
        + [{"meeting": str(one.meeting), "needs": one.needs, "at": one.asked_at, "reply": one.reply} for one in asked]
    )
