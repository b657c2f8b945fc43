"""Peer consultation groups: who is in, what they signed, and who else ever read."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from members.eligibility import eligibility
from spaces.models import Membership, Space

MEMBER = settings.AUTH_USER_MODEL
PARTICIPANT, FACILITATOR = Membership.Role.PARTICIPANT, Membership.Role.FACILITATOR


class GroupQuerySet(models.QuerySet["Group"]):
    def visible_to(self, member: Any) -> "GroupQuerySet":
        """That they exist and what they are about: for everyone to whom the groups are open."""
        return self if eligibility(member, "groups").may_read else self.none()

    def entered_by(self, member: Any) -> "GroupQuerySet":
        """Whose members they are, or that they were let into by a break-glass. Reading asks more: see access.py."""
        inside = Membership.objects.filter(space=OuterRef("space"), member=member, left_at=None)
        return self.filter(
            Exists(inside) | Exists(BreakGlass.objects.open().filter(group=OuterRef("pk"), asked_by=member))
        )

    def with_people(self) -> "GroupQuerySet":
        """Each with `taken` (seats), and `people`: the space's current memberships, facilitators first."""
        current = Membership.objects.filter(left_at=None).select_related("member").order_by("role", "member__name")
        return (
            self.select_related("space")
            .annotate(
                taken=Count(
                    "space__memberships",
                    filter=Q(space__memberships__left_at=None, space__memberships__role=PARTICIPANT),
                )
            )
            .prefetch_related(Prefetch("space__memberships", queryset=current, to_attr="people"))
        )


class Group(models.Model):
    """A peer consultation group (PCG), formed for a federal fiscal year around a topic."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    space = models.OneToOneField(Space, on_delete=models.PROTECT, related_name="group")
    topic = models.CharField(max_length=120)
    fiscal_year = models.PositiveSmallIntegerField(help_text="2026 is FY26: 1 October 2025 to 30 September 2026.")
    description = models.TextField(blank=True, max_length=2000)
    seats = models.PositiveSmallIntegerField(default=12, help_text="Participants; facilitators do not count.")
    keep_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="After how many days messages go; empty for the house's CHAT_KEEP_DAYS."
    )
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
        return f"{self.topic}, {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("groups:room", args=[self.pk])

    @property
    def year(self) -> str:
        return f"FY{self.fiscal_year % 100:02}"

    @property
    def participants(self) -> models.QuerySet[Membership]:
        return self.space.memberships.filter(left_at=None, role=PARTICIPANT)

    @property
    def facilitators(self) -> models.QuerySet[Membership]:
        return self.space.memberships.filter(left_at=None, role=FACILITATOR)

    @property
    def kept_for(self) -> int:
        """Days that messages and their files are kept; a group may choose fewer than the house, never more."""
        return min(self.keep_days or settings.CHAT_KEEP_DAYS, settings.CHAT_KEEP_DAYS)

    def free_seats(self) -> int:
        return max(0, self.seats - self.participants.count())


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def open(self) -> "JoinRequestQuerySet":
        return self.filter(state__in=JoinRequest.OPEN)

    def waiting(self) -> "JoinRequestQuerySet":
        """The waitlist, in order: whoever asked first is first."""
        return self.filter(state=JoinRequest.State.WAITLISTED).order_by("asked_at", "pk")


class JoinRequest(models.Model):
    """A member asks to join a group, or is invited back. Accepted while it is full, they wait for a seat in order."""

    class State(models.TextChoices):
        ASKED = "asked", "Waiting for a facilitator"
        WAITLISTED = "waitlisted", "On the waitlist"
        INVITED = "invited", "Invited from last year's group"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    OPEN = (State.ASKED, State.WAITLISTED, State.INVITED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="join_requests")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="join_requests")
    state = models.CharField(max_length=20, choices=State, default=State.ASKED)
    note = models.TextField(blank=True, max_length=1000, help_text="To the facilitators.")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(blank=True, max_length=1000)
    basis = models.JSONField(null=True, blank=True, help_text="What made them eligible when they came in.")

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "member"],
                condition=Q(state__in=["asked", "waitlisted", "invited"]),
                name="one_open_join_request",
            )
        ]

    def __str__(self) -> str:
        return f"Join request {self.pk}"

    def place(self) -> int:
        """Which place on the waitlist, from 1."""
        earlier = Q(asked_at__lt=self.asked_at) | Q(asked_at=self.asked_at, pk__lt=self.pk)
        return JoinRequest.objects.waiting().filter(earlier, group=self.group_id).count() + 1


class CovenantQuerySet(models.QuerySet["Covenant"]):
    def current(self) -> "Covenant | None":
        """The newest version; nobody reads a group without having signed it."""
        return self.order_by("-version").first()


class Covenant(models.Model):
    """What everyone in a group promises. A new version is signed again."""

    version = models.PositiveIntegerField(unique=True)
    text = models.TextField(max_length=20000)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = CovenantQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"Covenant, version {self.version}"


class SignatureQuerySet(models.QuerySet["Signature"]):
    def current(self) -> "SignatureQuerySet":
        """Under the newest version of the covenant."""
        newest = Covenant.objects.order_by("-version").values("pk")[:1]
        return self.filter(covenant=models.Subquery(newest))


class Signature(models.Model):
    """A member signed a version of the covenant, for one group, with their name."""

    covenant = models.ForeignKey(Covenant, on_delete=models.PROTECT, related_name="signatures")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="signatures")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="signatures")
    name = models.CharField(max_length=120)
    signed_at = models.DateTimeField(default=timezone.now)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["covenant", "group", "member"], name="one_signature_each")]

    def __str__(self) -> str:
        return f"{self.name}, {self.covenant}"


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    def open(self) -> "BreakGlassQuerySet":
        return self.filter(opened_at__isnull=False, ended_at=None, ends_at__gt=timezone.now())

    def waiting(self) -> "BreakGlassQuerySet":
        """Asked, and neither consented to nor refused nor taken back."""
        return self.filter(opened_at=None, refused_at=None, ended_at=None)


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
    refused_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Ended early, by itself, or taken back unopened.")
    ended_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consented_by=None) | ~Q(consented_by=F("asked_by")),
                name="break_glass_needs_two_people",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None, consented_by=None, ends_at=None)
                | Q(opened_at__isnull=False, ends_at__gt=F("opened_at")),
                name="break_glass_opens_for_a_while",
            ),
            models.UniqueConstraint(
                fields=["group", "asked_by"],
                condition=Q(refused_at=None, ended_at=None),
                name="one_break_glass_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Break-glass {self.pk}"

    @property
    def is_open(self) -> bool:
        return bool(self.ends_at and not self.ended_at and self.ends_at > timezone.now())

    @property
    def is_waiting(self) -> bool:
        return not (self.opened_at or self.refused_at or self.ended_at)
