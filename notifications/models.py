"""Mail that waits to go out, notices in a member's inbox, and how far each space has been told of."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from spaces.models import Space


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self) -> "LetterQuerySet":
        return self.filter(sent_at=None, given_up_at=None)


class Letter(models.Model):
    """A mail in the outbox. It outlives a mail server that is down."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    message = models.BinaryField(help_text="The whole mail (RFC 5322); emptied when it was sent.")
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(
        max_length=250, blank=True, help_text="What went wrong the last time, without addresses."
    )

    text: str  # set by the demonstration's outbox page

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(sent_at=None, given_up_at=None), name="letters_waiting")
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk}"


class Told(models.Model):
    """How far the notices of a space have been made: everything up to `seq`."""

    space = models.OneToOneField(Space, on_delete=models.CASCADE, primary_key=True, related_name="told")
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.space_id} told to {self.seq}"


class Notice(models.Model):
    """A line in a member's inbox: that something happened, and where; never what was said."""

    class Kind(models.TextChoices):
        MENTION = "mention", "You were mentioned"
        MESSAGES = "messages", "There are new messages"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    seq = models.PositiveBigIntegerField(help_text="The activity of the space that it tells of.")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    title: str  # of its space; set by notices.readable

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["member", "-created_at"]),
            models.Index(fields=["created_at"], condition=Q(read_at=None, mailed_at=None), name="notices_to_mail"),
        ]
        constraints = [
            # Calm: one line for any number of messages until it is read.
            models.UniqueConstraint(
                fields=["member", "space", "kind"], condition=Q(read_at=None), name="one_unread_notice_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.member_id}"
