"""Real servers: two processes on one database, the client of docs/realtime.md, a stop that sends sockets on."""

import asyncio
import json
import re
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import websockets
from channels.db import database_sync_to_async as apart
from django.conf import settings

from cop.management.commands.serve import FRAME_LIMIT
from discussions.actions import write_post
from tests.spaces import tabs
from tests.spaces.servers import server

pytestmark = [pytest.mark.asyncio]


@pytest.fixture
def one(everyone, tmp_path):
    with server(tmp_path) as running:
        yield running


@pytest.fixture
def two(everyone, tmp_path):
    """Two server processes; with Redis where the run has one, else they are a tick apart. SQLite allows one."""
    redis = {"REDIS_URL": settings.REDIS_URL} if settings.REDIS_URL else {}
    with ExitStack() as stack:
        yield [stack.enter_context(server(tmp_path, **redis)) for _ in range(2)]


def say(room, by, body):
    return write_post(thread=room.threads.get(), by=by, body=body, client_id=uuid4())


async def connect(address, member, **more):
    cookie = f"{settings.SESSION_COOKIE_NAME}={await apart(tabs.sign_in)(member)}"
    return await websockets.connect(
        f"ws://{urlsplit(address).netloc}/live/", origin=address, additional_headers={"Cookie": cookie}, **more
    )


async def hello(socket, room) -> None:
    cursors = {str(room.pk): {"epoch": str(room.epoch), "seq": 0}}
    await socket.send(json.dumps({"type": "hello", "protocol": 1, "cursors": cursors}))
    assert json.loads(await socket.recv())["type"] == "welcome"


async def read(socket, room, until: int, within: float = 10) -> list[int]:
    seqs: list[int] = []
    async with asyncio.timeout(within):
        while not seqs or seqs[-1] < until:
            frame = json.loads(await socket.recv())
            if frame["type"] == "activities":
                seqs += [item["seq"] for item in frame["items"]]
                await socket.send(json.dumps({"type": "got", "space": str(room.pk), "seq": seqs[-1]}))
    return seqs


async def code_of_close(socket) -> int:
    with suppress(websockets.ConnectionClosed):
        async with asyncio.timeout(15):
            while True:
                await socket.recv()
    return socket.close_code


@pytest.mark.postgres
async def test_two_processes_show_the_same(two, everyone, room):
    sockets = [await connect(address, everyone.member) for address, _, _ in two]
    for socket in sockets:
        await hello(socket, room)
    reading = [asyncio.ensure_future(read(socket, room, 20)) for socket in sockets]
    for number in range(20):
        await apart(say)(room, everyone.colleague, f"Note {number}.")
    assert await asyncio.gather(*reading) == [list(range(1, 21))] * 2
    for socket in sockets:
        await socket.close()


@pytest.mark.postgres
async def test_a_stopping_server_sends_its_sockets_elsewhere(two, everyone, room):
    (address, process, _), (other, _, _) = two
    socket = await connect(address, everyone.member)
    await hello(socket, room)
    await apart(say)(room, everyone.colleague, "Before.")
    assert await read(socket, room, 1) == [1]
    process.send_signal(signal.SIGTERM)
    assert await code_of_close(socket) == 4010
    await apart(say)(room, everyone.colleague, "Meanwhile.")
    again = await connect(other, everyone.member)
    await hello(again, room)
    assert await read(again, room, 2) == [1, 2]
    await again.close()


async def test_more_than_a_page_may_send_is_caught_up_with(one, everyone, room):
    """A server that bounds what comes must not bound what goes: who was away would never be let back in."""
    address, _, _ = one
    for number in range(20):
        await apart(say)(room, everyone.colleague, f"Note {number}. " + "word " * 1_500)
    socket = await connect(address, everyone.member, max_size=None)
    await hello(socket, room)
    frame = await socket.recv()
    assert len(frame) > FRAME_LIMIT
    assert [item["seq"] for item in json.loads(frame)["items"]] == list(range(1, 21))
    await socket.close()


async def test_a_megabyte_and_a_stranger_are_refused_by_the_server_itself(one, everyone, room):
    address, _, log = one
    good = await connect(address, everyone.colleague)
    await hello(good, room)
    big = await connect(address, everyone.member)
    with suppress(websockets.ConnectionClosed):
        await big.send("x" * 1_000_000)
    assert await code_of_close(big) in {1009, 1006}  # daphne itself refuses to read it
    for address_of, headers in ((address, {}), (address, {"Cookie": "sessionid=x"}), (address + "/elsewhere", {})):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(
                f"ws://{urlsplit(address).netloc}{urlsplit(address_of).path or '/live/'}",
                origin="https://evil.example.org",
                additional_headers=headers,
            )
        assert refused.value.response.status_code == 403
    await apart(say)(room, everyone.colleague, "Nobody noticed.")
    assert await read(good, room, 1) == [1]
    await good.close()
    assert "Traceback" not in log.read_text()
    assert "Nobody noticed." not in log.read_text()


async def test_the_client_in_the_documentation_works(one, everyone, room, tmp_path):
    page = Path(settings.BASE_DIR / "docs" / "realtime.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(code.splitlines()) <= 30
    client = tmp_path / "client.py"
    client.write_text(code)
    address = one[0]
    cookie = f"{settings.SESSION_COOKIE_NAME}={await apart(tabs.sign_in)(everyone.member)}"
    await apart(say)(room, everyone.colleague, "Before it came.")
    process = await asyncio.create_subprocess_exec(
        sys.executable, client, address, cookie, str(room.pk), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        first = await asyncio.wait_for(process.stdout.readline(), 15)
        await apart(say)(room, everyone.colleague, "While it was there.")
        second = await asyncio.wait_for(process.stdout.readline(), 15)
    finally:
        process.kill()
        await process.communicate()
    assert [line.split()[:2] for line in (first, second)] == [[b"1", b"post.created"], [b"2", b"post.created"]]
