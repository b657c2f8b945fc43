"""The only code that looks at affiliations, bases, dates and grace."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from members.models import Affiliation, Basis, EligibilityRule, Member, Organisation, RoleGrant
from spaces.visits import foresee

OPEN, GRACE, CLOSED = "open", "grace", "closed"
Service = EligibilityRule.Service
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Eligibility:
    """Whether a service is open to a member at an instant, on what basis, until when, and why.

    `until` is the last day of this state, whole, in the organisation's zone; `changes_at` is the instant after it.
    """

    state: str
    basis: Basis | None = None
    until: date | None = None
    why: str = ""
    changes_at: datetime | None = None
    organisation: Organisation | None = None

    @property
    def may_read(self) -> bool:
        return self.state in {OPEN, GRACE}

    @property
    def may_write(self) -> bool:
        return self.state == OPEN

    def on_record(self) -> dict[str, str] | None:
        """The basis as it is now, for a record that must say the same when the basis changes later."""
        if self.basis is None or self.organisation is None:
            return None
        return {
            "basis": str(self.basis.pk),
            "organisation": self.organisation.name,
            "kind": self.basis.kind,
            "number": self.basis.number,
            "level": self.basis.level,
            "starts_on": self.basis.starts_on.isoformat(),
            "ends_on": self.basis.ends_on.isoformat(),
        }


@dataclass(frozen=True)
class Standing:
    """How a member stands overall, for the banner: what is closing or closed, and what to do."""

    state: str
    answers: dict[str, Eligibility] = field(default_factory=dict)

    @property
    def ending(self) -> list[tuple[str, Eligibility]]:
        """Services that are read-only now, or close within 60 days."""
        return [(Service(name).label, answer) for name, answer in self.answers.items() if self._ends_soon(answer)]

    @property
    def closed(self) -> list[tuple[str, Eligibility]]:
        return [(Service(name).label, answer) for name, answer in self.answers.items() if answer.state == CLOSED]

    @property
    def until(self) -> date | None:
        """The first day on which something closes."""
        return min((answer.until for _, answer in self.ending if answer.until), default=None)

    @property
    def said(self) -> list[str]:
        """Each sentence once, with the services it is about where it is not about all."""
        about: dict[str, list[str]] = {}
        for label, answer in [*self.ending, *self.closed]:
            about.setdefault(answer.why, []).append(label)
        return [
            why if len(labels) == len(self.answers) else f"{', '.join(labels)}: {why}" for why, labels in about.items()
        ]

    @staticmethod
    def _ends_soon(answer: Eligibility) -> bool:
        soon = answer.changes_at is not None and answer.changes_at - timezone.now() <= timedelta(days=60)
        return answer.state == GRACE or (answer.state == OPEN and soon)


def eligibility(member: Member, service: str, at: datetime | None = None) -> Eligibility:
    """Answer for one member, one service (EligibilityRule.Service) and one instant (aware; now if left out)."""
    return _answers(member, [service], _facts_of(member), at)[service]


def eligibilities(members: Iterable[Member], service: str, at: datetime | None = None) -> dict[UUID, Eligibility]:
    """The same for many members, in two queries."""
    members = list(members)
    facts = look_up_facts(members)
    return {member.pk: _answers(member, [service], facts[member.pk], at)[service] for member in members}


def ways_in(member: Member, service: str, at: datetime | None = None) -> dict[str, Eligibility]:
    """All that opens a service to a member now, by kind of basis or "role": an organisation may have both kinds."""
    facts, at = _facts_of(member), at or timezone.now()
    ways = {"role": _of_member(member, facts, service, at)} if facts.by_role else {}
    for kind in Basis.Kind.values:
        of_kind = [rule for rule in facts.rules if rule.basis == kind]
        ways[kind] = _of_member(member, replace(facts, rules=of_kind, by_role=False), service, at)
    return {name: answer for name, answer in ways.items() if answer.may_write}


@foresee
def look_up_facts(members: list[Member]) -> "dict[UUID, _Facts]":
    """What the answers about many rest on, in two queries: for a list, and for sockets that join at once."""
    facts = _facts(members)
    for member in members:
        member.once("facts", partial(facts.get, member.pk))
    return facts


def standings(members: Iterable[Member], at: datetime | None = None) -> dict[UUID, dict[str, Eligibility]]:
    """Every service for many members, in two queries."""
    members = list(members)
    facts = _facts(members)
    return {member.pk: _answers(member, Service.values, facts[member.pk], at) for member in members}


def standing(member: Member) -> Standing:
    """How the member stands now."""
    answers = _answers(member, Service.values, _facts_of(member), None)
    states = {answer.state for answer in answers.values()}
    return Standing(next(state for state in (OPEN, GRACE, CLOSED) if state in states), answers)


def eligible_members(service: str, at: datetime | None = None) -> QuerySet[Member]:
    """Everyone who may at least read this service, in a fixed number of queries."""
    answers = eligibilities(Member.objects.filter(deactivated_at=None), service, at)
    return Member.objects.filter(pk__in=[pk for pk, answer in answers.items() if answer.may_read])


def organisation_standings(
    organisations: Iterable[Organisation], at: datetime | None = None
) -> dict[UUID, Eligibility]:
    """How each organisation stands overall: the service that stays open longest. In two queries."""
    at, rules = at or timezone.now(), list(EligibilityRule.objects.all())
    organisations = list(organisations)
    bases: dict[UUID, list[Basis]] = {}
    for basis in Basis.objects.filter(organisation__in=organisations):
        bases.setdefault(basis.organisation_id, []).append(basis)

    def best(organisation: Organisation) -> Eligibility:
        own = bases.get(organisation.pk, [])
        return max((_of_organisation(organisation, own, rules, name, at) for name in Service.values), key=_rank)

    return {organisation.pk: best(organisation) for organisation in organisations}


def organisations_open(service: str, moments: Iterable[datetime]) -> dict[datetime, set[Organisation]]:
    """Those to which a service is open at each of these instants. In three queries, however many."""
    rules, organisations = list(EligibilityRule.objects.all()), Organisation.objects.prefetch_related("bases")
    asked = [(organisation, list(organisation.bases.all())) for organisation in organisations]
    return {
        at: {one for one, bases in asked if _of_organisation(one, bases, rules, service, at).may_write}
        for at in set(moments)
    }


def organisation_standing(organisation: Organisation, at: datetime | None = None) -> Eligibility:
    return organisation_standings([organisation], at)[organisation.pk]


@dataclass(frozen=True)
class _Window:
    """The days, both included, on which one basis opens one service under one rule."""

    basis: Basis
    first: date
    last: date


@dataclass(frozen=True)
class _Facts:
    """All that the answers about one member rest on."""

    rules: list[EligibilityRule]
    by_role: bool
    affiliations: dict[int, tuple[Affiliation, list[Basis]]] = field(default_factory=dict)


_AFFILIATION, _ORGANISATION, _BASIS = (
    [column.attname for column in model._meta.concrete_fields] for model in (Affiliation, Organisation, Basis)
)


def _facts_of(member: Member) -> _Facts:
    return member.once("facts", lambda: _facts([member])[member.pk])


def _facts(members: list[Member]) -> dict[UUID, _Facts]:
    """Rules; and roles, affiliations, organisations and bases in one query: this is asked on every page."""
    rules = list(EligibilityRule.objects.all())
    facts: dict[UUID, _Facts] = {}
    rows = _everybody().filter(pk__in=[member.pk for member in members])
    for pk, by_role, *values in rows:
        of_member = facts.setdefault(pk, _Facts(rules, by_role))
        own = _read(Affiliation, _AFFILIATION, values)
        organisation, basis = _read(Organisation, _ORGANISATION, values), _read(Basis, _BASIS, values)
        if own is None:
            continue
        own.organisation = organisation
        _, bases = of_member.affiliations.setdefault(own.pk, (own, []))
        if basis:
            bases.append(basis)
    nothing = _Facts(rules, by_role=False)
    return {member.pk: facts.get(member.pk, nothing) for member in members}


@cache
def _everybody() -> QuerySet[Member, Any]:
    """What `_facts` reads, the latest affiliation first. Put together once: that takes longer than to ask."""
    opens = RoleGrant.objects.filter(member=OuterRef("pk"), role__in=settings.ELIGIBLE_ROLES, ended_at=None)
    return Member.objects.order_by(F("affiliations__starts_on").desc()).values_list(
        "pk",
        Exists(opens),
        *[f"affiliations__{name}" for name in _AFFILIATION],
        *[f"affiliations__organisation__{name}" for name in _ORGANISATION],
        *[f"affiliations__organisation__bases__{name}" for name in _BASIS],
    )


def _read(model: Any, columns: list[str], values: list[Any]) -> Any:
    """Take the columns of one row of the model from the front of the values; None where there is no row."""
    own, values[:] = values[: len(columns)], values[len(columns) :]
    return None if own[columns.index("id")] is None else model.from_db(DEFAULT_DB_ALIAS, columns, own)


def _answers(member: Member, services: Iterable[str], facts: _Facts, at: datetime | None) -> dict[str, Eligibility]:
    return {service: _of_member(member, facts, service, at or timezone.now()) for service in services}


def _of_member(member: Member, facts: _Facts, service: str, at: datetime) -> Eligibility:
    if member.deactivated_at and member.deactivated_at <= at:
        return Eligibility(CLOSED, why="This account is deactivated. Write to NCB staff to have it opened again.")
    if facts.by_role:
        return Eligibility(OPEN, why="Open to you by your role.")
    return max(
        (
            _of_affiliation(affiliation, bases, facts.rules, service, at)
            for affiliation, bases in facts.affiliations.values()
        ),
        key=_rank,
        default=Eligibility(
            CLOSED, why="Your account is not linked to an organisation. Write to NCB staff to have it linked."
        ),
    )


def _of_affiliation(
    affiliation: Affiliation, bases: list[Basis], rules: list[EligibilityRule], service: str, at: datetime
) -> Eligibility:
    organisation = affiliation.organisation
    today = _day(organisation, at)
    if today < affiliation.starts_on:
        return Eligibility(
            CLOSED,
            why=f"You are linked to {organisation} from {_say(affiliation.starts_on)} on. It opens to you that day.",
        )
    over = affiliation.ends_on is not None and affiliation.ends_on < today
    if over or (affiliation.ended_at and affiliation.ended_at <= at):
        return Eligibility(
            CLOSED,
            why=f"You are no longer linked to {organisation}. If you still work there, ask its contact; "
            "if you work elsewhere now, write to NCB staff.",
        )
    answer = _of_organisation(organisation, bases, rules, service, at)
    if answer.until and affiliation.ends_on and affiliation.ends_on < answer.until:
        return Eligibility(
            answer.state,
            answer.basis,
            affiliation.ends_on,
            f"Your link to {organisation} ends after {_say(affiliation.ends_on)}. If that is wrong, ask its contact.",
            _midnight_after(organisation, affiliation.ends_on),
            organisation,
        )
    return answer


def _of_organisation(
    organisation: Organisation, bases: list[Basis], rules: list[EligibilityRule], service: str, at: datetime
) -> Eligibility:
    today = _day(organisation, at)
    windows = _windows([basis for basis in bases if not _was_ended(basis, at)], rules, service)
    now_open = [window for window in windows if window.first <= today <= window.last]
    if now_open:
        basis = max(now_open, key=lambda window: window.last).basis
        until = _unbroken_until(windows, today)
        why = f"Open to you through {organisation}'s {basis}, until {_say(until)}."
        if until - today < timedelta(days=60):
            why += " Ask your organisation's contact to renew it with NCB staff."
        return Eligibility(OPEN, basis, until, why, _midnight_after(organisation, until), organisation)
    again = min((window.first for window in windows if window.first > today), default=None)
    way_out = (
        f"It opens again on {_say(again)}." if again else "Ask your organisation's contact to renew it with NCB staff."
    )
    over = max((window for window in windows if window.last < today), key=lambda window: window.last, default=None)
    if over:
        ended = f"{organisation}'s {over.basis} opened this until {_say(over.last)}."
        closes = over.last + settings.GRACE_DAYS * DAY
        if today <= closes:
            why = f"{ended} You can read until {_say(closes)}, but not write. {way_out}"
            closes_at = _midnight_after(organisation, closes)
            return Eligibility(GRACE, over.basis, closes, why, closes_at, organisation)
        return Eligibility(CLOSED, over.basis, closes, f"{ended} {way_out}", organisation=organisation)
    by_staff = _windows([basis for basis in bases if _was_ended(basis, at)], rules, service)
    if by_staff:
        why = f"{organisation}'s {by_staff[-1].basis} was ended early by NCB staff. {way_out}"
        return Eligibility(CLOSED, by_staff[-1].basis, why=why, organisation=organisation)
    if again:
        return Eligibility(CLOSED, why=f"It opens to {organisation} on {_say(again)}.", organisation=organisation)
    why = f"{organisation} has no award or membership that opens this. {way_out}"
    return Eligibility(CLOSED, why=why, organisation=organisation)


def _windows(bases: list[Basis], rules: list[EligibilityRule], service: str) -> list[_Window]:
    """The days on which each basis opens the service, by first day; windows without a day are left out."""
    windows = [
        _Window(basis, max(basis.starts_on, rule.valid_from), min(basis.ends_on, rule.valid_to or basis.ends_on))
        for basis in bases
        for rule in rules
        if rule.service == service and rule.basis == basis.kind
    ]
    return sorted((window for window in windows if window.first <= window.last), key=lambda window: window.first)


def _unbroken_until(windows: list[_Window], today: date) -> date:
    """The last day before the first gap: a renewal that follows on the next day leaves none."""
    until = today
    for window in windows:
        if window.first <= until + DAY:
            until = max(until, window.last)
    return until


def _was_ended(basis: Basis, at: datetime) -> bool:
    return basis.ended_at is not None and basis.ended_at <= at


def _rank(answer: Eligibility) -> tuple[int, bool, date]:
    return [CLOSED, GRACE, OPEN].index(answer.state), answer.basis is not None, answer.until or date.min


def _day(organisation: Organisation, at: datetime) -> date:
    return at.astimezone(ZoneInfo(organisation.time_zone)).date()


def _midnight_after(organisation: Organisation, day: date) -> datetime:
    return datetime.combine(day + DAY, time(), ZoneInfo(organisation.time_zone)).astimezone(UTC)


def _say(day: date) -> str:
    return date_format(day, "F j, Y")
