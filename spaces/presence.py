"""Who is in a space and who is typing: merged, told once a second a space at most, never stored, lost without harm."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model

from spaces import doorbell
from spaces.frames import encode
from spaces.sockets import Seat, text_message

if TYPE_CHECKING:
    from spaces.hub import Audience, Hub

TYPING = 6.0  # seconds that one `typing` lasts
SAID_AGAIN = 20.0  # seconds after which other processes are told again
BELIEVED = 45.0  # seconds that another process's word is believed
LARGE = 100  # people, from which on a space is told more rarely: what one change costs grows with their square

People = frozenset[UUID]
NOBODY: People = frozenset()


class Whereabouts:
    """What is known of one audience."""

    __slots__ = ("elsewhere", "said", "said_at", "timer", "told", "told_at")

    def __init__(self) -> None:
        self.elsewhere: dict[str, tuple[float, People, People]] = {}  # by process: believed until, here, typing
        self.told = self.said = (NOBODY, NOBODY)  # to the sockets here; to the other processes
        self.told_at = self.said_at = -SAID_AGAIN
        self.timer: asyncio.TimerHandle | None = None


class Presence:
    """Names come from the database, never from a page. A forum's are told to nobody."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self.process = uuid4().hex
        self.names: dict[UUID, str] = {}

    def here(self, seat: Seat, is_here: bool) -> None:
        if seat.here != is_here and seat.audience.names_people:
            seat.here = is_here
            self._stir(seat.audience)

    def typing(self, seat: Seat) -> None:
        if not seat.audience.names_people:
            return
        seat.typing_until = self.hub.loop.time() + TYPING
        self._stir(seat.audience)

    def seated(self, seat: Seat) -> None:
        """Tell a newcomer who is there; ask the other processes where this one has just begun to care."""
        if seat.audience.presence is None and doorbell.is_shared():
            self._say(seat.audience, NOBODY, NOBODY, ask=True)
        whereabouts = self._of(seat.audience)
        for kind, people in zip(("here", "typing"), whereabouts.told, strict=True):
            if people:
                seat.socket.whisper(self._frame(kind, seat.audience.space, people))

    def left(self, seat: Seat) -> None:
        if seat.here or seat.typing_until > self.hub.loop.time():
            self._stir(seat.audience)

    def forget(self, audience: "Audience") -> None:
        """Nobody of this process is left in the space."""
        whereabouts, audience.presence = audience.presence, None
        if whereabouts is None:
            return
        if whereabouts.timer:
            whereabouts.timer.cancel()
        if whereabouts.said != (NOBODY, NOBODY):
            self._say(audience, NOBODY, NOBODY)

    def hear(self, message: dict[str, Any]) -> None:
        """What another process says of the sockets that it holds."""
        audience = self.hub.audiences.get(UUID(message["space"]))
        if audience is None or message["process"] == self.process:
            return
        whereabouts = self._of(audience)
        here, typing = _people(message["here"]), _people(message["typing"])
        whereabouts.elsewhere[message["process"]] = (self.hub.loop.time() + BELIEVED, here, typing)
        if message["ask"]:
            whereabouts.said_at = -SAID_AGAIN
        self._stir(audience)

    def _of(self, audience: "Audience") -> Whereabouts:
        if audience.presence is None:
            audience.presence = Whereabouts()
        return audience.presence

    def _stir(self, audience: "Audience") -> None:
        whereabouts = self._of(audience)
        between = self.hub.pace.chat * max(1, len(whereabouts.told[0]) / LARGE)
        self._set_timer(audience, max(self.hub.loop.time(), whereabouts.told_at + between))

    def _set_timer(self, audience: "Audience", at: float) -> None:
        whereabouts = self._of(audience)
        if whereabouts.timer is None or whereabouts.timer.when() > at:
            if whereabouts.timer:
                whereabouts.timer.cancel()
            whereabouts.timer = self.hub.loop.call_at(at, self._tell, audience)

    def _tell(self, audience: "Audience") -> None:
        whereabouts, now = self._of(audience), self.hub.loop.time()
        whereabouts.timer = None
        local = (
            frozenset(self._known(seat) for seat in audience.seats if seat.here),
            frozenset(self._known(seat) for seat in audience.seats if seat.typing_until > now),
        )
        if doorbell.is_shared() and (local != whereabouts.said or (any(local) and self._is_stale(whereabouts, now))):
            whereabouts.said, whereabouts.said_at = local, now
            self._say(audience, *local)
        whereabouts.elsewhere = {key: word for key, word in whereabouts.elsewhere.items() if word[0] > now}
        here = local[0].union(*(word[1] for word in whereabouts.elsewhere.values()))
        typing = local[1].union(*(word[2] for word in whereabouts.elsewhere.values()))
        if unknown := (here | typing) - self.names.keys():
            self.hub.spawn(self._learn(audience, unknown))
            here, typing = here - unknown, typing - unknown
        for kind, before, people in zip(("here", "typing"), whereabouts.told, (here, typing), strict=True):
            if people != before:
                message = self._frame(kind, audience.space, people)
                for seat in audience.seats:
                    seat.socket.whisper(message)
        whereabouts.told, whereabouts.told_at = (here, typing), now
        ends = [seat.typing_until for seat in audience.seats if seat.typing_until > now]
        ends += [word[0] for word in whereabouts.elsewhere.values()]
        ends += [now + SAID_AGAIN] if any(local) and doorbell.is_shared() else []
        if ends:
            self._set_timer(audience, max(min(ends), now + self.hub.pace.chat) + 0.01)

    def _is_stale(self, whereabouts: Whereabouts, now: float) -> bool:
        return now - whereabouts.said_at >= SAID_AGAIN

    def _say(self, audience: "Audience", here: People, typing: People, *, ask: bool = False) -> None:
        message = {
            "type": "presence",
            "process": self.process,
            "space": str(audience.space),
            "here": [str(one) for one in here],
            "typing": [str(one) for one in typing],
            "ask": ask,
        }
        self.hub.spawn(doorbell.publish(message))

    def _known(self, seat: Seat) -> UUID:
        member = seat.socket.member
        assert member is not None  # who has a seat was let in
        self.names[member.pk] = member.name
        return member.pk

    async def _learn(self, audience: "Audience", unknown: Iterable[UUID]) -> None:
        found = await self.hub.run(_names, list(unknown))
        if len(self.names) > 10_000:
            self.names.clear()
        self.names |= found
        if found:
            self._stir(audience)

    def _frame(self, kind: str, space: UUID, people: People) -> dict[str, Any]:
        known = sorted((self.names.get(one, ""), str(one)) for one in people)
        return text_message(encode(type=kind, space=space, people=[{"id": pk, "name": name} for name, pk in known]))


def _people(ids: Iterable[str]) -> People:
    return frozenset(UUID(one) for one in ids)


def _names(ids: list[UUID]) -> dict[UUID, str]:
    return dict(get_user_model().objects.filter(pk__in=ids).values_list("pk", "name"))
