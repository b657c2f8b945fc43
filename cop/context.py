"""What every page knows: the name of the house, the reader's colours."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cop.logs import request_id
from members.roles import runs_the_house
from notifications.notices import unread_of
from spaces.models import Membership


def site(request: HttpRequest) -> dict:
    member = getattr(request, "user", None)
    signed_in = bool(member and member.is_authenticated)
    listens = signed_in and not getattr(request, "lacks_factor", False)
    theme = request.COOKIES.get("theme", "")
    return {
        "site_name": settings.SITE_NAME,
        "site_subtitle": settings.SITE_SUBTITLE,
        "acknowledgement": settings.ACKNOWLEDGEMENT,
        "request_id": request_id.get(),
        "demo": settings.DEMO,
        "contact_address": settings.CONTACT_ADDRESS,
        "theme": theme if theme in {"light", "dark"} else "",
        "inbox": SimpleLazyObject(lambda: _inbox(member) if listens else None),
        "runs_the_house": SimpleLazyObject(lambda: signed_in and runs_the_house(member)),
    }


def _inbox(member: Any) -> Mapping[str, Any] | None:
    """The reader's inbox, which every page listens to, and what notifications/_badge.html shows: in one query."""
    own = Membership.objects.filter(member=member, role=Membership.Role.OWNER, left_at=None)
    return own.values(
        "space", "space__epoch", "space__last_seq", pk=F("member"), unread_notices=unread_of(OuterRef("member"))
    ).first()
