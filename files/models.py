"""Files of a space, and members' photos."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from files.recognise import BY_CONTENT_TYPE
from spaces.models import Space


class FileQuerySet(models.QuerySet["File"]):
    def brought(self) -> "FileQuerySet":
        """Files that a message brought into their space, and that are still there, and not held back."""
        return self.filter(removed_at=None, attached_at__isnull=False, held_at=None)

    def newest_of(self, space: Space) -> "FileQuerySet":
        """Of every file in the space its newest version."""
        newer = File.objects.filter(replaces=OuterRef("pk"), removed_at=None, attached_at__isnull=False)
        return self.brought().filter(space=space).exclude(Exists(newer))

    def shown(self) -> "FileQuerySet":
        """With what its partial shows."""
        return self.select_related("uploaded_by", "replaced_by")


class File(models.Model):
    """One version of a file that somebody put into a space. Only a clean one can be fetched."""

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        CLEAN = "clean", "Ready"
        INFECTED = "infected", "Held back: a virus was found"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="files")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    client_id = models.UUIDField()
    name = models.CharField(max_length=200, help_text="Cleaned; shown and given at download.")
    content_type = models.CharField(max_length=100, help_text="From the content, never from the name.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200, help_text="The key in the storage; never shown.")
    thumbnail_as = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.CHECKING)
    replaces = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replaced_by",
        help_text="An older version.",
    )
    uploaded_at = models.DateTimeField(default=timezone.now)
    attached_at = models.DateTimeField(null=True, blank=True, help_text="When a message brought it into the space.")
    set_aside_at = models.DateTimeField(
        null=True, blank=True, help_text="When it came with a message that waits for a moderator."
    )
    held_at = models.DateTimeField(null=True, blank=True, help_text="When the message that it came with was hidden.")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    older: "list[File]"  # set by files.lists

    objects = FileQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.UniqueConstraint(fields=["uploaded_by", "space", "client_id"], name="one_file_per_client_id"),
        ]
        indexes = [
            models.Index(fields=["state"], condition=Q(state="checking"), name="files_to_check"),
            models.Index(fields=["space", "-uploaded_at"], condition=Q(removed_at=None), name="files_of_a_space"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:file", args=[self.pk])

    @property
    def kind(self):
        return BY_CONTENT_TYPE[self.content_type]

    @property
    def newer(self) -> "File | None":
        """The version that replaced this one, once a message brought it."""
        newer = getattr(self, "replaced_by", None)
        return newer if newer and newer.attached_at and not (newer.removed_at or newer.held_at) else None
