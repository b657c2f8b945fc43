"""What members and organisations need done by itself."""

from django.utils.timezone import now

from access.models import Turns
from members.actions.joining import forget_unconfirmed
from members.actions.lapse import send_lapse_notices, tell_turned_standings
from members.actions.sessions import end_sessions_over
from members.models import Remembered
from worker.jobs import job


@job(every=30)
def end_sessions() -> int:
    """Sign out who has been away too long, in open pages too."""
    return end_sessions_over()


@job(every=3600)
def forget_attempts() -> int:
    """Drop counts, turns and codes whose time is over."""
    return (
        Remembered.objects.filter(expires__lt=now()).delete()[0] + Turns.objects.filter(over_at__lt=now()).delete()[0]
    )


job(every=20)(tell_turned_standings)
job(every=3600)(send_lapse_notices)
job(every=86400)(forget_unconfirmed)
