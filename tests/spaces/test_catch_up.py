"""The log over plain HTTP: catching up, and waiting where no socket gets through."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async as apart
from django.conf import settings
from django.db import connection
from django.urls import reverse

from cop.asgi import application
from spaces.frames import BATCH, WEIGHT, read_log
from spaces.inbox import access_changed, inbox_of
from spaces.models import Space
from tests.people import sign_in
from tests.spaces import notes, tabs


@pytest.fixture
def fetch(client, cast):
    sign_in(client, cast.member)

    def fetch(after, **query):
        address = reverse("spaces:activities", args=[cast.group.space_id])
        return client.get(address, {"after": after, **query})

    return fetch


def test_catching_up_gives_everything_once_in_pieces(fetch, cast):
    notes.write_many(cast.group.space, cast.colleague, 2 * BATCH + 50)
    frames, after = [], 0
    while not frames or frames[-1]["more"]:
        frames.append(fetch(after).json())
        after = frames[-1]["items"][-1]["seq"]
    assert [len(frame["items"]) for frame in frames] == [BATCH, BATCH, 50]
    assert [frame["from"] for frame in frames] == [1, BATCH + 1, 2 * BATCH + 1]
    assert [item["seq"] for frame in frames for item in frame["items"]] == list(range(1, 2 * BATCH + 51))
    assert fetch(0).json() == frames[0]


def test_catching_up_shows_things_as_they_are_now(fetch, cast):
    post = notes.write(cast.group.space, cast.colleague, "The first words.")
    notes.change(post, "Other words.")
    shown = [item["html"] for item in fetch(0).json()["items"]]
    assert ["Other words." in html for html in shown] == [True, True]
    post.delete()
    assert [(item["op"], item["html"]) for item in fetch(0).json()["items"]] == [("remove", ""), ("remove", "")]


def test_nothing_new_is_an_empty_frame(fetch, cast):
    notes.write(cast.group.space, cast.colleague)
    assert {key: fetch(1).json()[key] for key in ("type", "from", "head", "more", "items")} == {
        "type": "activities",
        "from": 2,
        "head": 1,
        "more": False,
        "items": [],
    }


def test_a_cursor_that_cannot_be_served_is_reset(fetch, cast):
    space = cast.group.space
    for _ in range(3):
        notes.write(space, cast.colleague)
    space.activities.filter(seq=1).delete()
    answers = {
        "ahead": fetch(4).json(),
        "epoch": fetch(0, epoch=uuid4()).json(),
        "purged": fetch(0).json(),
    }
    expected = {"type": "reset", "space": str(space.pk), "epoch": str(space.epoch), "head": 3}
    assert answers == {reason: {**expected, "reason": reason} for reason in answers}
    assert [item["seq"] for item in fetch(1).json()["items"]] == [2, 3]


@pytest.mark.parametrize("after", ["", "-1", "x", "1.5", str(2**63), "9" * 5000, "\0"])
def test_a_cursor_that_makes_no_sense_is_a_bad_request(fetch, after):
    assert fetch(after).status_code == 400


def test_heavy_items_come_in_more_frames(fetch, cast):
    for _ in range(4):
        notes.write(cast.group.space, cast.colleague, "x" * (WEIGHT // 2 - 1000))
    assert [len(fetch(after).json()["items"]) for after in (0, 2)] == [2, 2]
    notes.write(cast.group.space, cast.colleague, "x" * 2 * WEIGHT)
    assert len(fetch(4).json()["items"]) == 1


@pytest.mark.parametrize("number", [1, 50])
def test_reading_the_log_asks_the_same_however_much_there_is(cast, number, django_assert_num_queries):
    notes.write_many(cast.group.space, cast.colleague, number)
    wanted = {cast.group.space_id: 0, inbox_of(cast.member).pk: 0}
    with django_assert_num_queries(3):
        read_log(wanted)


def test_the_first_two_hundred_of_five_thousand_are_read_fast(cast):
    notes.write_many(cast.group.space, cast.colleague, 200)
    space = cast.group.space
    template = space.activities.get(seq=1)
    space.activities.bulk_create(
        type(template)(space=space, seq=seq, count=seq, kind="note.changed", target=template.target)
        for seq in range(201, 5001)
    )
    Space.objects.filter(pk=space.pk).update(last_seq=5000)
    read_log({space.pk: 0})  # the template is compiled once
    begun = time.process_time()
    frame = read_log({space.pk: 0})[space.pk]
    assert (frame.events, frame.more) == (BATCH, True)
    assert time.process_time() - begun < 1


def test_marking_read_over_http(client, cast):
    notes.write(cast.group.space, cast.colleague)
    sign_in(client, cast.member)
    address = reverse("spaces:read", args=[cast.group.space_id])
    assert client.post(address, {"seq": 1}).json() == {"unread": 0}
    assert client.post(address, {"seq": "x"}).status_code == 400
    assert client.get(address).status_code == 405


async def ask(session_key: str, space, after: int, wait: float = 5) -> ApplicationCommunicator:
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/spaces/{space.pk}/activities/",
        "query_string": f"after={after}&wait={wait}".encode(),
        "headers": [
            (b"host", b"127.0.0.1:8000"),
            (b"cookie", f"{settings.SESSION_COOKIE_NAME}={session_key}".encode()),
            (b"accept", b"application/json"),
        ],
    }
    request = ApplicationCommunicator(application, scope)
    await request.send_input({"type": "http.request", "body": b"", "more_body": False})
    return request


async def answer(request: ApplicationCommunicator, timeout: float = 5) -> tuple[int, bytes]:
    start = await request.receive_output(timeout)
    body = b""
    while True:
        part = await request.receive_output(timeout)
        body += part["body"]
        if not part.get("more_body"):
            await request.wait(timeout)
            return start["status"], body


@pytest.mark.asyncio
async def test_a_long_poll_is_answered_when_there_is_news(home, everyone, room):
    session_key = await apart(tabs.sign_in)(everyone.member)
    request = await ask(session_key, room, 0)
    assert await request.receive_nothing(0.5)
    begun = time.monotonic()
    await apart(notes.write)(room, everyone.colleague)
    status, body = await answer(request)
    assert (status, [item["seq"] for item in json.loads(body)["items"]]) == (200, [1])
    assert time.monotonic() - begun < 10
    assert await answer(await ask(session_key, room, 0)) == (status, body)
    assert home.audiences == {}


@pytest.mark.asyncio
async def test_many_long_polls_hold_no_thread(home, everyone, room):
    keys = [await apart(tabs.sign_in)(everyone.member) for _ in range(4)]
    requests = [await ask(key, room, 0, wait=20) for key in keys for _ in range(10)]
    while len(home.audiences.get(room.pk).waiting if room.pk in home.audiences else ()) < 40:
        await asyncio.sleep(0.05)
    await apart(notes.write)(room, everyone.colleague)
    assert {(await answer(request, 15))[0] for request in requests} == {200}


@pytest.mark.asyncio
async def test_a_right_that_ended_while_waiting_gets_nothing(home, everyone, room):
    request = await ask(await apart(tabs.sign_in)(everyone.member), room, 0)
    assert await request.receive_nothing(0.5)

    def leave_and_write():
        room.memberships.filter(member=everyone.member).update(left_at=room.created_at)
        access_changed([everyone.member])
        notes.write(room, everyone.colleague)

    await apart(leave_and_write)()
    assert (await answer(request))[0] == 404


@pytest.mark.asyncio
async def test_who_may_not_read_does_not_wait(home, everyone, room):
    begun = time.monotonic()
    outside = await apart(tabs.sign_in)(everyone.outsider)
    statuses = [(await answer(await ask(key, room, 0, wait=20)))[0] for key in (outside, "nobody's")]
    assert statuses[0] == 404
    assert statuses[1] in {302, 401}
    assert time.monotonic() - begun < 10


@pytest.mark.asyncio
async def test_a_long_poll_that_is_given_up_leaves_nothing(home, everyone, room):
    request = await ask(await apart(tabs.sign_in)(everyone.member), room, 0, wait=20)
    assert await request.receive_nothing(0.5)
    await request.send_input({"type": "http.disconnect"})
    await request.wait(5)
    assert home.audiences == {}


@pytest.mark.asyncio
async def test_an_error_page_keeps_no_connection(home, everyone, room):
    """Django renders it in a thread of asyncio's own, which no request ends in."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    outside = await apart(tabs.sign_in)(everyone.outsider)
    assert (await answer(await ask(outside, room, 0, wait=0)))[0] == 404
    assert await asyncio.to_thread(lambda: connection.connection) is None
