"""What operators see of the live pipeline is what happened."""

import asyncio
import logging
import re

import pytest
from channels.db import database_sync_to_async as apart
from prometheus_client import REGISTRY

from spaces import doorbell
from tests.spaces import notes
from tests.spaces.conftest import a_hub
from tests.spaces.tabs import Tab

pytestmark = pytest.mark.asyncio


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"cop_live_{name}", labels) or 0.0


async def everything_handed_out(home) -> None:
    while home.lag()[0]:
        await asyncio.sleep(0.01)


async def test_a_ring_and_its_frame_are_timed_and_a_catch_up_and_an_end_are_counted(everyone, room):
    names = ("ring_to_frame_seconds_count", "catch_ups_total", "missed_rings_total")
    await apart(notes.write)(room, everyone.colleague)
    async with a_hub(tick=600) as home:
        before, left = [value(name) for name in names], value("closes_total", code="left")
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room, after=0)
        await tab.until(1, room)
        await apart(notes.write)(room, everyone.colleague)
        await tab.until(2, room)
        after = [value(name) for name in names]
        assert (after[0] > before[0], after[1] - before[1], after[2] - before[2]) == (True, 1, 0)
        await everything_handed_out(home)
        assert home.lag() == (0, 0.0)
        await tab.leave()
    assert value("closes_total", code="left") == left + 1


async def test_news_that_no_ring_told_of_is_counted_when_the_tick_finds_it(everyone, room, settings):
    settings.REDIS_URL = ""  # it would bring the ring back
    await apart(notes.write)(room, everyone.colleague)
    async with a_hub(tick=0.2) as home:
        doorbell.unlisten(home._rung)
        before = value("missed_rings_total")
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room, after=0)
        await tab.until(1, room)
        await everything_handed_out(home)  # what was read at joining must not find it
        await apart(notes.write)(room, everyone.colleague)
        await tab.until(2, room)
        assert value("missed_rings_total") == before + 1
        await tab.leave()


async def test_a_socket_has_a_number_and_leaves_one_line_with_it(everyone, room, caplog):
    caplog.set_level(logging.INFO)
    async with a_hub():
        for _ in range(2):
            tab = await (await Tab.of(everyone.member)).open()
            await tab.join(room)
            await tab.leave()
    lines = [record for record in caplog.records if record.name == "spaces.consumer"]
    assert [record.getMessage() for record in lines] == ["A socket ended: left."] * 2
    numbers = {record.request_id for record in lines}
    assert (len(numbers), all(re.fullmatch("[0-9a-f]{12}", number) for number in numbers)) == (2, True)


async def test_a_reset_is_counted_by_its_reason(everyone, room):
    async with a_hub():
        before = value("resets_total", reason="ahead")
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room, after=7)
        assert (await tab.hear("reset"))["reason"] == "ahead"
        assert value("resets_total", reason="ahead") == before + 1
        await tab.leave()
