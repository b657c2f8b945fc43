"""How the proposals of an edition stand to each other after their reviews."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from symposium.models import Assignment, Edition, Proposal


@dataclass
class Ranked:
    """A proposal with what its reviews come to: a mean from 1 to 5, by the criteria's weights."""

    proposal: Proposal
    means: list[float] = field(default_factory=list)
    asked: int = 0
    rank: int | None = None
    tied: bool = False

    @property
    def score(self) -> float | None:
        return round(sum(self.means) / len(self.means), 2) if self.means else None

    @property
    def apart(self) -> float:
        """How far its reviewers are from each other."""
        return round(max(self.means) - min(self.means), 2) if self.means else 0.0


def ranking(edition: Edition) -> list[Ranked]:
    """All that stand, the best first; with the same score they have the same rank, and are tied. In three queries."""
    proposals = Proposal.objects.filter(edition=edition).submitted()
    lines = {one.pk: Ranked(one) for one in proposals.select_related("track", "format", "submitter")}
    for assignment in Assignment.objects.filter(proposal__in=list(lines)).prefetch_related("scores__criterion"):
        line = lines[assignment.proposal_id]
        line.asked += 1
        if assignment.done_at and (mean := mean_of(assignment.scores.all())) is not None:
            line.means.append(mean)
    found = sorted(
        lines.values(), key=lambda line: (line.score is None, -(line.score or 0), line.apart, line.proposal.title)
    )
    _number(found)
    return found


def mean_of(scores: Iterable[Any]) -> float | None:
    """What one reviewer's scores come to; None where there are none."""
    weighed = [(one.value, one.criterion.weight) for one in scores]
    weight = sum(weight for _, weight in weighed)
    return sum(value * weight for value, weight in weighed) / weight if weight else None


def _number(lines: list[Ranked]) -> None:
    alike: dict[float, list[Ranked]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        if line.score is not None:
            alike[line.score].append(line)
            line.rank = number + 1 - len(alike[line.score])
            line.tied = len(alike[line.score]) > 1
            alike[line.score][0].tied = line.tied


def reviewers_left(edition: Edition) -> dict[UUID, tuple[int, int]]:
    """Of each reviewer, how many they were asked to review, and how many of them they have."""
    found: dict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    standing = Proposal.objects.filter(edition=edition).submitted()
    for one in Assignment.objects.filter(proposal__in=standing).only("reviewer", "done_at"):
        asked, done = found[one.reviewer_id]
        found[one.reviewer_id] = (asked + 1, done + bool(one.done_at))
    return found
