"""Tables, at which a few people meet between sessions."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from symposium.models.editions import Edition

MEMBER = settings.AUTH_USER_MODEL
FEWEST_SEATS, MOST_SEATS = 2, 12


class TableQuerySet(models.QuerySet["Table"]):
    def standing(self) -> "TableQuerySet":
        """Those that are there, with who sits at each."""
        sitting = models.Prefetch("sitting", TableSeat.objects.select_related("member"))
        return self.filter(closed_at=None).select_related("edition").prefetch_related(sitting)


class Table(models.Model):
    """A small room with a topic and so many seats. Its row is the lock for whoever sits down."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="tables")
    client_id = models.UUIDField(help_text="Made by the page that opens it: the same again is the same table.")
    topic = models.CharField(max_length=80)
    seats = models.PositiveSmallIntegerField(default=6)
    room_url = models.URLField("video room", max_length=500, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = TableQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "client_id"], name="one_table_per_client_id"),
            models.CheckConstraint(condition=~Q(topic=""), name="table_has_a_topic"),
            models.CheckConstraint(
                condition=Q(seats__gte=FEWEST_SEATS, seats__lte=MOST_SEATS), name="table_of_two_to_twelve"
            ),
        ]

    def __str__(self) -> str:
        return self.topic

    @property
    def has_video(self) -> bool:
        """Somebody else's, or a room of the site's own, where there are such."""
        return bool(self.room_url or settings.JITSI_URL)

    @property
    def free(self) -> int:
        return max(0, self.seats - len(self.sitting.all()))


class TableSeat(models.Model):
    """Somebody sits at a table now. It goes when they do: nothing says afterwards who sat with whom."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="sitting")
    member = models.OneToOneField(MEMBER, on_delete=models.CASCADE, related_name="table_seat")
    number = models.PositiveSmallIntegerField()
    seen_at = models.DateTimeField(default=timezone.now, help_text="When a page of theirs last said so.")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["table", "number"], name="one_at_a_seat"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=MOST_SEATS), name="seat_of_a_table"),
        ]

    def __str__(self) -> str:
        return f"Seat {self.number} at {self.table_id}"
