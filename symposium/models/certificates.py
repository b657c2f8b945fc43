"""Certificates: of participation, and of CE credit for a profession."""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from symposium.models.editions import Edition

MEMBER = settings.AUTH_USER_MODEL
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another


def new_serial() -> str:
    """Twelve letters and numbers, 58 bits: nobody finds one by trying."""
    one = "".join(secrets.choice(LETTERS) for _ in range(12))
    return f"{one[:4]}-{one[4:8]}-{one[8:]}"


class CertificateTerms(models.Model):
    """What an edition's certificates say, and what one of participation takes."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, primary_key=True, related_name="terms")
    participation_minutes = models.PositiveSmallIntegerField(
        "minutes at least", default=60, help_text="Of all sessions together, for a certificate of participation."
    )
    held_as = models.CharField(
        "format", max_length=80, default="Live and online", help_text="How it was held, as it stands on certificates."
    )
    statement = models.TextField(
        "provider’s statement", max_length=1000, blank=True, help_text="On certificates of participation."
    )
    signed_by = models.CharField(max_length=120, help_text="Who stands for it: a name and an office.")

    def __str__(self) -> str:
        return f"Terms of {self.edition_id}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def valid(self) -> "CertificateQuerySet":
        return self.filter(revoked_at=None)

    def visible_to(self, member: Any) -> "CertificateQuerySet":
        """One's own."""
        return self.filter(member=member)


class Certificate(models.Model):
    """What somebody has in their hands, word for word: the PDF is drawn from this row, whatever changes later."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="certificates")
    member = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="certificates")
    profession = models.CharField(max_length=80, blank=True, help_text="Empty: a certificate of participation.")
    serial = models.CharField(max_length=14, unique=True, default=new_serial)
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    first_on = models.DateField()
    last_on = models.DateField()
    held_as = models.CharField(max_length=80)
    hours = models.DecimalField(max_digits=5, decimal_places=2)
    sessions = models.JSONField(help_text="Each its title, its day (YYYY-MM-DD), and its hours or minutes, as words.")
    statement = models.TextField(blank=True)
    acknowledgement = models.TextField(blank=True, help_text="The funder’s, as it read that day.")
    signed_by = models.CharField(max_length=120)
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=280, blank=True, help_text="Why it was revoked, for the learner.")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "member", "profession"],
                condition=Q(revoked_at=None),
                name="one_valid_certificate_each",
            ),
            models.CheckConstraint(condition=Q(revoked_at=None) | ~Q(reason=""), name="revoked_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"Certificate {self.serial}"

    @property
    def kind(self) -> str:
        return "Certificate of continuing education" if self.profession else "Certificate of participation"

    @property
    def verify_url(self) -> str:
        return settings.SITE_URL + reverse("symposium:verify", args=[self.serial])


class CertificateRun(models.Model):
    """All certificates of an edition at once, by the worker: how far it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="runs")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    people = models.PositiveIntegerField(help_text="Whoever was there at all.")
    done = models.PositiveIntegerField(default=0)
    last = models.UUIDField(null=True, blank=True, help_text="Whom of them it did last; it goes by their ids.")
    issued = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=Q(finished_at=None), name="one_run_of_certificates_at_a_time"
            ),
            models.CheckConstraint(condition=Q(done__lte=F("people")), name="run_does_no_more_than_there_are"),
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.people}"
