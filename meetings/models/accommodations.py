"""What somebody needs to take part in a meeting."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from meetings.models.series import Meeting

MEMBER = settings.AUTH_USER_MODEL


class Accommodation(models.Model):
    """What a member asks for to take part: read by NCB staff alone, and destroyed some weeks after the meeting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="accommodations")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="accommodations")
    needs = models.TextField(max_length=1000)
    asked_at = models.DateTimeField(default=timezone.now)
    reply = models.TextField(max_length=1000, blank=True, help_text="What staff say to who asked.")
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["meeting__starts_at", "asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="one_accommodation_for_a_meeting"),
            models.CheckConstraint(
                condition=Q(replied_at=None, reply="") | Q(replied_at__isnull=False), name="accommodation_reply_dated"
            ),
        ]

    def __str__(self) -> str:
        return f"Accommodation of {self.member_id}"
