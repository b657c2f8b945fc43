"""What happens by itself: old messages go, and a break-glass whose time is over is ended."""

from datetime import timedelta

from django.utils.timezone import now

from discussions.retention import purge_posts
from groups import actions
from groups.models import Group
from worker.jobs import job


@job(every=3600)
def let_old_messages_go() -> int:
    """What a group has kept long enough is destroyed."""
    return sum(
        purge_posts(space=group.space, before=now() - timedelta(days=group.kept_for))
        for group in Group.objects.select_related("space")
    )


@job(every=5)
def end_glass() -> int:
    return actions.end_expired()
