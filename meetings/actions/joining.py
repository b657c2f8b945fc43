"""Coming to a meeting: through our own page, which asks who it is, and counts how long they stay."""

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, require
from meetings.models import Attendance, Meeting, Overflow
from meetings.rooms import insist_on_joining
from members.eligibility import eligibility
from members.models import Member


@transaction.atomic
def be_here(*, meeting: Meeting, by: Member) -> Attendance:
    """Be seen at a meeting: on coming in, and each minute while its page is open. Raises Refusal where it is not open.

    What follows within 150 s goes on where it was; after a longer silence (a sleeping laptop, a lost network, a killed
    server) another stay begins, so that nobody is counted while they were away. Whoever comes from another meeting was
    there until now: its page had told of them within the minute, and what came after that is not lost.
    """
    insist_on_joining(meeting, by)
    going_on = Attendance.objects.here_now().filter(meeting=meeting, member=by)
    stay = going_on.select_for_update().order_by("-until_at").first()
    if stay:
        stay.until_at = max(stay.until_at, now())
        stay.save(update_fields=["until_at"])
        return stay
    elsewhere = Attendance.objects.here_now().filter(member=by).exclude(meeting=meeting)
    elsewhere.filter(until_at__lt=now()).update(until_at=now())
    answer = eligibility(by, "meetings")
    return Attendance.objects.create(
        meeting=meeting,
        member=by,
        organisation=answer.organisation,
        basis=answer.on_record(),
        from_at=now(),
        until_at=now(),
    )


@transaction.atomic
def set_overflow(*, meeting: Meeting, by: Member, holds: int | None, url: str) -> None:
    """Say how many people the video room holds, and where the others are led; neither of both takes it back."""
    require(by, "series.change", meeting.series)
    if bool(holds) != bool(url):
        raise Refusal("Say how many people the video room holds and where the others go: both, or neither.")
    if holds:
        Overflow.objects.update_or_create(meeting=meeting, defaults={"holds": holds, "url": url})
    else:
        Overflow.objects.filter(meeting=meeting).delete()
