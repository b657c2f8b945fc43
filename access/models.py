"""How often something was done of late."""

from django.db import models


class Turns(models.Model):
    """What was taken of the turns of one name, in this period and in the one before it."""

    name = models.CharField(max_length=200, primary_key=True)
    period = models.BigIntegerField(help_text="Which one since 1970, of the length that the turns are counted in.")
    before = models.PositiveIntegerField(help_text="Taken in the period before.")
    taken = models.PositiveIntegerField(help_text="Taken in this one.")
    over_at = models.DateTimeField(db_index=True, help_text="From when on nothing depends on it.")

    class Meta:
        verbose_name_plural = "turns"

    def __str__(self) -> str:
        return f"{self.taken} of {self.name}"
