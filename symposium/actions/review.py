"""Reviewing proposals: who does, which they are given, and what they say."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from access import Refusal, insist_on_pace, may, require
from audit.trail import append
from members.models import Member
from symposium import letters
from symposium.balance import share_out
from symposium.models import (
    Assignment,
    Conflict,
    Criterion,
    Edition,
    Proposal,
    Reviewer,
    ReviewNote,
    ReviewPhase,
    Score,
)
from symposium.presenters import conflicts


@transaction.atomic
def add_phase(*, edition: Edition, by: Member, opens_at: datetime, closes_at: datetime, **said: Any) -> None:
    require(by, "edition.manage", edition)
    if closes_at <= opens_at:
        raise Refusal("It would close before it opens. Change one of the days.")
    ReviewPhase.objects.create(edition=edition, opens_at=opens_at, closes_at=closes_at, **said)


@transaction.atomic
def remove_phase(*, phase: ReviewPhase, by: Member) -> None:
    require(by, "edition.manage", phase.edition)
    phase.delete()


@transaction.atomic
def add_criterion(*, edition: Edition, by: Member, **said: Any) -> None:
    require(by, "edition.manage", edition)
    try:
        with transaction.atomic():
            Criterion.objects.create(edition=edition, position=edition.criteria.count(), **said)
    except IntegrityError as taken:
        raise Refusal(f"There is a criterion called {said['name']} already.") from taken


@transaction.atomic
def remove_criterion(*, criterion: Criterion, by: Member) -> None:
    """Take away one that nobody has scored by."""
    require(by, "edition.manage", criterion.edition)
    if criterion.scores.exists():
        raise Refusal("Somebody has scored by it. Taking it away would change what they said.")
    criterion.delete()


@transaction.atomic
def name_reviewer(*, edition: Edition, by: Member, member: Member) -> None:
    """Ask a member to review. Not NCB staff, who see who proposes what. Named already, nothing happens."""
    require(by, "edition.manage", edition)
    if may(member, "edition.manage", edition):
        raise Refusal("NCB staff see who proposes what, so they cannot review blind. Name somebody else.")
    _, new = Reviewer.objects.get_or_create(edition=edition, member=member, defaults={"named_by": by})
    if new:
        append("reviewer.named", subject=edition, by=by, facts={"member": member.pk})


@transaction.atomic
def unname_reviewer(*, reviewer: Reviewer, by: Member) -> None:
    """Let somebody go who has not reviewed anything yet. What they were given is shared out at the next time."""
    require(by, "edition.manage", reviewer.edition)
    if reviewer.assignments.exclude(done_at=None).exists():
        raise Refusal("They have reviewed proposals already, and what they said counts. They stay.")
    append("reviewer.unnamed", subject=reviewer.edition, by=by, facts={"member": reviewer.member_id})
    reviewer.delete()


@transaction.atomic
def assign(*, edition: Edition, by: Member, each: int) -> int:
    """Share the proposals out, so many reviews for each, as evenly as conflicts let it be. Reviews that are written
    stay where they are, and others where that is even enough; who is given more gets a letter. Gives how many are new.
    """
    require(by, "edition.manage", edition)
    Edition.objects.select_for_update(of=("self",), no_key=True).get(pk=edition.pk)
    reviewers = list(edition.reviewers.select_related("member", "edition").filter(member__deactivated_at=None))
    proposals = list(edition.proposals.submitted())
    if not reviewers or not proposals:
        raise Refusal("There is nothing to share out yet: it takes reviewers, and proposals that were submitted.")
    if not edition.criteria.exists():
        raise Refusal("Say first by which criteria proposals are scored.")
    there = {(one.reviewer_id, one.proposal_id): one for one in Assignment.objects.filter(proposal__in=proposals)}
    never = conflicts(reviewers, proposals)
    kept = {pair for pair, one in there.items() if one.done_at}
    who, what = [one.pk for one in reviewers], [one.pk for one in proposals]
    wanted = share_out(who, what, each, never=never.keys(), kept=kept, given=there.keys())
    Assignment.objects.filter(pk__in=[one.pk for pair, one in there.items() if pair not in wanted | kept]).delete()
    new = [pair for pair in wanted if pair not in there]
    Assignment.objects.bulk_create([Assignment(reviewer_id=pair[0], proposal_id=pair[1]) for pair in new])
    for reviewer in reviewers:
        if count := sum(pair[0] == reviewer.pk for pair in new):
            letters.ask_to_review(reviewer, count)
    append("review.assigned", subject=edition, by=by, facts={"each": each, "new": len(new)})
    return len(new)


@transaction.atomic
def review(*, assignment: Assignment, by: Member, scores: dict[UUID, int], comment: str, for_author: str) -> None:
    """Say what one thinks of a proposal: a score by each criterion, and words. Until the phase closes it is changed."""
    insist_on_phase(assignment)
    assignment = _own(assignment, by)
    for criterion, value in scores.items():
        Score.objects.update_or_create(assignment=assignment, criterion_id=criterion, defaults={"value": value})
    assignment.comment, assignment.for_author, assignment.done_at = comment, for_author, now()
    assignment.save(update_fields=["comment", "for_author", "done_at"])


@transaction.atomic
def step_aside(*, assignment: Assignment, by: Member) -> None:
    """Say that one should not review it. What one said of it is gone, and staff give it to somebody else."""
    assignment = _own(assignment, by)
    Conflict.objects.get_or_create(reviewer=assignment.reviewer, proposal=assignment.proposal)
    assignment.delete()


@transaction.atomic
def say_to_reviewers(*, assignment: Assignment, by: Member, text: str) -> ReviewNote:
    """Say something to the others who review it, once it is discussed."""
    insist_on_pace(by)
    phase = insist_on_phase(assignment)
    if phase.kind != ReviewPhase.Kind.TOGETHER:
        raise Refusal("Each reviews alone for now. You can discuss it in the next phase.")
    return ReviewNote.objects.create(assignment=_own(assignment, by), text=text)


def insist_on_phase(assignment: Assignment) -> ReviewPhase:
    phase = phase_now(assignment.reviewer.edition)
    if phase is None:
        raise Refusal("No phase of the review is open now. What is written stays as it is.")
    return phase


def phase_now(edition: Edition) -> ReviewPhase | None:
    """The one that is open; of two, the one that opened last."""
    moment = now()
    return edition.phases.filter(opens_at__lte=moment, closes_at__gt=moment).order_by("-opens_at").first()


def _own(assignment: Assignment, by: Member) -> Assignment:
    """Their own, of a proposal that stands and that they may still see."""
    found = Assignment.objects.select_for_update(of=("self",), no_key=True).filter(pk=assignment.pk)
    found = found.filter(reviewer__member=by, proposal__in=Proposal.objects.submitted())
    mine = found.select_related("reviewer__edition", "proposal").first()
    if mine is None or conflicts([mine.reviewer], [mine.proposal]):
        raise Refusal("This proposal is not yours to review any more.")
    return mine
