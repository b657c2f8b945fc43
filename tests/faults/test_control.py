"""The suite itself: with tick and catch-up off, a lost ring is a lost message, and that is noticed."""

import asyncio
import time

import services

from tests.faults.crowd import Line, Reader, Writer
from tests.faults.scene import missing, until

MESSAGES = 20


def test_without_tick_and_catch_up_messages_are_lost_and_the_suite_says_so(site, room, crowd, findings):
    control = site.server("control", "uvicorn", "tests.faults.control:application")
    with services.running(control):
        healthy, ill = asyncio.run(play(site, control, room, crowd))
    findings.append({"part": "control", "server": site.kind, "messages": MESSAGES * 3, "healthy": healthy, "ill": ill})
    assert healthy == 0
    assert ill == 3 * MESSAGES, "The negative control lost nothing: this suite would notice no loss."


async def play(site, control, room, crowd) -> tuple[int, int]:
    """How many of the messages that were written while Redis was away three healthy and three ill readers miss."""
    one, two = site.servers
    healthy = [Reader(person, two.port, site.url, room) for person in crowd[:3]]
    ill = [Reader(person, control.port, site.url, room, catches_up=False) for person in crowd[:3]]
    following = [asyncio.create_task(reader.follow()) for reader in (*healthy, *ill)]
    writer = Writer(Line(crowd[4], one.port, site.url), room, "writer")
    try:
        await until(lambda: all(reader.connected for reader in (*healthy, *ill)), 60, "everybody is connected")
        await everybody_hears(writer, [*healthy, *ill])
        site.redis.kill()
        lost_on_the_way = [await writer.write() for _ in range(MESSAGES)]
        await until(
            lambda: all(reader.seq == lost_on_the_way[-1]["seq"] for reader in healthy), 60, "the tick has come"
        )
        site.redis.start()
        await asyncio.sleep(3)
        return missing(healthy, lost_on_the_way), missing(ill, lost_on_the_way)
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)


async def everybody_hears(writer: Writer, readers: list[Reader]) -> None:
    """Write until rings get through to everyone: a server listens to Redis a little after its first socket."""
    deadline = time.monotonic() + 60
    while True:
        last = await writer.write()
        await asyncio.sleep(0.5)
        if all(reader.seq == last["seq"] for reader in readers):
            return
        assert time.monotonic() < deadline, "No ring comes through."
