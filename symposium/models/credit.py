"""What it takes to get CE credit, and who wants it for which profession."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from symposium.models.editions import Edition, Format

MEMBER = settings.AUTH_USER_MODEL


class CreditRule(models.Model):
    """What a session takes to give continuing-education credit to a profession, as its board approved it."""

    class Rounding(models.TextChoices):
        QUARTER = "quarter", "Down to a quarter of an hour"
        HALF = "half", "Down to half an hour"
        WHOLE = "whole", "Down to a whole hour"
        NEAREST = "nearest", "To the nearest quarter of an hour"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="credit_rules")
    profession = models.CharField(max_length=80, help_text="For whom the credit is: “Social workers”.")
    formats = models.ManyToManyField(Format, related_name="+", help_text="Sessions of these give credit.")
    minimum_minutes = models.PositiveSmallIntegerField(
        "minutes at least", null=True, blank=True, help_text="That one is there. Or a share of the session, below."
    )
    minimum_percent = models.PositiveSmallIntegerField("percent at least", null=True, blank=True)
    late_by = models.PositiveSmallIntegerField(
        "minutes late at most", null=True, blank=True, help_text="Empty: coming late does not matter in itself."
    )
    early_by = models.PositiveSmallIntegerField(
        "minutes that one may leave early", null=True, blank=True, help_text="Empty: that does not matter in itself."
    )
    longest_gap = models.PositiveSmallIntegerField(
        "minutes away at a stretch, at most", null=True, blank=True, help_text="Empty: that does not matter in itself."
    )
    evaluation_within = models.PositiveSmallIntegerField(
        "hours for the evaluation",
        null=True,
        blank=True,
        help_text="After the end of the session, within which it is to be evaluated. Empty: it need not be.",
    )
    post_test = models.BooleanField(
        "a recording counts, too",
        default=False,
        db_default=False,
        help_text="Whoever watched it and passed the session’s post-test gets the credit of the whole session.",
    )
    hours_per_session = models.DecimalField(
        "hours for each session",
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Whoever passes gets so many. Empty: by the minutes that one was there.",
    )
    rounding = models.CharField(max_length=10, choices=Rounding, default=Rounding.QUARTER)
    statement = models.TextField(
        "provider’s statement",
        max_length=1000,
        help_text="Who approved the provider, under which number: as the board wants to read it on the certificate.",
    )

    class Meta:
        ordering = ["profession"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "profession"], name="one_credit_rule_for_a_profession"),
            models.CheckConstraint(
                condition=Q(minimum_minutes=None, minimum_percent__isnull=False)
                | Q(minimum_minutes__isnull=False, minimum_percent=None),
                name="credit_takes_minutes_or_a_share",
            ),
            models.CheckConstraint(
                condition=Q(minimum_percent=None) | Q(minimum_percent__gte=1, minimum_percent__lte=100),
                name="credit_takes_a_share_of_the_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.profession


class Learner(models.Model):
    """What somebody wants on their certificates of an edition; and their licence, for NCB staff alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="learners")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120, help_text="As it is to stand on the certificate.")
    rules = models.ManyToManyField(CreditRule, blank=True, related_name="learners")
    licence = models.CharField(max_length=80, blank=True, db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "member"], name="one_learner_of_an_edition")]

    def __str__(self) -> str:
        return self.name
