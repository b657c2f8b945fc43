"""Coming to a meeting: through our own page, which asks who it is, and counts how long they stay."""

from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, may
from meetings.access import why_not_come
from meetings.models import Attendance, Meeting
from members.eligibility import eligibility
from members.models import Member

OPENS = timedelta(minutes=15)  # before it begins; for who convenes, an hour
OPENS_FOR_CONVENERS = timedelta(hours=1)
STAYS_OPEN = timedelta(minutes=30)  # after its end: meetings run over
BREAK = timedelta(seconds=150)  # unseen for so long, one was away: pages tell of themselves each minute


def why_not_join(meeting: Meeting, member: Member) -> str:
    """Why somebody who sees a meeting cannot come in now; empty where they can."""
    why_not = why_not_come(member, meeting.series)
    if why_not:
        return why_not
    if meeting.cancelled_at:
        return "This meeting is cancelled."
    if now() > meeting.ends_at + STAYS_OPEN:
        return "This meeting is over. What was said and answered is on its page."
    early = OPENS_FOR_CONVENERS if may(member, "series.change", meeting.series) else OPENS
    if now() < meeting.starts_at - early:
        return f"The room opens {int(early / timedelta(minutes=1))} minutes before the meeting begins."
    return ""


@transaction.atomic
def be_here(*, meeting: Meeting, by: Member) -> Attendance:
    """Be seen at a meeting: on coming in, and each minute while its page is open. Raises Refusal where it is not open.

    What follows within 150 s goes on where it was; after a longer silence (a sleeping laptop, a lost network, a killed
    server) another stay begins, so that nobody is counted while they were away.
    """
    why_not = why_not_join(meeting, by)
    if why_not:
        raise Refusal(why_not)
    going_on = meeting.attendance.filter(member=by, source=Attendance.Source.HERE, until_at__gte=now() - BREAK)
    stay = going_on.select_for_update().order_by("-until_at").first()
    if stay:
        stay.until_at = max(stay.until_at, now())
        stay.save(update_fields=["until_at"])
        return stay
    answer = eligibility(by, "meetings")
    return Attendance.objects.create(
        meeting=meeting,
        member=by,
        organisation=answer.organisation,
        basis=answer.on_record(),
        from_at=now(),
        until_at=now(),
    )
