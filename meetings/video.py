"""Where the video of a meeting is, for who may come in now: an address of others, or a room of our own Jitsi.

Nobody gets into that without a token, which says who comes, into which room, and until when. Prosody asks for it
(mod_auth_token), and Jitsi reads it from the address' fragment, which no server and no other page gets to see.
"""

import base64
import hmac
import json
import time
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

from access import may
from meetings.models import Attendance, Meeting, Overflow
from meetings.rooms import STAYS_OPEN
from members.models import Member

CLOCKS_DIFFER = timedelta(minutes=1)  # at most: else a token would not be good yet


def video_of(meeting: Meeting, member: Member) -> str:
    """The address that leads this member into the video; empty where there is none. The caller asks who may come in."""
    if not meeting.series.has_video:
        return ""
    if overflow := _overflow_for(meeting, member):
        return overflow.url
    if not meeting.series.built_in_room:
        return meeting.series.room_url
    leads = may(member, "series.change", meeting.series)
    return jitsi_address(
        room_name("meetings.video", meeting.pk), member, leads=leads, until=meeting.ends_at + STAYS_OPEN
    )


def jitsi_address(room: str, member: Member, *, leads: bool, until: datetime) -> str:
    """The address that leads this member into a room of our own Jitsi, as who they are, good until a moment."""
    token = quote(json.dumps(signed(_claims(room, member, leads, until))))
    return f"{settings.JITSI_URL}/{room}#jwt={token}"


def _overflow_for(meeting: Meeting, member: Member) -> Overflow | None:
    """Where the first room is full for them: so many others came before and are here. Who convenes or speaks always
    goes to the first. Whoever asks again later goes there too, once somebody has left.
    """
    overflow = Overflow.objects.filter(meeting=meeting).first()
    if overflow is None or may(member, "materials.add", meeting):
        return None
    here = Attendance.objects.here_now().filter(meeting=meeting)
    before, mine = here.exclude(member=member), here.filter(member=member).order_by("from_at", "pk").first()
    if mine:
        before = before.filter(Q(from_at__lt=mine.from_at) | Q(from_at=mine.from_at, pk__lt=mine.pk))
    return overflow if before.values("member").distinct().count() >= overflow.holds else None


def signed(claims: dict[str, Any]) -> str:
    """A JSON Web Token (RFC 7519), HS256 with the secret that Prosody has too."""
    token = ".".join(_text64(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims))
    signature = hmac.digest(settings.JITSI_SECRET.encode(), token.encode(), "sha256")
    return f"{token}.{_text64(signature)}"


def _claims(room: str, member: Member, leads: bool, until: datetime) -> dict[str, Any]:
    user = {
        "name": member.name,
        "moderator": "true" if leads else "false",
        "affiliation": "owner" if leads else "member",
    }
    return {
        "iss": settings.JITSI_APP_ID,
        "aud": settings.JITSI_APP_ID,
        "sub": "*",  # whatever the server calls its own domain
        "room": room,
        "nbf": int(time.time() - CLOCKS_DIFFER.total_seconds()),
        "exp": int(until.timestamp()),
        "context": {"user": user, "features": {"recording": "false", "livestreaming": "false"}},
    }


def room_name(salt: str, pk: UUID) -> str:
    """Of a room of our own Jitsi, another one for each thing. Whoever knows the thing's address cannot tell it."""
    return salted_hmac(salt, str(pk), algorithm="sha256").hexdigest()[:40]


def _text64(found: bytes) -> str:
    return base64.urlsafe_b64encode(found).decode().rstrip("=")
