"""Where people stand with an edition: when they were there, what they evaluated, and what credit that gives."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from meetings.attendance import Interval, minutes_there, time_there
from meetings.models import Attendance, Meeting
from members.models import Member
from symposium.credit import NOT_THERE, Credit, Outcome, after_recording, credit_for
from symposium.models import Attempt, CreditRule, Edition, Evaluated, Session, SessionQuerySet
from symposium.post_tests import Grade, graded


@dataclass
class Visit:
    """Somebody's time at a session that is over."""

    session: Session
    meeting: Meeting
    evaluated_at: datetime | None
    stays: list[Interval] = field(default_factory=list)

    @property
    def start(self) -> datetime:
        return self.meeting.starts_at

    @property
    def end(self) -> datetime:
        return self.meeting.ends_at

    @property
    def minutes(self) -> int:
        return minutes_there(self.stays, self.start, self.end)

    def is_beside(self, other: "Visit") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass
class Standing:
    """Somebody's visits to the sessions of an edition, the first first; and the post-tests that they took."""

    member: Member
    visits: list[Visit]
    tests: list[tuple[Visit, Grade]] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """Of all sessions: of two beside each other, each minute once."""
        if not self.visits:
            return 0
        stays = [(max(begins, one.start), min(ends, one.end)) for one in self.visits for begins, ends in one.stays]
        return minutes_there(stays, min(one.start for one in self.visits), max(one.end for one in self.visits))

    def credits(self, rule: CreditRule) -> list[tuple[Visit, Credit]]:
        """What each visit gives. Of sessions beside each other one counts: granted first, then the longest. A recording
        is watched at another time.
        """
        formats = {one.pk for one in rule.formats.all()}
        found = [
            (one, credit_for(rule, one.stays, one.start, one.end, one.evaluated_at))
            for one in self.visits
            if one.session.format_id in formats
        ]
        counted: list[Visit] = []
        earned: dict[UUID, Credit] = {}
        for visit, credit in sorted(found, key=lambda pair: (pair[1].outcome, -pair[1].hours, pair[0].start)):
            beside = next((one for one in counted if one.is_beside(visit)), None)
            if credit.outcome != Outcome.REFUSED and beside:
                why = f"You were at “{beside.session}” at the same time, and that counts."
                credit = replace(credit, outcome=Outcome.REFUSED, hours=Decimal(0), reasons=(why,))
            elif credit.outcome != Outcome.REFUSED:
                counted.append(visit)
            earned[visit.session.pk] = credit
        for visit, test in self.tests:
            if rule.post_test and visit.session.format_id in formats:
                live = earned.get(visit.session.pk)
                if live is None:
                    live = Credit(Outcome.REFUSED, 0, reasons=(NOT_THERE,))
                    found.append((visit, live))
                earned[visit.session.pk] = after_recording(rule, live, test, visit.meeting.minutes)
        return [(visit, earned[visit.session.pk]) for visit, _ in found]


def hours_of(earned: Iterable[tuple[Visit, Credit]]) -> Decimal:
    return sum((credit.counted for _, credit in earned), Decimal(0))


def standings(edition: Edition, members: Iterable[Member] | None = None) -> dict[UUID, Standing]:
    """Of everybody who was there for some time or took a post-test, or of these of them, by their ids. A fixed number
    of queries.
    """
    sessions = {one.meeting.pk: (one, one.meeting) for one in held(edition) if one.meeting}
    stays = Attendance.objects.filter(meeting__in=sessions, member__isnull=False).select_related("member")
    said = Evaluated.objects.filter(edition=edition, session__isnull=False)
    taken = Attempt.objects.filter(test__session__edition=edition).select_related("test", "member")
    if members is not None:
        stays, said = stays.filter(member__in=members), said.filter(member__in=members)
        taken = taken.filter(member__in=members)
    evaluated = {(one.session_id, one.member_id): one.at for one in said}
    found: dict[UUID, dict[UUID, Visit]] = {}
    people: dict[UUID, Member] = {}
    for row in stays:
        if row.member is None:
            continue
        session, meeting = sessions[row.meeting_id]
        people[row.member.pk] = row.member
        visits = found.setdefault(row.member.pk, {})
        visit = visits.setdefault(session.pk, Visit(session, meeting, evaluated.get((session.pk, row.member.pk))))
        visit.stays.append((row.from_at, row.until_at))
    there = {
        pk: [one for one in visits.values() if time_there(one.stays, one.start, one.end)]
        for pk, visits in found.items()
    }
    tests = _tests(taken, sessions.values(), people)
    return {
        pk: Standing(
            people[pk],
            sorted(there.get(pk, []), key=lambda one: (one.start, one.session.title)),
            tests.get(pk, []),
        )
        for pk in people
        if there.get(pk) or tests.get(pk)
    }


def _tests(
    taken: Iterable[Attempt], sessions: Iterable[tuple[Session, Meeting]], people: dict[UUID, Member]
) -> dict[UUID, list[tuple[Visit, Grade]]]:
    """How each did in the post-tests that they took; who took one is added to the people."""
    attempts: dict[tuple[UUID, UUID], list[Attempt]] = {}
    for one in taken:
        people[one.member.pk] = one.member
        attempts.setdefault((one.member.pk, one.test.pk), []).append(one)
    meetings = {session.pk: (session, meeting) for session, meeting in sessions}
    found: dict[UUID, list[tuple[Visit, Grade]]] = {}
    for (member, test), of_one in attempts.items():
        if test in meetings:
            grade = graded(of_one[0].test, of_one)
            found.setdefault(member, []).append((Visit(*meetings[test], None), grade))
    return found


def who_was_there(edition: Edition) -> QuerySet[Member]:
    """Everybody who was seen at a session of it, also for no whole minute, or took the test of its recording."""
    took = Attempt.objects.filter(test__session__edition=edition)
    there = Attendance.objects.filter(meeting__symposium_session__edition=edition, member__isnull=False)
    return Member.objects.filter(Q(pk__in=there.values("member")) | Q(pk__in=took.values("member")))


def held(edition: Edition) -> SessionQuerySet:
    """The sessions that are over and took place, the first first."""
    sessions = edition.sessions.on().filter(meeting__cancelled_at=None, meeting__ends_at__lte=now())
    return sessions.select_related("meeting", "format", "track").order_by("meeting__starts_at", "title")
