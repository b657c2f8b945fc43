"""What is on now at a symposium, and what is next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import now

from meetings.coming import own_answers
from meetings.models import Answer
from meetings.rooms import OPENS
from members.models import Member
from symposium.models import Edition, Session


@dataclass
class Now:
    """Sessions that one can go to, and those that come after; each has `mine`, whether it is in one's agenda."""

    on: list[Session]
    following: list[Session]
    starts_at: datetime | None  # of these

    @property
    def is_empty(self) -> bool:
        return not self.on and not self.following


def now_at(edition: Edition, member: Member) -> Now:
    """Those whose room is open, and of the rest those that begin first, within a quarter of an hour of each other."""
    sessions = edition.sessions.on().filter(meeting__cancelled_at=None, meeting__ends_at__gt=now())
    sessions = list(
        sessions.select_related("meeting", "room", "track", "format").order_by("meeting__starts_at", "room__position")
    )
    opens = now() + OPENS
    on = [one for one in sessions if one.meeting.starts_at <= opens]
    ahead = [one for one in sessions if one.meeting.starts_at > opens]
    starts_at = ahead[0].meeting.starts_at if ahead else None
    following = [one for one in ahead if one.meeting.starts_at < starts_at + timedelta(minutes=15)]
    said = own_answers(member, [one.meeting for one in on + following])
    for one in on + following:
        answer = said.get(one.meeting_id)
        one.mine = answer is not None and answer.answer != Answer.NO
    return Now(on, following, starts_at)
