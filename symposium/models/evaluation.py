"""What those who were there think of it. Who evaluated is kept apart from what was said (docs/decisions/0135)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from symposium.models.editions import Edition
from symposium.models.sessions import Session

MEMBER = settings.AUTH_USER_MODEL
OF_SESSION = (
    "I learned what I came for.\nI can use it in my work.\nThe presenters knew their subject and said it clearly."
)
OVERALL = "The symposium was worth my time.\nI felt welcome and at ease.\nEverything worked, and I could take part."


class Questionnaire(models.Model):
    """What an edition asks of those who were there: statements, each with a scale from 1 to 5, and one free text."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, primary_key=True, related_name="questionnaire")
    of_session = models.TextField("of each session", max_length=1000, default=OF_SESSION, help_text="One a line.")
    overall = models.TextField("of the whole", max_length=1000, default=OVERALL, help_text="One a line.")
    closes_at = models.DateTimeField(help_text="Until then one may evaluate; from then on the results show.")

    def __str__(self) -> str:
        return f"Questionnaire of {self.edition_id}"

    @property
    def is_closed(self) -> bool:
        return self.closes_at <= timezone.now()

    def statements(self, session: Session | None) -> list[str]:
        text = self.of_session if session else self.overall
        return [line.strip() for line in text.splitlines() if line.strip()]


class Evaluated(models.Model):
    """A member has evaluated a session, or the whole edition: once, and when. Nothing of what they said."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="evaluated")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.CASCADE, related_name="evaluated")
    member = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="one_evaluation_of_a_session_each"),
            models.UniqueConstraint(
                fields=["edition", "member"], condition=Q(session=None), name="one_evaluation_of_an_edition_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} evaluated {self.session_id or self.edition_id}"


class Rating(models.Model):
    """How often a number of the scale was given to a statement."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="ratings")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.CASCADE, related_name="ratings")
    statement = models.PositiveSmallIntegerField(help_text="Its number in the questionnaire, from 0.")
    value = models.PositiveSmallIntegerField()
    counted = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["statement", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "statement", "value"], name="one_count_of_a_rating_of_a_session"
            ),
            models.UniqueConstraint(
                fields=["edition", "statement", "value"],
                condition=Q(session=None),
                name="one_count_of_a_rating_of_an_edition",
            ),
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=5), name="rating_from_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.statement}: {self.value} × {self.counted}"


class Remark(models.Model):
    """What somebody wrote beside their ratings. It has no author, no time, and a random key that orders it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="remarks")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.CASCADE, related_name="remarks")
    text = models.CharField(max_length=1000)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Remark {self.pk}"
