"""One date of a series: moved, cancelled, on again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, require
from meetings import letters
from meetings.models import Meeting, MeetingChange, MeetingSeries
from meetings.wall import as_instant, exists
from members.models import Member

What = MeetingChange.What


def lock(series_pk: UUID) -> MeetingSeries:
    """The series, for this transaction alone: its dates are changed by one at a time."""
    return (
        MeetingSeries.objects.select_for_update(of=("self",), no_key=True)
        .select_related("event__rule")
        .get(pk=series_pk)
    )


@transaction.atomic
def move_meeting(*, meeting: Meeting, wall: datetime, minutes: int, by: Member, message: str = "") -> Meeting:
    """Hold this date at another wall time of its series' zone (naive), or for longer or shorter. The others stay."""
    meeting = _locked(meeting, by)
    _insist_that_it_is_ahead(meeting)
    if meeting.cancelled_at:
        raise Refusal("This meeting is cancelled. Restore it first, and then move it.")
    if not exists(wall, meeting.series.tz):
        raise Refusal("Clocks go forward then, and leave that time out. Choose another hour.")
    if as_instant(wall, meeting.series.tz) <= now():
        raise Refusal("That is in the past. Choose a time to come.")
    before = meeting.starts_at
    meeting.put(wall, minutes)
    return _changed(meeting, What.MOVED, by=by, message=message, before=before)


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, by: Member, message: str = "", tells: bool = True) -> Meeting:
    """Call this date off. It stays in everyone's calendar, marked so, and can be restored.

    Not `tells`: nobody gets a letter, because another one says it.
    """
    meeting = _locked(meeting, by)
    _insist_that_it_is_ahead(meeting)
    if meeting.cancelled_at:
        raise Refusal("This meeting is cancelled already. Reload the page.")
    meeting.cancelled_at, meeting.cancelled_by = now(), by
    return _changed(meeting, What.CANCELLED, by=by, message=message, tells=tells)


@transaction.atomic
def restore_meeting(*, meeting: Meeting, by: Member, message: str = "", tells: bool = True) -> Meeting:
    """Hold a cancelled date after all, at the time that it had. Not `tells`: as above."""
    meeting = _locked(meeting, by)
    _insist_that_it_is_ahead(meeting)
    if not meeting.cancelled_at:
        raise Refusal("This meeting takes place already. Reload the page.")
    if meeting.left_at:
        raise Refusal("The series does not come to this date any more. Change its dates, and this one is on again.")
    meeting.cancelled_at, meeting.cancelled_by = None, None
    return _changed(meeting, What.RESTORED, by=by, message=message, tells=tells)


def _locked(meeting: Meeting, by: Member) -> Meeting:
    """As it is now, under the lock of its series: an edit of the series may have moved it there meanwhile."""
    series = lock(Meeting.objects.values_list("series", flat=True).get(pk=meeting.pk))
    meeting = Meeting.objects.get(pk=meeting.pk)
    if meeting.series_id != series.pk:
        raise Refusal("This series was changed a moment ago. Reload the page.")
    meeting.series = series
    require(by, "series.change", series)
    return meeting


def _insist_that_it_is_ahead(meeting: Meeting) -> None:
    if meeting.has_begun:
        raise Refusal("This meeting has begun already: what was held stays on record as it was.")


def _changed(
    meeting: Meeting, what: str, *, by: Member, message: str, before: datetime | None = None, tells: bool = True
) -> Meeting:
    series = meeting.series
    series.sequence += 1
    series.changed_at = meeting.changed_at = now()
    series.save(update_fields=["sequence", "changed_at"])
    meeting.sequence = series.sequence
    meeting.save()
    change = MeetingChange.objects.create(
        series=series, meeting=meeting, what=what, message=message, before=before, after=meeting.starts_at, by=by
    )
    if tells:
        letters.tell_of_date(change)
    return meeting
