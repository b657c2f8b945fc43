"""What is on now at a symposium, and what is next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import now

from meetings.coming import own_answers
from meetings.models import Answer, Meeting
from meetings.rooms import OPENS
from members.models import Member
from symposium.models import Edition, Session

NEAR = timedelta(minutes=15)  # of each other


@dataclass
class Slot:
    """A session with its meeting, and whether it is in one's agenda."""

    session: Session
    meeting: Meeting
    mine: bool = False


@dataclass
class Now:
    """What one can go to, and what comes after."""

    on: list[Slot]
    following: list[Slot]
    starts_at: datetime | None  # of these


def now_at(edition: Edition, member: Member) -> Now:
    """Those whose room is open, and of the rest those that begin first, within a quarter of an hour of each other."""
    sessions = edition.sessions.on().filter(meeting__cancelled_at=None, meeting__ends_at__gt=now())
    sessions = sessions.select_related("meeting", "room", "track", "format")
    ordered = sessions.order_by("meeting__starts_at", "room__position", "pk")
    slots = [Slot(one, one.meeting) for one in ordered if one.meeting]
    opens = now() + OPENS
    on = [one for one in slots if one.meeting.starts_at <= opens]
    ahead = [one for one in slots if one.meeting.starts_at > opens]
    starts_at = ahead[0].meeting.starts_at if ahead else None
    following = [one for one in ahead if starts_at and one.meeting.starts_at < starts_at + NEAR]
    said = own_answers(member, [one.meeting for one in on + following])
    for one in on + following:
        answer = said.get(one.meeting.pk)
        one.mine = answer is not None and answer.answer != Answer.NO
    return Now(on, following, starts_at)
