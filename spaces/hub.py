"""The hub: one per server process. It reads the log past its head and feeds every socket of this process.

It starts with the first socket. Nothing it hears is believed: a ring only says that the log is worth reading, and the
tick reads it anyway.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections

from spaces import doorbell, gauges
from spaces.frames import Frame, Reset, read_log
from spaces.models import Space
from spaces.presence import Presence
from spaces.sockets import DRAINING, NO_ACCESS, SIGN_IN_AGAIN, TOO_SLOW, Person, Seat, Socket, text_message
from spaces.visits import Visit, visits

Answer = TypeVar("Answer")
Question = tuple[str, frozenset[UUID], asyncio.Future]  # a session's key, the spaces it asks about
TOGETHER = 100  # sessions that are looked at together
Cursor = tuple[UUID | None, int | None]  # epoch and number that a page has; None: whatever is now
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often, in seconds."""

    tick: float = 2.0  # the log is asked without a ring
    beat: float = 25.0
    recheck: float = 20.0  # every socket's rights are asked anew
    overdue: float = 30.0  # a socket whose rights could not be asked for so long is closed
    slow: float = 10.0  # a socket may owe more than its share of acknowledgements
    merge: float = 0.02  # between deliveries; what comes meanwhile goes in one frame
    chat: float = 1.0  # presence and typing of a space are told once in so long


class Audience:
    """The sockets of this process that read one space, and how far the space was read for them."""

    __slots__ = ("epoch", "head", "presence", "seats", "space", "waiting", "watchers")

    def __init__(self, space: Space) -> None:
        self.space: UUID = space.pk
        self.epoch: UUID = space.epoch
        self.head: int = space.last_seq
        self.seats: set[Seat] = set()
        self.watchers: set[Socket] = set()
        self.waiting: set[asyncio.Future] = set()  # long polls
        self.presence: Any = None

    @property
    def is_empty(self) -> bool:
        return not (self.seats or self.watchers or self.waiting)


@dataclass(eq=False)
class Hub:
    pace: Pace = field(default_factory=Pace)

    def __post_init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.audiences: dict[UUID, Audience] = {}
        self.sockets: set[Socket] = set()
        self.draining = False
        self.presence = Presence(self)
        self._executor = ThreadPoolExecutor(4, thread_name_prefix="hub")
        self._connections: set[Any] = set()
        self._news: dict[UUID, float] = {}  # spaces worth reading, in order, and since when
        self._in_hand: dict[UUID, float] = {}  # those of them that are being read
        self._awake = asyncio.Event()
        self._reading: dict[tuple[UUID, int], asyncio.Future] = {}
        self._questions: list[Question] = []
        self._answering = False
        self._tasks: set[asyncio.Task] = set()
        for work in (self._deliver_news, self._tick, self._recheck, self._keep_house, self._hear):
            self.spawn(_for_ever(work))
        doorbell.listen(self._rung)

    async def stop(self) -> None:
        doorbell.unlisten(self._rung)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for one in self.sockets:
            one.end()
        await asyncio.to_thread(self._close_connections)

    # Sockets and seats

    def ask(self, session_key: str, wanted: Collection[UUID]) -> asyncio.Future[Visit | None]:
        """Who is this, and which of the wanted spaces may they read? None where they are not signed in.

        Whoever asks while others are being answered is answered next, with all who asked meanwhile.
        """
        answer = self.loop.create_future()
        self._questions.append((session_key, frozenset(wanted), answer))
        if not self._answering:
            self._answering = True
            self.spawn(self._answer_questions())
        return answer

    def join(self, socket: Socket, found: Visit, cursors: dict[UUID, Cursor]) -> None:
        """Seat a socket in the spaces that it was found to be allowed, after the number that its page has."""
        socket.member = Person(found.member.pk, found.member.name)
        socket.checked_at = self.loop.time()
        self.sockets.add(socket)
        if socket.watched is None:
            socket.watched = self._audience(found.inbox)
            socket.watched.watchers.add(socket)
        for pk, space in found.spaces.items():
            self._seat(socket, space, *cursors[pk])
        if socket.watched.head > found.inbox.last_seq:
            self._recheck_soon([socket])  # rights may have changed between the answer and the seat

    def reset(self, seat: Seat, why: Reset | None) -> None:
        """Tell a seat to load its space anew, and take it away."""
        if why is not None:
            gauges.RESETS.labels(why.reason).inc()
            seat.socket.tell(text_message(why.text))
        self.unseat(seat)

    def unseat(self, seat: Seat) -> None:
        seat.socket.leave(seat)
        seat.audience.seats.discard(seat)
        self.presence.left(seat)
        self._forget_if_empty(seat.audience)

    def left(self, socket: Socket) -> None:
        """A socket is gone."""
        self.sockets.discard(socket)
        for seat in list(socket.seats.values()):
            self.unseat(seat)
        if socket.watched is not None:
            socket.watched.watchers.discard(socket)
            self._forget_if_empty(socket.watched)

    async def wait_for_news(self, space: Space, after: int, seconds: float) -> None:
        """Return when the space has something after that number, or the time is over. Holds no thread."""
        audience = self._audience(space)
        news = self.loop.create_future()
        audience.waiting.add(news)
        try:
            async with asyncio.timeout(seconds):
                if max(space.last_seq, audience.head) <= after and not self.draining:
                    await news
        except TimeoutError:
            pass
        finally:
            audience.waiting.discard(news)
            self._forget_if_empty(audience)

    async def drain(self, seconds: float = 5.0) -> None:
        """Close every socket with 4010 and answer every long poll, for a server that is about to stop."""
        self.draining = True
        for socket in list(self.sockets):
            socket.close(DRAINING)
        for audience in list(self.audiences.values()):
            _answer(audience.waiting)
        until = self.loop.time() + seconds
        while self.sockets and self.loop.time() < until:
            await asyncio.sleep(0.05)

    def _seat(self, socket: Socket, space: Space, epoch: UUID | None, after: int | None) -> None:
        if space.pk in socket.seats:
            self.unseat(socket.seats[space.pk])
        if epoch is not None and epoch != space.epoch:
            gauges.RESETS.labels("epoch").inc()
            socket.tell(text_message(Reset(space.pk, space.epoch, space.last_seq, "epoch").text))
            return
        audience = self._audience(space)
        seat = Seat(socket, audience, space.last_seq if after is None else after)
        audience.seats.add(seat)
        socket.seats[space.pk] = seat
        socket.stir()
        self.presence.seated(seat)

    def _audience(self, space: Space) -> Audience:
        audience = self.audiences.get(space.pk)
        if audience is None:
            audience = self.audiences[space.pk] = Audience(space)
            self._look_at(space.pk)  # what was committed since the space was read rang at nobody
        return audience

    def _forget_if_empty(self, audience: Audience) -> None:
        if audience.is_empty and self.audiences.get(audience.space) is audience:
            del self.audiences[audience.space]
            self.presence.forget(audience)

    # News

    def _rung(self, space: UUID, seq: int) -> None:
        """From any thread of this process."""
        try:
            self.loop.call_soon_threadsafe(self.heard, space, seq)
        except RuntimeError:  # the loop was closed: the server is stopping
            doorbell.unlisten(self._rung)

    def heard(self, space: UUID, seq: int) -> None:
        audience = self.audiences.get(space)
        if audience is not None and seq > audience.head:
            self._look_at(space)

    def lag(self) -> tuple[int, float]:
        """How many spaces have news that were not handed out, and for how many seconds the first has waited."""
        waiting = [*self._in_hand.values(), *self._news.values()]
        return len(waiting), self.loop.time() - min(waiting) if waiting else 0.0

    def _is_known(self, space: UUID) -> bool:
        return space in self._news or space in self._in_hand

    def _look_at(self, space: UUID) -> None:
        self._news.setdefault(space, self.loop.time())
        self._awake.set()

    async def _hear(self) -> None:
        """What other processes say."""
        if not doorbell.is_shared():
            await asyncio.Event().wait()
        async for message in doorbell.messages():
            if message.get("type") == "ring":
                self.heard(UUID(message["space"]), int(message["head"]))
            else:
                self.presence.hear(message)

    async def _tick(self) -> None:
        """Find what rang at nobody."""
        await asyncio.sleep(self.pace.tick)
        if not self.audiences:
            return
        for space, epoch, head in await self.run(_heads, list(self.audiences)):
            audience = self.audiences.get(space)
            if audience is not None and head > audience.head and not self._is_known(space):
                gauges.MISSED.inc()
            self.heard(space, head)
            if audience is not None and epoch != audience.epoch:
                self._begin_again(audience, Reset(space, epoch, head, "epoch"))

    def _begin_again(self, audience: Audience, news: Frame | Reset | None) -> None:
        """The log does not go on where it was: it was restored from a backup, purged, or is gone with its space."""
        if news is not None and news.epoch != audience.epoch:
            news = Reset(audience.space, news.epoch, news.head, "epoch")
        for seat in list(audience.seats):
            self.reset(seat, news if isinstance(news, Reset) else None)
        if news is not None:
            audience.epoch, audience.head = news.epoch, news.head
        _answer(audience.waiting)

    async def _deliver_news(self) -> None:
        await self._awake.wait()
        self._awake.clear()
        self._in_hand = {space: self._news.pop(space) for space in list(self._news)[:50]}
        wanted = {space: self.audiences[space].head for space in self._in_hand if space in self.audiences}
        try:
            news = await self.run(read_log, wanted)
        except BaseException:
            self._news = self._in_hand | self._news
            raise
        finally:
            since, self._in_hand = self._in_hand, {}
        for space in wanted:
            if space in self.audiences:
                self._deliver(self.audiences[space], news.get(space), since[space])
        if self._news:
            self._awake.set()
        await asyncio.sleep(self.pace.merge)

    def _deliver(self, audience: Audience, news: Frame | Reset | None, since: float) -> None:
        if news is None or isinstance(news, Reset) or news.epoch != audience.epoch:
            self._begin_again(audience, news)
            return
        if news.last <= audience.head:
            return
        audience.head = news.last
        message = text_message(news.text)
        for seat in audience.seats:
            seat.socket.offer(seat, news, message)
        gauges.RING_TO_FRAME.observe(self.loop.time() - since)
        _answer(audience.waiting)
        if "access.changed" in news.kinds:
            self._recheck_soon(audience.watchers)
        if news.more:
            self._look_at(audience.space)

    # Rights

    async def _answer_questions(self) -> None:
        while self._questions:
            some, self._questions = self._questions[:TOGETHER], self._questions[TOGETHER:]
            asked: dict[str, set[UUID]] = defaultdict(set)
            for session_key, wanted, _ in some:
                asked[session_key] |= wanted
            try:
                found: dict[str, Visit] | Exception = await self.run(visits, asked)
            except Exception as fault:
                found = fault
            for session_key, wanted, answer in some:
                if answer.done():  # nobody waits for it any more
                    continue
                if isinstance(found, Exception):
                    answer.set_exception(found)
                else:
                    answer.set_result(found[session_key].of(wanted) if session_key in found else None)
        self._answering = False

    def _recheck_soon(self, sockets: Iterable[Socket]) -> None:
        for socket in sockets:
            self.spawn(self._recheck_one(socket))

    async def _recheck_one(self, socket: Socket) -> None:
        """Close or shorten a socket whose member may no longer; close one whose rights cannot be asked."""
        asked = set(socket.seats)
        try:
            found = await self.ask(socket.session_key, asked)
        except DatabaseError:
            logger.warning("Rights could not be asked; a socket is closed.")
            self.left(socket)
            socket.close(DRAINING)
            return
        self._apply(socket, asked, found)

    def _apply(self, socket: Socket, asked: set[UUID], found: Visit | None) -> None:
        if found is None:
            self.left(socket)
            socket.close(SIGN_IN_AGAIN)
            return
        socket.checked_at = self.loop.time()
        lost = [seat for space, seat in socket.seats.items() if space in asked - found.spaces.keys()]
        for seat in lost:
            self.unseat(seat)
            socket.tell_frame(type="gone", space=seat.audience.space)
        if lost and not socket.seats:
            socket.close(NO_ACCESS)

    async def _recheck(self) -> None:
        """Ask everyone's rights anew, a hundred sessions after the other, so that the news keep their turn."""
        await asyncio.sleep(self.pace.tick)
        due = self.loop.time() - self.pace.recheck
        sessions: dict[str, list[Socket]] = defaultdict(list)
        for socket in self.sockets:
            if socket.checked_at <= due:
                sessions[socket.session_key].append(socket)
        for keys in _batches(sessions):
            asked = {key: {space for socket in sessions[key] for space in socket.seats} for key in keys}
            found = await self.run(visits, asked)
            for key in keys:
                for socket in sessions[key]:
                    self._apply(socket, asked[key], found.get(key))

    async def _keep_house(self) -> None:
        """Beats, and the end of sockets that are too slow or could not be checked. Asks no database."""
        await asyncio.sleep(min(1.0, self.pace.tick))
        now = self.loop.time()
        for socket in list(self.sockets):
            if now - socket.checked_at > self.pace.overdue:
                self.left(socket)
                socket.close(DRAINING)
            elif socket.full_since is not None and now - socket.full_since > self.pace.slow:
                self.left(socket)
                socket.close(TOO_SLOW)
            elif now - socket.beat_at >= self.pace.beat:
                socket.beat_at = now
                heads = {str(space): seat.audience.head for space, seat in socket.seats.items()}
                socket.tell_frame(type="beat", heads=heads)

    # The database, away from the event loop and from the thread that pages share

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def read(self, space: UUID, after: int) -> Frame | Reset | None:
        """The log after a number. Readers who ask for the same at the same time share one answer."""
        key = (space, after)
        if key not in self._reading:
            future = self._reading[key] = self.run(read_log, {space: after})
            future.add_done_callback(lambda _: self._reading.pop(key, None))
        return (await asyncio.shield(self._reading[key])).get(space)

    def run(self, work: Callable[..., Answer], *args: Any) -> asyncio.Future[Answer]:
        return self.loop.run_in_executor(self._executor, self._ask, work, *args)

    def _ask(self, work: Callable[..., Answer], *args: Any) -> Answer:
        """Read, once more if the connection had died. Connections are kept, one a thread."""
        if connections[connection.alias] not in self._connections:
            connections[connection.alias].inc_thread_sharing()
            self._connections.add(connections[connection.alias])
        try:
            return work(*args)
        except (OperationalError, InterfaceError):
            connections.close_all()
        try:
            return work(*args)
        except DatabaseError:
            connections.close_all()
            raise

    def _close_connections(self) -> None:
        self._executor.shutdown()
        for one in self._connections:
            one.close()


def _batches(keys: Iterable[str]) -> list[list[str]]:
    keys = list(keys)
    return [keys[start : start + TOGETHER] for start in range(0, len(keys), TOGETHER)]


def _heads(spaces: Iterable[UUID]) -> list[tuple[UUID, UUID, int]]:
    return list(Space.objects.filter(pk__in=spaces).values_list("pk", "epoch", "last_seq"))


def _answer(waiting: set[asyncio.Future]) -> None:
    for future in waiting:
        if not future.done():
            future.set_result(None)


async def _for_ever(work: Callable[[], Any]) -> None:
    """Repeat; an error is logged and waited out, because the hub is all that its sockets have."""
    while True:
        try:
            await work()
        except Exception as error:
            logger.log(
                logging.WARNING if isinstance(error, DatabaseError) else logging.ERROR,
                "The hub goes on after %s.",
                type(error).__name__,
                exc_info=not isinstance(error, DatabaseError),
            )
            await asyncio.sleep(0.5)


_hub: Hub | None = None


def hub() -> Hub:
    """This process's hub, started when first asked for. Call it on the server's event loop."""
    global _hub
    if _hub is None or _hub.loop is not asyncio.get_running_loop():
        _hub = Hub()
    return _hub


def use(other: Hub | None) -> None:
    """Put another hub in place: at another pace, or none."""
    global _hub
    _hub = other


def running() -> Hub | None:
    """This process's hub if it was started, for those who only look."""
    return _hub


async def drain(seconds: float = 5.0) -> None:
    """For the server's stop signal: see Hub.drain."""
    if _hub is not None:
        await _hub.drain(seconds)
