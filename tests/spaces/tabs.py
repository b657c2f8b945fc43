"""A browser tab, as the server sees it: a signed-in socket that applies what it is told by the rule of the page."""

import json
from typing import Any

from channels.db import database_sync_to_async as apart
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from cop.asgi import application
from tests import people

ORIGIN = settings.SITE_URL


def sign_in(member) -> str:
    """A session of its own; gives its key."""
    client = Client()
    people.sign_in(client, member)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Tab:
    def __init__(
        self, session_key: str | None, *, origin: str | None = ORIGIN, path: str = "/live/", acks: bool = True
    ):
        headers = [(b"host", b"127.0.0.1:8000")]
        if session_key is not None:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session_key}".encode()))
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        self.wire = WebsocketCommunicator(application, path, headers=headers)
        self.acks = acks
        self.last: dict[str, int] = {}
        self.items: list[dict[str, Any]] = []
        self.others: list[dict[str, Any]] = []
        self.closed: int | None = None

    @classmethod
    async def of(cls, member, **options) -> "Tab":
        return cls(await apart(sign_in)(member), **options)

    async def open(self) -> "Tab":
        accepted, code = await self.wire.connect(timeout=5)
        assert accepted, code
        return self

    async def say(self, **frame: Any) -> None:
        await self.wire.send_to(text_data=json.dumps(frame))

    async def join(self, *spaces, after: int | None = 0) -> "Tab":
        """Say hello with cursors at `after`, and wait for the welcome."""
        self.last |= {str(space.pk): after or 0 for space in spaces}
        cursors = {str(space.pk): {"epoch": str(space.epoch), "seq": after} for space in spaces}
        await self.say(type="hello", protocol=1, tab="tests", cursors=cursors)
        welcome = await self.hear("welcome")
        if after is None:
            self.last |= {pk: head["seq"] for pk, head in welcome["heads"].items()}
        return self

    async def next(self, timeout: float = 5) -> dict[str, Any]:
        """The next frame; activities are applied, and acknowledged."""
        output = await self.wire.receive_output(timeout)
        if output["type"] == "websocket.close":
            self.closed = output["code"]
            return {"type": "closed", "code": self.closed}
        frame = json.loads(output["text"])
        if frame["type"] == "activities":
            await self._apply(frame)
        else:
            self.others.append(frame)
        return frame

    async def _apply(self, frame: dict[str, Any]) -> None:
        for item in frame["items"]:
            assert item["seq"] <= self.last[frame["space"]] + 1, "a hole in the log"
            if item["seq"] == self.last[frame["space"]] + 1:
                self.last[frame["space"]] = item["seq"]
                self.items.append(item)
        if self.acks:
            await self.say(type="got", space=frame["space"], seq=self.last[frame["space"]])

    async def hear(self, kind: str, timeout: float = 5) -> dict[str, Any]:
        while True:
            frame = await self.next(timeout)
            if frame["type"] == kind:
                return frame
            assert frame["type"] != "closed", frame

    async def until(self, seq: int, space, timeout: float = 5) -> None:
        while self.last[str(space.pk)] < seq:
            assert (await self.next(timeout))["type"] != "closed"

    async def end(self, timeout: float = 5) -> int:
        """Read on until the server closes; gives the code."""
        while self.closed is None:
            await self.next(timeout)
        return self.closed

    async def is_silent(self, seconds: float = 0.3) -> bool:
        return await self.wire.receive_nothing(timeout=seconds)

    async def leave(self) -> None:
        await self.wire.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.wire.wait(5)
