"""What ORR is told of an edition: who came, by organisation, state and track, and what they thought of it. No names.

Small cells are hidden on the page and in its files alike (symposium/cells.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from meetings.attendance import attended_each
from meetings.charts import Chart, columns_of
from meetings.reports import state_of
from meetings.sheets import Rows
from members.models import Organisation
from symposium.cells import FEWEST_ORGANISATIONS, FEWEST_PEOPLE, hidden
from symposium.evaluations import Result, results_of
from symposium.models import Edition
from symposium.standing import held

NO_TRACK, NO_ORGANISATION = "No track", "No organisation"


@dataclass
class Count:
    """People, their minutes and their organisations, of something that has a name."""

    name: str
    people: set[UUID] = field(default_factory=set)
    organisations: set[UUID] = field(default_factory=set)
    minutes: int = 0
    sessions: int = 0
    session_minutes: int = 0

    @property
    def hours(self) -> float:
        return round(self.session_minutes / 60, 1)


@dataclass
class Line:
    """A count as it may be told: None for what is hidden."""

    name: str
    people: int | None
    organisations: int | None
    hours_attended: float | None
    of: Count

    def cells(self) -> list[str | int | float]:
        told = [self.people, self.organisations, self.hours_attended]
        return [self.name, *("hidden" if one is None else one for one in told)]


@dataclass
class Report:
    """Everything that the report of an edition says."""

    edition: Edition
    total: Line
    by_track: list[Line]
    by_state: list[Line]
    by_organisation: list[Line]
    results: list[Result]

    @property
    def hides(self) -> bool:
        return any(one.people is None for one in (*self.by_track, *self.by_state, *self.by_organisation))

    @property
    def tracks(self) -> Chart:
        """People by track, of those that are shown."""
        rows = [
            (one.name[:12], one.name, one.people, [str(one.of.hours)])
            for one in self.by_track
            if one.people is not None
        ]
        return columns_of("by-track", "People by track", ["Track", "People", "Hours held"], rows)

    @property
    def states(self) -> Chart:
        rows: list[tuple[str, str, int, list[str]]] = [
            (one.name, one.name, one.people, []) for one in self.by_state if one.people is not None
        ]
        return columns_of("by-state", "People by state", ["State", "People"], rows)

    def sheets(self) -> dict[str, Rows]:
        """For spreadsheets; what the page hides is hidden there."""
        return {
            "Totals": self._totals(),
            "Tracks": self._lines("Track", self.by_track),
            "States": self._lines("State", self.by_state),
            "Organisations": self._lines("Organisation", self.by_organisation),
            "Evaluations": self._evaluations(),
        }

    def _totals(self) -> Rows:
        yield ["What", "Number"]
        yield ["Sessions held", self.total.of.sessions]
        yield ["Hours held", self.total.of.hours]
        _, *told = self.total.cells()
        for what, number in zip(["People, each once", "Organisations", "Hours attended"], told, strict=True):
            yield [what, number]

    def _lines(self, of: str, lines: list[Line]) -> Rows:
        yield [of, "People, each once", "Organisations", "Hours attended", "Sessions held", "Hours held"]
        for one in lines:
            yield [*one.cells(), one.of.sessions, one.of.hours]

    def _evaluations(self) -> Rows:
        yield ["Of", "People", "Statement", "Mean, of 1 to 5"]
        for result in self.results:
            for statement in result.statements:
                yield [result.name, result.people, statement.text, statement.mean]


def report_on(edition: Edition) -> Report:
    """Of the sessions that are over. A fixed number of queries."""
    sessions = [(one, one.meeting) for one in held(edition) if one.meeting]
    there = attended_each([meeting for _, meeting in sessions])
    total = Count(str(edition))
    tracks: dict[str, Count] = {}
    states: dict[str, Count] = {}
    organisations: dict[str, Count] = {}
    for session, meeting in sessions:
        track = _of(tracks, str(session.track or NO_TRACK))
        for count in (total, track):
            count.sessions += 1
            count.session_minutes += meeting.minutes
        for one in there[meeting.pk]:
            state = _of(states, state_of(one.organisation))
            organisation = _of(organisations, str(one.organisation or NO_ORGANISATION))
            for count in (total, track, state, organisation):
                _add(count, one.member.pk, one.organisation, one.minutes)
    return Report(
        edition,
        _told([total])[0],
        _told(tracks.values()),
        _told(states.values()),
        _told(organisations.values(), FEWEST_PEOPLE),
        [one for one in results_of(edition) if one.is_shown],
    )


def _of(counts: dict[str, Count], name: str) -> Count:
    return counts.setdefault(name, Count(name))


def _add(count: Count, person: UUID, organisation: Organisation | None, minutes: int) -> None:
    count.people.add(person)
    count.minutes += minutes
    if organisation:
        count.organisations.add(organisation.pk)


def _told(counts: Iterable[Count], *limits: int) -> list[Line]:
    """By name. Where a cell is hidden, so is all that its people did."""
    counts = sorted(counts, key=lambda one: one.name)
    fewest = limits or (FEWEST_PEOPLE, FEWEST_ORGANISATIONS)
    away = hidden([(len(one.people), len(one.organisations))[: len(fewest)] for one in counts], fewest)
    return [
        Line(one.name, None, None, None, one)
        if at in away
        else Line(one.name, len(one.people), len(one.organisations), round(one.minutes / 60, 1), one)
        for at, one in enumerate(counts)
    ]
