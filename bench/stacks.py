"""What the hub is compared with: a plain consumer of Channels on daphne, and a bare loop of asyncio.

`stacks.py channels|bare PORT`. Both get their messages through Redis, as the hub gets its rings.
"""

import asyncio
import base64
import hashlib
import os
import sys
from typing import Any

GROUP = CHANNEL = "bench"


def plain_channels(port: int) -> None:
    from daphne.server import Server  # isort: skip  (before anything else that imports Twisted)
    import django

    django.setup()
    from channels.generic.websocket import AsyncWebsocketConsumer

    class Consumer(AsyncWebsocketConsumer):
        groups = [GROUP]

        async def news(self, event: dict[str, Any]) -> None:
            await self.send(text_data=event["text"])

    Server(
        application=Consumer.as_asgi(),
        endpoints=[f"tcp:port={port}:interface=127.0.0.1:backlog=4096"],
        websocket_connect_timeout=30,
        websocket_handshake_timeout=30,
    ).run()


GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3


class Bare(asyncio.Protocol):
    sockets: set[Any] = set()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.transport in self.sockets:
            return
        key = data.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r")[0]
        accept = base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        self.sockets.add(self.transport)

    def connection_lost(self, exception: Exception | None) -> None:
        self.sockets.discard(self.transport)


async def bare_asyncio(port: int) -> None:
    from redis.asyncio import Redis

    subscription = Redis.from_url(os.environ["REDIS_URL"], socket_timeout=None).pubsub(ignore_subscribe_messages=True)
    await subscription.subscribe(CHANNEL)
    await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port, backlog=4096)
    async for message in subscription.listen():
        text = message["data"]
        frame = b"\x81\x7e" + len(text).to_bytes(2) + text
        for socket in Bare.sockets:
            socket.write(frame)


if __name__ == "__main__":
    name, port = sys.argv[1], int(sys.argv[2])
    if name == "channels":
        plain_channels(port)
    else:
        asyncio.run(bare_asyncio(port))
