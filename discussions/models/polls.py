"""Polls: one question that is put to the readers of a thread."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, Prefetch, When
from django.utils import timezone

MEMBER = settings.AUTH_USER_MODEL


class PollQuerySet(models.QuerySet["Poll"]):
    def shown(self) -> "PollQuerySet":
        """With `voters`, how many have voted: all that everybody may see of it while it is open."""
        return self.annotate(voters=Count("ballots"))


class Poll(models.Model):
    """A question to the readers of a thread, with its answers. Who put it is not kept: the thread says who asked.

    Where it is anonymous, a ballot says that somebody voted, and the answers are only counted: no row, log, trail,
    export or frame links the two. What somebody with the database can still learn: who has voted; what they chose where
    all chose alike; and what one person chose, from the counts just before and just after their vote (two backups,
    PostgreSQL's write-ahead log, row versions that are not vacuumed yet, or the process itself while it counts; no page
    shows counts before it is closed). One statement writes all counts of a poll, so that the transaction in which a row
    changed last does not tell which grew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.OneToOneField("discussions.Thread", on_delete=models.CASCADE, related_name="poll")
    question = models.CharField(max_length=200)
    offered = models.TextField(blank=True, db_default="", help_text="Its answers in one line: it is found by them.")
    several = models.BooleanField(default=False, help_text="Whether one may choose more than one answer.")
    anonymous = models.BooleanField(default=False, help_text="Whether nobody learns who chose what.")
    closes_at = models.DateTimeField(null=True, blank=True, help_text="When it closes by itself.")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="From then on everybody sees the result.")
    created_at = models.DateTimeField(default=timezone.now)

    voters: int  # set by shown()

    objects = PollQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(question=""), name="poll_asks_something")]
        indexes = [models.Index(fields=["closes_at"], condition=models.Q(closed_at=None), name="open_polls")]

    def __str__(self) -> str:
        return self.question

    def count(self, answers: list["Answer"]) -> None:
        """Count a ballot without a name. Every row is written, also where it does not grow: see the class."""
        is_chosen = models.Q(pk__in=[answer.pk for answer in answers])
        more = Case(When(is_chosen, then=1), default=0, output_field=models.PositiveIntegerField())
        self.answers.update(counted=F("counted") + more)

    def results(self) -> list["Answer"]:
        """The answers in their order, each with `count` and `names`, who chose it: empty where it is anonymous."""
        ballots = Ballot.objects.select_related("member").order_by("member__name", "pk")
        answers = list(self.answers.prefetch_related(Prefetch("ballots", ballots)))
        for answer in answers:
            answer.names = [one.member.name if one.member else "A former member" for one in answer.ballots.all()]
            answer.count = answer.counted if self.anonymous else len(answer.names)
        return answers


class Answer(models.Model):
    """One of the answers that a poll offers."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=120)
    counted = models.PositiveIntegerField(default=0, help_text="How often it was chosen, where the poll is anonymous.")

    names: list[str]  # set by Poll.results()
    count: int

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "position"], name="one_answer_a_position"),
            models.UniqueConstraint(fields=["poll", "text"], name="answers_differ"),
        ]

    def __str__(self) -> str:
        return self.text


class Ballot(models.Model):
    """A member has voted, once. It has no time and a random key; in an anonymous poll, no answers either."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="ballots")
    member = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="ballots")
    answers = models.ManyToManyField(Answer, blank=True, related_name="ballots")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "member"], name="one_ballot_each")]

    def __str__(self) -> str:
        return f"{self.member_id} voted in {self.poll_id}"
