"""What is written down at a meeting, by several together."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from meetings.models.series import Meeting

MEMBER = settings.AUTH_USER_MODEL
CLAIM_HOLDS = timedelta(minutes=3)  # without a sign; an open page gives one each minute


class Scribe(models.Model):
    """Somebody who writes the notes of a meeting, besides those who convene it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="scribes")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    named_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="a_scribe_once")]

    def __str__(self) -> str:
        return f"{self.member_id} writes at {self.meeting_id}"


class NoteSectionQuerySet(models.QuerySet["NoteSection"]):
    def free_for(self, member: models.Model) -> "NoteSectionQuerySet":
        """In which nobody else writes now."""
        return self.filter(Q(claimed_by=None) | Q(claimed_by=member) | Q(claimed_at__lt=timezone.now() - CLAIM_HOLDS))

    def lapsed(self) -> "NoteSectionQuerySet":
        return self.filter(claimed_by__isnull=False, claimed_at__lt=timezone.now() - CLAIM_HOLDS)


class NoteSection(models.Model):
    """A part of the notes. Whoever writes in it has claimed it; `version` is of the text, and rises with each save."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="notes")
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=120)
    body = models.TextField(blank=True, max_length=20_000)
    version = models.PositiveIntegerField(default=0)
    claimed_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="The last sign of who claimed it.")
    saved_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    saved_at = models.DateTimeField(null=True, blank=True)

    objects = NoteSectionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["claimed_at"], condition=Q(claimed_at__isnull=False), name="notes_that_are_claimed")
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def order(self) -> str:
        """As text, in which a page sorts it."""
        return f"{self.position:05}"
