"""One socket: its seats, what it was sent and has not acknowledged, and its writer."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DatabaseError

from spaces import gauges
from spaces.frames import Frame, Reset, encode

if TYPE_CHECKING:
    from spaces.hub import Audience, Hub

SIGN_IN_AGAIN, NO_ACCESS, TOO_SLOW, DRAINING, RELOAD = 4001, 4003, 4008, 4010, 4011
POLICY, TOO_BIG = 1008, 1009

UNACKNOWLEDGED_EVENTS = 256
UNACKNOWLEDGED_WEIGHT = 512 * 1024  # characters

logger = logging.getLogger(__name__)
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Seat:
    """A socket's place in one space. It is live once it has everything up to the audience's head.

    Behind, it is fed from the log by the socket's writer, so that nothing needs to be kept for it.
    """

    __slots__ = ("audience", "here", "live", "pos", "socket", "typing_until", "unacknowledged")

    def __init__(self, socket: "Socket", audience: "Audience", pos: int) -> None:
        self.socket = socket
        self.audience = audience
        self.pos = pos  # the last activity that was sent
        self.live = False
        self.unacknowledged: deque[tuple[int, int, int]] = deque()  # last activity, events, weight of each frame
        self.here = False
        self.typing_until = 0.0


class Socket:
    """What the hub knows of one open page. Everything here runs on the hub's event loop."""

    __slots__ = (
        "awake",
        "beat_at",
        "checked_at",
        "closing",
        "events",
        "full_since",
        "hub",
        "member",
        "outgoing",
        "seats",
        "send",
        "session_key",
        "watched",
        "weight",
        "writer",
    )

    def __init__(self, hub: "Hub", session_key: str, send: Send) -> None:
        self.hub = hub
        self.session_key = session_key
        self.send = send
        self.member: Any = None
        self.watched: Audience | None = None  # the member's inbox: where a change of rights is heard
        self.seats: dict[UUID, Seat] = {}
        self.outgoing: deque[tuple[UUID | None, dict[str, Any]]] = deque()  # with the space it is news of
        self.events = self.weight = 0  # sent and not acknowledged
        self.full_since: float | None = None
        self.awake = asyncio.Event()
        self.closing: int | None = None
        self.checked_at = self.beat_at = hub.loop.time()
        self.writer: asyncio.Future | None = None

    # What the hub says

    def offer(self, seat: Seat, frame: Frame, message: dict[str, Any]) -> None:
        """Send a frame to a seat that is live; one with too much unacknowledged falls behind instead."""
        if not seat.live or frame.last <= seat.pos:
            return
        if frame.first > seat.pos + 1 or not self._fits(frame):
            seat.live = False
            self.awake.set()
        else:
            self._put(seat, frame, message)

    def tell(self, message: dict[str, Any], space: UUID | None = None) -> None:
        self.outgoing.append((space, message))
        self.awake.set()

    def tell_frame(self, **frame: Any) -> None:
        self.tell(text_message(encode(**frame)))

    def whisper(self, message: dict[str, Any]) -> None:
        """Send what may be dropped, unless the reader is slow."""
        if self.full_since is None and len(self.outgoing) < 50:
            self.tell(message)

    def whisper_frame(self, **frame: Any) -> None:
        self.whisper(text_message(encode(**frame)))

    def acknowledge(self, space: UUID, seq: int) -> None:
        seat = self.seats.get(space)
        if seat is None or not seat.unacknowledged or seat.unacknowledged[0][0] > seq:
            return
        while seat.unacknowledged and seat.unacknowledged[0][0] <= seq:
            self._forget(seat.unacknowledged.popleft())
        self.full_since = None
        self.awake.set()

    def leave(self, seat: Seat) -> None:
        """Give up a seat, with what it had to acknowledge and what is not sent yet."""
        space = seat.audience.space
        del self.seats[space]
        self.outgoing = deque(entry for entry in self.outgoing if entry[0] != space)
        for entry in seat.unacknowledged:
            self._forget(entry)

    def close(self, code: int) -> None:
        """Close after what is on its way; by force where the reader does not take it."""
        if self.closing is None:
            self.closing = code
            self.awake.set()
            self.hub.loop.call_later(3, self.end)

    def end(self) -> None:
        if self.writer is not None:
            self.writer.cancel()

    # The writer

    async def write(self) -> None:
        """Send what is queued and feed the seats that are behind, until closed."""
        while self.closing is None:
            await self.awake.wait()
            self.awake.clear()
            await self._flush()
            for seat in list(self.seats.values()):
                if not seat.live and self.closing is None:
                    await self._catch_up(seat)
                    await self._flush()
        await self._flush()
        await self.send({"type": "websocket.close", "code": self.closing})

    async def _flush(self) -> None:
        while self.outgoing:
            await self.send(self.outgoing.popleft()[1])

    async def _catch_up(self, seat: Seat) -> None:
        audience = seat.audience
        if self.full_since is not None:
            return  # goes on when something is acknowledged
        try:
            news = await self.hub.read(audience.space, seat.pos)
        except DatabaseError:
            logger.warning("The log could not be read; trying again.")
            self.hub.loop.call_later(1, self.awake.set)
            return
        if self.seats.get(audience.space) is not seat:
            return  # the seat was lost meanwhile
        if news is not None and news.epoch != audience.epoch:
            news = Reset(audience.space, news.epoch, news.head, "epoch")
        if not isinstance(news, Frame):
            self.hub.reset(seat, news)
            return
        if news.events and not self._fits(news):
            return
        if news.events:
            gauges.CATCH_UPS.inc()
            self._put(seat, news, text_message(news.text))
        self.hub.heard(audience.space, news.head)
        if seat.pos >= max(audience.head, news.head):
            seat.live = True
        else:
            self.awake.set()

    def _fits(self, frame: Frame) -> bool:
        """Whether there is room. If not, the clock starts: 10 seconds later the socket is closed as too slow."""
        fits = not self.events or (
            self.events + frame.events <= UNACKNOWLEDGED_EVENTS
            and self.weight + len(frame.text) <= UNACKNOWLEDGED_WEIGHT
        )
        if not fits and self.full_since is None:
            self.full_since = self.hub.loop.time()
        return fits

    def _put(self, seat: Seat, frame: Frame, message: dict[str, Any]) -> None:
        seat.unacknowledged.append((frame.last, frame.events, len(frame.text)))
        self.events += frame.events
        self.weight += len(frame.text)
        seat.pos = frame.last
        self.tell(message, seat.audience.space)

    def _forget(self, entry: tuple[int, int, int]) -> None:
        self.events -= entry[1]
        self.weight -= entry[2]


def text_message(text: str) -> dict[str, Any]:
    return {"type": "websocket.send", "text": text}
