"""Addresses that one member has: where they reply to a thread, where their letters bounce to, where their feed is.

Each is a letter and 26 bytes in base32, since mail servers fold case and take 64 characters: an id and a
signature over it. Without our key nobody makes one, whatever they have read in the database.
"""

import base64
import binascii
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import now

from discussions.models import Thread
from members.models import Member
from notifications.models import FeedAddress, ReplyAddress

GOOD_FOR = timedelta(days=90)  # after the newest letter that carries it
RENEWED_AFTER = timedelta(days=7)
SIGNED = 10  # bytes of the signature


def reply_address(member: Member, thread: Thread) -> str:
    """Where this member answers in this thread by mail. Good as long as nothing ended their sessions."""
    return f"r-{_sealed('reply', _current(member, thread).pk)}@{settings.MAIL_DOMAIN}"


def bounce_address(member: Member) -> str:
    """Where mail servers say that a letter did not reach this member, at the address that they have now."""
    return f"b-{_sealed(_of_bounces(member), member.pk)}@{settings.MAIL_DOMAIN}"


def opened_reply(local: str) -> ReplyAddress | None:
    """The row of a reply address that we made, expired or not; None for one that we did not make, or is revoked."""
    pk = _opened(local, "r-", lambda pk: "reply")
    return ReplyAddress.objects.select_related("member", "thread__space").filter(pk=pk).first() if pk else None


def is_reply(local: str) -> bool:
    """Whether we made it once."""
    return _opened(local, "r-", lambda pk: "reply") is not None


def opened_bounce(local: str) -> Member | None:
    members: dict[UUID, Member] = {}

    def salt(pk: UUID) -> str:
        member = Member.objects.filter(pk=pk).first()
        if member:
            members[pk] = member
        return _of_bounces(member) if member else ""

    pk = _opened(local, "b-", salt)
    return members.get(pk) if pk else None


def feed_url(member: Member) -> str:
    """Where their feed is; empty where they have none, or what ended their sessions ended it."""
    row = FeedAddress.objects.filter(member=member).select_related("member").first()
    token = f"f-{_sealed('feed', row.pk)}" if row and row.is_good else ""
    return settings.SITE_URL + reverse("notifications:feed", args=[token]) if token else ""


def opened_feed(token: str) -> Member | None:
    """Whose feed it is, now."""
    pk = _opened(token, "f-", lambda pk: "feed")
    row = FeedAddress.objects.select_related("member").filter(pk=pk).first() if pk else None
    return row.member if row and row.is_good else None


def revoke(member: Member) -> None:
    """None of the reply addresses in the member's letters works any more; new letters carry new ones."""
    ReplyAddress.objects.filter(member=member).delete()


def forget() -> int:
    """Drop the rows that have been of no use for as long as they were good."""
    return ReplyAddress.objects.filter(expires_at__lt=now() - GOOD_FOR).delete()[0]


@transaction.atomic
def _current(member: Member, thread: Thread) -> ReplyAddress:
    fresh = {"session_version": member.session_version, "expires_at": now() + GOOD_FOR}
    row, _ = ReplyAddress.objects.get_or_create(member=member, thread=thread, defaults=fresh)
    if not row.is_good:
        row.delete()
        row = ReplyAddress.objects.create(member=member, thread=thread, **fresh)
    elif row.expires_at < now() + GOOD_FOR - RENEWED_AFTER:
        row.expires_at = now() + GOOD_FOR
        row.save(update_fields=["expires_at"])
    return row


def _of_bounces(member: Member) -> str:
    return f"bounce {member.email.lower()}"


def _sealed(salt: str, pk: UUID) -> str:
    return base64.b32encode(pk.bytes + _signature(salt, pk)).decode().rstrip("=").lower()


def _opened(local: str, prefix: str, salt) -> UUID | None:
    """The id, where prefix, form and signature are ours. `salt` is asked with the id that it claims."""
    if not local.startswith(prefix):
        return None
    try:
        sealed = base64.b32decode(local.removeprefix(prefix).upper() + "======")
    except (binascii.Error, ValueError):
        return None
    if len(sealed) != 16 + SIGNED:
        return None
    pk = UUID(bytes=sealed[:16])
    return pk if constant_time_compare(sealed[16:], _signature(salt(pk), pk)) else None


def _signature(salt: str, pk: UUID) -> bytes:
    return salted_hmac(f"notifications.addresses {salt}", pk.bytes, algorithm="sha256").digest()[:SIGNED]
