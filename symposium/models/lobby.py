"""Where an edition's live days begin: its help desk, its quiet room, and what is told to everybody."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from symposium.models.editions import Edition
from symposium.models.sessions import Session

MEMBER = settings.AUTH_USER_MODEL


class Lobby(models.Model):
    """The help desk of an edition, in words, and where it has one, the session in whose room somebody sits; and what
    stands in its quiet room.
    """

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, primary_key=True, related_name="lobby")
    help_text = models.TextField(
        "help", max_length=1000, help_text="Whom to ask when something does not work, and how."
    )
    quiet_text = models.TextField(
        "quiet room",
        blank=True,
        max_length=2000,
        default="",
        db_default="",
        help_text="What stands in the quiet room. Left empty, it says a few calm sentences of ours.",
    )
    desk = models.ForeignKey(
        Session,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The session in whose room somebody sits who helps.",
    )

    def __str__(self) -> str:
        return f"Lobby of {self.edition_id}"


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def standing(self) -> "AnnouncementQuerySet":
        return self.filter(removed_at=None)


class Announcement(models.Model):
    """What staff tell everybody in the lobby. Taken back, its words are gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="announcements")
    client_id = models.UUIDField(help_text="Made by the page that wrote it: the same again is the same announcement.")
    text = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "client_id"], name="one_announcement_per_client_id"),
            models.CheckConstraint(
                condition=Q(removed_at=None) & ~Q(text="") | Q(removed_at__isnull=False, text=""),
                name="announcement_says_something_until_removed",
            ),
        ]

    def __str__(self) -> str:
        return f"Announcement {self.pk}"
