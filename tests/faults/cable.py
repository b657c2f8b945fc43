"""A network of one's own in front of a port: it can be cut, swallow everything, or stop after so many sendings."""

import asyncio
from contextlib import suppress


class Cable:
    def __init__(self, target: int) -> None:
        self.target, self.port = target, 0
        self.clear = asyncio.Event()
        self.clear.set()
        self.is_cut = False
        self.ends: set[asyncio.StreamWriter] = set()
        self.carrying: set[asyncio.Task] = set()
        self.sent = 0
        self.stop_after: int | None = None
        self.stopped = asyncio.Event()

    async def __aenter__(self) -> "Cable":
        self.listener = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self.listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_) -> None:
        self.listener.close()
        self.cut()
        self.clear.set()
        await asyncio.gather(*self.carrying, return_exceptions=True)

    def cut(self) -> None:
        """Every connection breaks, and there is no new one until it is mended."""
        self.is_cut = True
        for end in self.ends:
            end.transport.abort()

    def swallow(self) -> None:
        """Connections stay, and nothing comes through them until it is mended."""
        self.clear.clear()

    def mend(self) -> None:
        self.is_cut = False
        self.clear.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        self.carrying.add(task := asyncio.current_task())
        task.add_done_callback(self.carrying.discard)
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            self.ends |= {writer, far_writer}
            try:
                await asyncio.gather(self._pump(reader, far_writer, True), self._pump(far_reader, writer, False))
            finally:
                self.ends -= {writer, far_writer}
                far_writer.transport.abort()
        writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counted: bool) -> None:
        while data := await reader.read(65536):
            if counted and not self.stopped.is_set():
                self.sent += 1
                if self.sent == self.stop_after:
                    self.swallow()
                    self.stopped.set()
            await self.clear.wait()
            writer.write(data)
            await writer.drain()
        writer.write_eof()
