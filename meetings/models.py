"""Series of meetings, their dates, and what became of each."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from access import may
from meetings.wall import as_instant, as_recurrence_id
from members.eligibility import eligibility
from members.models import Organisation
from spaces.models import Space

MEMBER = settings.AUTH_USER_MODEL


class MeetingSeries(models.Model):
    """Meetings that belong together: once, or again and again by the wall clock of one zone."""

    class Audience(models.TextChoices):
        ELIGIBLE = "eligible", "All eligible members"
        ORGANISATIONS = "organisations", "Chosen organisations"
        SPACE = "space", "A group"

    class Pattern(models.TextChoices):
        ONCE = "once", "Once"
        WEEKLY = "weekly", "Every so many weeks"
        NTH_WEEKDAY = "nth_weekday", "Each month, on the same weekday of the month"
        LAST_WEEKDAY = "last_weekday", "Each month, on its last such weekday"
        MONTH_DAY = "month_day", "Each month, on the same day of the month"
        BY_HAND = "by_hand", "On dates that I pick"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=4000)
    audience = models.CharField(max_length=20, choices=Audience)
    space = models.ForeignKey(Space, null=True, blank=True, on_delete=models.CASCADE, related_name="meeting_series")
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="+")
    zone = models.CharField(max_length=64, help_text="An IANA name: the wall clock that the times are of.")
    first_on = models.DateField()
    begins_at = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    pattern = models.CharField(max_length=20, choices=Pattern)
    every = models.PositiveSmallIntegerField(default=1, help_text="Weeks from one to the next.")
    picked = models.JSONField(default=list, blank=True, help_text="Dates picked by hand, YYYY-MM-DD, the first too.")
    last_on = models.DateField(null=True, blank=True, help_text="No meeting is later than this day. Included.")
    event = models.OneToOneField("schedule.Event", on_delete=models.PROTECT, related_name="series")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, help_text="For life: calendars know the series by it.")
    sequence = models.PositiveIntegerField(default=0, help_text="Rises with every change that calendars must hear of.")
    changed_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by")
    room_url = models.URLField(
        "video room",
        max_length=500,
        blank=True,
        help_text="Shown to who has come in, on this site alone: never in a letter or a calendar.",
    )
    written_until = models.DateField(help_text="Up to this day, included, each of its dates has its row.")

    class Meta:
        verbose_name_plural = "meeting series"
        ordering = ["title", "first_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience="space", space__isnull=False) | ~Q(audience="space") & Q(space=None),
                name="series_of_a_space_has_it",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=720), name="meeting_of_minutes_to_hours"),
            models.CheckConstraint(condition=Q(every__gte=1, every__lte=26), name="series_every_one_to_26_weeks"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def first_at(self) -> datetime:
        """The instant at which its first date begins."""
        return as_instant(datetime.combine(self.first_on, self.begins_at), self.tz)

    @property
    def repeats(self) -> bool:
        return self.pattern != self.Pattern.ONCE


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, member: Any) -> "MeetingQuerySet":
        """Those of the member's spaces, and what is for them by their eligibility on the day of the meeting.

        What was held before somebody's eligibility ended stays to be read as long as they may read at all.
        """
        others = Space.objects.of(member).exclude(kind=Space.Kind.INBOX)
        spaces = [space.pk for space in others if may(member, "space.read", space)]
        visible = Q(series__space__in=spaces)
        answer = eligibility(member, "meetings")
        if answer.may_read:
            invited = Q(series__audience=MeetingSeries.Audience.ELIGIBLE)
            if answer.organisation:
                invited |= Q(series__in=MeetingSeries.objects.filter(organisations=answer.organisation))
            else:  # by their role
                invited |= Q(series__audience=MeetingSeries.Audience.ORGANISATIONS)
            if not answer.may_write:
                invited &= Q(starts_at__lt=timezone.now())
            elif answer.changes_at:
                invited &= Q(starts_at__lt=answer.changes_at)
            visible |= invited
        return self.filter(visible)

    def on(self) -> "MeetingQuerySet":
        return self.filter(cancelled_at=None)

    def between(self, start: datetime, end: datetime) -> "MeetingQuerySet":
        """Those that are going on at some time of it."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def upcoming(self) -> "MeetingQuerySet":
        """Not over yet."""
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")

    def over(self) -> "MeetingQuerySet":
        return self.filter(ends_at__lte=timezone.now()).order_by("-starts_at", "pk")


class Meeting(models.Model):
    """One date of a series. What people do about it hangs here, wherever it is moved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(MeetingSeries, on_delete=models.PROTECT, related_name="meetings")
    recurrence_id = models.CharField(
        max_length=15, help_text="The wall time that the series gave it, as RFC 5545 writes one: 20260310T200000."
    )
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    left_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when its series does not come to this date any more."
    )
    sequence = models.PositiveIntegerField(default=0, help_text="The series' at the last change of this date.")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "recurrence_id"], name="one_meeting_per_date_of_a_series"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(cancelled_at__isnull=False), name="what_left_its_series_is_cancelled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series.title}, {self.starts_at:%F}"

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.pk])

    @property
    def wall(self) -> datetime:
        """When it starts by the clock of its series' zone, naive."""
        return self.starts_at.astimezone(self.series.tz).replace(tzinfo=None)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def planned(self) -> datetime:
        """The wall time that the series gave it, naive."""
        return datetime.strptime(self.recurrence_id, "%Y%m%dT%H%M%S")

    @property
    def is_moved(self) -> bool:
        return self.starts_at != as_instant(self.planned, self.series.tz) or self.minutes != self.series.minutes

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    def put(self, wall: datetime, minutes: int) -> None:
        """At this wall time of its series' zone, for so long. Not saved."""
        self.starts_at = as_instant(wall, self.series.tz)
        self.ends_at = self.starts_at + timedelta(minutes=minutes)

    def plan(self, wall: datetime) -> None:
        """The series gives it this wall time from now on. Not saved."""
        self.recurrence_id = as_recurrence_id(wall)


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


class MeetingChangeQuerySet(models.QuerySet["MeetingChange"]):
    def of(self, meeting: Meeting) -> "MeetingChangeQuerySet":
        """What became of a meeting, and of its series as a whole, the latest first."""
        return self.filter(Q(meeting=meeting) | Q(meeting=None, series=meeting.series_id))


class MeetingChange(models.Model):
    """What became of a series or one of its dates, and what was said about it. The history, and what letters tell."""

    class What(models.TextChoices):
        PLANNED = "planned", "Planned"
        CHANGED = "changed", "Changed"
        MOVED = "moved", "Moved"
        CANCELLED = "cancelled", "Cancelled"
        RESTORED = "restored", "On again"
        ENDED = "ended", "Ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(MeetingSeries, on_delete=models.CASCADE, related_name="changes")
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.CASCADE, related_name="changes", help_text="None: all dates."
    )
    what = models.CharField(max_length=20, choices=What)
    message = models.TextField(blank=True, max_length=1000, help_text="To those whom it concerns.")
    before = models.DateTimeField(null=True, blank=True, help_text="When it was to start, where that changed.")
    after = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = MeetingChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%F}"


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


class TownMeeting(models.Model):
    """One Virtual Town Meeting, held as two sessions, A and B: each organisation comes to one of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first = models.OneToOneField(
        Meeting, on_delete=models.PROTECT, related_name="town_as_first", help_text="Session A."
    )
    second = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="town_as_second", help_text="B.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["first__starts_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(first=F("second")), name="two_sessions_are_two")]

    def __str__(self) -> str:
        return f"Town meeting of {self.first}"

    @property
    def sessions(self) -> dict[str, Meeting]:
        return {"A": self.first, "B": self.second}

    def letter_of(self, meeting_pk: uuid.UUID) -> str:
        return "A" if meeting_pk == self.first_id else "B"


class SessionChoice(models.Model):
    """Everyone of an organisation comes to this session of a town meeting."""

    town = models.ForeignKey(TownMeeting, on_delete=models.CASCADE, related_name="choices")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="+")
    chosen_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["town", "organisation"], name="one_session_an_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.meeting_id}"


class Responder(models.Model):
    """Who speaks for an organisation at a town meeting: one."""

    town = models.ForeignKey(TownMeeting, on_delete=models.CASCADE, related_name="responders")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    named_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["town", "organisation"], name="one_responder_an_organisation")]

    def __str__(self) -> str:
        return f"{self.member_id} for {self.organisation_id}"


class Attendance(models.Model):
    """A member was there from one moment to another, without a break. Several overlap where they had several tabs."""

    class Source(models.TextChoices):
        HERE = "here", "Seen by this site"
        IMPORT = "import", "From the video room's own report"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    member = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="attendance")
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Through which they came."
    )
    basis = models.JSONField(null=True, blank=True, help_text="What made them eligible then.")
    source = models.CharField(max_length=10, choices=Source, default=Source.HERE)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "attendance"
        indexes = [models.Index(fields=["meeting", "member", "until_at"], name="attendance_of_a_meeting")]
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gte=F("from_at")), name="attendance_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.meeting_id}"
