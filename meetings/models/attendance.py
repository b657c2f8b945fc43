"""Who was there, and for how long."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from meetings.models.imports import Participant
from meetings.models.series import Meeting
from members.models import Organisation

MEMBER = settings.AUTH_USER_MODEL
BREAK = timedelta(seconds=150)  # unseen for so long, one was away: pages tell of themselves each minute


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def here_now(self) -> "AttendanceQuerySet":
        """Of those whose page this site has seen within 150 s."""
        return self.filter(source=Attendance.Source.HERE, until_at__gte=now() - BREAK)


class Attendance(models.Model):
    """A member was there from one moment to another, without a break. Several overlap where they had several tabs.

    What an imported report says of somebody is here from the start; it gets its member once they are matched.
    """

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
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="stays", help_text="Of an import."
    )
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "attendance"
        indexes = [models.Index(fields=["meeting", "member", "until_at"], name="attendance_of_a_meeting")]
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gte=F("from_at")), name="attendance_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(source="import", participant__isnull=False) | ~Q(source="import") & Q(participant=None),
                name="attendance_imported_of_a_participant",
            ),
            models.UniqueConstraint(fields=["participant", "from_at", "until_at"], name="one_row_of_a_report"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.meeting_id}"
