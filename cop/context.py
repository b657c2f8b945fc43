"""What every page knows: the name of the house, the reader's colours."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cop.logs import request_id
from members.roles import runs_the_house


def site(request: HttpRequest) -> dict:
    member = getattr(request, "user", None)
    signed_in = bool(member and member.is_authenticated)
    theme = request.COOKIES.get("theme", "")
    return {
        "site_name": settings.SITE_NAME,
        "site_subtitle": settings.SITE_SUBTITLE,
        "acknowledgement": settings.ACKNOWLEDGEMENT,
        "request_id": request_id.get(),
        "demo": settings.DEMO,
        "contact_address": settings.CONTACT_ADDRESS,
        "theme": theme if theme in {"light", "dark"} else "",
        "inbox_owner": SimpleLazyObject(lambda: _inbox_owner(member)),
        "runs_the_house": SimpleLazyObject(lambda: signed_in and runs_the_house(member)),
    }


def _inbox_owner(member: Any) -> dict:
    """What notifications/_badge.html shows."""
    return {"pk": member.pk, "unread_notices": member.notices.filter(read_at=None).count()}
