"""The call for proposals of an edition, and what is proposed."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from members.roles import is_staff
from symposium.models.editions import Edition, Format, Track
from symposium.models.sessions import Session

MEMBER = settings.AUTH_USER_MODEL
NOT_PROPOSED = (Format.Kind.KEYNOTE, Format.Kind.BREAK)  # staff ask for the one and plan the other


class CallForProposals(models.Model):
    """When sessions may be proposed for an edition, and what those who do are told and asked."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, primary_key=True, related_name="call")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    intro = models.TextField(blank=True, max_length=4000)
    blind = models.BooleanField(default=True, help_text="Reviewers are not told who proposes.")
    late_until = models.DateTimeField(null=True, blank=True, help_text="Until when the grace link lets one in.")
    late_hash = models.CharField(max_length=64, blank=True, help_text="Of the token in the grace link.")
    words_accepted = models.TextField(blank=True, max_length=2000)
    words_waitlisted = models.TextField(blank=True, max_length=2000)
    words_declined = models.TextField(blank=True, max_length=2000)

    class Meta:
        verbose_name_plural = "calls for proposals"
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="call_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(late_until=None, late_hash="") | Q(late_until__isnull=False) & ~Q(late_hash=""),
                name="grace_link_has_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"Call for {self.edition_id}"

    @property
    def is_open(self) -> bool:
        return self.opens_at <= timezone.now() < self.closes_at

    @property
    def is_over(self) -> bool:
        return self.closes_at <= timezone.now()

    @property
    def late_is_open(self) -> bool:
        return bool(self.late_until and timezone.now() < self.late_until)

    def is_open_to(self, member: Any) -> bool:
        """Whether this member may propose now: everybody until it closes, then who came by the grace link."""
        return self.is_open or (self.late_is_open and self.latecomers.filter(member=member).exists())


class Latecomer(models.Model):
    """A member who came by the grace link: for them the call closes later."""

    call = models.ForeignKey(CallForProposals, on_delete=models.CASCADE, related_name="latecomers")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    came_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "member"], name="a_latecomer_once")]

    def __str__(self) -> str:
        return f"{self.member_id} is late for {self.call_id}"


class CallQuestion(models.Model):
    """Something more that a call asks for."""

    class Kind(models.TextChoices):
        TEXT = "text", "Words"
        CHOICE = "choice", "One of several"
        YES_NO = "yes_no", "Yes or no"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(CallForProposals, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField("question", max_length=200)
    kind = models.CharField("how one answers", max_length=10, choices=Kind, default=Kind.TEXT)
    choices = models.TextField(blank=True, max_length=1000, help_text="One a line, where one is chosen.")
    required = models.BooleanField("an answer is needed", default=False)
    for_reviewers = models.BooleanField("reviewers read the answer", default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="call_question_asks_something"),
            models.CheckConstraint(
                condition=Q(kind="choice") & ~Q(choices="") | ~Q(kind="choice") & Q(choices=""),
                name="call_question_has_choices_to_choose_from",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def options(self) -> list[str]:
        return self.choices.splitlines()


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def of(self, member: Any) -> "ProposalQuerySet":
        """Those that the member proposed, and those that they said they present too."""
        return self.filter(Q(submitter=member) | Q(pk__in=CoPresenter.objects.accepted_by(member).values("proposal")))

    def visible_to(self, member: Any) -> "ProposalQuerySet":
        """Their own; and for staff those that were ever submitted. Reviewers read symposium.presenters.Shown."""
        own = self.of(member)
        return self.filter(Q(pk__in=own.values("pk")) | Q(submitted_at__isnull=False)) if is_staff(member) else own

    def submitted(self) -> "ProposalQuerySet":
        """Those that stand: sent in, and not withdrawn."""
        return self.filter(submitted_at__isnull=False, withdrawn_at=None)

    def to_tell(self) -> "ProposalQuerySet":
        """Those that were decided on, and whose people do not know yet."""
        return self.submitted().exclude(decision="").filter(told_at=None)


class Proposal(models.Model):
    """A session that a member proposes. Until it is submitted it is a draft, which only they read."""

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        WAITLISTED = "waitlisted", "Waitlisted"
        DECLINED = "declined", "Declined"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="proposals")
    submitter = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="proposals")
    title = models.CharField(max_length=120, blank=True)
    abstract = models.TextField(blank=True, max_length=4000)
    outline = models.TextField(blank=True, max_length=4000)
    track = models.ForeignKey(Track, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals")
    format = models.ForeignKey(Format, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals")
    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True, help_text="When its people got the letter.")
    feedback = models.TextField(blank=True, max_length=4000, help_text="What staff say to those who proposed it.")
    session = models.OneToOneField(
        Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposal", help_text="Once accepted."
    )

    presenters: Any  # of CoPresenter
    answers: Any  # of ProposalAnswer

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["edition", "submitted_at"], name="proposals_of_an_edition")]
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted_at=None)
                | Q(track__isnull=False, format__isnull=False) & ~Q(title="") & ~Q(abstract=""),
                name="what_is_submitted_says_what_it_is",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, told_at=None)
                | ~Q(decision="") & Q(decided_at__isnull=False, submitted_at__isnull=False),
                name="decided_is_what_was_submitted",
            ),
            models.CheckConstraint(condition=Q(session=None) | Q(decision="accepted"), name="accepted_has_a_session"),
        ]

    def __str__(self) -> str:
        return self.title or "A draft without a title"

    def get_absolute_url(self) -> str:
        return reverse("symposium:proposal", args=[self.edition.slug, self.pk])

    @property
    def is_draft(self) -> bool:
        return self.submitted_at is None and self.withdrawn_at is None

    @property
    def stands(self) -> bool:
        return self.submitted_at is not None and self.withdrawn_at is None

    @property
    def state(self) -> str:
        """Where it stands, as staff see it."""
        if self.withdrawn_at:
            return "Withdrawn"
        return self.get_decision_display() or ("Submitted" if self.submitted_at else "Draft")

    @property
    def state_told(self) -> str:
        """Where it stands, as its people may know it."""
        return self.state if self.told_at or self.withdrawn_at or not self.decision else "Submitted"


class CoPresenterQuerySet(models.QuerySet["CoPresenter"]):
    def accepted_by(self, member: Any) -> "CoPresenterQuerySet":
        return self.filter(member=member, accepted_at__isnull=False)


class CoPresenter(models.Model):
    """Somebody invited to present with the one who proposes. Their link works once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="presenters")
    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField(default=timezone.now)
    member = models.ForeignKey(
        MEMBER, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="Who accepted."
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    objects = CoPresenterQuerySet.as_manager()

    class Meta:
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), "proposal", name="one_invitation_to_present"),
            models.UniqueConstraint(fields=["proposal", "member"], name="a_co_presenter_once"),
            models.CheckConstraint(
                condition=Q(member=None, accepted_at=None)
                | Q(member__isnull=False, accepted_at__isnull=False, declined_at=None),
                name="who_accepted_is_a_member",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk} to present"

    @property
    def answered_at(self) -> datetime | None:
        return self.accepted_at or self.declined_at


class ProposalAnswer(models.Model):
    """What a proposal says to one of the call's questions."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(CallQuestion, on_delete=models.CASCADE, related_name="answers")
    text = models.TextField(max_length=2000)

    class Meta:
        ordering = ["question__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "question"], name="one_answer_to_a_call_question")]

    def __str__(self) -> str:
        return f"Answer of {self.proposal_id}"
