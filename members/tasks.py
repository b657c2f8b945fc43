"""What happens by itself."""

from django.utils.timezone import now

from members.actions.sessions import end_sessions_over
from members.models import Remembered
from worker.jobs import job


@job(every=30)
def end_sessions() -> int:
    """Sign out who has been away too long, in open pages too."""
    return end_sessions_over()


@job(every=3600)
def forget_attempts() -> int:
    """Drop counts and codes whose time is over."""
    return Remembered.objects.filter(expires__lt=now()).delete()[0]
