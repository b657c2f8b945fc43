"""Scarce seats: something of which there are so many, and who wants one. The same for an edition and for a workshop."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Capacity(models.Model):
    """So many seats. Its row is the lock: whoever gives or frees one holds it until the end of the transaction."""

    seats = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: for as many as come.")
    offer_hours = models.PositiveSmallIntegerField(
        default=48, help_text="How long a freed seat is kept for whom it is offered to, on the waitlist."
    )
    last_position = models.PositiveIntegerField(default=0, editable=False, help_text="The last number of the waitlist.")

    places: Any  # the manager of its places

    class Meta:
        abstract = True

    def is_full(self) -> bool:
        return self.seats is not None and self.places.taking().count() >= self.seats

    def is_full_for(self, place: Any) -> bool:
        """Whether there is no seat for this place."""
        return self.is_full()

    def in_line(self) -> "PlaceQuerySet":
        """Those who wait for whom a seat is free now, the first first."""
        return self.places.none() if self.is_full() else self.places.waiting()


class State(models.TextChoices):
    CONFIRMED = "confirmed", "Confirmed"
    WAITLISTED = "waitlisted", "On the waitlist"
    OFFERED = "offered", "Offered a seat"
    LAPSED = "lapsed", "Offer not taken"
    CANCELLED = "cancelled", "Cancelled"


STANDING = (State.CONFIRMED, State.WAITLISTED, State.OFFERED)
ENDED = (State.LAPSED, State.CANCELLED)


class PlaceQuerySet(models.QuerySet[Any]):
    def standing(self) -> "PlaceQuerySet":
        return self.filter(state__in=STANDING)

    def confirmed(self) -> "PlaceQuerySet":
        return self.filter(state=State.CONFIRMED)

    def taking(self) -> "PlaceQuerySet":
        """Those that hold a seat: confirmed, or offered one that they can still take."""
        return self.filter(Q(state=State.CONFIRMED) | Q(state=State.OFFERED, offered_until__gt=timezone.now()))

    def run_out(self) -> "PlaceQuerySet":
        """Offers that were not taken in time."""
        return self.filter(state=State.OFFERED, offered_until__lte=timezone.now())

    def waiting(self) -> "PlaceQuerySet":
        """In the order in which seats go to them: whom staff moved up first, then as they asked."""
        waiting = self.filter(state=State.WAITLISTED)
        return waiting.order_by(F("moved_up_at").asc(nulls_last=True), "position")


class Place(models.Model):
    """Somebody wants a seat: what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="%(class)ss")
    state = models.CharField(max_length=10, choices=State)
    position = models.PositiveIntegerField(
        null=True, blank=True, help_text="On the waitlist, counted from 1 without holes. It stays once given."
    )
    moved_up_at = models.DateTimeField(null=True, blank=True, help_text="When staff put them before the others.")
    offered_until = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    of: Any  # the Capacity; its places

    objects = PlaceQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["of", "member"], condition=Q(state__in=STANDING), name="one_standing_%(class)s"
            ),
            models.UniqueConstraint(fields=["of", "position"], name="one_%(class)s_a_position"),
            models.CheckConstraint(
                condition=~Q(state="waitlisted") | Q(position__isnull=False), name="%(class)s_waits_by_number"
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(offered_until__isnull=False), name="%(class)s_offered_until"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False), name="%(class)s_confirmed_at"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | Q(state__in=STANDING, ended_at=None),
                name="%(class)s_ended_at",
            ),
        ]

    @property
    def is_open_offer(self) -> bool:
        return bool(self.state == State.OFFERED and self.offered_until and self.offered_until > timezone.now())

    @property
    def is_waiting(self) -> bool:
        return self.state == State.WAITLISTED

    @property
    def is_confirmed(self) -> bool:
        return self.state == State.CONFIRMED

    def may_come(self) -> bool:
        """Whether they could take a seat now."""
        return True

    def ahead(self) -> int:
        """How many wait before them."""
        waiting = list(self.of.places.waiting().values_list("pk", flat=True))
        return waiting.index(self.pk) if self.pk in waiting else 0
