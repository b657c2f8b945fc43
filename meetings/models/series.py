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

from meetings.wall import as_instant, as_recurrence_id
from members.eligibility import eligibility
from members.models import Organisation
from spaces.access import readable_spaces
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
    built_in_room = models.BooleanField(
        default=False, db_default=False, help_text="The video room is one of the site's own Jitsi, and has no address."
    )
    captions_url = models.URLField(
        "captions",
        max_length=500,
        blank=True,
        db_default="",
        help_text="Where what is said is written along (CART). Kept to oneself as the video room is.",
    )
    by_choice = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether only who chose it finds it among their meetings: one of many beside each other.",
    )
    chairs: Any = models.ManyToManyField(MEMBER, blank=True, related_name="+", help_text="They convene it too.")
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
            models.CheckConstraint(condition=Q(built_in_room=False) | Q(room_url=""), name="series_has_one_video_room"),
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
    def has_video(self) -> bool:
        return bool(settings.JITSI_URL if self.built_in_room else self.room_url)

    @property
    def repeats(self) -> bool:
        return self.pattern != self.Pattern.ONCE


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, member: Any) -> "MeetingQuerySet":
        """Those of the member's spaces, and what is for them by their eligibility on the day of the meeting.

        What was held before somebody's eligibility ended stays to be read as long as they may read at all.
        """
        visible = Q(series__space__in=[space.pk for space in readable_spaces(member)])
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

    def of_concern_to(self, member: Any) -> "MeetingQuerySet":
        """Those that they see, without what one chooses and they did not."""
        chosen = member.rsvps.exclude(answer="no").exclude(meeting=None).values("meeting")
        return self.visible_to(member).filter(Q(series__by_choice=False) | Q(pk__in=chosen))

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
    room = models.OneToOneField(
        Space,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="meeting",
        help_text="Where it lives while it is held, with its log. There from the first time that somebody asks for it.",
    )
    questions_wait = models.BooleanField(
        default=False, db_default=False, help_text="Whether a convener looks at a question before others read it."
    )
    answers_published_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when what was answered is found by search, and has its page."
    )
    answers_told_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when those who came know that the answers are there."
    )
    left_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when its series does not come to this date any more."
    )
    sequence = models.PositiveIntegerField(default=0, help_text="The series' at the last change of this date.")
    changed_at = models.DateTimeField(default=timezone.now)

    agenda_items: list[Any]  # of AgendaItem, as are the next two, where an agenda is shown
    current_item: Any
    materials: Any  # of Material
    reactions_given: list[Any]  # where they are shown
    next_item: Any

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
        return datetime.fromisoformat(self.recurrence_id)

    @property
    def is_moved(self) -> bool:
        return self.starts_at != as_instant(self.planned, self.series.tz) or self.minutes != self.series.minutes

    @property
    def is_recorded(self) -> bool:
        """Whether it was said that it is. Fetched along with `recording`, without a query."""
        return hasattr(self, "recording")

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
        PAIRED = "paired", "Held in two sessions"
        PARTED = "parted", "No longer held in two sessions"

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
