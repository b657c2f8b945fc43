"""What is to be done after a meeting."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from meetings.models.series import Meeting

MEMBER = settings.AUTH_USER_MODEL


class FollowUp(models.Model):
    """Somebody does something by a day, as it was agreed at a meeting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="follow_ups")
    client_id = models.UUIDField(
        null=True, editable=False, help_text="Made by the page that adds it: the same again is the same follow-up."
    )
    what = models.CharField(max_length=280)
    owner = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="follow_ups")
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = [F("due_on").asc(nulls_last=True), "created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "client_id"], name="one_follow_up_per_client_id")]

    def __str__(self) -> str:
        return self.what
