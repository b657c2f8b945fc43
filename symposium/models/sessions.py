"""The sessions of an edition, and who speaks in them."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from meetings.models import Meeting
from symposium.models.editions import Edition, Format, Room, Track

MEMBER = settings.AUTH_USER_MODEL


class SessionQuerySet(models.QuerySet["Session"]):
    def on(self) -> "SessionQuerySet":
        return self.filter(cancelled_at=None)

    def scheduled(self) -> "SessionQuerySet":
        """Those that have their time, in its order."""
        return self.exclude(starts_at=None).order_by("starts_at", "room__position", "pk")


class Session(models.Model):
    """Something that is held at a symposium. It is scheduled once it has a room and a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(max_length=120)
    abstract = models.TextField(blank=True, max_length=4000)
    track = models.ForeignKey(Track, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    format = models.ForeignKey(Format, on_delete=models.PROTECT, related_name="sessions")
    minutes = models.PositiveSmallIntegerField()
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField(null=True, blank=True)
    meeting = models.OneToOneField(
        Meeting,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="symposium_session",
        help_text="In which it is held; there once it is in a released programme.",
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")

    speakers: Any  # of Speaker

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "title"]
        indexes = [models.Index(fields=["edition", "starts_at"], name="sessions_of_an_edition")]
        constraints = [
            models.CheckConstraint(
                condition=Q(room=None, starts_at=None) | Q(room__isnull=False, starts_at__isnull=False),
                name="session_has_a_room_with_its_time",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=720), name="session_of_minutes_to_hours"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("symposium:session", args=[self.edition.slug, self.pk])

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None


class Speaker(models.Model):
    """Who speaks in a session, or chairs it."""

    class Part(models.TextChoices):
        SPEAKER = "speaker", "Speaker"
        CHAIR = "chair", "Chair"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="speakers")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="symposium_parts")
    part = models.CharField(max_length=10, choices=Part, default=Part.SPEAKER)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["part", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "member", "part"], name="one_part_in_a_session")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.session_id}"
