"""The half-year report: who came to the meetings of the network, each counted once, and how many programmes came.

Sessions of groups are confidential, so they are a count and nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from meetings.asked import programmes_asked
from meetings.attendance import Attended, attended_each
from meetings.charts import Chart, columns_of, percent
from meetings.halves import Half
from meetings.models import Meeting, Participant
from meetings.reports import others_at, reach_by_state, state_of
from meetings.sheets import Rows
from members.models import Organisation

HOUR = timedelta(hours=1)


@dataclass
class Held:
    """A meeting, or a town meeting with its sessions, and who came."""

    sessions: list[Meeting]
    came: list[Attended] = field(default_factory=list)

    @property
    def meeting(self) -> Meeting:
        return self.sessions[0]

    @property
    def title(self) -> str:
        return self.meeting.series.title

    @property
    def people(self) -> set[UUID]:
        return {one.member.pk for one in self.came}

    @property
    def programmes(self) -> set[UUID]:
        return {one.organisation.pk for one in self.came if one.organisation}

    @property
    def time(self) -> timedelta:
        """Of all sessions."""
        return sum((one.ends_at - one.starts_at for one in self.sessions), timedelta())

    @property
    def hours(self) -> float:
        return _hours(self.time)

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.came)


@dataclass
class Came:
    """What somebody, or a programme, was at."""

    of: Any  # a Member or an Organisation
    is_asked: bool = False
    meetings: set[int] = field(default_factory=set)  # numbers of those held
    people: dict[UUID, "Came"] = field(default_factory=dict)  # a programme's
    programmes: dict[UUID, Organisation] = field(default_factory=dict)  # somebody's
    minutes: int = 0


@dataclass
class State:
    """The programmes of a state."""

    name: str
    asked: list[Came] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)

    @property
    def reached(self) -> list[Came]:
        return [one for one in self.asked if one.meetings]

    @property
    def reach(self) -> int:
        return percent(len(self.reached), len(self.asked))

    @property
    def people(self) -> list[Came]:
        """Each once."""
        return _by_name({pk: person for one in self.came for pk, person in one.people.items()}.values())


@dataclass
class HalfYear:
    """Everything that the report of a half-year says."""

    half: Half
    held: list[Held]
    people: list[Came]
    programmes: list[Came]  # all that came or were asked
    others: dict[str, int]
    group_sessions: int

    @property
    def sessions(self) -> int:
        return sum(len(one.sessions) for one in self.held)

    @property
    def hours(self) -> float:
        return _hours(sum((one.time for one in self.held), timedelta()))

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.held)

    @property
    def hours_attended(self) -> float:
        return _hours(timedelta(minutes=self.minutes))

    @property
    def came(self) -> list[Came]:
        return [one for one in self.programmes if one.meetings]

    @property
    def asked(self) -> list[Came]:
        return [one for one in self.programmes if one.is_asked]

    @property
    def reached(self) -> list[Came]:
        return [one for one in self.asked if one.meetings]

    @property
    def missed(self) -> list[Came]:
        """Those that the meetings were for and that came to none."""
        return [one for one in self.asked if not one.meetings]

    @property
    def reach(self) -> int:
        return percent(len(self.reached), len(self.asked))

    @property
    def guests(self) -> int:
        return self.others.get(Participant.Outcome.GUEST, 0)

    @property
    def waiting(self) -> int:
        return self.others.get(Participant.Outcome.WAITING, 0)

    @property
    def states(self) -> list[State]:
        states: dict[str, State] = {}
        for one in self.programmes:
            name = state_of(one.of)
            state = states.setdefault(name, State(name))
            if one.is_asked:
                state.asked.append(one)
            if one.meetings:
                state.came.append(one)
        return [states[name] for name in sorted(states)]

    @property
    def over_time(self) -> Chart:
        rows = []
        for one in self.held:
            here = timezone.localtime(one.meeting.starts_at)
            label, name = f"{here:%b} {here.day}", f"{one.title}, {here:%B} {here.day}, {here.year}"
            rows.append((label, name, len(one.people), [str(len(one.programmes))]))
        return columns_of("over-time", "People who came, over time", ["Meeting", "People", "Programmes"], rows)

    @property
    def by_state(self) -> Chart:
        return reach_by_state((one.name, len(one.reached), len(one.asked)) for one in self.states)

    def sheets(self) -> dict[str, Rows]:
        """For spreadsheets, the programmes first; nobody's name is in them."""
        return {
            "Programmes": self._of_programmes(),
            "Totals": self._of_totals(),
            "States": self._of_states(),
            "Meetings": self._of_meetings(),
        }

    def _of_programmes(self) -> Rows:
        yield ["Organisation", "State", "Eligible", "Meetings", "People", "Minutes"]
        for one in self.programmes:
            eligible = "yes" if one.is_asked else "no"
            yield [str(one.of), state_of(one.of), eligible, len(one.meetings), len(one.people), one.minutes]

    def _of_totals(self) -> Rows:
        yield ["What", "Number"]
        yield ["Meetings held", len(self.held)]
        yield ["Sessions held", self.sessions]
        yield ["Hours held", self.hours]
        yield ["People, each once", len(self.people)]
        yield ["Organisations that came", len(self.came)]
        yield ["Hours attended", self.hours_attended]
        yield ["Eligible programmes", len(self.asked)]
        yield ["Of these, came at least once", len(self.reached)]
        yield ["Reach in percent", self.reach]
        yield ["Guests who are no members", self.guests]
        yield ["Sessions of groups, not counted above", self.group_sessions]

    def _of_states(self) -> Rows:
        yield ["State", "Eligible programmes", "Came at least once", "Reach in percent", "People, each once"]
        for one in self.states:
            yield [one.name, len(one.asked), len(one.reached), one.reach, len(one.people)]

    def _of_meetings(self) -> Rows:
        yield ["Date", "Meeting", "Sessions", "Hours", "People", "Organisations", "Minutes"]
        for one in self.held:
            counts = [len(one.sessions), one.hours, len(one.people), len(one.programmes), one.minutes]
            yield [f"{one.meeting.wall:%Y-%m-%d}", one.title, *counts]


def half_year(half: Half) -> HalfYear:
    """What was held in a half-year and is over now. A fixed number of queries."""
    over = Meeting.objects.on().filter(starts_at__gte=half.start, starts_at__lt=half.end, ends_at__lte=timezone.now())
    network = over.filter(series__space=None).select_related("series", "town_as_first", "town_as_second")
    meetings = list(network.prefetch_related("series__organisations").order_by("starts_at", "pk"))
    held = _held(meetings)
    people: dict[UUID, Came] = {}
    programmes: dict[UUID, Came] = {}
    for organisation in set().union(*programmes_asked(meetings).values()):
        programmes[organisation.pk] = Came(organisation, is_asked=True)
    for number, one in enumerate(held):
        for attended in one.came:
            _count(attended, number, people, programmes)
    return HalfYear(
        half,
        held,
        _by_name(people.values()),
        _by_name(programmes.values()),
        others_at(meetings),
        over.exclude(series__space=None).count(),
    )


def _held(meetings: list[Meeting]) -> list[Held]:
    """By their time; the sessions of a town meeting are one."""
    there = attended_each(meetings)
    held: dict[UUID, Held] = {}
    for meeting in meetings:
        town = getattr(meeting, "town_as_first", None) or getattr(meeting, "town_as_second", None)
        one = held.setdefault(town.pk if town else meeting.pk, Held([]))
        one.sessions.append(meeting)
        one.came += there[meeting.pk]
    return list(held.values())


def _count(attended: Attended, number: int, people: dict[UUID, Came], programmes: dict[UUID, Came]) -> None:
    member, organisation = attended.member, attended.organisation
    person = people.setdefault(member.pk, Came(member))
    person.meetings.add(number)
    person.minutes += attended.minutes
    if organisation:
        person.programmes[organisation.pk] = organisation
        programme = programmes.setdefault(organisation.pk, Came(organisation))
        programme.meetings.add(number)
        programme.people[member.pk] = person
        programme.minutes += attended.minutes


def _by_name(found: Iterable[Came]) -> list[Came]:
    return sorted(found, key=lambda one: str(one.of))


def _hours(time: timedelta) -> float:
    return round(time / HOUR, 1)
