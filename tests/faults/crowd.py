"""Who writes and who reads: over forms and sockets as docs/realtime.md says, by long polls, and in Chromium."""

import asyncio
import http.client
import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID, uuid4

import websockets
from django.conf import settings
from django.db import connections

SESSION, CSRF = "__Host-session", "__Host-csrf"  # as in production
SILENCE = 60  # seconds without a frame, with a beat every 25: the line is dead
TIMEOUT = 20  # seconds that a page waits for the answer to a form
threads = ThreadPoolExecutor(80, thread_name_prefix="crowd")


async def apart(work, *args, **kwargs):
    """Call what asks the database in a thread of its own."""

    def call():
        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(threads, call)


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    member: object
    session: str
    csrf: str = "a" * 32

    @property
    def cookie(self) -> str:
        return f"{SESSION}={self.session}; {CSRF}={self.csrf}"


@dataclass(frozen=True)
class Room:
    """A group's chat, and what its words are marked with."""

    pk: UUID
    epoch: UUID
    thread: UUID
    group: UUID
    mark: str

    @property
    def page(self) -> str:
        return f"/groups/{self.group}/"


@dataclass(frozen=True)
class Line:
    """One person's way to one port, a connection a request."""

    person: Person
    port: int
    origin: str

    async def ask(self, *args, **options) -> tuple[int, bytes]:
        """The status and the body of an answer; 0 where none came."""
        return await asyncio.get_running_loop().run_in_executor(threads, lambda: self.ask_now(*args, **options))

    def ask_now(self, method: str, path: str, body=None, kind: str = "", timeout: float = TIMEOUT) -> tuple[int, bytes]:
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "Accept": "application/json",
            "Connection": "close",
            "Cookie": self.person.cookie,
            "Origin": self.origin,
            "X-CSRFToken": self.person.csrf,
            "X-Forwarded-Proto": "https",
        }
        if body is not None:
            headers["Content-Type"] = kind or "application/x-www-form-urlencoded"
            body = body if kind else urlencode(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()


@dataclass
class Writer:
    """Posts until it is acknowledged, each message under one client_id, as the page's outbox does."""

    line: Line
    room: Room
    name: str
    acknowledged: list[dict] = field(default_factory=list)
    tries: Counter = field(default_factory=Counter)
    number: int = 0

    async def write(self) -> dict:
        self.number += 1
        client_id, begun = str(uuid4()), time.monotonic()
        body = f"{self.room.mark} {in_letters(self.number)} from {self.name}"
        wait = 0.0
        while True:
            status, text = await self.line.ask(
                "POST", f"/threads/{self.room.thread}/posts/", {"body": body, "client_id": client_id}
            )
            self.tries[status] += 1
            if status == 200:
                answer = json.loads(text)
                ack = {"client_id": client_id, "id": answer["id"], "seq": answer["seq"], "begun": begun}
                self.acknowledged.append(ack)
                return ack
            assert status in {0, 409, 429} or status >= 500, (status, text[:500])
            wait = min(30, (wait or 0.5) * 2) * random.uniform(0.5, 1)
            await asyncio.sleep(wait)


def in_letters(number: int) -> str:
    """A number that nothing takes for somebody's: 12 is "bc"."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


@dataclass
class Reader:
    """Keeps what it has read, by the rules of docs/realtime.md."""

    person: Person
    port: int
    origin: str
    room: Room
    seq: int = 0
    items: list[tuple[int, str, str]] = field(default_factory=list)  # number, operation, target
    arrived: dict[str, float] = field(default_factory=dict)
    codes: Counter = field(default_factory=Counter)
    ended: int | None = None  # the code that says: do not come back
    resets: int = 0
    connected: bool = False
    heard_at: float = 0.0  # when the last news came
    catches_up: bool = True  # or else begins at whatever is now, for the negative control
    failures: int = 0
    dial: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self) -> None:
        """Until cancelled, or told not to come back."""
        while self.ended is None:
            try:
                await self._listen()
                code = 1000
            except websockets.ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
            except websockets.InvalidStatus as refused:
                code = refused.response.status_code
            except (OSError, TimeoutError, websockets.WebSocketException):
                code = 1006
            self.connected = False
            self.codes[code] += 1
            if code in {4001, 4003, 403}:
                self.ended = code
                return
            self.failures += 1
            wait = random.uniform(0, 10) if code == 4010 else random.uniform(0, min(60, 0.5 * 2**self.failures))
            self.dial.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self.dial.wait()

    def online(self) -> None:
        """The network says that it is back."""
        self.failures = 0
        self.dial.set()

    async def _listen(self) -> None:
        headers = {"Cookie": self.person.cookie, "X-Forwarded-Proto": "https"}
        options = {"additional_headers": headers, "ping_interval": None, "compression": None, "max_size": None}
        address = f"ws://127.0.0.1:{self.port}/live/"
        async with websockets.connect(
            address, origin=self.origin, open_timeout=20, close_timeout=1, **options
        ) as socket:
            cursor = {"epoch": str(self.room.epoch), "seq": self.seq if self.catches_up else None}
            await socket.send(json.dumps({"type": "hello", "protocol": 1, "cursors": {str(self.room.pk): cursor}}))
            while True:
                async with asyncio.timeout(SILENCE):
                    frame = json.loads(await socket.recv())
                await self._take(frame, socket)

    async def _take(self, frame: dict, socket) -> None:
        if frame["type"] == "welcome":
            self.connected, self.failures = True, 0
            if not self.catches_up:
                self.seq = frame["heads"][str(self.room.pk)]["seq"]
        elif frame["type"] == "reset":
            self.resets += 1
        elif frame["type"] == "activities":
            if frame["from"] > self.seq + 1:
                await self._fetch()
            self.apply(frame)
            await socket.send(json.dumps({"type": "got", "space": str(self.room.pk), "seq": self.seq}))
        elif frame["type"] == "beat" and frame["heads"].get(str(self.room.pk), 0) > self.seq:
            await asyncio.sleep(2)
            await self._fetch()

    def apply(self, frame: dict) -> None:
        self.heard_at = time.monotonic()
        for item in frame["items"]:
            if item["seq"] == self.seq + 1:
                self.seq = item["seq"]
                self.items.append((item["seq"], item["op"], item["target"]))
                self.arrived.setdefault(item["target"], time.monotonic())

    async def _fetch(self, wait: int = 0) -> int:
        query = urlencode({"after": self.seq, "epoch": self.room.epoch, **({"wait": wait} if wait else {})})
        line = Line(self.person, self.port, self.origin)
        status, text = await line.ask("GET", f"/spaces/{self.room.pk}/activities/?{query}", timeout=wait + 20)
        if status == 200:
            frame = json.loads(text)
            if frame["type"] == "reset":
                self.resets += 1
            else:
                self.apply(frame)
        return status


class LongPoll(Reader):
    """The same where no socket gets through."""

    async def follow(self) -> None:
        wait = 0  # the first answer comes at once: it says that this way works
        while self.ended is None:
            status = await self._fetch(wait)
            self.connected = status == 200
            if self.connected:
                self.failures, wait = 0, 25
            elif status in {401, 403, 404}:
                self.ended = status
            else:
                self.codes[status] += 1
                self.failures += 1
                wait = 0
                await asyncio.sleep(random.uniform(0, min(60, 0.5 * 2**self.failures)))


class Stalled(Reader):
    """Says hello and then reads nothing from the network any more."""

    async def follow(self) -> None:
        headers = {"Cookie": self.person.cookie, "X-Forwarded-Proto": "https"}
        async with websockets.connect(
            f"ws://127.0.0.1:{self.port}/live/",
            origin=self.origin,
            additional_headers=headers,
            ping_interval=None,
            compression=None,
            max_queue=1,
        ) as socket:
            cursor = {"epoch": str(self.room.epoch), "seq": 0}
            await socket.send(json.dumps({"type": "hello", "protocol": 1, "cursors": {str(self.room.pk): cursor}}))
            self.connected = True
            await self.dial.wait()
            with suppress(websockets.ConnectionClosed):
                while True:
                    await asyncio.wait_for(socket.recv(), 30)
            self.codes[socket.close_code] += 1


class Tab:
    """The room in Chromium."""

    ROWS = """() => [...document.querySelectorAll("chat-room li.message:not(.pending)")].map(
        (row) => [row.id, Number(row.dataset.seq), row.querySelector(".body")?.textContent || ""])"""

    def __init__(self, context, room: Room, url: str) -> None:
        self.context, self.url = context, url + room.page

    @classmethod
    async def open(cls, browser, person: Person, room: Room, url: str) -> "Tab":
        context = await browser.new_context(ignore_https_errors=True)
        await context.add_cookies(
            [{"name": SESSION, "value": person.session, "url": url, "secure": True, "httpOnly": True}]
        )
        tab = cls(context, room, url)
        tab.page = await context.new_page()
        await tab.page.goto(tab.url)
        await tab.page.wait_for_function(
            "() => document.querySelector('chat-room [data-live-status]')?.textContent === 'Connected'"
        )
        return tab

    async def rows(self) -> list:
        return await self.page.evaluate(self.ROWS)

    async def shows(self, seq: int) -> bool:
        return any(number >= seq for _, number, _ in await self.rows())

    async def reloaded(self) -> list:
        page = await self.context.new_page()
        try:
            await page.goto(self.url)
            return await page.evaluate(self.ROWS)
        finally:
            await page.close()


def sign_in(member) -> Person:
    """A session of this member's own, past the second factor."""
    from django.test import Client

    from tests import people

    client = Client()
    people.sign_in(client, member)
    return Person(member, client.cookies[settings.SESSION_COOKIE_NAME].value)
