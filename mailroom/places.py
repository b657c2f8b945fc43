"""The addresses that mail comes in to."""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

from discussions.models import Forum
from members.models import Member
from notifications import addresses
from notifications.models import ReplyAddress

REPORTS = ("abuse", "postmaster")  # RFC 2142; where complaints come to


@dataclass(frozen=True)
class Place:
    """What an address of ours is for. `name` says it to staff, without what is secret in it."""

    name: str
    local: str = ""
    forum: Forum | None = None

    def reply(self) -> ReplyAddress | None:
        return addresses.opened_reply(self.local)

    def bounced(self) -> Member | None:
        return addresses.opened_bounce(self.local)


def place_of(address: str) -> Place | None:
    """None for one that is not ours. A reply address that is revoked or too old is ours still: its owner is told."""
    local, _, domain = address.lower().rpartition("@")
    if address.lower() == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower():
        return Place("our own letters")
    if not settings.MAIL_DOMAIN or domain != settings.MAIL_DOMAIN:
        return None
    if local in REPORTS:
        return Place("reports")
    if addresses.is_reply(local):
        return Place("a reply", local)
    if addresses.opened_bounce(local):
        return Place("a bounce", local)
    forum = Forum.objects.filter(slug=local).select_related("space").first()
    return Place(f"forum {forum.slug}", local, forum) if forum else None
