"""The only code that looks at affiliations, bases, dates and grace."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from members.models import Basis, EligibilityRule, Member, RoleGrant

OPEN, GRACE, CLOSED = "open", "grace", "closed"
BY_ROLE = {RoleGrant.Role.STAFF, RoleGrant.Role.ADMIN, RoleGrant.Role.PRIVACY_OFFICER, RoleGrant.Role.ORR_SPECIALIST}


@dataclass(frozen=True)
class Eligibility:
    """Whether a service is open to a member at an instant, on what basis, until when (inclusive), and if not, why."""

    state: str
    basis: Basis | None = None
    until: date | None = None
    why: str = ""

    @property
    def may_read(self) -> bool:
        return self.state in {OPEN, GRACE}

    @property
    def may_write(self) -> bool:
        return self.state == OPEN


def eligibility(member: Member, service: str, at: datetime | None = None) -> Eligibility:
    """Answer for one member, one service (EligibilityRule.Service) and one instant (aware; now if left out)."""
    at = at or timezone.now()
    if member.role_grants.filter(role__in=BY_ROLE, ended_at=None).exists():
        return Eligibility(OPEN)
    best = Eligibility(CLOSED, why="You are not linked to an organisation. Ask NCB staff to link your account.")
    rules = list(EligibilityRule.objects.filter(service=service))
    for affiliation in member.affiliations.select_related("organisation").prefetch_related("organisation__bases"):
        organisation = affiliation.organisation
        today = at.astimezone(ZoneInfo(organisation.time_zone)).date()
        if not affiliation.starts_on <= today or (affiliation.ends_on and affiliation.ends_on < today):
            continue
        answer = _of_organisation(organisation, service, today, rules)
        if [CLOSED, GRACE, OPEN].index(answer.state) >= [CLOSED, GRACE, OPEN].index(best.state):
            best = answer
    return best


def _of_organisation(organisation, service: str, today: date, rules: list[EligibilityRule]) -> Eligibility:
    opening = [
        basis
        for basis in organisation.bases.all()
        if any(
            rule.basis == basis.kind and rule.valid_from <= today and (rule.valid_to is None or today <= rule.valid_to)
            for rule in rules
        )
        and basis.starts_on <= today
    ]
    last = max(opening, key=lambda basis: basis.ends_on, default=None)
    label = EligibilityRule.Service(service).label
    if last is None:
        return Eligibility(CLOSED, why=f"{organisation} has no award or membership that opens {label}.")
    if today <= last.ends_on:
        return Eligibility(OPEN, last, last.ends_on)
    closes = last.ends_on + timedelta(days=settings.GRACE_DAYS)
    ended = f"{organisation}'s {last} ended on {last.ends_on:%d %B %Y}."
    if today <= closes:
        return Eligibility(GRACE, last, closes, f"{ended} You can read until {closes:%d %B %Y}, but not write.")
    return Eligibility(
        CLOSED, last, last.ends_on, f"{ended} Ask your organisation's contact to renew it with NCB staff."
    )
