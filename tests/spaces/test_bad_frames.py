"""What a page may not say: an answer or a close, never a traceback, and nobody else notices."""

import json
import logging
from contextlib import suppress
from uuid import UUID

import pytest
from channels.db import database_sync_to_async as apart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spaces.consumer import PATIENCE, Unintelligible, _cursors, _parse
from tests.spaces import notes
from tests.spaces.tabs import Tab

ZERO = "00000000-0000-0000-0000-000000000000"
HELLO = {"type": "hello", "protocol": 1, "cursors": {}}
FRAMES = {
    "empty": "",
    "not JSON": "{",
    "NUL": "\0",
    "NUL in a string": '{"type": "got\\u0000"}',
    "NUL for a space": '{"type": "got", "space": "\\u0000", "seq": 1}',
    "half a character": '{"type": "\\ud800"}',
    "half a character for a space": '{"type": "got", "space": "\\ud800", "seq": 1}',
    "a list": "[]",
    "a number": "1",
    "null": "null",
    "not a number": "NaN",
    "deep": "[" * 30_000,
    "deep within": '{"type": "hello", "protocol": 1, "cursors": ' + '{"a":' * 10_000 + "1" + "}" * 10_000 + "}",
    "a huge number": '{"type": "got", "space": "ZERO", "seq": ' + "9" * 60_000 + "}",
    "no type": "{}",
    "a type that is no word": '{"type": []}',
    "an unknown type": '{"type": "post.created", "body": "x"}',
    "a type of ours": '{"type": "activities", "space": "ZERO"}',
    "hello without cursors": '{"type": "hello", "protocol": 1}',
    "cursors that are a list": '{"type": "hello", "protocol": 1, "cursors": []}',
    "a cursor that is a number": '{"type": "hello", "protocol": 1, "cursors": {"ZERO": 1}}',
    "a space that is no id": '{"type": "hello", "protocol": 1, "cursors": {"x": {"seq": 1}}}',
    "an epoch that is no id": '{"type": "hello", "protocol": 1, "cursors": {"ZERO": {"epoch": 1}}}',
    "a negative number": '{"type": "hello", "protocol": 1, "cursors": {"ZERO": {"seq": -1}}}',
    "a number that is true": '{"type": "hello", "protocol": 1, "cursors": {"ZERO": {"seq": true}}}',
    "a number past 63 bits": '{"type": "hello", "protocol": 1, "cursors": {"ZERO": {"seq": 9223372036854775808}}}',
    "a fraction": '{"type": "hello", "protocol": 1, "cursors": {"ZERO": {"seq": 1.5}}}',
    "too many spaces": json.dumps(
        {**HELLO, "cursors": {f"00000000-0000-0000-0000-{n:012}": {"seq": 0} for n in range(51)}}
    ),
    "got for a space not joined": '{"type": "got", "space": "ZERO", "seq": 1}',
    "got without a space": '{"type": "got", "seq": 1}',
    "here for a space not joined": '{"type": "here", "space": "ZERO"}',
    "here, with a word": '{"type": "here", "space": "ZERO", "here": "yes"}',
    "typing for a space not joined": '{"type": "typing", "space": "ZERO"}',
    "typing in a list": '{"type": "typing", "space": ["ZERO"]}',
}


FRAMES = {name: text.replace("ZERO", ZERO) for name, text in FRAMES.items()}


@pytest.fixture
def no_traceback(caplog):
    yield
    assert [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info] == []


@pytest.mark.asyncio
@pytest.mark.parametrize("name", FRAMES)
async def test_a_frame_that_makes_no_sense_gets_an_error_and_the_socket_stays(home, everyone, room, name, no_traceback):
    tab = await (await Tab.of(everyone.member)).open()
    await tab.join(room)
    await tab.wire.send_input({"type": "websocket.receive", "text": FRAMES[name]})
    error = await tab.hear("error")
    assert error["code"] == "not-understood"
    assert FRAMES[name] == "" or FRAMES[name] not in error["message"]
    await apart(notes.write)(room, everyone.colleague)
    await tab.until(1, room)
    await tab.leave()


@pytest.mark.asyncio
async def test_a_binary_frame_is_not_understood(home, everyone, room, no_traceback):
    tab = await (await Tab.of(everyone.member)).open()
    await tab.join(room)
    await tab.wire.send_to(bytes_data=b"\xff\x00")
    assert (await tab.hear("error"))["code"] == "not-understood"
    await tab.leave()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "frame", [{"text": " " * (64 * 1024 + 1)}, {"text": "€" * 1_000_000}, {"bytes": b"x" * 1_000_000}]
)
async def test_a_frame_over_64_kib_is_refused_and_the_socket_closed(home, everyone, room, frame, no_traceback):
    tab = await (await Tab.of(everyone.member)).open()
    await tab.join(room)
    await tab.wire.send_input({"type": "websocket.receive", **frame})
    assert (await tab.hear("error"))["code"] == "too-large"
    assert await tab.end() == 1009


@pytest.mark.asyncio
async def test_a_flood_is_refused_then_closed_and_others_do_not_notice(home, everyone, room, no_traceback):
    flood = await (await Tab.of(everyone.member)).open()
    other = await (await Tab.of(everyone.colleague)).open()
    await flood.join(room)
    await other.join(room)
    for _ in range(PATIENCE + 70):
        await flood.say(type="typing", space=str(room.pk))
    await apart(notes.write)(room, everyone.facilitator)
    await other.until(1, room)
    assert await flood.end() == 1008
    assert [frame["code"] for frame in flood.others if frame["type"] == "error"] == ["too-many"]
    await other.leave()


@pytest.mark.asyncio
async def test_another_protocol_is_told_to_load_the_page_again(home, everyone):
    tab = await (await Tab.of(everyone.member)).open()
    await tab.say(type="hello", protocol=2, cursors={})
    assert await tab.end() == 4011


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=40) | st.just(ZERO), inner, max_size=4)
    ),
    max_leaves=12,
)
VERBS = st.sampled_from(["hello", "got", "here", "typing", "welcome"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text()
    | JSON.map(json.dumps)
    | st.builds(
        lambda rest, verb: json.dumps({**rest, "type": verb}),
        st.dictionaries(st.sampled_from(["space", "seq", "cursors", "protocol", "here"]), JSON),
        VERBS,
    )
)
def test_whatever_is_said_is_understood_or_said_to_be_not(text):
    with suppress(Unintelligible):
        frame = _parse(text)
        assert frame["type"] in {"hello", "got", "here", "typing"}
        for space, (epoch, seq) in _cursors(frame).items():
            assert isinstance(space, UUID)
            assert epoch is None or isinstance(epoch, UUID)
            assert seq is None or 0 <= seq < 2**63


@pytest.mark.asyncio
async def test_many_odd_frames_leave_a_socket_that_works(home, everyone, room, no_traceback):
    @settings(max_examples=50, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(JSON)
    def collect(value):
        odd.append(json.dumps(value))

    odd: list[str] = []
    collect()
    tab = await (await Tab.of(everyone.member)).open()
    await tab.join(room)
    for text in odd[:50]:
        await tab.wire.send_input({"type": "websocket.receive", "text": text})
    await apart(notes.write)(room, everyone.colleague)
    await tab.until(1, room)
    await tab.leave()
