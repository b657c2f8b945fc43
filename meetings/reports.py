"""The attendance report of a meeting: by organisation and session, and how many of the programmes it reached."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from meetings.asked import programmes_asked
from meetings.attendance import attended_each
from meetings.charts import Chart, columns_of, percent, shares_of
from meetings.models import Meeting, MeetingSeries, Participant, TownMeeting
from meetings.towns import Line, line_of, lines_of
from members.models import Organisation

SETTLES = timedelta(hours=24)  # until then, imports may change it
COLUMNS = ["Organisation", "Session", "Invited", "Registered", "Attended", "Minutes", "Responder"]
SHOWN = 12  # meetings of a chart
Outcome = Participant.Outcome


@dataclass
class Report:
    """What the lines of a meeting come to."""

    lines: list[Line]
    programmes: set[UUID]  # those whom the meeting is for
    others: dict[str, int]  # whom imported reports name who are no members, by Participant.Outcome
    is_settled: bool

    @property
    def is_provisional(self) -> bool:
        return not self.is_settled or bool(self.waiting)

    @property
    def organisations(self) -> list[Line]:
        return [line for line in self.lines if line.organisation and line.organisation.pk in self.programmes]

    @property
    def reached(self) -> list[Line]:
        return [line for line in self.organisations if line.attended]

    @property
    def reach(self) -> int:
        """Of the programmes that it was for, how many came, in percent."""
        return percent(len(self.reached), len(self.organisations))

    @property
    def people(self) -> int:
        return len({one.member.pk for line in self.lines for one in line.attended})

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def guests(self) -> int:
        return self.others.get(Outcome.GUEST, 0)

    @property
    def waiting(self) -> int:
        return self.others.get(Outcome.WAITING, 0)

    @property
    def unknown(self) -> int:
        return self.others.get(Outcome.UNKNOWN, 0)

    def rows(self) -> Iterator[list[str | int | float]]:
        """For a spreadsheet, the names of the columns first."""
        yield [*COLUMNS]
        for line in self.lines:
            counts = [len(line.invited), len(line.registered), len(line.attended), line.minutes]
            speaks = line.responder.member.name if line.responder else ""
            yield [line.name, line.session, *counts, speaks]


def report_on(meeting: Meeting, town: TownMeeting | None) -> Report:
    """Of a meeting, or of both sessions of a town meeting, by name. A fixed number of queries."""
    sessions = list(town.sessions.values()) if town else [meeting]
    lines = lines_of(meeting, town)
    programmes = _programmes(sessions[0], lines.values())
    for organisation in programmes:  # those without members here, too
        line_of(organisation, lines, town)
    there = attended_each(sessions)
    for session in sessions:
        for one in there[session.pk]:
            line_of(one.organisation, lines, town).attended.append(one)
    settles = max(session.ends_at for session in sessions) + SETTLES
    by_name = sorted(lines.values(), key=lambda line: (line.organisation is None, line.name))
    return Report(by_name, {one.pk for one in programmes}, others_at(sessions), timezone.now() >= settles)


def others_at(meetings: Iterable[Meeting]) -> dict[str, int]:
    """How many people the imported reports of these meetings name, by what was decided. In one query.

    Somebody whom two reports of a meeting name is one; of two meetings they are two, for nobody knows.
    """
    named = Participant.objects.filter(imported__meeting__in=[one.pk for one in meetings]).order_by()
    return dict(named.values_list("outcome").annotate(Count("key", distinct=True)))


def over_time(meeting: Meeting, town: TownMeeting | None) -> Chart:
    """How many people came to the last meetings of the series, or town meetings, up to this one."""
    held = _held_before(meeting, town)
    there = attended_each([session for sessions in held for session in sessions])
    rows = []
    for sessions in held:
        here = timezone.localtime(sessions[0].starts_at)
        came = [one for session in sessions for one in there[session.pk]]
        programmes = {one.organisation.pk for one in came if one.organisation}
        people = len({one.member.pk for one in came})
        rows.append((f"{here:%b} {here.day}", f"{here:%B} {here.day}, {here.year}", people, [str(len(programmes))]))
    return columns_of("over-time", "People who came, over time", ["Meeting", "People", "Programmes"], rows)


def by_state(report: Report) -> Chart:
    """Of the programmes of each state that the meeting was for, how many came."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in report.organisations:
        of_state = counts[state_of(line.organisation)]
        of_state[0] += bool(line.attended)
        of_state[1] += 1
    return reach_by_state((state, came, asked) for state, (came, asked) in sorted(counts.items()))


def reach_by_state(rows: Iterable[tuple[str, int, int]]) -> Chart:
    """The state, how many of its programmes came, and how many there are."""
    return shares_of("by-state", "Reach by state", ["State", "Came", "Programmes", "Reach"], rows)


def state_of(organisation: Organisation | None) -> str:
    return organisation.state if organisation and organisation.state else "No state"


def _programmes(meeting: Meeting, lines: Iterable[Line]) -> set[Organisation]:
    if meeting.series.space_id:
        return {line.organisation for line in lines if line.organisation and line.invited}
    return programmes_asked([meeting])[meeting.pk]


def _held_before(meeting: Meeting, town: TownMeeting | None) -> list[list[Meeting]]:
    """The sessions of each, the earliest first."""
    if town:
        towns = TownMeeting.objects.filter(first__series__in=_lineage(town.first.series))
        begun = towns.filter(first__starts_at__lte=min(town.first.starts_at, timezone.now()))
        held = [
            [one for one in both.sessions.values() if not one.cancelled_at]
            for both in begun.select_related("first", "second").order_by("-first__starts_at")[:SHOWN]
        ]
        return [sessions for sessions in reversed(held) if sessions]
    dates = Meeting.objects.on().filter(series__in=_lineage(meeting.series))
    past = dates.filter(starts_at__lte=min(meeting.starts_at, timezone.now()))
    return [[one] for one in reversed(past.order_by("-starts_at")[:SHOWN])]


def _lineage(series: MeetingSeries) -> list[UUID]:
    """The series, and those that it follows: a change ends one and begins another. In one query."""
    before = dict(MeetingSeries.objects.exclude(follows=None).values_list("pk", "follows"))
    found = [series.pk]
    while (earlier := before.get(found[-1])) and earlier not in found:
        found.append(earlier)
    return found
