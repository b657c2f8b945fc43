"""What the home page remembers."""

from django.conf import settings
from django.db import models


class FirstStep(models.Model):
    """A new member called one step of the first checklist fine as it is."""

    class Step(models.TextChoices):
        PROFILE = "profile"
        TIME_ZONE = "time_zone"
        NOTIFICATIONS = "notifications"
        SECOND_FACTOR = "second_factor"
        COVENANT = "covenant"

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=20, choices=Step)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "step"], name="one_first_step_each")]

    def __str__(self) -> str:
        return self.step
