"""The doorbell between processes, and without it. Redis is the test's own, and is killed while people write."""

import asyncio
import logging
import socket
import time

import pytest
import pytest_asyncio
from channels.db import database_sync_to_async as apart
from channels.layers import get_channel_layer
from redis import Redis as Client

from spaces import doorbell
from spaces.inbox import access_changed
from tests.spaces import notes
from tests.spaces.conftest import a_hub
from tests.spaces.servers import Redis
from tests.spaces.tabs import Tab

pytestmark = [pytest.mark.asyncio, pytest.mark.redis]
CANARY = "canary-7f3a: what is said in a private room"


@pytest_asyncio.fixture
async def redis(settings, tmp_path):
    own = Redis(tmp_path)
    own.start()
    settings.REDIS_URL = own.url
    settings.CHANNEL_LAYERS = {
        "default": {
            **settings.CHANNEL_LAYERS["default"],
            "CONFIG": {"hosts": [{"address": own.url, "socket_timeout": None, "max_connections": 1000}]},
        }
    }
    doorbell._complained_at = -60.0
    yield own
    await get_channel_layer().flush()
    own.kill()


async def subscribed(redis, number=1) -> None:
    deadline = time.monotonic() + 10
    with Client.from_url(redis.url) as client:
        while dict(client.pubsub_numsub(*client.pubsub_channels("*"))) == {} or number > len(client.pubsub_channels()):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)


async def test_a_ring_of_another_process_is_heard_at_once(redis, everyone, room):
    """The tick is far away: only the ring through Redis can bring the news."""
    async with a_hub(tick=60) as home:
        doorbell.unlisten(home._rung)  # as if it were written by another process
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room)
        await subscribed(redis)
        begun = time.monotonic()
        await apart(notes.write)(room, everyone.colleague)
        await tab.until(1, room)
        assert time.monotonic() - begun < 20
        await tab.leave()


async def test_writing_is_neither_broken_nor_slowed_when_redis_is_gone(redis, everyone, room, caplog):
    async with a_hub():
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room)
        await apart(notes.write)(room, everyone.colleague)
        redis.kill()
        times = []
        for _ in range(10):
            begun = time.monotonic()
            await apart(notes.write)(room, everyone.colleague)
            times.append(time.monotonic() - begun)
        await tab.until(11, room)
        assert sorted(times)[5] < 5
        await asyncio.to_thread(doorbell.silence)
        said = [record for record in caplog.records if record.name == "spaces.doorbell"]
        assert [record.levelno for record in said] == [logging.WARNING]
        await tab.leave()


async def test_without_redis_another_process_is_a_tick_behind_and_no_more(redis, everyone, room):
    redis.kill()
    async with a_hub(tick=0.5) as home:
        doorbell.unlisten(home._rung)
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room)
        await apart(notes.write)(room, everyone.colleague)
        await tab.until(1, room)

        def leave():
            room.memberships.filter(member=everyone.member).update(left_at=room.created_at)
            access_changed([everyone.member])

        begun = time.monotonic()
        await apart(leave)()
        assert await tab.end() == 4003
        assert time.monotonic() - begun < 20


async def test_redis_killed_and_started_again_while_people_write_loses_and_doubles_nothing(redis, everyone, room):
    async with a_hub(tick=0.5) as home:
        doorbell.unlisten(home._rung)  # every ring has to go through Redis
        tabs = [await (await Tab.of(person)).open() for person in (everyone.member, everyone.colleague)]
        for tab in tabs:
            await tab.join(room)
        await subscribed(redis)
        reading = [asyncio.ensure_future(tab.until(60, room, timeout=20)) for tab in tabs]
        for number in range(60):
            await apart(notes.write)(room, everyone.facilitator, f"Note {number}.")
            if number == 20:
                redis.kill()
            if number == 40:
                redis.start()
        written = time.monotonic()
        await asyncio.gather(*reading)
        assert time.monotonic() - written < 30
        for tab in tabs:
            assert [item["seq"] for item in tab.items] == list(range(1, 61))
        # And the doorbell works again, not only the tick.
        await subscribed(redis)
        home.pace = type(home.pace)(tick=60)
        await asyncio.sleep(0.6)
        begun = time.monotonic()
        await apart(notes.write)(room, everyone.facilitator)
        await tabs[0].until(61, room)
        assert time.monotonic() - begun < 20
        for tab in tabs:
            await tab.leave()


async def test_no_content_goes_through_redis(redis, everyone, room):
    async with a_hub(chat=0.1):
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room)
        await subscribed(redis)
        with socket.create_connection(("127.0.0.1", redis.port)) as monitor:
            monitor.sendall(b"MONITOR\r\n")
            assert monitor.recv(100) == b"+OK\r\n"
            await apart(notes.write)(room, everyone.colleague, CANARY)
            await tab.say(type="typing", space=str(room.pk))
            await tab.until(1, room)
            await asyncio.sleep(0.5)
            said = monitor.recv(1_000_000).decode(errors="replace").splitlines()
        assert CANARY in tab.items[0]["html"]
        published = [command for command in said if "PUBLISH" in command.upper()]
        assert any("ring" in command for command in published)
        assert all("canary" not in command and "Mara" not in command for command in said)
        await tab.leave()


async def test_redis_py_does_not_end_idle_subscribers(settings):
    (host,) = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"]
    assert host["socket_timeout"] is None
    assert host["max_connections"] == 1000


async def test_presence_crosses_processes_by_id_only(redis, everyone, room):
    """Two hubs stand for two processes: they share nothing but Redis and the database."""
    async with a_hub(chat=0.2):
        mara = await (await Tab.of(everyone.member)).open()
        await mara.join(room)
        await mara.say(type="here", space=str(room.pk))
        await mara.hear("here")
        async with a_hub(chat=0.2):
            cole = await (await Tab.of(everyone.colleague)).open()
            await cole.join(room)
            assert (await cole.hear("here"))["people"] == [{"id": str(everyone.member.pk), "name": "Mara Member"}]
            await mara.say(type="here", space=str(room.pk), here=False)
            assert (await cole.hear("here"))["people"] == []
            await cole.leave()
        await mara.leave()
