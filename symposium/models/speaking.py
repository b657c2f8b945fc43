"""What those who speak say of themselves, and when their sound and slides are looked at."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from symposium.models.editions import Edition

MEMBER = settings.AUTH_USER_MODEL


class SpeakerProfile(models.Model):
    """Somebody who speaks at an edition: what they say of themselves there, and that they come."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="speaker_profiles")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="speaker_profiles")
    bio = models.TextField(
        "about you",
        blank=True,
        max_length=1000,
        help_text="A few sentences, for the page of your session. Everyone who sees the programme reads them.",
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "member"], name="one_profile_of_a_speaker")]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.edition_id}"


class TechCheck(models.Model):
    """A time at which staff look at the sound and the slides of one speaker."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="tech_checks")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    member = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="tech_checks")

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "starts_at"], name="one_tech_check_at_a_time"),
            models.UniqueConstraint(fields=["edition", "member"], name="one_tech_check_a_speaker"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=120), name="tech_check_takes_minutes"),
        ]

    def __str__(self) -> str:
        return f"Tech check {self.starts_at:%F %R}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)
