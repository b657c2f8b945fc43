import asyncio

import pytest
from channels.db import database_sync_to_async as apart

from spaces.inbox import access_changed
from tests.spaces import notes
from tests.spaces.tabs import ORIGIN, Tab

pytestmark = pytest.mark.asyncio
write = apart(notes.write)


async def test_a_note_reaches_every_tab_of_its_space_once(home, everyone, room):
    mara = await (await Tab.of(everyone.member)).open()
    cole = await (await Tab.of(everyone.colleague)).open()
    await mara.join(room)
    await cole.join(room)
    post = await write(room, everyone.member, "Good morning & welcome.")
    for tab in (mara, cole):
        await tab.until(1, room)
        assert tab.items == [
            {
                "seq": 1,
                "kind": "note.written",
                "target": f"note-{post.pk}",
                "op": "append",
                "into": f"notes-{post.thread_id}",
                "html": f'<li id="note-{post.pk}" data-author="{post.author_id}">Good morning &amp; welcome.</li>\n',
                "by": str(everyone.member.pk),
            }
        ]
        await tab.leave()


async def test_rights_that_end_close_the_socket_at_once(home, everyone, room):
    tab = await (await Tab.of(everyone.member)).open()
    await tab.join(room)

    def leave():
        from django.utils.timezone import now

        room.memberships.filter(member=everyone.member).update(left_at=now())
        access_changed([everyone.member])

    before = asyncio.get_running_loop().time()
    await apart(leave)()
    assert await tab.end() == 4003
    assert asyncio.get_running_loop().time() - before < 15


@pytest.mark.parametrize(
    "knock",
    [
        {"origin": None},
        {"origin": "null"},
        {"origin": "https://evil.example.org"},
        {"origin": ORIGIN.replace("http:", "https:")},
        {"origin": ORIGIN + "0"},
        {"origin": ORIGIN + ".evil.example.org"},
        {"path": "/elsewhere/"},
        {"path": "/"},
    ],
)
async def test_who_does_not_come_from_here_is_refused(home, everyone, knock):
    tab = await Tab.of(everyone.member, **knock)
    assert await tab.wire.connect() == (False, 4003)


@pytest.mark.parametrize("host", [b"[", b"a[b", b"evil.example.org", b"", b"\xff"])
async def test_a_host_that_is_none_is_refused_and_no_error(home, everyone, host):
    tab = await Tab.of(everyone.member, origin="http://" + host.decode("latin1"))
    tab.wire.scope["headers"] = [*[one for one in tab.wire.scope["headers"] if one[0] != b"host"], (b"host", host)]
    assert await tab.wire.connect() == (False, 4003)


async def test_who_has_no_cookie_is_refused(home):
    assert await Tab(None).wire.connect() == (False, 4003)
    assert await Tab("").wire.connect() == (False, 4003)


async def test_who_is_not_signed_in_is_told_to_sign_in(home, everyone, room):
    tab = await Tab("an-invented-session-key").open()
    await tab.say(type="hello", protocol=1, cursors={})
    assert await tab.end() == 4001
