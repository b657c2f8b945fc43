"""What reviewers of a proposal read of each other, by numbers; and what those who proposed it read of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from re import Pattern
from typing import Any

from symposium.models import Assignment, Proposal, ReviewNote
from symposium.presenters import pattern_of, without
from symposium.ranking import mean_of


@dataclass(frozen=True)
class Said:
    """Something that one of the reviewers said: "Reviewer 2", or "You"."""

    by: str
    text: str
    score: float | None = None
    at: Any = None


def others_of(assignment: Assignment, hidden: Pattern[str] | None) -> list[Said]:
    """What the other reviewers of the same proposal think of it. One may have guessed whose it is, and say so."""
    return [
        Said(_name(one, assignment, number), without(hidden, one.comment), mean_of(one.scores.all()))
        for number, one in enumerate(_all(assignment.proposal), 1)
        if one.done_at and one.pk != assignment.pk
    ]


def said_of(assignment: Assignment, hidden: Pattern[str] | None) -> list[Said]:
    """What was said about a proposal among its reviewers."""
    number = {one.pk: place for place, one in enumerate(_all(assignment.proposal), 1)}
    notes = ReviewNote.objects.filter(assignment__proposal=assignment.proposal_id).select_related("assignment")
    return [
        Said(_name(one.assignment, assignment, number[one.assignment_id]), without(hidden, one.text), at=one.written_at)
        for one in notes
    ]


def said_to_authors(proposal: Proposal) -> list[str]:
    """What reviewers say to those who proposed it: in no order that tells who, and without their own names."""
    reviews = list(_all(proposal).exclude(done_at=None).exclude(for_author="").select_related("reviewer__member"))
    hidden = pattern_of(_words_of(one.reviewer.member for one in _all(proposal).select_related("reviewer__member")))
    return sorted(without(hidden, one.for_author) for one in reviews)


def _all(proposal: Proposal) -> Any:
    """In an order of no meaning that stays."""
    return Assignment.objects.filter(proposal=proposal).order_by("pk").prefetch_related("scores__criterion")


def _name(one: Assignment, mine: Assignment, number: int) -> str:
    return "You" if one.pk == mine.pk else f"Reviewer {number}"


def _words_of(members: Iterable[Any]) -> list[str]:
    return [word for member in members for word in (member.name, member.email)]
