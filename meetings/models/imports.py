"""What a video room itself says of who was there: a report that was brought in, and the people whom it names."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from meetings.models.series import Meeting

MEMBER = settings.AUTH_USER_MODEL


class ReportImport(models.Model):
    """A participant report of Zoom or Teams that was brought in for a meeting: each file once."""

    class Room(models.TextChoices):
        ZOOM = "zoom", "Zoom"
        TEAMS = "teams", "Teams"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="imports")
    room = models.CharField(max_length=10, choices=Room)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file. The file itself is not kept.")
    imported_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["imported_at"]
        constraints = [models.UniqueConstraint(fields=["meeting", "digest"], name="one_import_of_a_file")]

    def __str__(self) -> str:
        return f"{self.get_room_display()} report of {self.meeting_id}"


class Participant(models.Model):
    """Somebody whom an imported report names. What it says of them is erased soon after it is decided who they are."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "To be decided"
        MEMBER = "member", "A member"
        GUEST = "guest", "Not a member"
        IGNORED = "ignored", "Ignored"
        UNKNOWN = "unknown", "Not decided in time"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    imported = models.ForeignKey(ReportImport, on_delete=models.CASCADE, related_name="participants")
    key = models.CharField(max_length=64, help_text="The same for the same name and address at one meeting; keyed.")
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    member = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When the name and the address went.")

    class Meta:
        ordering = ["name", "email", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["imported", "key"], name="one_participant_of_a_report"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", decided_at=None) | ~Q(outcome="waiting") & Q(decided_at__isnull=False),
                name="participant_waits_until_decided",
            ),
            models.CheckConstraint(condition=Q(member=None) | Q(outcome="member"), name="participant_is_a_member"),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(name="", email="") & ~Q(outcome="waiting"),
                name="erased_participant_has_no_name",
            ),
        ]

    def __str__(self) -> str:
        return f"Participant {self.pk}"

    @property
    def said(self) -> str:
        """What the report calls them."""
        return self.name or self.email or "Somebody without a name"
