"""What happens by itself: the dates that have come within thirteen months are written, and members are reminded."""

from datetime import timedelta

from django.db.models import F, Q
from django.utils.timezone import now

from meetings.actions import write_ahead
from meetings.actions.series import AHEAD, OPEN_ENDED
from meetings.models import MeetingSeries
from meetings.reminding import remind
from worker.jobs import job


@job(every=3600)
def write_dates_ahead() -> int:
    behind = MeetingSeries.objects.filter(
        Q(last_on=None) | Q(last_on__gt=F("written_until")),
        pattern__in=OPEN_ENDED,
        written_until__lt=now().date() + AHEAD - timedelta(days=1),
    )
    return sum(write_ahead(series=series) for series in behind)


@job(every=60)
def remind_of_meetings() -> int:
    return remind()
