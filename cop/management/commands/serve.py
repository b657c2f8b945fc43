"""The server: daphne with our limits, and in the embedded default the worker in the same process."""

import asyncio
import socket
from typing import Any

from daphne.server import Server  # isort: skip  (before anything else that imports Twisted)
from daphne import http_protocol, ws_protocol
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from twisted.internet import defer

from cop import bodies, embedded, health
from mailroom.server import Reception
from spaces.hub import drain
from worker.loop import Worker

FRAME_LIMIT = 64 * 1024
DRAIN_SECONDS = 5


class Command(BaseCommand):
    help = "Serves the site. With --prepare: migrates, loads demonstration data once and collects static files first."
    requires_system_checks: list[str] = []  # cop.asgi refuses what must not start

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--prepare", action="store_true")

    def handle(self, *args: Any, host: str, port: int, prepare: bool, **options: Any) -> None:
        must_be_free(host, port)
        with embedded.only_process():
            if prepare:
                embedded.prepare(say=self.stdout.write)
            self.serve(host, port)

    def serve(self, host: str, port: int) -> None:
        from cop.asgi import application

        worker = Worker() if settings.EMBEDDED_WORKER else None
        reception = self.reception(host) if worker else None

        def listening() -> None:
            if worker:
                worker.start()
            self.stdout.write(embedded.greeting() if settings.DEMO else f"Serving on {host}:{port}.")
            self.stdout.flush()

        server = DrainingServer(
            application=application,
            endpoints=[f"tcp:port={port}:interface={host}:backlog=4096"],
            websocket_connect_timeout=30,
            websocket_handshake_timeout=30,
            websocket_max_message_size=FRAME_LIMIT,
            websocket_max_frame_size=FRAME_LIMIT,
            ready_callable=listening,
            server_name="",
        )
        server.run()
        if reception:
            reception.stop()
        if worker:
            worker.stop(within=10)
        if server.abort_start:
            raise CommandError(f"Port {port} could not be opened.")
        self.stdout.write("Stopped.")

    def reception(self, host: str) -> Reception | None:
        """Where mail comes in, beside the pages. The site is there without it, where its port is taken."""
        if not (settings.MAIL_DOMAIN and settings.MAIL_PORT):
            return None
        reception = Reception(host, settings.MAIL_PORT)
        try:
            reception.start()
        except OSError:
            self.stdout.write(
                f"Port {settings.MAIL_PORT} is taken, so no mail comes in. Choose another: MAIL_PORT=8026"
            )
            return None
        self.stdout.write(f"Taking mail for {settings.MAIL_DOMAIN} on {host}:{settings.MAIL_PORT}.")
        return reception


class BoundedRequest(http_protocol.WebRequest):
    """Daphne keeps a whole body before anybody is asked. Of one that is too long it counts the bytes, no more."""

    most = taken = 0

    def __repr__(self) -> str:
        """Daphne logs it where it gives one up: without the address, which may hold a token or what one looks for."""
        return f"<a {self.method.decode('ascii', 'replace')} request>"

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        path = self.channel._path.partition(b"?")[0]
        self.most = bodies.most(path.decode("ascii", "replace"))
        if length and length > self.most:
            self.taken = length
        super().gotLength(0 if self.taken else length)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self.taken += len(data)
        if self.taken <= self.most:
            super().handleContentChunk(data)
        elif self.content.tell():
            self.content.seek(0)
            self.content.truncate()

    def process(self) -> defer.Deferred:
        if self.taken > self.most:
            self.requestHeaders.setRawHeaders(b"content-length", [str(self.taken).encode()])
        return super().process()


class BoundedSocket(ws_protocol.WebSocketProtocol):
    """Autobahn's limit holds both ways. Ours is for what comes; what goes out is as long as what was missed."""

    maxMessagePayloadSize: int  # noqa: N815

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:  # noqa: N802
        limit, self.maxMessagePayloadSize = self.maxMessagePayloadSize, 0
        try:
            super().serverSend(content, binary)
        finally:
            self.maxMessagePayloadSize = limit

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:  # noqa: N802
        """Write what the kernel takes at once; Twisted would first ask the selector, for each socket."""
        to = self.transport
        waits = self.send_queue or to.dataBuffer or to._tempDataBuffer or to.disconnecting
        if to.connected and not (waits or sync or chopsize):
            written = to.writeSomeData(data)
            data = data[written:] if isinstance(written, int) else data  # else it is lost, as Twisted will find, too
        if data:
            super().sendData(data, sync, chopsize)


# Daphne asks nobody which classes to take.
http_protocol.WebRequest = BoundedRequest
ws_protocol.WebSocketFactory.protocol = BoundedSocket


class DrainingServer(Server):
    """Daphne that lets the pages under way be answered, and sends sockets elsewhere, before it stops."""

    def kill_all_applications(self) -> defer.Deferred:
        for listener in self.listeners:
            listener.addCallback(lambda port: port.stopListening())
        drained = defer.Deferred.fromFuture(asyncio.ensure_future(self.drain()))
        return drained.addCallback(lambda _: Server.kill_all_applications(self))

    async def drain(self) -> None:
        health.draining.set()
        pages = [
            details["application_instance"]
            for protocol, details in self.connections.items()
            if isinstance(protocol, http_protocol.WebRequest) and "application_instance" in details
        ]
        sockets = asyncio.ensure_future(drain(DRAIN_SECONDS))
        await asyncio.wait([sockets, *pages], timeout=DRAIN_SECONDS)


def must_be_free(host: str, port: int) -> None:
    """Say at once that a port is taken, before anything else is done."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CommandError(f"Only root may open port {port}. Choose another: PORT=8001 make run") from None
        except OSError:
            raise CommandError(
                f"Port {port} is taken, perhaps by this site in another window. "
                f"Stop that one, or choose another port: PORT={port + 1} make run"
            ) from None
