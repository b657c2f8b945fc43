"""Addresses from which a member's own calendar fetches their meetings, without signing in."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.timezone import now

from access import may
from meetings.calendars import calendar_of
from meetings.models import CalendarAddress, Meeting
from members.models import Member
from members.tokens import hash_of, new_token
from spaces.kinds import space_kind
from spaces.models import Space

Scope = CalendarAddress.Scope
PURPOSE = "calendar"
AN_HOUR = 30  # answers of an address
HOUR = 60 * 60


@dataclass(frozen=True)
class Offer:
    """What a member may have in their calendar, and the address of it that they have."""

    name: str
    scope: str
    space: Space | None = None
    address: CalendarAddress | None = None

    @property
    def key(self) -> str:
        return str(self.space.pk) if self.space else self.scope


def offers(member: Member) -> list[Offer]:
    """All that they see, the town meetings, each of their groups, and each symposium to which they are admitted."""
    good = [one for one in member.calendar_addresses.all() if member.is_as_of(one.session_version)]
    have: dict[tuple[str, UUID | None], CalendarAddress] = {(one.scope, one.space_id): one for one in good}
    own = Space.objects.of(member).filter(kind__in=[Space.Kind.GROUP, Space.Kind.EDITION])
    named = [(space_kind(space.kind).title(space), space) for space in own if may(member, "space.read", space)]
    named.sort(key=lambda one: one[0])
    return [
        *(Offer(str(scope.label), scope, None, have.get((scope, None))) for scope in (Scope.ALL, Scope.TOWN)),
        *(Offer(name, Scope.SPACE, space, have.get((Scope.SPACE, space.pk))) for name, space in named),
    ]


@transaction.atomic
def make_address(*, offer: Offer, by: Member) -> str:
    """Give them the address of a calendar, to be shown this once; the one of before ends."""
    end_address(offer=offer, by=by)
    token, token_hash = new_token(PURPOSE)
    made = {"token_hash": token_hash, "session_version": by.session_version}
    CalendarAddress.objects.create(member=by, scope=offer.scope, space=offer.space, **made)
    return settings.SITE_URL + reverse("meetings:feed", args=[token])


def end_address(*, offer: Offer, by: Member) -> None:
    by.calendar_addresses.filter(scope=offer.scope, space=offer.space).delete()


def kept_of(member: Member) -> list[dict]:
    """What is kept of a member's calendars, for them to take away."""
    return [
        {"of": one.get_scope_display(), "since": one.made_at, "last_asked": one.used_at}
        for one in member.calendar_addresses.all()
    ]


def opened(token: str) -> CalendarAddress | None:
    """What somebody has the address of; None where it ended."""
    found = CalendarAddress.objects.select_related("member").filter(token_hash=hash_of(PURPOSE, token)).first()
    return found if found and found.member.is_as_of(found.session_version) else None


def may_ask_again(address: CalendarAddress) -> bool:
    """Note that a calendar asked, and take one of the turns of its hour; false where none is left. In one query."""
    at = now()
    over = Q(hour_at=None) | Q(hour_at__lte=at - timedelta(seconds=HOUR))
    turns = CalendarAddress.objects.filter(over | Q(turns__lt=AN_HOUR), pk=address.pk)
    hour_at, taken = (
        Case(When(over, then=Value(at)), default="hour_at"),
        Case(When(over, then=1), default=F("turns") + 1),
    )
    return bool(turns.update(used_at=at, hour_at=hour_at, turns=taken))


def calendar(address: CalendarAddress) -> bytes:
    """What its member may see now, as a calendar."""
    address.member.ask_once()
    meetings = Meeting.objects.of_concern_to(address.member)
    if address.scope == Scope.TOWN:
        meetings = meetings.filter(Q(town_as_first__isnull=False) | Q(town_as_second__isnull=False))
    elif address.scope == Scope.SPACE:
        meetings = meetings.filter(series__space=address.space_id)
    return calendar_of(meetings, _name(address))


def _name(address: CalendarAddress) -> str:
    if address.space:
        kind = space_kind(address.space.kind)
        return kind.title(address.space) if kind.tells_content else "Group sessions"
    return "Town meetings" if address.scope == Scope.TOWN else settings.SITE_NAME
