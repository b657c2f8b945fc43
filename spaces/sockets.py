"""One socket: its seats, what it was sent and has not acknowledged, and its writer where it needs one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple
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


class Person(NamedTuple):
    """Who sits at a socket: two words instead of a row, since there are thousands of them."""

    pk: UUID
    name: str


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
        self.unacknowledged: list[tuple[int, int, int]] = []  # last activity, events, weight of each frame
        self.here = False
        self.typing_until = 0.0


class Socket:
    """What the hub knows of one open page. Everything here runs on the hub's event loop.

    A frame is handed to the server at once, by whoever has it. Only where the server does not take it at once, or a
    seat is behind, or the socket is to be closed, there is a task, the writer, until that is done.
    """

    __slots__ = (
        "beat_at",
        "checked_at",
        "closing",
        "events",
        "full_since",
        "greeted",
        "hub",
        "member",
        "outgoing",
        "over",
        "reader",
        "seats",
        "send",
        "session_key",
        "stirred",
        "watched",
        "weight",
        "writer",
    )

    def __init__(self, hub: "Hub", session_key: str, send: Send) -> None:
        self.hub = hub
        self.session_key = session_key
        self.send = send
        self.member: Person | None = None
        self.watched: Audience | None = None  # the member's inbox: where a change of rights is heard
        self.seats: dict[UUID, Seat] = {}
        self.outgoing: list[tuple[UUID | None, dict[str, Any]]] = []  # with the space it is news of
        self.events = self.weight = 0  # sent and not acknowledged
        self.full_since: float | None = None
        self.greeted = self.over = False
        self.closing: int | None = None
        self.checked_at = self.beat_at = hub.loop.time()
        self.reader: Any = asyncio.current_task()
        self.writer: asyncio.Task | None = None
        self.stirred = False  # there is more to do for the writer

    # What the hub says

    def offer(self, seat: Seat, frame: Frame, message: dict[str, Any]) -> None:
        """Send a frame to a seat that is live; one with too much unacknowledged falls behind instead."""
        if not seat.live or frame.last <= seat.pos:
            return
        if frame.first > seat.pos + 1 or not self._fits(frame):
            seat.live = False
            self.stir()
        else:
            self._put(seat, frame, message)

    def tell(self, message: dict[str, Any], space: UUID | None = None) -> None:
        if self.over:
            return
        if self.writer is not None:
            self.outgoing.append((space, message))
            return
        try:
            rest = begin(self.send(message))
        except Exception as fault:
            self._fail(fault)
            return
        if rest is not None:
            self._write(rest)

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
            self._forget(seat.unacknowledged.pop(0))
        if self.full_since is not None:
            self.full_since = None
            self.stir()

    def leave(self, seat: Seat) -> None:
        """Give up a seat, with what it had to acknowledge and what is not sent yet."""
        space = seat.audience.space
        del self.seats[space]
        self.outgoing = [entry for entry in self.outgoing if entry[0] != space]
        for entry in seat.unacknowledged:
            self._forget(entry)

    def close(self, code: int) -> None:
        """Close after what is on its way; by force where the reader does not take it."""
        if self.closing is None:
            self.closing = code
            self.stir()
            self.hub.loop.call_later(3, self.end)

    def end(self) -> None:
        """Neither write nor read any more."""
        if not self.over:
            self.over = True
            if self.writer is not None:
                self.writer.cancel()
            self.reader.cancel()

    async def put_down(self) -> None:
        """The reader is done: end the writer, too."""
        self.over = True
        if self.writer is not None and not self.writer.done():
            self.writer.cancel()
            await asyncio.wait([self.writer])

    # The writer

    def stir(self) -> None:
        """A seat is behind and may be fed, or the socket is to be closed."""
        self.stirred = True
        if self.writer is None and not self.over:
            self._write()

    def _write(self, rest: "Rest | None" = None) -> None:
        self.writer = self.hub.loop.create_task(self._work_off(rest))
        self.writer.add_done_callback(self._written)

    async def _work_off(self, rest: "Rest | None") -> None:
        """Send what is queued and feed the seats that are behind, until nothing is left to do."""
        if rest is not None:
            await rest
        await self._flush()
        while self.stirred:
            self.stirred = False
            for seat in list(self.seats.values()):
                if not seat.live and self.closing is None:
                    await self._catch_up(seat)
                    await self._flush()
            if self.closing is not None:
                await self._flush()
                await self.send({"type": "websocket.close", "code": self.closing})
                return
        self.writer = None

    def _written(self, writer: asyncio.Task) -> None:
        if writer.cancelled():
            return
        if fault := writer.exception():
            self._fail(fault)
        elif self.closing is not None:
            self.end()

    def _fail(self, fault: BaseException) -> None:
        logger.info("A socket ended with %s.", type(fault).__name__)
        self.end()

    async def _flush(self) -> None:
        while self.outgoing:
            await self.send(self.outgoing.pop(0)[1])

    async def _catch_up(self, seat: Seat) -> None:
        audience = seat.audience
        if self.full_since is not None:
            return  # goes on when something is acknowledged
        try:
            news = await self.hub.read(audience.space, seat.pos)
        except DatabaseError:
            logger.warning("The log could not be read; trying again.")
            self.hub.loop.call_later(1, self.stir)
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
            self.stirred = True

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


class Rest:
    """What is left to do of something that did not finish at its first step."""

    def __init__(self, steps: Any, first: Any) -> None:
        self.steps, self.first = steps, first

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            yield self.first
        except BaseException:
            self.steps.close()
            raise
        yield from self.steps


def begin(work: Awaitable[None]) -> Rest | None:
    """Take the first step now, without a task: a server that has room takes a frame in one. None: it is done.

    asyncio has this from Python 3.12 on, as eager tasks.
    """
    steps = work.__await__()
    try:
        return Rest(steps, next(steps))
    except StopIteration:
        return None
