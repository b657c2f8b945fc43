"""When and where sessions are held: how that is put together, and each version of it that members were shown."""

import uuid
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from symposium.models.editions import Edition, Format, Room, Track
from symposium.models.sessions import Session

MEMBER = settings.AUTH_USER_MODEL


class Programme(models.Model):
    """How the programme of an edition is put together. Without a row it is as the defaults say."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="programme")
    day_begins_at = models.TimeField("a day begins at", default=time(9))
    day_ends_at = models.TimeField("a day ends at", default=time(17))
    break_minutes = models.PositiveSmallIntegerField(
        "shortest break",
        default=10,
        help_text="Minutes between two sessions of the same speaker or in the same room: less is pointed out.",
    )
    guidance = models.TextField(
        "for speakers",
        blank=True,
        max_length=4000,
        help_text="What happens when, and what to prepare. It stands on the speakers’ page.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(day_ends_at__gt=F("day_begins_at")), name="programme_day_has_hours")
        ]

    def __str__(self) -> str:
        return f"Programme of {self.edition}"

    @classmethod
    def of(cls, edition: Edition) -> "Programme":
        return cls.objects.filter(edition=edition).first() or cls(edition=edition)


class Release(models.Model):
    """A version of the programme, as members were shown it: the last one counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField(help_text="From 1, without holes.")
    message = models.TextField(blank=True, max_length=1000, help_text="To those whom its changes concern.")
    reason = models.TextField(
        blank=True, max_length=1000, help_text="Why it was released although a room or a speaker is in two sessions."
    )
    released_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    is_to_be_told = models.BooleanField(default=False, db_default=False, help_text="Letters about it wait.")
    told_up_to = models.UUIDField(null=True, blank=True, help_text="The last member, by id, who was written to.")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="one_release_of_a_number")]

    def __str__(self) -> str:
        return f"Version {self.number}"


class ReleasedSession(models.Model):
    """A session as a version of the programme has it. Not saved, it is a session as the schedule has it now."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="sessions")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="released")
    title = models.CharField(max_length=120)
    abstract = models.TextField(blank=True)
    track = models.ForeignKey(Track, null=True, on_delete=models.SET_NULL, related_name="+")
    format = models.ForeignKey(Format, null=True, on_delete=models.SET_NULL, related_name="+")
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    parts = models.JSONField(
        default=list, help_text="Who speaks and who chairs, in order: pairs of a member and a part."
    )

    people: list[Any]  # of schedules.Person, where they were loaded
    meeting: Any  # its key, and whether the reader chose it, where a reader was given
    is_chosen: bool
    has_seats: bool  # of its own: one comes with one alone
    clash: Sequence["ReleasedSession"] = ()  # what else is in the reader's agenda at that time, where it was looked at

    class Meta:
        ordering = ["starts_at", "room__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["release", "session"], name="one_place_in_a_release")]

    def __str__(self) -> str:
        return self.title

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def overlaps(self, other: "ReleasedSession") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at
