"""What belongs to a meeting to be read, and its recording."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from files.models import File
from meetings.models.series import Meeting

MEMBER = settings.AUTH_USER_MODEL


class MaterialQuerySet(models.QuerySet["Material"]):
    def shown(self) -> "MaterialQuerySet":
        """With the file, for those that have one."""
        return self.select_related("file__replaced_by", "added_by")


class Material(models.Model):
    """Slides, a form or a page that goes with a meeting: a file, or the address of something elsewhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(max_length=120)
    file = models.OneToOneField(File, null=True, blank=True, on_delete=models.CASCADE, related_name="material")
    url = models.URLField("address", max_length=500, blank=True)
    client_id = models.UUIDField(help_text="Made by the page that adds it: the same again is the same material.")
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = MaterialQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "client_id"], name="one_material_per_client_id"),
            models.CheckConstraint(
                condition=Q(file__isnull=False, url="") | Q(file=None) & ~Q(url=""), name="material_is_a_file_or_a_link"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Recording(models.Model):
    """That a meeting is recorded, said before it begins; and where it is. Published with captions alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="recording")
    announced_at = models.DateTimeField(default=timezone.now)
    announced_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    url = models.URLField("address", max_length=500, blank=True)
    captioned_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when somebody vouches for its captions."
    )
    transcript = models.OneToOneField(
        File, null=True, blank=True, on_delete=models.SET_NULL, related_name="transcript_of"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(captioned_at__isnull=False) & ~Q(url=""),
                name="recording_published_with_captions",
            ),
        ]

    def __str__(self) -> str:
        return f"Recording of {self.meeting_id}"

    @property
    def is_ready(self) -> bool:
        """It has all that publishing it takes."""
        return bool(self.url and self.captioned_at and self.transcript and not self.transcript.removed_at)
