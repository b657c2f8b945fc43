"""Waiting for news over plain HTTP, where a proxy lets no socket through: before the view, and without a thread.

Django runs a view below sync middleware in a thread, so a view that waits would hold one. This ASGI application only
delays the request until there is something to answer; the view then asks everything anew.
"""

import asyncio
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.db import DatabaseError

from spaces.consumer import Receive, session_key_of
from spaces.hub import hub
from spaces.sockets import Send

LONGEST = 30.0  # seconds
AT_ONCE = 10  # waits of one session; more are answered at once
PATH = re.compile(r"^/spaces/([0-9a-f-]{36})/activities/$")

_waits: Counter[str] = Counter()


def patient(pages: Any) -> Any:
    """The pages, with `GET /spaces/…/activities/?after=…&wait=…` held until the space moves past `after`."""

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        asked = _asked(scope)
        if asked is None:
            await pages(scope, receive, send)
            return
        first = await receive()
        then = asyncio.ensure_future(receive())
        waiting = asyncio.ensure_future(_wait(session_key_of(scope), *asked))
        try:
            await asyncio.wait({then, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if not then.done() or then.result()["type"] != "http.disconnect":
                await waiting
                await pages(scope, _again(first, then), send)
        finally:
            then.cancel()
            waiting.cancel()

    return application


def _asked(scope: dict[str, Any]) -> tuple[UUID, int, float] | None:
    path = PATH.match(scope["path"])
    if scope["method"] != "GET" or not path:
        return None
    query = parse_qs(scope["query_string"].decode("latin1"))
    try:
        wait = float(query["wait"][-1])
        return (UUID(path[1]), int(query["after"][-1]), min(wait, LONGEST)) if wait > 0 else None
    except (KeyError, ValueError):
        return None


async def _wait(session_key: str, space: UUID, after: int, seconds: float) -> None:
    if not session_key or _waits[session_key] >= AT_ONCE:
        return
    home = hub()
    _waits[session_key] += 1
    try:
        found = await home.ask(session_key, [space])
        if found and space in found.spaces:
            await home.wait_for_news(found.spaces[space], after, seconds)
    except DatabaseError:
        pass  # the view will say so
    finally:
        _waits[session_key] -= 1
        if not _waits[session_key]:
            del _waits[session_key]


def _again(first: dict[str, Any], then: asyncio.Future) -> Receive:
    waiting = [first]

    async def receive() -> dict[str, Any]:
        return waiting.pop() if waiting else await then

    return receive
