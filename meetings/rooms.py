"""The room of a meeting: its space, who reads and writes there, and when it is open."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, may
from discussions.models import Thread
from meetings.access import convenes, why_not_come
from meetings.models import Meeting, MeetingSeries
from members.eligibility import eligibility
from spaces.kinds import space_kind
from spaces.models import Space

OPENS = timedelta(minutes=15)  # before it begins; for who convenes, an hour
OPENS_FOR_CONVENERS = timedelta(hours=1)
STAYS_OPEN = timedelta(minutes=30)  # after its end: meetings run over


def room_of(meeting: Meeting) -> Space:
    """Its space, with a chat. Made where nobody has asked for it before."""
    if meeting.room is None:
        with transaction.atomic():
            locked = Meeting.objects.select_for_update(of=["self"]).select_related("room").get(pk=meeting.pk)
            if locked.room is None:
                locked.room = Space.objects.create(kind=Space.Kind.MEETING)
                locked.save(update_fields=["room"])
                Thread.objects.create(space=locked.room, kind=Thread.Kind.CHAT)
        meeting.room = locked.room
    return meeting.room


def why_not_join(meeting: Meeting, member: Any) -> str:
    """Why somebody who sees a meeting cannot come in now; empty where they can."""
    why_not = why_not_come(member, meeting.series) or is_off(meeting)
    if why_not:
        return why_not
    early = OPENS_FOR_CONVENERS if may(member, "series.change", meeting.series) else OPENS
    if now() < meeting.starts_at - early:
        return f"The room opens {int(early / timedelta(minutes=1))} minutes before the meeting begins."
    return ""


def insist_on_joining(meeting: Meeting, member: Any) -> None:
    """Raises Refusal where they cannot come in now."""
    if why_not := why_not_join(meeting, member):
        raise Refusal(why_not)


def is_off(meeting: Meeting) -> str:
    if meeting.cancelled_at:
        return "This meeting is cancelled."
    if now() > meeting.ends_at + STAYS_OPEN:
        return "This meeting is over. What was said and answered is on its page."
    return ""


def may_read(member: Any, space: Space) -> bool:
    return sees(member, space.meeting)


def sees(member: Any, meeting: Meeting) -> bool:
    """The same as `MeetingQuerySet.visible_to`, asked of one, in fewer queries."""
    series = meeting.series
    if series.space:
        return may(member, "space.read", series.space)
    answer = eligibility(member, "meetings")
    if not answer.may_read:
        return False
    if series.audience == MeetingSeries.Audience.ORGANISATIONS and answer.organisation:
        chosen = series.organisations.filter(pk=answer.organisation.pk)
        if not member.once(f"chosen for {series.pk}", chosen.exists):
            return False
    until = answer.changes_at if answer.may_write else now()
    return until is None or meeting.starts_at < until


def may_write(member: Any, space: Space) -> bool:
    return not why_not(member, space)


def why_not(member: Any, space: Space) -> str:
    """Why somebody who reads may not write there now; empty where they may."""
    meeting, of = space.meeting, space.meeting.series.space
    off = is_off(meeting)
    if off and of and not meeting.cancelled_at and space_kind(of.kind).goes_on(meeting):
        off = ""
    return why_not_come(member, meeting.series) or off


def may_moderate(member: Any, space: Space) -> bool:
    return may_read(member, space) and convenes(member, space.meeting.series)
