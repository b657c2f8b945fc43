"""Peer consultation groups: who is in, what they signed, and who else ever read."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from spaces.models import Space

MEMBER = settings.AUTH_USER_MODEL


class GroupQuerySet(models.QuerySet["Group"]):
    pass


class Group(models.Model):
    """A peer consultation group (PCG), formed for a federal fiscal year around a topic."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    space = models.OneToOneField(Space, on_delete=models.PROTECT, related_name="group")
    topic = models.CharField(max_length=120)
    fiscal_year = models.PositiveSmallIntegerField(help_text="2026 is FY26: 1 October 2025 to 30 September 2026.")
    description = models.TextField(blank=True, max_length=2000)
    seats = models.PositiveSmallIntegerField(default=12, help_text="Participants; facilitators do not count.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="Since when nobody can join or write.")
    closed_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["-fiscal_year", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "fiscal_year"], name="one_group_a_topic_and_year"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="group_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=12), name="group_of_one_to_twelve"),
        ]

    def __str__(self) -> str:
        return f"{self.topic}, FY{self.fiscal_year % 100}"

    def get_absolute_url(self) -> str:
        return reverse("groups:room", args=[self.pk])


class JoinRequest(models.Model):
    """A member asks to join a group, or is invited back. In order of asking; a full group has a waitlist."""

    class State(models.TextChoices):
        ASKED = "asked", "Waiting for a facilitator"
        WAITLISTED = "waitlisted", "On the waitlist"
        INVITED = "invited", "Invited from last year's group"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="join_requests")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="join_requests")
    state = models.CharField(max_length=20, choices=State, default=State.ASKED)
    note = models.TextField(blank=True, max_length=1000, help_text="To the facilitators.")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "member"],
                condition=Q(state__in=["asked", "waitlisted", "invited"]),
                name="one_open_join_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} asks to join {self.group}"


class Covenant(models.Model):
    """What everyone in a group promises. A new version is signed again."""

    version = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"Covenant, version {self.version}"


class Signature(models.Model):
    """A member signed a version of the covenant, for one group, with their name."""

    covenant = models.ForeignKey(Covenant, on_delete=models.PROTECT, related_name="signatures")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="signatures")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="signatures")
    name = models.CharField(max_length=120)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["covenant", "group", "member"], name="one_signature_each")]

    def __str__(self) -> str:
        return f"{self.name}, {self.covenant}"


class BreakGlass(models.Model):
    """Somebody from outside reads a group, for a reason, with a second person's consent. Its members are told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="break_glass")
    asked_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(max_length=2000)
    asked_at = models.DateTimeField(default=timezone.now)
    consented_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consented_by=None) | ~Q(consented_by=F("asked_by")),
                name="break_glass_needs_two_people",
            )
        ]

    def __str__(self) -> str:
        return f"Break-glass for {self.group}"
