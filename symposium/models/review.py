"""How proposals are reviewed: in which phases, by which criteria, by whom, and what they say."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from symposium.models.editions import Edition
from symposium.models.proposals import Proposal

MEMBER = settings.AUTH_USER_MODEL


class ReviewPhase(models.Model):
    """A time in which proposals are scored: by each reviewer alone, or seeing what the others say."""

    class Kind(models.TextChoices):
        ALONE = "alone", "Each alone"
        TOGETHER = "together", "Together: scores are seen and discussed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="phases")
    name = models.CharField(max_length=80)
    kind = models.CharField("how", max_length=10, choices=Kind, default=Kind.ALONE)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        ordering = ["opens_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="phase_closes_after_it_opens"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.opens_at <= timezone.now() < self.closes_at


class Criterion(models.Model):
    """By what proposals are scored, from 1 to 5, and how much it counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["edition", "name"], name="one_criterion_of_a_name"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=10), name="criterion_of_some_weight"),
        ]

    def __str__(self) -> str:
        return self.name


class Reviewer(models.Model):
    """A member whom staff asked to review the proposals of an edition."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="reviewers")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="reviewing")
    named_at = models.DateTimeField(default=timezone.now)
    named_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["named_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["edition", "member"], name="a_reviewer_once")]

    def __str__(self) -> str:
        return f"Reviewer {self.pk}"


class Conflict(models.Model):
    """A reviewer said that they should not review a proposal. What is found by itself is not kept."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="conflicts")
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="conflicts")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reviewer", "proposal"], name="a_conflict_once")]

    def __str__(self) -> str:
        return f"Conflict of {self.reviewer_id}"


class Assignment(models.Model):
    """A reviewer is to review a proposal; and what they say of it, once they have."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="assignments")
    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="assignments")
    assigned_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True, max_length=4000, help_text="For staff and the other reviewers.")
    for_author = models.TextField(blank=True, max_length=4000, help_text="Those who proposed it read this, unsigned.")

    class Meta:
        ordering = ["assigned_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "reviewer"], name="assigned_once")]

    def __str__(self) -> str:
        return f"Assignment {self.pk}"


class Score(models.Model):
    """How a reviewer scores a proposal by one criterion."""

    LOWEST, HIGHEST = 1, 5

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="scores")
    value = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "criterion"], name="one_score_a_criterion"),
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=5), name="score_from_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.value} of {self.assignment_id}"


class ReviewNote(models.Model):
    """What a reviewer says to the others about a proposal. Its authors never read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(max_length=2000)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="review_note_says_something")]

    def __str__(self) -> str:
        return f"Note {self.pk}"
