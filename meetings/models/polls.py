"""Polls that are put to the room of a meeting."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, Q, When
from django.utils import timezone

from meetings.models.series import Meeting

MEMBER = settings.AUTH_USER_MODEL


class RoomPollQuerySet(models.QuerySet["RoomPoll"]):
    def shown(self) -> "RoomPollQuerySet":
        """With `voters`, how many have voted, and its options."""
        return self.annotate(voters=Count("ballots", distinct=True)).prefetch_related("options")

    def put(self) -> "RoomPollQuerySet":
        """Those that the room sees, the newest first."""
        return self.exclude(opened_at=None).order_by("-opened_at", "pk")


class RoomPoll(models.Model):
    """A question to everyone in the room. Prepared first, then opened, then closed.

    Where it is anonymous, a ballot says that somebody voted and options are only counted, as in a thread's poll
    (docs/decisions/0070 and 0080): so its result shows when it is closed, never while votes come in.
    """

    class Kind(models.TextChoices):
        ONE = "one", "One answer"
        SEVERAL = "several", "Several answers"
        SCALE = "scale", "A scale from 1 to 5"
        WORDS = "words", "A few words of one’s own"

    class Shows(models.TextChoices):
        LIVE = "live", "While votes come in"
        CLOSED = "closed", "Once it is closed"
        NEVER = "never", "Only those who convene see it"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="polls")
    question = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    anonymous = models.BooleanField(default=False)
    shows = models.CharField(max_length=10, choices=Shows)
    untold = models.BooleanField(default=False, help_text="Votes came that open pages were not told of yet.")
    created_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    voters: int  # set by shown()

    objects = RoomPollQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(question=""), name="room_poll_asks_something"),
            models.CheckConstraint(condition=~Q(anonymous=True, shows="live"), name="no_anonymous_result_while_open"),
            models.CheckConstraint(condition=Q(closed_at=None) | ~Q(opened_at=None), name="closed_after_it_was_opened"),
        ]
        indexes = [models.Index(fields=["untold"], condition=Q(untold=True), name="untold_room_polls")]

    def __str__(self) -> str:
        return self.question

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None and self.closed_at is None

    @property
    def takes_several(self) -> bool:
        return self.kind in {self.Kind.SEVERAL, self.Kind.WORDS}

    @property
    def shows_result(self) -> bool:
        """Whether everyone in the room sees it now."""
        return self.shows == self.Shows.LIVE or (self.shows == self.Shows.CLOSED and self.closed_at is not None)

    @property
    def result(self) -> list["RoomPollOption"]:
        """Its options in their order; words of one's own by how often they came."""
        options = list(self.options.all())
        return sorted(options, key=lambda one: (-one.counted, one.text)) if self.kind == self.Kind.WORDS else options

    def count(self, chosen: "list[RoomPollOption]", by: int = 1) -> None:
        """Every row is written, also where it does not grow, so that the row versions tell nothing of one vote."""
        more = Case(When(pk__in=[one.pk for one in chosen], then=by), default=0, output_field=models.IntegerField())
        self.options.update(counted=F("counted") + more)


class RoomPollOption(models.Model):
    """An answer that a poll offers; in a poll for words, a word that somebody gave."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(RoomPoll, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(max_length=120)
    counted = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "text"]
        constraints = [models.UniqueConstraint(fields=["poll", "text"], name="room_poll_options_differ")]

    def __str__(self) -> str:
        return self.text


class RoomBallot(models.Model):
    """A member has voted, once. It has no time and a random key; in an anonymous poll, no options either."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(RoomPoll, on_delete=models.CASCADE, related_name="ballots")
    member = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="room_ballots")
    options = models.ManyToManyField(RoomPollOption, blank=True, related_name="ballots")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "member"], name="one_room_ballot_each")]

    def __str__(self) -> str:
        return f"{self.member_id} voted in {self.poll_id}"
