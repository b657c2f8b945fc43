"""Who may register, and in which category."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format

from members.eligibility import look_up_facts, ways_in
from members.models import Affiliation, Member
from symposium.models import Category, Edition, RegistrationDesk, Session, Workshop, WorkshopPlace
from symposium.models.registration import ways_of


@dataclass(frozen=True)
class Able:
    """A colleague who could be registered, and as what."""

    member: Member
    category: Category


def why_not_register(desk: RegistrationDesk) -> str:
    """Why nobody can register now; empty where one can."""
    if desk.is_over:
        return "This symposium is over. The next one is announced under Symposium."
    if desk.has_closed:
        return "Registration is closed. Write to NCB staff if you need to come."
    if not desk.is_open:
        with timezone.override(desk.edition.zone):
            opens = date_format(timezone.localtime(desk.opens_at), "F j, Y, g:i a T")
        return f"Registration opens on {opens}. Come back then."
    return ""


def open_categories(member: Any, desk: RegistrationDesk) -> list[Category]:
    """Those in which they may register now."""
    ways = ways_of(member, desk)
    return [one for one in desk.categories.filter(closed_at=None) if one.pk in ways]


def colleagues_of(desk: RegistrationDesk, contact: Member) -> list[Able]:
    """Who of the organisations that somebody speaks for could be registered through them now, by name."""
    organisations = set(contact.contact_of())
    current = Affiliation.objects.current().filter(organisation__in=organisations)
    standing = desk.places.standing().values("member")
    people = Member.objects.filter(deactivated_at=None, affiliations__in=current).exclude(pk__in=standing)
    members, categories = list(people.distinct().order_by("name", "pk")), list(desk.categories.filter(closed_at=None))
    for member in members:
        member.ask_once()
    look_up_facts(members)
    able = []
    for member in members:
        ways = ways_in(member, "symposium")
        theirs = {
            way for way, answer in ways.items() if answer.organisation and answer.organisation.pk in organisations
        }
        able += [Able(member, one) for one in categories if one.opened_by in theirs][:1]
    return able


@dataclass(frozen=True)
class Line:
    """How a category stands."""

    category: Category
    confirmed: int
    offered: int
    waiting: int
    ended: int

    @property
    def left(self) -> int | None:
        seats = self.category.seats
        return None if seats is None else max(0, seats - self.confirmed - self.offered)


def counts_of(desk: RegistrationDesk) -> list[Line]:
    """By category. In two queries."""
    found = Counter(desk.places.order_by().values_list("category", "state"))
    return [
        Line(
            one,
            found[one.pk, "confirmed"],
            found[one.pk, "offered"],
            found[one.pk, "waitlisted"],
            found[one.pk, "cancelled"] + found[one.pk, "lapsed"],
        )
        for one in desk.categories.all()
    ]


@dataclass(frozen=True)
class WorkshopLine:
    """A session with seats, how many are left, and the reader's own place."""

    workshop: Workshop
    left: int
    waiting: int
    mine: WorkshopPlace | None
    number: int


def workshops_of(edition: Edition, member: Member) -> list[WorkshopLine]:
    """By time. In three queries, however many."""
    workshops = Workshop.objects.filter(session__edition=edition, session__cancelled_at=None)
    workshops = workshops.select_related("session__meeting").order_by("session__starts_at", "session__title")
    places = WorkshopPlace.objects.filter(of__in=workshops)
    taken = dict(places.taking().order_by().values_list("of").annotate(Count("pk")))
    line = defaultdict(list)
    for of, who in places.waiting().values_list("of", "member"):
        line[of].append(who)
    mine = {one.of_id: one for one in places.standing().filter(member=member)}
    return [
        WorkshopLine(
            one,
            max(0, (one.seats or 0) - taken.get(one.pk, 0)),
            len(line[one.pk]),
            mine.get(one.pk),
            line[one.pk].index(member.pk) + 1 if member.pk in line[one.pk] else 0,
        )
        for one in workshops
    ]


def needs_seat(session: Session) -> bool:
    """Whether one comes to it with a seat alone."""
    return Workshop.objects.filter(session=session).exists()
