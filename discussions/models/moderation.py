"""What members report to moderators, and what these decide."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from discussions.models.posts import Post, written_by

MEMBER = settings.AUTH_USER_MODEL


class Decision(models.Model):
    """What a moderator decided about a post that was reported or held. Its author reads the note; one may undo it."""

    class Outcome(models.TextChoices):
        KEEP = "keep", "Keep it"
        HOLD = "hold", "Hide it until it is decided"
        REMOVE = "remove", "Remove it"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome)
    note = models.CharField(max_length=1000, blank=True, help_text="For the author.")
    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True, help_text="When it came into the author's inbox.")
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When the author looked at it.")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When the files of a removed post were deleted.")
    pinned_at = models.DateTimeField(null=True, blank=True, help_text="Of the pin that it took away.")
    pinned_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answered = models.ForeignKey(
        "discussions.Thread",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The question whose accepted answer it took away.",
    )

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome="keep") | ~Q(note=""), name="the_author_is_told_why"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.post_id}"

    def get_absolute_url(self) -> str:
        return reverse("discussions:decision", args=[self.pk])


class FlagQuerySet(models.QuerySet["Flag"]):
    def open(self) -> "FlagQuerySet":
        """Those that nobody has decided on, of posts that still stand."""
        return self.filter(decision=None, post__removed_at=None)


class Flag(models.Model):
    """A member asks the moderators to look at a post. Nobody else learns that, or who it was."""

    class Reason(models.TextChoices):
        IDENTIFIES = "identifies", "It could tell who a client is"
        HARMS = "harms", "It attacks or belittles somebody"
        WARNING = "warning", "It is hard to read and carries no warning"
        ELSEWHERE = "elsewhere", "It does not belong here"
        OTHER = "other", "Something else"

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="flags")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.SET_NULL, related_name="flags")

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["post", "member"], condition=Q(decision=None), name="one_open_flag_each"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} reported: {self.reason}"


def to_decide(member, spaces) -> models.QuerySet[Post]:
    """Posts that wait for a moderator of these spaces, but for the member's own: reported, or hidden meanwhile."""
    reported = Flag.objects.open().filter(post__space__in=spaces).values_list("post", flat=True)
    hidden = Post.objects.filter(space__in=spaces, held_at__isnull=False).values_list("pk", flat=True)
    return Post.objects.filter(pk__in={*reported, *hidden}).exclude(written_by(member)).order_by("created_at")
