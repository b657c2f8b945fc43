"""Spaces, who belongs to them, and the log of what happened in each."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone


class SpaceQuerySet(models.QuerySet["Space"]):
    def of(self, member) -> "SpaceQuerySet":
        """Spaces that the member belongs to now, by membership. Reading asks may(member, "space.read", space) too."""
        return self.filter(memberships__member=member, memberships__left_at=None)


class Space(models.Model):
    """Whatever has an audience and a log: a peer consultation group, a meeting, a person's inbox."""

    class Kind(models.TextChoices):
        INBOX = "inbox", "Inbox"
        GROUP = "group", "Peer consultation group"
        FORUM = "forum", "Forum"
        MEETING = "meeting", "Meeting"
        EDITION = "edition", "Symposium"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    epoch = models.UUIDField(default=uuid.uuid4, help_text="Changes when the log was restored from a backup.")
    last_seq = models.PositiveBigIntegerField(default=0, help_text="The number of the last activity.")
    last_count = models.PositiveBigIntegerField(default=0, help_text="How many activities count as unread so far.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = SpaceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def with_unread(self) -> "MembershipQuerySet":
        """Adds `unread`, by arithmetic: what counted in the space so far, less what had counted when they last read."""
        return self.annotate(unread=Greatest(F("space__last_count") - F("read_count"), 0))


class Membership(models.Model):
    """A member belongs to a space, from a day until they leave or are removed."""

    class Role(models.TextChoices):
        PARTICIPANT = "participant", "Participant"
        FACILITATOR = "facilitator", "Facilitator"
        OWNER = "owner", "Owner"

    class Notify(models.TextChoices):
        """The way in which one hears of what is said; empty: as one chose for everything, or as is usual there."""

        EACH = "each", "Every message, at once"
        DAILY = "daily", "One letter a day"
        WEEKLY = "weekly", "One letter a week"
        MENTIONS = "mentions", "Only what is meant for me"
        NONE = "none", "Nothing"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role, default=Role.PARTICIPANT)
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    removal_reason = models.TextField(blank=True)
    muted_until = models.DateTimeField(null=True, blank=True, help_text="May read but not write until then.")
    notify = models.CharField(max_length=20, choices=Notify, blank=True, default="")
    read_seq = models.PositiveBigIntegerField(default=0, help_text="The last activity that this member has seen.")
    threads_read_seq = models.PositiveBigIntegerField(
        default=0, help_text="Everything in its threads up to here was marked read."
    )
    read_count = models.PositiveBigIntegerField(default=0, help_text="The counted activities up to there.")

    unread: int  # set by with_unread()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "member"], condition=Q(left_at=None), name="one_current_membership"
            )
        ]
        indexes = [models.Index(fields=["member", "left_at"])]

    def __str__(self) -> str:
        return f"{self.member} in {self.space}"


class Activity(models.Model):
    """Something that happened in a space. `seq` has no holes: sequence order is commit order."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="activities")
    seq = models.PositiveBigIntegerField()
    count = models.PositiveBigIntegerField(help_text="How many counted activities there were up to this one.")
    kind = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    target = models.UUIDField(help_text="The id of the thing that it happened to; the kind says which sort.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["seq"]
        verbose_name_plural = "activities"
        constraints = [models.UniqueConstraint(fields=["space", "seq"], name="one_activity_per_seq")]

    def __str__(self) -> str:
        return f"{self.space_id} {self.seq} {self.kind}"
