"""Who is at the other end of a socket, asked of the database: at joining, after every change, and every half minute.

Those who ask at the same moment are answered together, in as many queries as one alone.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from access import may
from spaces.models import Membership, Space

SessionCheck = Callable[[Any, Mapping[str, Any]], bool]
Foresight = TypeVar("Foresight", bound=Callable[[list[Any]], object])
logger = logging.getLogger(__name__)
_session_checks: list[SessionCheck] = []
_foresights: list[Callable[[list[Any]], object]] = []


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in member, their inbox, and those of the spaces asked for that they may read now."""

    member: Any
    inbox: Space
    spaces: dict[UUID, Space]

    def of(self, wanted: Collection[UUID]) -> "Visit":
        """The part of the answer that one of several tabs asked for."""
        return Visit(self.member, self.inbox, {pk: space for pk, space in self.spaces.items() if pk in wanted})


def sessions_must(check: SessionCheck) -> SessionCheck:
    """Have every socket ask `check(member, what the session holds)` too: whether a second factor was given, say."""
    _session_checks.append(check)
    return check


def foresee(look_up: Foresight) -> Foresight:
    """Have `look_up(members)` look up for all of them what the answers about each rest on (`Member.once`).

    The answers are the same without it, and take a query each.
    """
    _foresights.append(look_up)
    return look_up


def visits(asked: Mapping[str, Collection[UUID]]) -> dict[str, Visit]:
    """The authoritative answer, by session key. Left out: not signed in, or not any more.

    Reads only: a socket is not activity.
    """
    sessions = _sessions(asked)
    members = get_user_model().objects.in_bulk({pk for pk, _ in sessions.values()})
    for member in members.values():
        member.ask_once()
    inboxes = _look_ahead(list(members.values()))
    spaces = Space.objects.in_bulk({pk for wanted in asked.values() for pk in wanted})
    answers = {}
    for key, (pk, values) in sessions.items():
        try:
            if pk in members and (inbox := inboxes.get(pk)):
                answers[key] = _visit(members[pk], values, inbox, [spaces[one] for one in asked[key] if one in spaces])
        except DatabaseError:
            raise
        except Exception:
            logger.exception("A session could not be looked at; it is not let in.")  # and holds up no other
    return {key: answer for key, answer in answers.items() if answer}


def _sessions(keys: Iterable[str]) -> dict[str, tuple[UUID, dict[str, Any]]]:
    """Whose each session is, and what it holds. What cannot be a key is not looked for: it would break the query."""
    possible = [key for key in keys if key.isascii() and key.isalnum()]
    found = {}
    for row in Session.objects.filter(session_key__in=possible, expire_date__gt=timezone.now()):
        values = row.get_decoded()
        try:
            found[row.session_key] = UUID(values[SESSION_KEY]), values
        except (KeyError, ValueError):
            continue
    return found


def _look_ahead(members: list[Any]) -> dict[UUID, Space]:
    """Gives the inbox of each."""
    own = Membership.objects.filter(member__in=members, role=Membership.Role.OWNER, left_at=None)
    inboxes = {one.member_id: one.space for one in own.filter(space__kind=Space.Kind.INBOX).select_related("space")}
    for member in members:
        inbox = inboxes.get(member.pk)
        member.once("owned", lambda inbox=inbox: {inbox.pk} if inbox else set())
    for look_up in _foresights:
        try:
            look_up(members)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("What the answers rest on could not be looked up for all at once.")
    return inboxes


def _visit(member: Any, values: Mapping[str, Any], inbox: Space, wanted: list[Space]) -> Visit | None:
    if not (_is_signed_in(member, values) and may(member, "space.read", inbox)):
        return None
    return Visit(member, inbox, {space.pk: space for space in wanted if may(member, "space.read", space)})


def _is_signed_in(member: Any, values: Mapping[str, Any]) -> bool:
    known_backend = values.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    hashes = [member.get_session_auth_hash(), *member.get_session_auth_fallback_hash()]
    same = any(constant_time_compare(values.get(HASH_SESSION_KEY, ""), one) for one in hashes)
    over = any(_is_past(values.get(end)) for end in ("idle_ends", "ends"))
    whole = all(check(member, values) for check in _session_checks)
    return known_backend and member.is_active and same and not over and whole


def _is_past(end: Any) -> bool:
    """An end is written as an ISO time or as epoch seconds."""
    if end is None:
        return False
    moment = datetime.fromisoformat(end).timestamp() if isinstance(end, str) else float(end)
    return moment <= timezone.now().timestamp()
