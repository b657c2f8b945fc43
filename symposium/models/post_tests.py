"""What is asked of who watched the recording of a session, and how they answered."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from symposium.models.sessions import Session


class PostTest(models.Model):
    """A few questions about a session, each with answers of which one is right (docs/decisions/0155)."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, primary_key=True, related_name="post_test")
    questions = models.TextField(max_length=8000, help_text="As staff write them; `symposium.post_tests` reads them.")
    percent = models.PositiveSmallIntegerField("percent right, at least", default=80)
    attempts = models.PositiveSmallIntegerField("attempts", default=3, help_text="How often one may take it.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="post_test_passed_by_a_share"),
            models.CheckConstraint(condition=Q(attempts__gte=1, attempts__lte=10), name="post_test_taken_a_few_times"),
        ]

    def __str__(self) -> str:
        return f"Post-test of {self.session_id}"


class Attempt(models.Model):
    """Somebody took a post-test: how many answers were right. Which they gave is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    test = models.ForeignKey(PostTest, on_delete=models.CASCADE, related_name="taken")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField(help_text="Their first, their second …")
    right = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["test", "member", "number"], name="one_attempt_of_a_number_each"),
            models.CheckConstraint(condition=Q(right__lte=F("of")), name="no_more_right_than_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.right} of {self.of}"
