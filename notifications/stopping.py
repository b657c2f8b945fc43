"""Stopping letters from a letter: one click, without signing in (RFC 8058), by a signed link that can do only that.

A scope is `space:<id>`, `thread:<id>`, `news` (all that comes in letters of a day or a week, or after quiet hours), or
`elsewhere` (letters of spaces that tell nothing).
"""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now

from discussions.models import Reader, Thread
from members.models import Member
from notifications import ways
from spaces.kinds import space_kind
from spaces.models import Membership

WORDS = {
    "space": "all letters about this forum",
    "thread": "letters about this thread, unless somebody names you",
    "news": "the letters that gather what is new in forums",
    "elsewhere": "the letters that say that something is new",
}


def url(member: Member, scope: str) -> str:
    return settings.SITE_URL + reverse("notifications:stop", args=[_signer().sign_object([str(member.pk), scope])])


def opened(token: str) -> tuple[Member, str] | None:
    """Whose link it is, and what it stops; None for one that we did not make, or whose member is gone."""
    try:
        pk, scope = _signer().unsign_object(token)
    except (BadSignature, ValueError):
        return None
    member = Member.objects.filter(pk=pk).first()
    return (member, scope) if member else None


def words(scope: str) -> str:
    return WORDS[scope.partition(":")[0]]


@transaction.atomic
def stop(*, member: Member, scope: str) -> None:
    """Again changes nothing. Whoever may no longer read there may still stop the letters."""
    what, _, pk = scope.partition(":")
    memberships = member.memberships.filter(left_at=None).select_related("space")
    if what == "space":
        memberships.filter(space=UUID(pk)).update(notify=ways.Way.NONE)
    elif what == "thread":
        if Thread.objects.filter(pk=pk).exists():
            Reader.objects.update_or_create(
                thread_id=pk, member=member, defaults={"followed_at": None, "muted_at": now()}
            )
    else:
        hearing = ways.hearing_of(member)
        chosen = [one.pk for one in memberships if _is_meant(one, ways.way_of(one, hearing), what)]
        Membership.objects.filter(pk__in=chosen).update(notify=ways.Way.NONE)


def _is_meant(membership: Membership, way: str, what: str) -> bool:
    tells = space_kind(membership.space.kind).tells_content
    if what == "news":
        return tells or way in ways.IN_DIGESTS
    return not tells


def _signer() -> Signer:
    return Signer(salt="notifications.stop")
