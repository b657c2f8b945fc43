"""Ringing: "space X is now at n". A lost ring costs latency, never news.

Inside this process a ring is a function call. To the other processes it goes through the channel layer (Redis), from a
thread of its own, so that a write never waits for Redis and never fails with it.
"""

import asyncio
import atexit
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer
from django.conf import settings
from redis.exceptions import RedisError

from spaces import gauges

GROUP = "spaces.doorbell"
PATIENCE = 1.0  # seconds that Redis may take
FAULTS = (RedisError, OSError, TimeoutError)

Listener = Callable[[UUID, int], None]

logger = logging.getLogger(__name__)
_listeners: set[Listener] = set()
_ringer: "Ringer | None" = None
_guard = threading.Lock()
_complained_at = -60.0


def ring(space: UUID, seq: int) -> None:
    """Tell every process's hub that this space has something new. Never any content."""
    for listener in tuple(_listeners):
        listener(space, seq)
    if is_shared():
        ringer().tell(space, seq)


def is_shared() -> bool:
    """Whether there may be other processes to ring at."""
    return bool(settings.REDIS_URL)


def listen(listener: Listener) -> None:
    """Have `listener(space, seq)` called for each ring of this process, in the thread that rings."""
    _listeners.add(listener)


def unlisten(listener: Listener) -> None:
    _listeners.discard(listener)


def ringer() -> "Ringer":
    global _ringer
    with _guard:
        if _ringer is None:
            _ringer = Ringer()
        return _ringer


def silence() -> None:
    """Send what is due and end the thread. The next ring starts another."""
    global _ringer
    with _guard:
        stopped, _ringer = _ringer, None
    if stopped:
        stopped.stop()


atexit.register(silence)


class Ringer:
    """A thread with an event loop that rings at the other processes. It remembers one number a space, no more."""

    def __init__(self) -> None:
        self.due: dict[UUID, int] = {}
        self.awake = asyncio.Event()
        self.stopping = False
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="doorbell", daemon=True)
        self.thread.start()

    def tell(self, space: UUID, seq: int) -> None:
        self.loop.call_soon_threadsafe(self._note, space, seq)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self._note_stop)
        self.thread.join(2 * PATIENCE)

    def _note(self, space: UUID, seq: int) -> None:
        self.due[space] = max(seq, self.due.get(space, 0))
        self.awake.set()

    def _note_stop(self) -> None:
        self.stopping = True
        self.awake.set()

    def _run(self) -> None:
        try:
            self.loop.run_until_complete(self._work())
        finally:
            self.loop.close()

    async def _work(self) -> None:
        while not self.stopping:
            await self.awake.wait()
            self.awake.clear()
            due, self.due = self.due, {}
            for space, seq in due.items():
                if not await publish({"type": "ring", "space": str(space), "head": seq}):
                    break  # the others find the news at their next tick


async def publish(message: dict[str, Any]) -> bool:
    """Say something to every process, this one too. False where that was not possible within a second."""
    layer = get_channel_layer()
    try:
        async with asyncio.timeout(PATIENCE):
            await layer.group_send(GROUP, message)
    except FAULTS as fault:
        complain(fault)
        return False
    return True


async def messages() -> AsyncIterator[dict[str, Any]]:
    """What any process says, for ever. An outage of Redis is waited out; what was said meanwhile is lost."""
    layer = get_channel_layer()
    while True:
        try:
            async with asyncio.timeout(10 * PATIENCE):
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
            while True:
                yield await layer.receive(channel)
        except FAULTS as fault:
            complain(fault)
            await layer.flush()
            await asyncio.sleep(2)


def complain(fault: BaseException) -> None:
    """Log that Redis is away, once a minute."""
    global _complained_at
    gauges.DOORBELL_FAILURES.inc()
    if time.monotonic() - _complained_at >= 60:
        _complained_at = time.monotonic()
        logger.warning("Redis does not answer (%s). News arrive with the next tick.", type(fault).__name__)
