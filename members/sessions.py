"""How long a sign-in lasts. Both ends are kept in the session itself, in seconds since the epoch:

`idle_ends` moves with every act of the person (not of the page), `ends` never does.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import cache, partial
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from members.models import Member, RoleGrant
from spaces.models import Membership
from spaces.visits import foresee, sessions_must

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
STAFF_AREA = "/staff/"
_when_left: list[Callable[[str], object]] = []
GRAIN = 30  # seconds by which `idle_ends` may lag, so that not every page writes the session


def begin(request: HttpRequest) -> None:
    """Start both clocks: the person has just signed in."""
    request.session["ends"] = int(time.time()) + settings.SESSION_HOURS * 3600
    touch(request)


def touch(request: HttpRequest) -> None:
    """The person did something."""
    at, session = int(time.time()), request.session
    minutes = settings.STAFF_IDLE_MINUTES if in_staff_area(request) else settings.IDLE_MINUTES
    idle_ends = at + minutes * 60
    if abs(session.get("idle_ends", 0) - idle_ends) >= GRAIN:
        session["active_at"], session["idle_ends"] = at, idle_ends
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=now())


def is_over(request: HttpRequest) -> bool:
    """Whether one of the limits has passed. In the staff area the shorter one counts, wherever one was before."""
    session, at = request.session, time.time()
    if "ends" not in session:
        return False
    idle_in_staff_area = in_staff_area(request) and at >= session["active_at"] + settings.STAFF_IDLE_MINUTES * 60
    return at >= min(session["idle_ends"], session["ends"]) or idle_in_staff_area


def in_staff_area(request: HttpRequest) -> bool:
    return request.path.startswith(STAFF_AREA)


def end(request: HttpRequest) -> None:
    """End this very session."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)


def when_left(do: Callable[[str], object]) -> None:
    """Have `do(its key)` called when a person ends a session, and not where it only grew old."""
    _when_left.append(do)


def leave(session_key: str) -> None:
    """A person ended it: so does what else their browser has of us."""
    for do in _when_left:
        do(session_key)


def keep(request: HttpRequest, member: Any) -> None:
    """Let this session of the member outlive the end of all the others, under a new key."""
    if request.user == member:
        update_session_auth_hash(request, member)
        UserSession.objects.create_from_request(request)


def end_all(member: Any) -> None:
    """End every session of the member, those that nobody keeps a list of too. Their sockets: see access_changed."""
    Member.objects.filter(pk=member.pk).update(session_version=F("session_version") + 1)
    member.refresh_from_db(fields=["session_version"])
    for row in UserSession.objects.filter(user=member):
        row.end()


def over() -> Iterator[UserSession]:
    """Sessions past one of their limits, or gone already. Only those unused for a while are opened and looked at."""
    unused = timedelta(minutes=min(settings.IDLE_MINUTES, settings.STAFF_IDLE_MINUTES))
    started = timedelta(hours=settings.SESSION_HOURS)
    for row in UserSession.objects.filter(Q(last_seen_at__lt=now() - unused) | Q(created_at__lt=now() - started)):
        session = SessionStore(row.session_key).load()
        if time.time() >= min(session.get("idle_ends", 0), session.get("ends", 0)):
            yield row


def member_of_session(pk: Any) -> Member | None:
    """A member who knows of themselves `has_second_factor` and `needs_second_factor`, and their roles: in one query."""
    members: list[Any] = list(_everybody().filter(pk=pk))  # a row for each role
    if not members:
        return None
    member = members[0]
    member._roles = {row.current_role for row in members if row.current_role}
    return member


@cache
def _everybody() -> QuerySet[Member]:
    """What is read of whoever sends a request. Put together once: that takes longer than to ask."""
    current = FilteredRelation("role_grants", condition=Q(role_grants__ended_at=None))
    return with_factors(Member.objects.all()).annotate(current=current, current_role=F("current__role"))


def with_factors(members: QuerySet[Member]) -> QuerySet[Member]:
    """Members who know of themselves `has_second_factor` and `needs_second_factor`."""
    return members.annotate(
        has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)),
        needs_second_factor=Exists(
            RoleGrant.objects.filter(member=OuterRef("pk"), role__in=settings.SECOND_FACTOR_ROLES, ended_at=None)
        )
        | Exists(Membership.objects.filter(member=OuterRef("pk"), role=Membership.Role.FACILITATOR, left_at=None)),
    )


def gave_second_factor(member: Member, session: Mapping[str, Any]) -> bool:
    """Whether it was opened with a second factor, or set one up. A persona of the demonstration has none to give."""
    if settings.DEMO and session.get("persona"):
        return True
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    own = session.get(f"{AUTHENTICATION_METHODS_SESSION_KEY}_user") == str(member.pk)
    return own and any(record.get("method") == "mfa" for record in records)


@sessions_must
def be_whole(member: Member, session: Mapping[str, Any]) -> bool:
    """What sockets ask of a session: nobody who needs a second factor, or has one, listens without it."""
    if gave_second_factor(member, session):
        return True
    return not member.once("needs_factor", lambda: member.pk in _with_second_factor([member]))


@foresee
def look_up_factors(members: list[Member]) -> None:
    """For many who join at once."""
    those = _with_second_factor(members)
    for member in members:
        member.once("needs_factor", partial(those.__contains__, member.pk))


def _with_second_factor(members: list[Member]) -> set[UUID]:
    """Those who have one, or need one."""
    known = with_factors(Member.objects.filter(pk__in=[member.pk for member in members]))
    those = known.filter(Q(has_second_factor=True) | Q(needs_second_factor=True))
    return set(those.values_list("pk", flat=True))


def forget_second_factor(request: HttpRequest) -> None:
    records = get_authentication_records(request, request.user)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [one for one in records if one.get("method") != "mfa"]


def is_persona(request: HttpRequest) -> bool:
    """Whether this is one of the invented people, entered by one click: in the demonstration only."""
    return settings.DEMO and bool(request.session.get("persona"))


def describe(user_agent: str) -> str:
    """A browser and a system in words, as far as its name tells: "Firefox on Windows"."""
    browsers = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "Linux": "Linux",
    }
    return f"{_first(browsers, user_agent) or 'A browser'} on {_first(systems, user_agent) or 'a device'}"


def _first(names: dict[str, str], text: str) -> Any:
    return next((name for mark, name in names.items() if mark in text), None)
