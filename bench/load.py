"""Many sockets in one process, as cheaply as Python can: no library, no decoding but of the numbers.

It is told what to do by lines of JSON on its standard input, and answers with one line each.
"""

import asyncio
import base64
import json
import os
import resource
import struct
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

ITEM, FIRST = b'"seq":', b'"from":'
OWING = 50  # items after which a socket acknowledges, as a page does
GOT_AFTER = 5.0  # seconds after which it acknowledges fewer


class Socket(asyncio.Protocol):
    """One WebSocket. Where the page says hello it is a page of ours; else every text frame counts as one item."""

    def __init__(self, load: "Load", request: bytes, hello: dict[str, Any] | None) -> None:
        self.load, self.request, self.hello = load, request, hello
        self.buffer = b""
        self.is_open = False
        self.last: int | None = None
        self.acknowledged, self.owes = 0, False
        self.space = next(iter(hello["cursors"])) if hello else ""
        if hello:
            self.last = hello["cursors"][self.space]["seq"]

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.request)

    def connection_lost(self, exception: Exception | None) -> None:
        self.load.lost(self)

    def data_received(self, data: bytes) -> None:
        data = self.buffer + data if self.buffer else data
        if not self.is_open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self.buffer = head
                return
            if b" 101 " not in head[:20]:
                self.transport.close()
                return
            self.is_open = True
            if self.hello:
                self.say(json.dumps(self.hello).encode())
            else:
                self.load.joined(self)
        at = 0
        for kind, start, end_of_frame in frames(data):
            at = end_of_frame
            if kind == 1:
                self.hear(data, start, at)
            elif kind == 8:
                self.load.closed.append(int.from_bytes(data[start : start + 2]))
                self.transport.close()
            elif kind == 9:
                self.say(data[start:at], kind=10)
        self.buffer = data[at:]

    def hear(self, data: bytes, start: int, end: int) -> None:
        if not self.hello:
            self.load.hear(1)
        elif data.startswith(b'{"type":"activities"', start):
            self.apply(data, start, end)
        elif data.startswith(b'{"type":"welcome"', start):
            self.load.joined(self)

    def apply(self, data: bytes, start: int, end: int) -> None:
        first = number(data, data.find(FIRST, start, end) + len(FIRST))
        items = data.count(ITEM, start, end)
        self.load.holes += self.last is not None and first != self.last + 1
        self.last = first + items - 1
        if self.load.times is not None:
            self.load.times.append((time.monotonic(), first, self.last))
        if self.last - self.acknowledged >= OWING:
            self.acknowledge()
        elif not self.owes:
            self.owes = True
            asyncio.get_running_loop().call_later(GOT_AFTER, self.acknowledge)
        self.load.hear(items)

    def acknowledge(self) -> None:
        self.owes = False
        if self.last is not None and self.last > self.acknowledged and not self.transport.is_closing():
            self.acknowledged = self.last
            self.say(b'{"type":"got","space":"%s","seq":%d}' % (self.space.encode(), self.last))

    def say(self, text: bytes, kind: int = 1) -> None:
        """Masked with zeros, which is a mask."""
        size = struct.pack("!B", 128 | len(text)) if len(text) < 126 else struct.pack("!BH", 254, len(text))
        self.transport.write(bytes([128 | kind]) + size + bytes(4) + text)


def frames(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, start and end of each whole frame."""
    at, whole = 0, len(data)
    while whole - at >= 2:
        size, start = data[at + 1] & 127, at + 2
        if size == 126:
            size, start = int.from_bytes(data[at + 2 : at + 4]), at + 4
        elif size == 127:
            size, start = int.from_bytes(data[at + 2 : at + 10]), at + 10
        if start + size > whole:
            return
        yield data[at] & 15, start, start + size
        at = start + size


def number(data: bytes, at: int) -> int:
    end = at
    while data[end] in b"0123456789":
        end += 1
    return int(data[at:end])


class Load:
    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.items = self.holes = self.refused = 0
        self.awaited: tuple[int, asyncio.Event] | None = None
        self.closed: list[int] = []  # codes
        self.times: list[tuple[float, int, int]] | None = None
        self.joining: dict[Socket, float] = {}
        self.joins: list[float] = []
        self.all_in = asyncio.Event()

    # What sockets tell

    def joined(self, socket: Socket) -> None:
        self.sockets.add(socket)
        self._settled(socket, self.joins)

    def lost(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        self.refused += socket in self.joining
        self._settled(socket, [])

    def _settled(self, socket: Socket, where: list[float]) -> None:
        if socket in self.joining:
            where.append(time.monotonic() - self.joining.pop(socket))
            if not self.joining:
                self.all_in.set()

    def hear(self, items: int) -> None:
        self.items += items
        if self.awaited and self.items >= self.awaited[0]:
            self.awaited[1].set()

    # What the bench asks for

    async def open(self, sockets: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
        """Open them all at once: {port, cookie, hello}. Gives how many are in, and after how many seconds each."""
        self.joins, self.refused, self.all_in = [], 0, asyncio.Event()
        loop, began = asyncio.get_running_loop(), time.monotonic()

        async def knock(one: dict[str, Any]) -> None:
            socket = Socket(self, request(one["port"], one.get("cookie", "")), one.get("hello"))
            self.joining[socket] = began
            try:
                await loop.create_connection(lambda: socket, "127.0.0.1", one["port"])
            except OSError:
                self.lost(socket)

        async with asyncio.TaskGroup() as knocks:
            for one in sockets:
                knocks.create_task(knock(one))
        try:
            async with asyncio.timeout(seconds):
                await self.all_in.wait()
        except TimeoutError:
            self.joining.clear()
        return {"in": len(self.joins), "refused": self.refused, "joins": self.joins}

    async def expect(self, items: int, seconds: float = 60) -> dict[str, Any]:
        """Wait until so many items were heard since the last time that they were counted, and count anew."""
        self.awaited = (items, asyncio.Event())
        try:
            async with asyncio.timeout(seconds):
                if self.items < items:
                    await self.awaited[1].wait()
        except TimeoutError:
            pass
        told = {"items": self.items, "holes": self.holes, "closed": Counter(self.closed), "at": time.monotonic()}
        self.items, self.awaited = self.items - items if self.items >= items else 0, None
        return told

    async def note(self) -> None:
        self.times = []

    async def noted(self) -> list[tuple[float, int, int]]:
        times, self.times = self.times or [], None
        return times

    async def current(self, seq: int) -> int:
        """How many sockets are open and have everything up to this number."""
        return sum((socket.last or 0) >= seq for socket in self.sockets)

    async def cpu(self) -> float:
        return time.process_time()

    async def close(self) -> None:
        for socket in list(self.sockets):
            socket.transport.abort()
        while self.sockets:
            await asyncio.sleep(0.01)
        self.items = self.holes = 0


def request(port: int, cookie: str) -> bytes:
    lines = [
        "GET /live/ HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def main() -> None:
    load, loop = Load(), asyncio.get_running_loop()
    orders = asyncio.StreamReader(limit=2**26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        name, arguments = json.loads(line)
        sys.stdout.write(json.dumps(await getattr(load, name)(**arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    asyncio.run(main())
