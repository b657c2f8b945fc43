"""The hub: everyone gets the same bytes, a slow reader costs nobody, nothing is lost on the way in."""

import asyncio
import gc
import json
import random
import time
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async as apart

from spaces.hub import drain
from spaces.models import Space
from spaces.sockets import UNACKNOWLEDGED_EVENTS, UNACKNOWLEDGED_WEIGHT, text_message
from tests.spaces import notes
from tests.spaces.conftest import a_hub
from tests.spaces.tabs import Tab

pytestmark = pytest.mark.asyncio
write = apart(notes.write)
write_many = apart(notes.write_many)


async def test_each_thing_is_rendered_and_encoded_once_for_all(home, everyone, room):
    tabs = [await (await (await Tab.of(everyone.member)).open()).join(room) for _ in range(5)]
    while not all(seat.live for socket in home.sockets for seat in socket.seats.values()):
        await asyncio.sleep(0.01)
    await write(room, everyone.colleague)
    texts = []
    for tab in tabs:
        output = await tab.wire.receive_output(5)
        texts.append(output["text"])
    assert len({id(text) for text in texts}) == 1
    for tab in tabs:
        await tab.leave()


async def test_joining_while_others_write_loses_and_doubles_nothing(everyone, room):
    """Twenty tabs come at odd moments with cursors of their own, while two people write."""
    async with a_hub(merge=0.005) as home:
        await write_many(room, everyone.member, 250)

        async def read(index):
            tab = await Tab.of(everyone.colleague)
            await asyncio.sleep(random.random())
            await tab.open()
            await tab.join(room, after=index * 12)
            await tab.until(330, room, timeout=20)
            assert [item["seq"] for item in tab.items] == list(range(index * 12 + 1, 331))
            await tab.leave()

        writers = [write_many(room, person, 40) for person in (everyone.member, everyone.facilitator)]
        await asyncio.gather(*writers, *(read(index) for index in range(20)))
        assert (home.audiences, home.sockets) == ({}, set())


async def test_a_cursor_that_cannot_be_served_is_reset_and_the_socket_stays(home, everyone, room):
    await write_many(room, everyone.member, 3)
    reasons = {}
    for reason, cursor in {"ahead": {"seq": 4}, "epoch": {"seq": 0, "epoch": str(uuid4())}}.items():
        tab = await (await Tab.of(everyone.member)).open()
        await tab.say(type="hello", protocol=1, cursors={str(room.pk): cursor})
        reset = await tab.hear("reset")
        reasons[reason] = reset["reason"]
        assert (reset["space"], reset["epoch"], reset["head"]) == (str(room.pk), str(room.epoch), 3)
        await tab.join(room)
        await tab.until(3, room)
        await tab.leave()
    assert reasons == {"ahead": "ahead", "epoch": "epoch"}


async def test_a_space_restored_from_a_backup_is_loaded_anew_by_open_pages(everyone, room):
    async with a_hub(tick=0.2):
        await write_many(room, everyone.member, 3)
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room)
        await tab.until(3, room)
        epoch = uuid4()
        await apart(Space.objects.filter(pk=room.pk).update)(epoch=epoch, last_seq=1)
        reset = await tab.hear("reset")
        assert (reset["epoch"], reset["head"], reset["reason"]) == (str(epoch), 1, "epoch")
        await tab.leave()


async def test_a_quiet_page_is_told_the_heads(everyone, room):
    async with a_hub(tick=0.1, beat=0.3):
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room)
        await write(room, everyone.colleague)
        await tab.until(1, room)
        assert (await tab.hear("beat"))["heads"] == {str(room.pk): 1}
        await tab.leave()


async def test_a_reader_that_never_acknowledges_is_closed_and_costs_nobody(everyone, room):
    async with a_hub(slow=1.0) as home:
        slow = await (await Tab.of(everyone.member, acks=False)).open()
        good = await (await Tab.of(everyone.colleague)).open()
        await slow.join(room)
        await good.join(room)
        reading = asyncio.ensure_future(good.until(600, room, timeout=20))
        for _ in range(6):
            await write_many(room, everyone.facilitator, 100)
            for socket in home.sockets:
                assert socket.events <= UNACKNOWLEDGED_EVENTS
                assert socket.weight <= UNACKNOWLEDGED_WEIGHT
        await reading
        assert await slow.end(timeout=20) == 4008
        assert len(slow.items) <= UNACKNOWLEDGED_EVENTS
        assert [item["seq"] for item in good.items] == list(range(1, 601))
        await good.leave()


async def test_what_a_slow_reader_owes_is_bounded_by_weight_too(everyone, room):
    async with a_hub(slow=60) as home:
        slow = await (await Tab.of(everyone.member, acks=False)).open()
        await slow.join(room)
        for _ in range(8):
            await write(room, everyone.colleague, "x" * 200_000)
        await asyncio.sleep(0.5)
        (socket,) = home.sockets
        assert 200_000 < socket.weight <= UNACKNOWLEDGED_WEIGHT
        assert len(socket.outgoing) == 0
        assert slow.wire.output_queue.qsize() <= 3
        # It wakes up: everything comes, in order, without a reload.
        slow.acks = True
        await slow.say(type="got", space=str(room.pk), seq=2)
        await slow.until(8, room)
        assert [item["seq"] for item in slow.items] == list(range(1, 9))
        await slow.leave()


async def test_a_server_that_never_takes_a_frame_holds_up_nobody(everyone, room):
    """As with uvicorn, whose send waits for a stalled reader."""
    async with a_hub(slow=0.5) as home:
        stuck = await (await Tab.of(everyone.member)).open()
        good = await (await Tab.of(everyone.colleague)).open()
        await stuck.join(room)
        await good.join(room)
        (socket,) = [one for one in home.sockets if one.member.pk == everyone.member.pk]

        async def never(message):
            await asyncio.Event().wait()

        socket.send = never
        reading = asyncio.ensure_future(good.until(400, room, timeout=20))
        await write_many(room, everyone.facilitator, 400)
        await reading
        deadline = time.monotonic() + 8
        while socket in home.sockets or not socket.over:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        await good.leave()


async def test_a_server_that_stops_sends_everyone_elsewhere(home, everyone, room):
    tab = await (await Tab.of(everyone.member)).open()
    await tab.join(room)
    stopping = asyncio.ensure_future(drain())
    assert await tab.end() == 4010
    await asyncio.wait_for(stopping, 2)
    late = await (await Tab.of(everyone.member)).open()
    assert await late.end() == 4010


async def test_one_broken_partial_keeps_nobodys_news(home, everyone, room, caplog):
    from dataclasses import replace

    from spaces import kinds

    working = kinds.kind_named("note.changed")
    tab = await (await Tab.of(everyone.member)).open()
    await tab.join(room)
    kinds.register(replace(working, partial="tests/not_there.html"))
    try:
        post = await write(room, everyone.colleague)
        await apart(notes.change)(post, "Better.")
        await write(room, everyone.colleague)
        await tab.until(3, room)
    finally:
        kinds.register(working)
    assert [(item["kind"], item["op"]) for item in tab.items] == [
        ("note.written", "append"),
        ("note.changed", "none"),
        ("note.written", "append"),
    ]
    assert "note.changed could not be shown" in caplog.text
    await tab.leave()


async def test_sockets_that_left_leave_nothing_behind(home, everyone, room):
    for _ in range(3):
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room)
        await tab.say(type="here", space=str(room.pk))
        await tab.leave()
    await asyncio.sleep(0.1)
    gc.collect()
    assert (home.sockets, home.audiences, home._reading) == (set(), {}, {})


async def test_presence_is_told_to_the_space_with_names_from_the_database(everyone, room):
    async with a_hub(chat=0.2):
        mara = await (await Tab.of(everyone.member)).open()
        cole = await (await Tab.of(everyone.colleague)).open()
        await mara.join(room)
        await cole.join(room)
        await mara.say(type="here", space=str(room.pk), name="The Director", people=[{"name": "Somebody else"}])
        assert (await cole.hear("here"))["people"] == [{"id": str(everyone.member.pk), "name": "Mara Member"}]
        await mara.say(type="typing", space=str(room.pk), name="The Director")
        assert (await cole.hear("typing"))["people"] == [{"id": str(everyone.member.pk), "name": "Mara Member"}]
        late = await (await Tab.of(everyone.facilitator)).open()
        await late.join(room)
        assert (await late.hear("here"))["people"] == [{"id": str(everyone.member.pk), "name": "Mara Member"}]
        await mara.leave()
        assert (await cole.hear("here"))["people"] == []
        await cole.leave()
        await late.leave()


async def test_presence_is_merged_to_one_frame_in_its_time(everyone, room):
    async with a_hub(chat=0.5):
        cole = await (await Tab.of(everyone.colleague)).open()
        await cole.join(room)
        mara = await (await Tab.of(everyone.member)).open()
        await mara.join(room)
        for index in range(20):
            await mara.say(type="here", space=str(room.pk), here=index % 2 == 0)
            await mara.say(type="typing", space=str(room.pk))
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.6)
        frames = []
        while not await cole.is_silent(0.1):
            frames.append((await cole.next())["type"])
        assert frames.count("typing") == 1
        assert 1 <= frames.count("here") <= 4
        await mara.leave()
        await cole.leave()


async def test_nothing_of_a_frame_depends_on_who_reads_it(home, everyone, room):
    await write(room, everyone.member)
    texts = set()
    for person in (everyone.member, everyone.colleague, everyone.facilitator):
        tab = await (await Tab.of(person)).open()
        await tab.say(type="hello", protocol=1, cursors={str(room.pk): {"seq": 0}})
        while True:
            output = await tab.wire.receive_output(5)
            if json.loads(output["text"])["type"] == "activities":
                texts.add(output["text"])
                break
        await tab.leave()
    assert len(texts) == 1
    assert text_message(texts.pop())["type"] == "websocket.send"
