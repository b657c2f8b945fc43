"""Who is at the other end of a socket, asked of the database: at joining, after every change, and every half minute."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from access import may
from spaces.models import Membership, Space

SessionCheck = Callable[[Any, Mapping[str, Any]], bool]
_session_checks: list[SessionCheck] = []


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in member, their inbox, and those of the spaces asked for that they may read now."""

    member: Any
    inbox: Space
    spaces: dict[UUID, Space]


def sessions_must(check: SessionCheck) -> SessionCheck:
    """Have every socket ask `check(member, what the session holds)` too: whether a second factor was given, say."""
    _session_checks.append(check)
    return check


def visit(session_key: str, wanted: Collection[UUID]) -> Visit | None:
    """The authoritative answer. None: not signed in, or not any more. Reads only: a socket is not activity."""
    member = _signed_in(import_module(settings.SESSION_ENGINE).SessionStore(session_key).load())
    if member is None:
        return None
    own = Membership.objects.filter(member=member, role=Membership.Role.OWNER, left_at=None).values("space")
    found = Space.objects.filter(Q(pk__in=own, kind=Space.Kind.INBOX) | Q(pk__in=wanted))
    readable = {space.pk: space for space in found if may(member, "space.read", space)}
    inbox = next((space for space in readable.values() if space.kind == Space.Kind.INBOX), None)
    return Visit(member, inbox, {pk: readable[pk] for pk in wanted if pk in readable}) if inbox else None


def _signed_in(values: Mapping[str, Any]) -> Any:
    try:
        member = get_user_model().objects.get(pk=values[SESSION_KEY])
        known_backend = values[BACKEND_SESSION_KEY] in settings.AUTHENTICATION_BACKENDS
    except (KeyError, ValueError, ValidationError, get_user_model().DoesNotExist):
        return None
    hashes = [member.get_session_auth_hash(), *member.get_session_auth_fallback_hash()]
    same = any(constant_time_compare(values.get(HASH_SESSION_KEY, ""), one) for one in hashes)
    over = any(_is_past(values.get(end)) for end in ("idle_ends", "ends"))
    whole = all(check(member, values) for check in _session_checks)
    return member if known_backend and member.is_active and same and not over and whole else None


def _is_past(end: Any) -> bool:
    """An end is written as an ISO time or as epoch seconds."""
    if end is None:
        return False
    moment = datetime.fromisoformat(end).timestamp() if isinstance(end, str) else float(end)
    return moment <= timezone.now().timestamp()
