"""What members choose to hear of."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from access.pace import insist_on_pace
from members.models import Member
from notifications import addresses, pushes, ways
from notifications.models import DeadAddress, FeedAddress, Hearing, Mailed, PushedBrowser
from notifications.notices import MAIL_AFTER
from spaces.models import Membership

MOST_BROWSERS = 10  # of one member


@transaction.atomic
def choose(
    *,
    by: Member,
    way: str,
    hour: int,
    weekday: int,
    quiet_from: int | None,
    quiet_until: int | None,
    spaces: Mapping[UUID, str],
) -> None:
    """How to hear of everything, and of each space by its id; empty for as usual.

    Where somebody wanted nothing until now, what they hear begins now.
    """
    memberships = list(_current(by))
    before = {one.pk: ways.way_of(one, ways.hearing_of(by)) for one in memberships}
    kept = {"way": way, "hour": hour, "weekday": weekday, "quiet_from": quiet_from, "quiet_until": quiet_until}
    hearing = ways.on_time(Hearing(member=by, **kept))
    kept |= {"zone": hearing.zone, "daily_at": hearing.daily_at, "weekly_at": hearing.weekly_at}
    Hearing.objects.update_or_create(member=by, defaults=kept)
    for membership in memberships:
        chosen = spaces.get(membership.space_id, membership.notify)
        if chosen != membership.notify:
            membership.notify = chosen
            membership.save(update_fields=["notify"])
    silent = [pk for pk, old in before.items() if old == ways.Way.NONE]
    for membership in Membership.objects.filter(pk__in=silent).select_related("space"):
        Mailed.objects.filter(membership=membership).update(seq=membership.space.last_seq)
    # What still waits is looked at once more, in the new way.
    by.notices.filter(read_at=None, mailed_at=None).update(mail_at=now() + MAIL_AFTER)


def try_again(*, by: Member) -> None:
    """Their mailbox takes mail again: write there, from now on."""
    DeadAddress.objects.filter(email=by.email.lower()).delete()


def revoke_replies(*, by: Member) -> None:
    """End the reply addresses in the letters that they have."""
    addresses.revoke(by)


@transaction.atomic
def make_feed(*, by: Member) -> None:
    """Give them the address of a feed; the one of before ends."""
    FeedAddress.objects.filter(member=by).delete()
    FeedAddress.objects.create(member=by, session_version=by.session_version)


def end_feed(*, by: Member) -> None:
    FeedAddress.objects.filter(member=by).delete()


@transaction.atomic
def turn_on_pushes(
    *,
    by: Member,
    endpoint: str,
    public_key: str,
    secret: str,
    device: str,
    session_key: str,
    before: UUID | None = None,
) -> PushedBrowser:
    """Have a browser show that something is new; `before` is what it was until now. The oldest of too many ends."""
    insist_on_pace(by)
    Member.objects.select_for_update().get(pk=by.pk)  # a second click waits for the first
    PushedBrowser.objects.filter(Q(endpoint=endpoint) | Q(pk=before, member=by)).delete()
    browser = PushedBrowser.objects.create(
        member=by,
        session_version=by.session_version,
        session_key=session_key,
        endpoint=endpoint,
        public_key=public_key,
        secret=secret,
        device=device,
    )
    kept = PushedBrowser.objects.current().filter(member=by)[:MOST_BROWSERS].values_list("pk", flat=True)
    older = PushedBrowser.objects.filter(member=by, ended_at=None).exclude(pk__in=list(kept))
    older.update(ended_at=now(), ending=PushedBrowser.Ending.REPLACED)
    return browser


def try_pushes(*, by: Member) -> None:
    """Show them in all their browsers what it looks like."""
    insist_on_pace(by)
    pushes.put_trial(by)


def turn_off_pushes(*, browser: PushedBrowser) -> None:
    browser.delete()


@transaction.atomic
def meet_browser(*, pk: UUID, by: Member, session_key: str) -> None:
    """Somebody signed in where this browser is: its member again, or another one, who is told nothing of the first."""
    here = PushedBrowser.objects.filter(pk=pk)
    here.filter(member=by).update(session_key=session_key)
    here.exclude(member=by).delete()


def leave_browsers(session_key: str) -> None:
    """A session was ended by a person: its browser shows nothing any more."""
    PushedBrowser.objects.filter(session_key=session_key).delete()


def _current(member: Member):
    return member.memberships.filter(left_at=None).select_related("space")
