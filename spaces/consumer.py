"""The one socket, /live/: who may knock, what a page may say, and what it is told when that makes no sense.

A plain ASGI application: a consumer of Channels hops to a thread before every event and has a subscription a socket.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.http import parse_cookie
from django.http.request import validate_host

from spaces import gauges
from spaces.hub import Cursor, Hub, hub
from spaces.sockets import DRAINING, NO_ACCESS, POLICY, RELOAD, SIGN_IN_AGAIN, TOO_BIG, Seat, Send, Socket

PATH = "/live/"
PROTOCOL = 1
LONGEST = 64 * 1024  # bytes of a frame
SPACES = 50  # of a socket
GREETING = 10.0  # seconds until `hello`
RATE, BURST, PATIENCE = 20.0, 60.0, 200  # frames a second, at once, and refused before the socket is closed
LAST_SEQ = 2**63 - 1

logger = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Unintelligible(Exception):
    """A frame that makes no sense. The message says why, and repeats nothing of it."""


async def live(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serve one socket from its knock to its end."""
    await receive()
    session_key = session_key_of(scope)
    if scope["path"] != PATH or not session_key or not is_from_here(scope):
        await send({"type": "websocket.close", "code": NO_ACCESS})
        return
    await send({"type": "websocket.accept"})
    home = hub()
    socket = Socket(home, session_key, send)
    if home.draining:
        socket.close(DRAINING)
    try:
        await _listen(home, socket, receive)
    except asyncio.CancelledError:
        if not socket.over:
            raise
        socket.reader.uncancel()  # it was the socket's own end: there is nobody to read for
    finally:
        home.left(socket)
        gauges.CLOSES.labels(socket.closing or "left").inc()
        logger.info("A socket ended: %s.", socket.closing or "left")
        await socket.put_down()


def is_from_here(scope: dict[str, Any]) -> bool:
    """Whether the page that knocks came from this site: scheme, host and port, compared whole."""
    origin = _header(scope, b"origin")
    if origin in {_origin(settings.SITE_URL), *settings.CSRF_TRUSTED_ORIGINS}:
        return True
    host = _header(scope, b"host")
    try:
        is_ours = validate_host(urlsplit(f"//{host}").hostname or "", settings.ALLOWED_HOSTS)
    except ValueError:  # a bracket that nothing closes
        return False
    return is_ours and origin == f"{urlsplit(settings.SITE_URL).scheme}://{host}"


async def _listen(home: Hub, socket: Socket, receive: Receive) -> None:
    allowance, refused, last = BURST, 0, home.loop.time()
    greeting = home.loop.call_later(GREETING, _expect_hello, socket)
    try:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            now = home.loop.time()
            allowance, last = min(BURST, allowance + (now - last) * RATE), now
            text = message.get("text") or ""
            if len(text) > LONGEST or len(message.get("bytes") or b"") > LONGEST:
                _complain(socket, "too-large", "A frame has at most 64 KiB.")
                socket.close(TOO_BIG)
            elif socket.closing is not None:
                continue
            elif allowance < 1:
                refused += 1
                if refused == 1:
                    _complain(socket, "too-many", "Too many frames: this one was not read.")
                if refused > PATIENCE:
                    socket.close(POLICY)
            else:
                allowance -= 1
                await _obey(home, socket, text)
    finally:
        greeting.cancel()


async def _obey(home: Hub, socket: Socket, text: str) -> None:
    try:
        frame = _parse(text)
        await VERBS[frame["type"]](home, socket, frame)
    except Unintelligible as why:
        _complain(socket, "not-understood", str(why))
    except DatabaseError:
        logger.warning("A socket could not join: the database does not answer.")
        socket.close(DRAINING)


def _parse(text: str) -> dict[str, Any]:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise Unintelligible("A frame is a JSON object in a text message.") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str) or frame["type"] not in VERBS:
        raise Unintelligible(f"A frame has a type, one of: {', '.join(VERBS)}.")
    return frame


# What a page may say. News features never add to this: writes go over HTTP.


async def _hello(home: Hub, socket: Socket, frame: dict[str, Any]) -> None:
    if frame.get("protocol") != PROTOCOL:
        socket.close(RELOAD)
        return
    cursors = _cursors(frame)
    if len(cursors.keys() | socket.seats.keys()) > SPACES:
        raise Unintelligible(f"A socket has at most {SPACES} spaces.")
    socket.greeted = True
    found = await home.ask(socket.session_key, cursors.keys())
    if found is None or socket.closing is not None:
        socket.close(SIGN_IN_AGAIN)
        return
    heads = {str(pk): {"epoch": str(space.epoch), "seq": space.last_seq} for pk, space in found.spaces.items()}
    socket.tell_frame(type="welcome", protocol=PROTOCOL, heads=heads, heartbeat=home.pace.beat)
    home.join(socket, found, cursors)
    for refused in cursors.keys() - found.spaces.keys():
        socket.tell_frame(type="gone", space=refused)
    if cursors and not found.spaces:
        socket.close(NO_ACCESS)


async def _got(home: Hub, socket: Socket, frame: dict[str, Any]) -> None:
    socket.acknowledge(_seat(socket, frame).audience.space, _seq(frame.get("seq")))


async def _here(home: Hub, socket: Socket, frame: dict[str, Any]) -> None:
    is_here = frame.get("here", True)
    if not isinstance(is_here, bool):
        raise Unintelligible("`here` is true or false.")
    home.presence.here(_seat(socket, frame), is_here)


async def _typing(home: Hub, socket: Socket, frame: dict[str, Any]) -> None:
    home.presence.typing(_seat(socket, frame))


VERBS = {"hello": _hello, "got": _got, "here": _here, "typing": _typing}


def _cursors(frame: dict[str, Any]) -> dict[UUID, Cursor]:
    cursors = frame.get("cursors")
    if not isinstance(cursors, dict):
        raise Unintelligible("`cursors` is an object: {space: {epoch, seq}}.")
    read: dict[UUID, Cursor] = {}
    for space, cursor in cursors.items():
        if not isinstance(cursor, dict):
            raise Unintelligible("A cursor is an object: {epoch, seq}.")
        epoch, seq = cursor.get("epoch"), cursor.get("seq")
        read[_uuid(space)] = (None if epoch is None else _uuid(epoch), None if seq is None else _seq(seq))
    return read


def _seat(socket: Socket, frame: dict[str, Any]) -> Seat:
    seat = socket.seats.get(_uuid(frame.get("space")))
    if seat is None:
        raise Unintelligible("This socket has not joined that space.")
    return seat


def _uuid(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise Unintelligible("An id is a UUID.") from None


def _seq(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LAST_SEQ:
        raise Unintelligible("`seq` is a whole number, not negative.")
    return value


def _complain(socket: Socket, code: str, message: str) -> None:
    if socket.closing is None:
        socket.whisper_frame(type="error", code=code, message=message)


def _expect_hello(socket: Socket) -> None:
    if not socket.greeted:
        socket.close(POLICY)


def session_key_of(scope: dict[str, Any]) -> str:
    return parse_cookie(_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME, "")


def _header(scope: dict[str, Any], name: bytes) -> str:
    return next((value.decode("latin1") for key, value in scope["headers"] if key == name), "")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
