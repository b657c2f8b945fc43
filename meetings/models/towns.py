"""Town meetings: two sessions, each organisation in one of them, one responder for each."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from meetings.models.series import Meeting, MeetingSeries
from members.models import Organisation

MEMBER = settings.AUTH_USER_MODEL


class TownMeetingQuerySet(models.QuerySet["TownMeeting"]):
    def ahead(self, first: MeetingSeries, second: MeetingSeries) -> "TownMeetingQuerySet":
        """Those of these two series of which neither session has begun."""
        at = timezone.now()
        return self.filter(
            first__series=first, second__series=second, first__starts_at__gt=at, second__starts_at__gt=at
        )


class TownMeeting(models.Model):
    """One Virtual Town Meeting, held as two sessions, A and B: each organisation comes to one of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first = models.OneToOneField(
        Meeting, on_delete=models.PROTECT, related_name="town_as_first", help_text="Session A."
    )
    second = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="town_as_second", help_text="B.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = TownMeetingQuerySet.as_manager()

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

    def session_of(self, choice: "SessionChoice | None") -> Meeting:
        """Where an organisation comes that chose so; without a choice, the session that begins first."""
        if choice is None:
            return min(self.first, self.second, key=lambda one: one.starts_at)
        return self.first if choice.meeting_id == self.first_id else self.second

    def other_of(self, meeting_pk: uuid.UUID) -> tuple[str, Meeting]:
        """The session beside it, with its letter."""
        return ("B", self.second) if meeting_pk == self.first_id else ("A", self.first)


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
