"""What moderators did with whole threads, as their readers see it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

MEMBER = settings.AUTH_USER_MODEL


class Trace(models.Model):
    """A line at the head of a thread: that it was moved, or that posts came into it or went out."""

    class Kind(models.TextChoices):
        MOVED = "moved", "Moved here from another forum"
        MERGED = "merged", "Another thread was merged into it"
        SPLIT_OFF = "split-off", "Some of its posts became a thread of their own"
        SPLIT_FROM = "split-from", "It was split from another thread"

    thread = models.ForeignKey("discussions.Thread", on_delete=models.CASCADE, related_name="traces")
    kind = models.CharField(max_length=20, choices=Kind)
    other = models.ForeignKey(
        "discussions.Thread",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Of a split.",
    )
    called = models.CharField(
        max_length=160, help_text="The other thread, or the forum that it came from, as it was called."
    )
    posts = models.PositiveIntegerField(help_text="How many.")
    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.kind}"
