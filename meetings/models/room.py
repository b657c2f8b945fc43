"""What is in the room of a meeting while it is held."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from meetings.models.series import Meeting

MEMBER = settings.AUTH_USER_MODEL


class HandQuerySet(models.QuerySet["Hand"]):
    def up(self) -> "HandQuerySet":
        """Those who wait for the word, the first first."""
        return self.filter(lowered_at=None).select_related("member").order_by("raised_at", "pk")


class Hand(models.Model):
    """Somebody wants to speak, from when they raised their hand until it was lowered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="hands")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    lowered_at = models.DateTimeField(null=True, blank=True)

    objects = HandQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], condition=Q(lowered_at=None), name="one_hand_each")
        ]

    def __str__(self) -> str:
        return f"Hand of {self.member_id}"
