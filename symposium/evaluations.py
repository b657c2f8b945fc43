"""What came of the evaluations: when they are closed, and where enough took part."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from meetings.sheets import Rows
from symposium.actions.evaluation import SCALE
from symposium.models import Edition, Questionnaire, Session

FEWEST = 5  # who evaluated; of fewer, one could guess who said what


@dataclass
class Statement:
    """What was asked, and how often each number of the scale was given."""

    text: str
    counts: list[int]

    @property
    def mean(self) -> float:
        return round(sum(value * count for value, count in zip(SCALE, self.counts, strict=True)) / sum(self.counts), 1)


@dataclass
class Result:
    """Of a session, or of the whole edition (None)."""

    session: Session | None
    people: int
    statements: list[Statement] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.session) if self.session else "The symposium as a whole"

    @property
    def is_shown(self) -> bool:
        return bool(self.statements)

    @property
    def said(self) -> str:
        """How many took part, where that tells of nobody."""
        return str(self.people) if self.people >= FEWEST else f"fewer than {FEWEST}"


def results_of(edition: Edition) -> list[Result]:
    """Of the whole and of each session that somebody evaluated. A fixed number of queries."""
    took_part: Counter[UUID | None] = Counter(edition.evaluated.values_list("session", flat=True))
    counts: dict[UUID | None, dict[tuple[int, int], int]] = defaultdict(dict)
    remarks: dict[UUID | None, list[str]] = defaultdict(list)
    asked = Questionnaire.objects.filter(edition=edition).first()
    questionnaire = asked if asked and asked.is_closed else None
    if questionnaire:
        for rating in edition.ratings.all():
            counts[rating.session_id][rating.statement, rating.value] = rating.counted
        for remark in edition.remarks.all():
            remarks[remark.session_id].append(remark.text)
    sessions = edition.sessions.filter(pk__in=[pk for pk in took_part if pk]).select_related("track")
    results = []
    for session in [None, *sessions.scheduled()]:
        pk = session.pk if session else None
        result = Result(session, took_part[pk])
        if questionnaire and result.people >= FEWEST:
            result.statements = [
                Statement(text, [counts[pk].get((number, value), 0) for value in SCALE])
                for number, text in enumerate(questionnaire.statements(session))
            ]
            result.remarks = remarks[pk]
        results.append(result)
    return results


def sheets(edition: Edition) -> dict[str, Rows]:
    """For spreadsheets: what the page shows, and nothing of what it hides."""
    results = results_of(edition)
    return {"Ratings": _ratings(results), "Remarks": _remarks(results)}


def _ratings(results: list[Result]) -> Rows:
    yield ["Of", "Track", "People", "Statement", *[str(value) for value in SCALE], "Mean"]
    for one in results:
        track = str(one.session.track or "") if one.session else ""
        for statement in one.statements:
            yield [one.name, track, one.people, statement.text, *statement.counts, statement.mean]
        if not one.is_shown:
            yield [one.name, track, one.said]


def _remarks(results: list[Result]) -> Iterator[list[str | int | float]]:
    yield ["Of", "Remark"]
    for one in results:
        for text in one.remarks:
            yield [one.name, text]
