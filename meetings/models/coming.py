"""Who says that they come, when they are reminded, and where their calendars ask."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from meetings.models.series import Meeting, MeetingSeries
from spaces.models import Space

MEMBER = settings.AUTH_USER_MODEL


class Answer(models.TextChoices):
    YES = "yes", "Yes"
    MAYBE = "maybe", "Maybe"
    NO = "no", "No"


class Rsvp(models.Model):
    """A member says whether they come: to one date, or to every date of a series for which they say nothing else."""

    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.CASCADE, related_name="rsvps")
    series = models.ForeignKey(MeetingSeries, null=True, blank=True, on_delete=models.CASCADE, related_name="rsvps")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="rsvps")
    answer = models.CharField(max_length=10, choices=Answer)
    note = models.CharField(max_length=280, blank=True, help_text="Read by those who convene the meeting.")
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = "RSVP", "RSVPs"
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting=None, series__isnull=False) | Q(meeting__isnull=False, series=None),
                name="rsvp_to_a_date_or_to_a_series",
            ),
            models.UniqueConstraint(fields=["meeting", "member"], name="one_rsvp_to_a_date"),
            models.UniqueConstraint(fields=["series", "member"], name="one_rsvp_to_a_series"),
        ]

    def __str__(self) -> str:
        return f"{self.answer} of {self.member_id}"


class CalendarAddress(models.Model):
    """Where a member's calendar fetches their meetings. It is shown once: only a hash of it is kept."""

    class Scope(models.TextChoices):
        ALL = "all", "All meetings that you see"
        TOWN = "town", "Town meetings"
        SPACE = "space", "One group"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="calendar_addresses")
    scope = models.CharField(max_length=10, choices=Scope)
    space = models.ForeignKey(Space, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    session_version = models.PositiveIntegerField(
        help_text="The member's when it was made: what ends sessions ends it."
    )
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True, help_text="When a calendar last asked.")
    hour_at = models.DateTimeField(null=True, blank=True, help_text="When the hour began in which its turns count.")
    turns = models.PositiveIntegerField(default=0, db_default=0, help_text="How often it was answered in that hour.")

    class Meta:
        verbose_name_plural = "calendar addresses"
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="space", space__isnull=False) | ~Q(scope="space") & Q(space=None),
                name="calendar_of_a_space_has_it",
            ),
            models.UniqueConstraint(fields=["member", "space"], name="one_calendar_of_a_space"),
            models.UniqueConstraint(
                fields=["member", "scope"], condition=Q(space=None), name="one_calendar_of_a_scope"
            ),
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.member_id}"


class Lead(models.TextChoices):
    """How long before a meeting one is reminded."""

    WEEK = "week", "A week before"
    DAY = "day", "A day before"
    HOUR = "hour", "An hour before"


class ReminderChoice(models.Model):
    """When a member wants to be reminded. Without a row: a day and an hour before."""

    USUAL = (Lead.DAY, Lead.HOUR)

    member = models.OneToOneField(MEMBER, on_delete=models.CASCADE, related_name="reminder_choice")
    leads = models.JSONField(default=list, help_text="Of Lead; empty for none.")

    def __str__(self) -> str:
        return f"Reminders of {self.member_id}"


class Reminder(models.Model):
    """That a member was reminded of a meeting, at the time that it had then: once."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="reminders")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    lead = models.CharField(max_length=10, choices=Lead)
    starts_at = models.DateTimeField(help_text="Moved since, it is reminded of again.")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "member", "lead", "starts_at"], name="reminded_once")]

    def __str__(self) -> str:
        return f"{self.lead} before {self.meeting_id}"
