"""The ways in which one may hear of what is said, when a letter is due, and all of it in words."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, F, Q, Value, When
from django.utils.timezone import now

from members.models import Member
from notifications.models import Hearing, Notice
from spaces.kinds import space_kind
from spaces.models import Membership, Space

Way = Membership.Notify
AT_ONCE = (Way.EACH, Way.MENTIONS)
IN_DIGESTS = (Way.DAILY, Way.WEEKLY)
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def hearing_of(member: Member) -> Hearing:
    """How the member hears; as is usual, and not kept, where they have no row yet."""
    return Hearing.objects.filter(member=member).first() or on_time(Hearing(member=member))


def on_time(hearing: Hearing, after: datetime | None = None) -> Hearing:
    """Set when the next letters of a day and a week are due, after a moment, by the member's own clock."""
    after = after or now()
    hearing.zone = hearing.member.time_zone
    hearing.daily_at = next_time(hearing.hour, hearing.zone, after)
    hearing.weekly_at = next_time(hearing.hour, hearing.zone, after, hearing.weekday)
    return hearing


def next_time(hour: int, zone: str, after: datetime, weekday: int | None = None) -> datetime:
    """The first time after a moment that a clock in the zone shows this hour, on this weekday (0 is Monday) if any.

    An hour that the zone leaves out in spring counts as the one after it.
    """
    day = after.astimezone(ZoneInfo(zone)).date()
    while True:
        at = datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
        if at > after and weekday in (None, day.weekday()):
            return at
        day += timedelta(days=1)


def is_quiet(hearing: Hearing, at: datetime) -> bool:
    """Whether the member's quiet hours hold at a moment; they may go over midnight."""
    start, end = hearing.quiet_from, hearing.quiet_until
    if start is None or end is None:
        return False
    hour = at.astimezone(ZoneInfo(hearing.member.time_zone)).hour
    return start <= hour < end if start < end else hour >= start or hour < end


def way_of(membership: Membership, hearing: Hearing) -> str:
    """What they chose for the space, else for everything, else what is usual there."""
    return membership.notify or hearing.way or space_kind(membership.space.kind).usual_way


def way_in(kind: str) -> Case:
    """way_of() as an expression on memberships of spaces of one kind."""
    usual = space_kind(kind).usual_way
    return Case(
        When(~Q(notify=""), then=F("notify")),
        When(member__hearing__way__gt="", then=F("member__hearing__way")),
        default=Value(usual),
    )


def hears(way: str, *, meant: bool, followed: bool, muted: bool) -> str:
    """As what they hear of a post of somebody else: a Notice.Kind, or empty for not at all.

    `meant` for them is a post that names them or answers one of theirs.
    """
    if way == Way.NONE:
        return ""
    if meant:
        return Notice.Kind.MENTION
    if muted:
        return ""
    if followed:
        return Notice.Kind.REPLIES
    return Notice.Kind.MESSAGES if way in (Way.EACH, *IN_DIGESTS) else ""


def is_pushed(kind: str, way: str) -> bool:
    """Whether a notice of this kind is shown by their browsers too: what is meant for them or followed, and else what
    they want each of. What may wait for the letter of a day or a week interrupts nobody.
    """
    return way != Way.NONE and (kind != Notice.Kind.MESSAGES or way == Way.EACH)


def in_words(way: str, hearing: Hearing, space: Space) -> str:
    """What somebody will get, as a sentence or two."""
    tells = space_kind(space.kind).tells_content
    at = f"at {clock(hearing.hour)}"
    promptly = "for each post, at once" if tells else "for what you have left unread for five minutes"
    held = "" if tells else " It says only that something is new, never where or what."
    if way in AT_ONCE and hearing.quiet_from is not None:
        held += " In your quiet hours they wait, and come as one letter afterwards."
    return {
        Way.EACH: f"A letter {promptly}.",
        Way.DAILY: f"One letter a day {at}, with all you have not read; none where there is nothing.",
        Way.WEEKLY: f"One letter a week, on {WEEKDAYS[hearing.weekday]} {at}, with all you have not read.",
        Way.MENTIONS: "A letter when somebody names you, answers you, or replies in a thread that you follow.",
        Way.NONE: "Nothing, by mail or in your inbox.",
    }[Way(way)] + ("" if way == Way.NONE else held)


def clock(hour: int) -> str:
    return f"{hour % 12 or 12} {'a.m.' if hour < 12 else 'p.m.'}"
