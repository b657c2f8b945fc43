"""Whether somebody gets CE credit for a session: by a rule that is data, and in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum

from meetings.attendance import Interval, minutes_there
from meetings.templatetags.meeting_times import moment
from symposium.models import CreditRule
from symposium.post_tests import Grade

MINUTE = timedelta(minutes=1)
NOTHING = Decimal(0)
NOT_THERE = "You were not there."
Rounding = CreditRule.Rounding
STEPS = {Rounding.QUARTER: 15, Rounding.HALF: 30, Rounding.WHOLE: 60, Rounding.NEAREST: 15}  # minutes


class Outcome(StrEnum):
    GRANTED = "granted"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True)
class Credit:
    """What came of a session: hours of credit, or why there are none, in sentences to the learner."""

    outcome: Outcome
    minutes: int
    hours: Decimal = NOTHING
    reasons: tuple[str, ...] = ()

    @property
    def counted(self) -> Decimal:
        return self.hours if self.outcome == Outcome.GRANTED else NOTHING


def credit_for(
    rule: CreditRule, stays: Iterable[Interval], start: datetime, end: datetime, evaluated_at: datetime | None
) -> Credit:
    """What somebody gets who was there in these intervals of a session that is over. Parts of a minute do no harm."""
    there = stretches(stays, start, end)
    minutes, hours = minutes_there(there, start, end), NOTHING
    reasons = tuple(_against(rule, there, start, end))
    if not reasons:
        hours = hours_for(rule, minutes)
        reasons = (
            () if hours else (f"{_minutes(minutes)} are less than the smallest part of an hour that is credited.",)
        )
    if reasons:
        return Credit(Outcome.REFUSED, minutes, NOTHING, reasons)
    if why := _why_held(rule, end, evaluated_at):
        return Credit(Outcome.HELD, minutes, hours, (why,))
    return Credit(Outcome.GRANTED, minutes, hours)


def after_recording(rule: CreditRule, credit: Credit, test: Grade, length: int) -> Credit:
    """The same for who has taken the post-test of its recording, of a session of so many minutes."""
    hours = hours_for(rule, length)
    if not rule.post_test or credit.outcome != Outcome.REFUSED or not hours:
        return credit
    if test.has_passed:
        return Credit(Outcome.GRANTED, length, hours, (test.said,))
    if test.left:
        return Credit(Outcome.HELD, credit.minutes, hours, (*credit.reasons, test.said))
    return replace(credit, reasons=(*credit.reasons, test.said))


def hours_for(rule: CreditRule, minutes: int) -> Decimal:
    """Hours of credit for so many minutes."""
    if rule.hours_per_session is not None:
        return rule.hours_per_session
    step = STEPS[Rounding(rule.rounding)]
    how = ROUND_HALF_UP if rule.rounding == Rounding.NEAREST else ROUND_DOWN
    return (Decimal(minutes) / step).quantize(Decimal(1), rounding=how) * step / Decimal(60)


def stretches(stays: Iterable[Interval], start: datetime, end: datetime) -> list[Interval]:
    """When somebody was there, from start to end: in order, none touching another."""
    found: list[Interval] = []
    for begins, ends in sorted((max(begins, start), min(ends, end)) for begins, ends in stays):
        if ends <= begins:
            continue
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((begins, ends))
    return found


def _against(rule: CreditRule, there: list[Interval], start: datetime, end: datetime) -> Iterator[str]:
    if not there:
        yield NOT_THERE
        return
    late, early = (there[0][0] - start) // MINUTE, (end - there[-1][1]) // MINUTE
    gap = max(((after[0] - before[1]) // MINUTE for before, after in zip(there, there[1:], strict=False)), default=0)
    if rule.late_by is not None and late > rule.late_by:
        yield f"You came {_minutes(late)} late; the limit is {rule.late_by}."
    if rule.early_by is not None and early > rule.early_by:
        yield f"You left {_minutes(early)} early; the limit is {rule.early_by}."
    if rule.longest_gap is not None and gap > rule.longest_gap:
        yield f"You were away for {_minutes(gap)} at a stretch; the limit is {rule.longest_gap}."
    least, minutes = _least(rule, start, end), minutes_there(there, start, end)
    if minutes < least:
        yield f"You were there for {_minutes(minutes)}; it takes {least}."


def _least(rule: CreditRule, start: datetime, end: datetime) -> int:
    """Minutes; of a share, up to a whole one."""
    if rule.minimum_minutes is not None:
        return rule.minimum_minutes
    assert rule.minimum_percent is not None  # by a constraint
    return -(-((end - start) // MINUTE) * rule.minimum_percent // 100)


def _why_held(rule: CreditRule, end: datetime, evaluated_at: datetime | None) -> str:
    if rule.evaluation_within is None:
        return ""
    until = end + timedelta(hours=rule.evaluation_within)
    if evaluated_at is None:
        return f"Your evaluation is missing. It counts until {moment(until)}; after that, ask the organisers."
    if evaluated_at > until:
        return f"Your evaluation came after {moment(until)}, by when it was due. Ask the organisers."
    return ""


def _minutes(number: int) -> str:
    return f"{number} minute{'' if number == 1 else 's'}"
