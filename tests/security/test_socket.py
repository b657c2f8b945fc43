"""Whatever a page says on its socket: an answer or a close, never a traceback; bounded; and others read on."""

import json
import logging

import pytest
from channels.db import database_sync_to_async as apart
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces import consumer
from tests.people import make_group
from tests.spaces import notes
from tests.spaces.conftest import everyone, home, room  # noqa: F401  (fixtures)
from tests.spaces.tabs import Tab

AT_ONCE = 40  # below what a socket may say at once
numbers = st.integers() | st.floats() | st.sampled_from([2**63, -1, 10**4000, 1e308])
words = st.text(max_size=30) | st.sampled_from(["\0", "\ud800", "'; DROP TABLE", "../..", "x" * 60_000])
values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


def frames(ids: list[str]) -> st.SearchStrategy[dict]:
    """What a script might send: noise, any JSON, and frames that are nearly right."""
    spaces = st.sampled_from(ids) | values
    cursors = st.dictionaries(st.sampled_from(ids) | words, values | st.fixed_dictionaries({"seq": values}), max_size=3)
    nearly = st.fixed_dictionaries(
        {"type": st.sampled_from([*consumer.VERBS, "beat", "activities", "gone"])},
        optional={
            "space": spaces,
            "seq": values,
            "here": values,
            "protocol": st.sampled_from([1, 1, 1, 2]) | values,
            "cursors": cursors | values,
            "__proto__": values,
        },
    )
    deep = st.integers(1, 30_000).map(lambda depth: "[" * depth) | st.integers(1, 5_000).map(
        lambda depth: '{"a":' * depth
    )
    text = words | deep | values.map(as_json) | nearly.map(as_json) | nearly.map(as_json).map(lambda text: text[:-1])
    return st.fixed_dictionaries({"text": text}) | st.fixed_dictionaries({"bytes": st.binary(max_size=200)})


def as_json(value) -> str:
    return json.dumps(value)[: consumer.LONGEST]


@pytest.mark.asyncio
async def test_whatever_is_said_the_socket_answers_or_closes_and_others_read_on(home, everyone, room, shaken, caplog):  # noqa: F811
    other = await apart(make_group)("Sleep", participants=[everyone.outsider])
    said: list[dict] = []

    @settings(shaken, max_examples=shaken.max_examples * 20)
    @given(frames([str(room.pk), str(other.space_id), "00000000-0000-0000-0000-000000000000"]))
    def collect(frame):
        said.append(frame)

    collect()
    reader = await (await Tab.of(everyone.colleague)).open()
    await reader.join(room)
    for number, start in enumerate(range(0, len(said), AT_ONCE), start=1):
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room)
        for frame in said[start : start + AT_ONCE]:
            await tab.wire.send_input({"type": "websocket.receive", **frame})
        await apart(notes.write)(room, everyone.facilitator)
        await reader.until(number, room)
        assert all(str(other.space_id) not in one.seats for one in home.sockets)
        assert max(len(one.outgoing) for one in home.sockets) <= 2 * AT_ONCE
        await tab.leave()
    await reader.leave()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info] == []
    assert home.sockets == set()


@pytest.mark.asyncio
async def test_whoever_knocks_and_says_nothing_is_sent_away(home, everyone, monkeypatch):  # noqa: F811
    monkeypatch.setattr(consumer, "GREETING", 0.1)
    tab = await (await Tab.of(everyone.member)).open()
    assert await tab.end() == 1008


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "cookie", [b'sessionid="\\000"', b"sessionid=\xff\xfe", b"sessionid=" + b"x" * 4000, b"=;;=\x01"]
)
async def test_a_cookie_that_is_none_is_refused_and_no_error(home, everyone, cookie, caplog):  # noqa: F811
    tab = Tab(None)
    tab.wire.scope["headers"].append((b"cookie", cookie))
    accepted, _ = await tab.wire.connect(timeout=5)
    if accepted:
        await tab.say(type="hello", protocol=1, cursors={})
        assert await tab.end() == 4001
    assert [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info] == []
