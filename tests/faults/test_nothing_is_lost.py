"""What was acknowledged reaches every reader, once and in order, whatever dies meanwhile."""

import asyncio
import signal
import time
from dataclasses import asdict

import pytest

from tests.faults import scene
from tests.faults.conftest import FULL, MESSAGES
from tests.faults.crowd import Stalled, apart
from tests.faults.installation import FAKETIME
from tests.faults.scene import Scene, Size, until

SHARE = MESSAGES / 10_080  # of a whole run: 24 scenes of 420 messages, with 48 readers and 2 tabs
WHOLE = Size(
    MESSAGES // 24, max(12, round(48 * SHARE)), max(6, round(18 * SHARE)), max(1, round(2 * SHARE)), patience=5
)
SIZE = WHOLE if FULL else Size(60, 12, 6, 1, patience=30)
TOO_MUCH = 300  # messages: more than a socket may owe
HELD = 10 if FULL else 3  # seconds that something is stopped
AWAY = 3 if FULL else 1.5  # seconds until something that died is started again


async def nothing(scene: Scene) -> None:
    await asyncio.sleep(AWAY)


async def redis_killed(scene: Scene) -> None:
    await killed(scene.site.redis)


async def redis_paused(scene: Scene) -> None:
    await held(scene.site.redis)


async def server_killed(scene: Scene) -> None:
    await killed(scene.site.servers[0])


async def server_stopped(scene: Scene) -> None:
    await held(scene.site.servers[0])


async def postgresql_restarted(scene: Scene) -> None:
    await apart(scene.site.postgresql.stop)
    await apart(scene.site.postgresql.start)


async def postgresql_killed(scene: Scene) -> None:
    await killed(scene.site.postgresql)


async def network_cut(scene: Scene) -> None:
    scene.cable.cut()
    await asyncio.sleep(AWAY)
    scene.cable.mend()
    for reader in scene.far:
        reader.online()


async def network_swallows(scene: Scene) -> None:
    scene.cable.swallow()
    await asyncio.sleep(HELD)
    scene.cable.mend()


async def readers_stall(scene: Scene) -> None:
    """Three that never read: the others go on, and in the end these are told that they are too slow."""
    scene.stalled = [Stalled(person, scene.site.port, scene.site.url, scene.room) for person in scene.crowd[:3]]
    ends = [asyncio.create_task(one.follow()) for one in scene.stalled]
    scene.tasks += ends
    before = len(scene.acknowledged)
    await until(lambda: len(scene.acknowledged) >= before + TOO_MUCH, 300, "enough is written to be too much")
    await asyncio.sleep(15)
    for one in scene.stalled:
        one.dial.set()
    await asyncio.wait(ends, timeout=60)


async def rolling_deploy(scene: Scene) -> None:
    for server in scene.site.servers:
        await apart(server.stop)
        await apart(server.start)


async def clock_an_hour_on(scene: Scene) -> None:
    """Both servers' clocks jump, while the database's does not."""
    environment = scene.site.with_clock("+0")
    for server in scene.site.servers:
        server.environment = environment
    await rolling_deploy(scene)
    await asyncio.sleep(AWAY)
    scene.site.now.write_text("+1h")
    await asyncio.sleep(HELD)
    for server in scene.site.servers:
        server.environment = scene.site.environment
    await rolling_deploy(scene)


async def killed(service) -> None:
    service.kill()
    await asyncio.sleep(AWAY)
    await apart(service.start)


async def held(service) -> None:
    service.signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(HELD)
    finally:
        service.signal(signal.SIGCONT)


SHORT = {
    "both servers deployed, one after the other": rolling_deploy,
    "Redis killed and started again": redis_killed,
    "a server killed": server_killed,
    "PostgreSQL killed and started again": postgresql_killed,
}
LONG = {
    "nothing": nothing,
    "Redis stopped for a while": redis_paused,
    "a server stopped for a while": server_stopped,
    "PostgreSQL restarted": postgresql_restarted,
    "some readers' network cut": network_cut,
    "some readers' network swallows everything": network_swallows,
    "three readers that never read": readers_stall,
    "the servers' clocks an hour on": clock_an_hour_on,
}
FAULTS = [pytest.param(name, fault, id=name) for name, fault in SHORT.items()] + [
    pytest.param(name, fault, id=name, marks=pytest.mark.full) for name, fault in LONG.items()
]


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_nothing_is_lost(site, room, crowd, findings, name, fault):
    begun = time.monotonic()
    if fault is clock_an_hour_on:
        assert FAKETIME, "libfaketime is missing"
    found = asyncio.run(scene.play(site, room, crowd, SIZE, name, fault))
    findings.append({"part": "messages", "took": round(time.monotonic() - begun), **asdict(found)})
    counted = (found.lost, found.doubled, found.disordered, found.unlike)
    assert counted == (0, 0, 0, 0), found
    assert found.messages >= SIZE.messages
    told_to_wait = 10 if 4010 in found.said["closes"] else 0  # seconds, at random: so that not all come at once
    assert found.seconds <= SIZE.patience + told_to_wait, found
    assert found.memory < 512, found
    assert found.growth < 150, found
    if fault is rolling_deploy and site.kind == "daphne":
        assert found.said["closes"].get(4010), found
    if fault is readers_stall:
        ends = [found.said["closes"].get(code, 0) for code in (4008, 1006, 1011)]  # 1011: uvicorn's own pings
        assert sum(ends) == 3, found
