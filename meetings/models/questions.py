"""What is asked at meetings, before them and while they are held, who wants to know it too, and what is answered."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Q, When
from django.urls import reverse
from django.utils import timezone

from meetings.models.series import Meeting

MEMBER = settings.AUTH_USER_MODEL


class QuestionQuerySet(models.QuerySet["Question"]):
    def standing(self) -> "QuestionQuerySet":
        """Those that everybody reads who sees the meeting."""
        return self.filter(let_in_at__isnull=False, refused_at=None, merged_into=None)

    def waiting(self) -> "QuestionQuerySet":
        """Those that wait for a convener, the first first."""
        return self.filter(let_in_at=None, refused_at=None).order_by("asked_at", "pk")

    def asked_by(self, member: Any) -> "QuestionQuerySet":
        """A member's own, with their name or without."""
        return self.filter(Q(asker=member) | Q(unnamed_asker__member=member))

    def answered(self) -> "QuestionQuerySet":
        return self.standing().filter(answered_at__isnull=False)

    def left(self) -> "QuestionQuerySet":
        """Those that nobody answered, nor promised to answer in writing."""
        return self.standing().filter(answered_at=None).exclude(state=Question.State.IN_WRITING)

    def published(self) -> "QuestionQuerySet":
        """The answered ones of meetings whose answers are published."""
        return self.answered().filter(meeting__answers_published_at__isnull=False)

    def shown(self) -> "QuestionQuerySet":
        """With all that the partial of a question asks for, in one query."""
        state = Question.State
        place = Case(
            When(state=state.ANSWERING, then=0),
            When(answered_at__isnull=False, then=4),
            When(state=state.NEW, then=1),
            When(state=state.IN_WRITING, then=2),
            default=3,
        )
        return self.select_related("asker", "answered_by").annotate(vote_count=Count("votes"), place=place)

    def in_order(self) -> "QuestionQuerySet":
        """Of shown(): what is being answered, then the open ones by votes, then what waits, then what is answered."""
        return self.order_by("place", "-vote_count", "asked_at", "pk")


class Question(models.Model):
    """What somebody asks at a meeting, once. Merged into another, it lives on there with its votes."""

    class State(models.TextChoices):
        NEW = "new", "Open"
        ANSWERING = "answering", "Being answered"
        LIVE = "live", "Answered live"
        IN_WRITING = "in_writing", "To be answered in writing"
        PARKED = "parked", "Parked"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="questions")
    text = models.CharField(max_length=600)
    asker = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="questions")
    unnamed = models.BooleanField(default=False, help_text="Asked without a name: it has no asker, see UnnamedAsker.")
    client_id = models.UUIDField(help_text="Made by the asker's page: the same again is the same question.")
    asked_at = models.DateTimeField(default=timezone.now)
    let_in_at = models.DateTimeField(null=True, blank=True, help_text="Since when others read it. None: it waits.")
    refused_at = models.DateTimeField(null=True, blank=True, help_text="When a convener took it away.")
    refused_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=280, blank=True, help_text="Why it was taken away, for its asker.")
    came_from = models.ForeignKey(
        Meeting,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The session in which it was asked, where the other took it over.",
    )
    state = models.CharField(max_length=12, choices=State, default=State.NEW)
    due_on = models.DateField(null=True, blank=True, help_text="By when it is to be answered in writing.")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="merged", help_text="Never a merged one."
    )
    answer = models.TextField(blank=True, help_text="As it was written.")
    answer_html = models.TextField(blank=True, help_text="The same, rendered when it was written.")
    answered_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="Live, or since the first written answer.")
    untold = models.BooleanField(default=False, help_text="Its votes changed, and the log does not say so yet.")

    vote_count: int  # set by shown()
    place: int

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["asker", "client_id"], name="one_question_per_client_id"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state="answering"), name="one_question_answered_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="question_asks_something"),
            models.CheckConstraint(condition=Q(unnamed=False) | Q(asker=None), name="unnamed_question_has_no_asker"),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answered_at__isnull=False), name="what_has_an_answer_is_answered"
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(state="in_writing"), name="due_only_what_is_answered_in_writing"
            ),
        ]
        indexes = [models.Index(fields=["meeting"], condition=Q(untold=True), name="questions_with_untold_votes")]

    def __str__(self) -> str:
        return f"Question {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{reverse('meetings:answers', args=[self.meeting_id])}#question-{self.pk}"

    @property
    def by(self) -> str:
        """Who asked, as everybody may read it."""
        if self.unnamed:
            return "A member"
        return self.asker.name if self.asker else "A former member"

    @property
    def stands(self) -> bool:
        return bool(self.let_in_at and not self.refused_at and not self.merged_into_id)

    @property
    def waits(self) -> bool:
        return not self.let_in_at and not self.refused_at

    @property
    def standing_in_words(self) -> str:
        """Where it stands: "Open", "Answered in writing"."""
        if self.answer and self.state != self.State.LIVE:
            return "Answered in writing"
        return self.get_state_display()


class UnnamedAsker(models.Model):
    """Whose question it is that stands there without a name. No page, log or trail tells; its asker's own verbs ask.

    Somebody with the database can read it here.
    """

    question = models.OneToOneField(Question, on_delete=models.CASCADE, primary_key=True, related_name="unnamed_asker")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    client_id = models.UUIDField(help_text="The one that its page made: the question has another.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "client_id"], name="one_unnamed_question_per_client_id")
        ]

    def __str__(self) -> str:
        return f"Who asked {self.question_id}"


class QuestionVote(models.Model):
    """A member wants to know it too. One each; nobody is told whose they are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="question_votes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "member"], name="one_vote_on_a_question_each")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.question_id}"
