"""How the jobs are doing."""

from django.db import models


class JobState(models.Model):
    """When a job last ran, and since when it fails. For whoever operates it; jobs never read it."""

    name = models.CharField(max_length=100, primary_key=True)
    ran_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    failing_since = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=100, blank=True, help_text="The class of the last error.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
