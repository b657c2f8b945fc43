"""What is talked about at a meeting, in order."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from meetings.models.series import Meeting

MEMBER = settings.AUTH_USER_MODEL


class AgendaItem(models.Model):
    """A part of a meeting: what, for how long, who leads it, and when it was taken up."""

    class Kind(models.TextChoices):
        WELCOME = "welcome", "Welcome"
        UPDATE = "update", "Update"
        CLARIFICATION = "clarification", "Clarification"
        SPOTLIGHT = "spotlight", "Spotlight"
        DISCUSSION = "discussion", "Discussion"
        PARTNERS = "partners", "Partner news"
        QUESTIONS = "questions", "Open Q&A"
        CLOSE = "close", "Close"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    client_id = models.UUIDField(
        null=True, editable=False, help_text="Made by the page that adds it: the same again is the same item."
    )
    position = models.PositiveSmallIntegerField(help_text="From 1; given under the lock of the meeting.")
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind)
    minutes = models.PositiveSmallIntegerField()
    owner = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    owner_name = models.CharField(max_length=120, blank=True, help_text="Who leads it, where that is no member.")
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "client_id"], name="one_agenda_item_per_client_id"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(begun_at__isnull=False, ended_at=None), name="one_current_agenda_item"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("begun_at")), name="agenda_item_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=480), name="agenda_item_takes_minutes"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def led_by(self) -> str:
        return self.owner.name if self.owner else self.owner_name

    @property
    def is_current(self) -> bool:
        return self.begun_at is not None and self.ended_at is None
