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


class RoomReaction(models.Model):
    """How often a sign was given in the room of a meeting. Nobody's name is kept with it, and no time."""

    class Sign(models.TextChoices):
        """Few, and each with a name that can be read aloud."""

        APPLAUSE = "applause", "Applause"
        THANKS = "thanks", "Thank you"
        WITH_YOU = "with-you", "With you"
        ME_TOO = "me-too", "Me too"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="reactions")
    sign = models.CharField(max_length=10, choices=Sign)
    counted = models.PositiveIntegerField(default=0)
    untold = models.BooleanField(default=False, help_text="Some came that open pages were not told of yet.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "sign"], name="one_count_a_sign")]
        indexes = [models.Index(fields=["untold"], condition=Q(untold=True), name="untold_room_reactions")]

    def __str__(self) -> str:
        return f"{self.sign} at {self.meeting_id}"


class Overflow(models.Model):
    """A video room that holds only so many people, and where whoever comes later is led: of the same meeting."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, primary_key=True, related_name="overflow")
    holds = models.PositiveIntegerField(help_text="How many people the first video room holds.")
    url = models.URLField("address", max_length=500)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(holds__gte=1) & ~Q(url=""), name="overflow_leads_somewhere")]

    def __str__(self) -> str:
        return f"Overflow of {self.meeting_id}"
