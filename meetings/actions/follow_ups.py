"""What is to be done after a meeting, and that it is done."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from access import require
from meetings.models import FollowUp, Meeting
from members.models import Member


@transaction.atomic
def add_follow_up(*, meeting: Meeting, by: Member, client_id: UUID, **said: Any) -> FollowUp:
    """Write down what is to be done. The same client_id again gives the first. `said`: what, owner, due_on."""
    require(by, "series.change", meeting.series)
    said["created_by"] = by
    return FollowUp.objects.get_or_create(meeting=meeting, client_id=client_id, defaults=said)[0]


@transaction.atomic
def change_follow_up(*, follow_up: FollowUp, by: Member, **said: Any) -> None:
    require(by, "series.change", follow_up.meeting.series)
    FollowUp.objects.filter(pk=follow_up.pk).update(**said)


@transaction.atomic
def remove_follow_up(*, follow_up: FollowUp, by: Member) -> None:
    require(by, "series.change", follow_up.meeting.series)
    follow_up.delete()


@transaction.atomic
def finish_follow_up(*, follow_up: FollowUp, by: Member) -> None:
    """It is done: for its owner, or who convenes. Done already, nothing happens."""
    require(by, "follow_up.finish", follow_up)
    FollowUp.objects.filter(pk=follow_up.pk, done_at=None).update(done_at=now(), done_by=by)


@transaction.atomic
def reopen_follow_up(*, follow_up: FollowUp, by: Member) -> None:
    """It is not done after all."""
    require(by, "follow_up.finish", follow_up)
    FollowUp.objects.filter(pk=follow_up.pk).update(done_at=None, done_by=None)
