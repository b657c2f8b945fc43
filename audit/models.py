from django.db import models


class Entry(models.Model):
    """One thing that somebody did. Each row's hash covers the one before it, so none can change or vanish."""

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=80)
    actor = models.UUIDField(null=True, help_text="The member; empty where the system itself acted.")
    subject = models.CharField(max_length=120, help_text="Model and id, such as members.Basis:9f…")
    facts = models.JSONField(default=dict, help_text="Ids, dates and reasons; never what somebody wrote.")
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["subject"]),
            models.Index(fields=["actor"]),
            models.Index(fields=["verb"]),
            models.Index(fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.subject}"


class Head(models.Model):
    """The end of the chain: one row, locked by whoever appends."""

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")
    seal = models.CharField(max_length=64, default="", help_text="A keyed hash of this row.")

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"
