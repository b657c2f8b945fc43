"""Rights on open sockets: asked at joining, after each change, every half minute; and failing closed."""

import asyncio
import time
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async as apart
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.utils.timezone import now

from members.models import Member
from spaces import doorbell, visits
from spaces.inbox import access_changed, inbox_of
from spaces.models import Membership
from tests.access_table import PEOPLE, SPACES
from tests.spaces import notes
from tests.spaces.conftest import a_hub
from tests.spaces.tabs import Tab, sign_in

pytestmark = pytest.mark.asyncio
write = apart(notes.write)


@pytest.mark.parametrize("name", SPACES)
async def test_who_may_join_what(home, everyone, name):
    """Every kind of person × every kind of space, by the same table as the pages."""
    space = await apart(SPACES[name].space)(everyone)
    joined, closed = set(), {}
    for person in PEOPLE:
        if person == "nobody":
            assert await Tab(None).wire.connect() == (False, 4003)
            continue
        tab = await (await Tab.of(getattr(everyone, person))).open()
        await tab.say(type="hello", protocol=1, cursors={str(space.pk): {"epoch": str(space.epoch), "seq": 0}})
        first = await tab.next()
        if first["type"] == "welcome" and first["heads"]:
            joined.add(person)
            await tab.leave()
        else:
            closed[person] = await tab.end()
    assert joined == set(SPACES[name].readers)
    assert closed == {
        person: 4001 if person == "deactivated" else 4003 for person in PEOPLE if person not in {*joined, "nobody"}
    }


async def test_a_space_that_is_not_there_is_answered_like_one_that_is_closed(home, everyone, room):
    answers = []
    for pk in (room.pk, uuid4()):
        tab = await (await Tab.of(everyone.outsider)).open()
        await tab.say(type="hello", protocol=1, cursors={str(pk): {"epoch": str(uuid4()), "seq": 0}})
        await tab.end()
        answers.append([{**frame, "space": None} for frame in tab.others] + [tab.closed])
    assert answers[0] == answers[1]


async def test_one_space_is_refused_and_the_others_go_on(home, everyone, room):
    inbox = await apart(inbox_of)(everyone.outsider)
    tab = await (await Tab.of(everyone.outsider)).open()
    await tab.join(inbox, room)
    assert (await tab.hear("gone"))["space"] == str(room.pk)
    await apart(access_changed)([everyone.outsider])
    await tab.until(1, inbox)
    await tab.leave()


def leave(everyone):
    everyone.group.space.memberships.filter(member=everyone.member).update(left_at=now())
    access_changed([everyone.member])


def unsign(everyone):
    everyone.group.signatures.filter(member=everyone.member).delete()
    access_changed([everyone.member])


def end_award(everyone):
    everyone.home.bases.update(starts_on="2020-01-01", ends_on="2021-01-01")
    access_changed([everyone.member])


def deactivate(everyone):
    Member.objects.filter(pk=everyone.member.pk).update(deactivated_at=now())
    access_changed([everyone.member])


def change_password(everyone):
    member = Member.objects.get(pk=everyone.member.pk)
    member.set_password("another invented passphrase")
    member.save()
    access_changed([member])


def sign_out_elsewhere(everyone):
    Session.objects.all().delete()
    access_changed([everyone.member])


CHANGES = {
    leave: 4003,
    unsign: 4003,
    end_award: 4003,
    deactivate: 4001,
    change_password: 4001,
    sign_out_elsewhere: 4001,
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_ends_a_right_ends_the_socket_within_two_seconds(home, everyone, room, change):
    tab = await (await Tab.of(everyone.member)).open()
    other = await (await Tab.of(everyone.colleague)).open()
    await tab.join(room)
    await other.join(room)
    begun = time.monotonic()
    await apart(change)(everyone)
    assert await tab.end() == CHANGES[change]
    assert time.monotonic() - begun < 15
    await write(room, everyone.facilitator)
    await other.until(1, room)
    assert tab.items == []
    await other.leave()


async def test_a_lost_ring_costs_a_tick_and_no_more(everyone, room):
    """As when Redis is gone and the change was made by another process: nothing rings here."""
    async with a_hub(tick=0.3) as home:
        doorbell.unlisten(home._rung)
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room)
        await write(room, everyone.colleague)
        await tab.until(1, room, timeout=2)
        await apart(leave)(everyone)
        begun = time.monotonic()
        assert await tab.end() == 4003
        assert time.monotonic() - begun < 15


async def test_what_nobody_told_is_found_by_asking_again(everyone, room):
    """A change that recorded nothing: a date that passed, say."""
    async with a_hub(tick=0.2, recheck=0.5):
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room)
        await apart(room.memberships.filter(member=everyone.member).update)(left_at=now())
        begun = time.monotonic()
        assert await tab.end() == 4003
        assert time.monotonic() - begun < 15


@pytest.mark.parametrize("key", ["idle_ends", "ends"])
@pytest.mark.parametrize("shape", [float, lambda moment: int(moment)])
async def test_a_session_past_its_end_closes_the_socket_and_the_socket_does_not_prolong_it(everyone, room, key, shape):
    session_key = await apart(sign_in)(everyone.member)

    def let_it_end() -> str:
        client = Client()
        client.cookies["sessionid"] = session_key
        session = client.session
        session[key] = shape(time.time() - 1)
        session.save()
        return Session.objects.get(pk=session_key).session_data

    async with a_hub(tick=0.2, recheck=0.2):
        tab = await Tab(session_key).open()
        await tab.join(room)
        before = await apart(let_it_end)()
        await tab.say(type="here", space=str(room.pk))
        assert await tab.end() == 4001
    after = await apart(Session.objects.get)(pk=session_key)
    assert after.session_data == before


async def test_a_check_that_a_room_adds_is_asked(everyone, room, home):
    tab = await (await Tab.of(everyone.member)).open()
    await tab.join(room)
    visits.sessions_must(only_with_two_factors := lambda member, session: "factor" in session)
    try:
        await apart(access_changed)([everyone.member])
        assert await tab.end() == 4001
        assert (await refused(everyone.member)) == 4001
    finally:
        visits._session_checks.remove(only_with_two_factors)


async def refused(member) -> int:
    tab = await (await Tab.of(member)).open()
    await tab.say(type="hello", protocol=1, cursors={})
    return await tab.end()


async def test_rights_that_cannot_be_asked_close_the_socket(everyone, room):
    """The database is away: what was allowed is not assumed to be so for longer than the bound."""
    async with a_hub(tick=0.1, recheck=0.2, overdue=0.6) as home:
        tab = await (await Tab.of(everyone.member)).open()
        await tab.join(room)
        await write(room, everyone.colleague)
        await tab.until(1, room)
        home._executor.shutdown()  # no thread will ask anything any more
        begun = time.monotonic()
        assert await tab.end() == 4010
        assert time.monotonic() - begun < 15


async def test_a_change_that_cannot_be_looked_up_closes_the_socket(home, everyone, room):
    tab = await (await Tab.of(everyone.member)).open()
    await tab.join(room)

    @visits.sessions_must
    def the_database_is_away(member, session):
        raise OperationalError

    try:
        await apart(access_changed)([everyone.member])
        assert await tab.end() == 4010
    finally:
        visits._session_checks.remove(the_database_is_away)


async def test_a_change_between_the_answer_and_the_seat_is_not_missed(home, everyone, room):
    """Another tab of the member has brought the hub ahead of what this one was told."""
    session_key = await apart(sign_in)(everyone.member)
    first = await Tab(session_key).open()
    await first.join(await apart(inbox_of)(everyone.member))
    inbox = await apart(inbox_of)(everyone.member)
    found = await home.ask(session_key, [room.pk])
    await apart(leave)(everyone)
    await first.until(1, inbox)
    second = await Tab(session_key).open()
    asked = asyncio.get_running_loop().create_future()
    asked.set_result(found)  # what the database said before the change
    answers, ask = [asked], home.ask
    home.ask = lambda *question: answers.pop() if answers else ask(*question)
    await second.say(type="hello", protocol=1, cursors={str(room.pk): {"seq": 0}})
    assert await second.end() == 4003
    await first.leave()


async def test_being_let_in_again_needs_a_new_hello_only(home, everyone, room):
    tab = await (await Tab.of(everyone.member)).open()
    inbox = await apart(inbox_of)(everyone.member)
    await tab.join(room, inbox)
    await apart(leave)(everyone)
    assert (await tab.hear("gone"))["space"] == str(room.pk)
    await write(room, everyone.colleague)
    await apart(Membership.objects.create)(space=room, member=everyone.member)
    await tab.join(room)
    await tab.until(1, room)
    await tab.leave()
