"""The programme as members read it: its last version, in an order, narrowed, with what they chose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Subquery
from django.urls import reverse

from access import may
from meetings.clocks import zone_name
from meetings.models import Answer, Rsvp
from members.models import Member
from symposium.models import Edition, Release, ReleasedSession, Workshop
from symposium.schedules import load_people

BY = {"day": "Day", "track": "Track", "room": "Room", "speaker": "Speaker"}
NARROWED = ("track", "format", "room")


@dataclass
class Listing:
    """What of a version is shown, in sections with their headings."""

    edition: Edition
    release: Release | None
    by: str
    zone: ZoneInfo
    other_zone: str  # the name of the one that can be chosen instead; empty where both are the same
    may_choose: bool
    words: str = ""
    narrowed: dict[str, str] = field(default_factory=dict)
    choices: list[tuple[str, list[Any]]] = field(default_factory=list)
    sections: list[tuple[str, list[ReleasedSession]]] = field(default_factory=list)
    count: int = 0
    clashing: int = 0

    @cached_property
    def url(self) -> str:
        return reverse("symposium:programme", args=[self.edition.slug])

    @cached_property
    def choose_url(self) -> str:
        return reverse("symposium:choose", args=[self.edition.slug])

    @cached_property
    def seats_url(self) -> str:
        return reverse("symposium:workshops", args=[self.edition.slug])

    @property
    def zone_name(self) -> str:
        return zone_name(self.zone.key)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.narrowed)

    @property
    def in_days(self) -> bool:
        return self.by == "day"


def listed(edition: Edition, member: Member, asked: Mapping[str, str], *, mine: bool = False) -> Listing:
    """What a member asks to see of the last version; `mine`: only what they chose. In two queries."""
    own, theirs = member.time_zone, edition.zone
    in_theirs = asked.get("zone") == "edition"
    slots = last_slots(edition, member)
    listing = Listing(
        edition=edition,
        release=slots[0].release if slots else None,
        by=asked.get("by", "") if asked.get("by") in BY else "day",
        zone=ZoneInfo(theirs if in_theirs else own),
        other_zone="" if own == theirs else zone_name(own if in_theirs else theirs),
        may_choose=takes_part(member, edition),
        words=asked.get("q", "").strip()[:100],
        narrowed={name: asked[name] for name in NARROWED if asked.get(name)},
    )
    listing.choices = [(name, _choices(slots, name)) for name in NARROWED]
    if mine:
        slots = [slot for slot in slots if slot.is_chosen]
    shown = [slot for slot in slots if _fits(slot, listing)]
    listing.count, listing.clashing = len(shown), sum(bool(slot.clash) for slot in shown)
    listing.sections = _sections(shown, listing)
    return listing


def last_slots(edition: Edition, member: Member) -> list[ReleasedSession]:
    """The sessions of the last version, each with its people and with what the member chose of them."""
    last = edition.releases.order_by("-number").values("pk")[:1]
    chose = Rsvp.objects.filter(meeting=OuterRef("session__meeting"), member=member, answer=Answer.YES)
    of_last = ReleasedSession.objects.filter(release=Subquery(last))
    seats = Workshop.objects.filter(session=OuterRef("session"))
    own = of_last.annotate(  # type: ignore[no-redef]
        meeting=F("session__meeting"), is_chosen=Exists(chose), has_seats=Exists(seats)
    )
    slots = list(own.select_related("release", "track", "format", "room"))
    load_people(slots)
    _look_for_clashes([slot for slot in slots if slot.is_chosen])
    return slots


def takes_part(member: Member, edition: Any) -> bool:
    """Whether they choose sessions of an edition, as a view has it: who is admitted, and staff."""
    return edition.admits or may(member, "edition.manage", edition)


def _look_for_clashes(chosen: list[ReleasedSession]) -> None:
    """Have each of what somebody chose, in its order, know what else of it is at that time."""
    for number, first in enumerate(chosen):
        for second in chosen[number + 1 :]:
            if second.starts_at >= first.ends_at:
                break
            first.clash, second.clash = [*first.clash, second], [*second.clash, first]


def _choices(slots: Iterable[ReleasedSession], name: str) -> list[Any]:
    """What slots can be narrowed to, in its order."""
    found = {getattr(slot, f"{name}_id"): getattr(slot, name) for slot in slots}
    return sorted((one for one in found.values() if one), key=lambda one: (one.position, one.name))


def _fits(slot: ReleasedSession, listing: Listing) -> bool:
    if any(str(getattr(slot, f"{name}_id")) != key for name, key in listing.narrowed.items()):
        return False
    if not listing.words:
        return True
    text = " ".join([slot.title, slot.abstract, *(one.name for one in slot.people)]).casefold()
    return all(word in text for word in listing.words.casefold().split())


def _sections(slots: list[ReleasedSession], listing: Listing) -> list[tuple[str, list[ReleasedSession]]]:
    found: dict[str, list[ReleasedSession]] = {}
    for slot in slots:
        for name in _headings(slot, listing):
            found.setdefault(name, []).append(slot)
    if listing.in_days:
        return list(found.items())
    if listing.by == "speaker":
        return sorted(found.items(), key=lambda one: one[0].casefold())
    in_order = [one.name for one in dict(listing.choices)[listing.by]]
    return sorted(found.items(), key=lambda one: in_order.index(one[0]) if one[0] in in_order else len(in_order))


def _headings(slot: ReleasedSession, listing: Listing) -> list[str]:
    if listing.in_days:
        there = slot.starts_at.astimezone(listing.zone)
        return [f"{there:%A}, {there:%B} {there.day}"]
    if listing.by == "speaker":
        return list(dict.fromkeys(one.name for one in slot.people)) or ["Without speakers"]
    of = getattr(slot, listing.by)
    return [of.name if of else f"Without a {listing.by}"]
