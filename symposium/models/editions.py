"""Editions of the symposium, and what their programmes are made up of."""

import uuid
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from members.eligibility import eligibility
from members.roles import is_staff
from spaces.models import Space

MEMBER = settings.AUTH_USER_MODEL


class EditionQuerySet(models.QuerySet["Edition"]):
    def visible_to(self, member: Any) -> "EditionQuerySet":
        """The published ones, for those to whom the symposium is open, who speak there or who are registered; all of
        them for staff.
        """
        if is_staff(member):
            return self
        published = self.exclude(published_at=None)
        if eligibility(member, "symposium").may_read:
            return published
        speaks, registered = Q(sessions__speakers__member=member), Q(desk__places__in=member.registrations.standing())
        theirs = self.model.objects.filter(Q(space__in=Space.objects.of(member)) | speaks | registered)
        return published.filter(pk__in=theirs.values("pk"))


class Edition(models.Model):
    """One year's symposium. Its space holds who is admitted to its sessions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField("short name", max_length=40, unique=True, help_text="In addresses, as in 2027.")
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=4000)
    space = models.OneToOneField(Space, on_delete=models.PROTECT, related_name="edition")
    zone = models.CharField(max_length=64, help_text="An IANA name: the wall clock that its times are of.")
    first_on = models.DateField("first day")
    last_on = models.DateField("last day")
    days_changed = models.PositiveSmallIntegerField(
        default=0, db_default=0, editable=False, help_text="How often its days were changed: what calendars go by."
    )
    published_at = models.DateTimeField(null=True, blank=True, help_text="Since when members see it.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-first_on"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="edition_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("symposium:edition", args=[self.slug])

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def days(self) -> list[date]:
        return [self.first_on + timedelta(days=number) for number in range((self.last_on - self.first_on).days + 1)]

    @property
    def is_over(self) -> bool:
        return self.last_on < timezone.now().astimezone(self.tz).date()


class Part(models.Model):
    """One of the things, in their order, that an edition's programme is made up of."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Track(Part):
    """A theme that sessions belong to."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="tracks")

    class Meta(Part.Meta):
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="one_track_of_a_name")]


class Format(Part):
    """How a session is held, and how long that takes as a rule."""

    class Kind(models.TextChoices):
        KEYNOTE = "keynote", "Keynote"
        WORKSHOP = "workshop", "Workshop"
        LIGHTNING = "lightning", "Lightning talk"
        CLINIC = "clinic", "Case clinic"
        POSTER = "poster", "Poster"
        BREAK = "break", "Wellness break"

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="formats")
    kind = models.CharField(max_length=20, choices=Kind)
    minutes = models.PositiveSmallIntegerField(default=45)

    class Meta(Part.Meta):
        constraints = [
            models.UniqueConstraint(fields=["edition", "name"], name="one_format_of_a_name"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=720), name="format_of_minutes_to_hours"),
        ]


class Room(Part):
    """Where sessions are held, one after the other. Beside each other they need several."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="rooms")

    class Meta(Part.Meta):
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="one_room_of_a_name")]
