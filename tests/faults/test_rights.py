"""Whoever loses a right hears nothing more, on every process; writes nothing, and does not get in again."""

import asyncio
import time
from types import SimpleNamespace
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.db import transaction

from groups import actions as groups
from groups.models import Covenant
from members.actions import organisations, people, roles, sessions
from members.models import Member
from tests.faults.conftest import FULL
from tests.faults.crowd import Line, Person, Reader, Room, Writer, apart, sign_in
from tests.faults.scene import until
from tests.people import make_group, make_member, make_organisation

SOON = 2 if FULL else 10  # seconds; a busy machine may take longer in the short run
WITHOUT_REDIS = 30


def removal(one, staff):
    membership = one.group.space.memberships.get(member=one.member)
    groups.remove(membership=membership, by=one.facilitator, reason="We said so in the covenant.")


def leaving(one, staff):
    groups.leave(membership=one.group.space.memberships.get(member=one.member), by=one.member)


def award_ended(one, staff):
    organisations.end_basis(basis=one.organisation.bases.get(), by=staff, reason="The award was taken back.")


def deactivation(one, staff):
    people.deactivate(member=one.member, by=staff, reason="They asked for it.")


def sign_out_elsewhere(one, staff):
    sessions.end_session(session=UserSession.objects.get(session_key=one.person.session), by=one.member)


@transaction.atomic
def password_change(one, staff):
    one.member.set_password("another invented passphrase")
    one.member.save()
    sessions.change_sign_in(member=one.member, what="password_changed", told=one.member.email)


def role_change(one, staff):
    roles.grant_role(member=one.member, role="staff", by=staff, reason="They work for NCB now.")


CHANGES = [removal, leaving, award_ended, deactivation, sign_out_elsewhere, password_change, role_change]


@pytest.mark.parametrize("redis_is_there", [True, False], ids=["with Redis", "without Redis"])
def test_who_loses_a_right_hears_nothing_more(site, everyone, findings, redis_is_there):
    site.start_all()
    those, staff, witness, room = cast()
    if not redis_is_there:
        site.redis.kill()
    try:
        took = asyncio.run(play(site, those, staff, witness, room, SOON if redis_is_there else WITHOUT_REDIS))
    finally:
        Covenant.objects.filter(version__gt=1).delete()
        site.start_all()
    findings.append({"part": "rights", "server": site.kind, "redis": redis_is_there, "seconds": took})


def cast():
    """One member of a group for each change, with an organisation of their own; staff; and one whom nothing befalls."""
    those = []
    for change in (*CHANGES, "witness", "facilitator"):
        organisation = make_organisation(f"Organisation {uuid4().hex}")
        member = make_member(f"Person {uuid4().hex}", organisation)
        Member.objects.filter(pk=member.pk).update(email=member.email.replace("example.org", "people.test"))
        member.refresh_from_db()
        those.append(SimpleNamespace(change=change, member=member, organisation=organisation, person=sign_in(member)))
    *those, witness, facilitator = those
    group = make_group(
        f"Group {uuid4().hex}",
        participants=[one.member for one in (*those, witness)],
        facilitators=[facilitator.member],
    )
    for one in (*those, witness):
        one.group, one.facilitator = group, facilitator.member
        UserSession.objects.get_or_create(
            session_key=one.person.session, defaults={"user": one.member, "ip": "127.0.0.1", "user_agent": ""}
        )
    space = group.space
    room = Room(space.pk, space.epoch, space.threads.get().pk, group.pk, "word")
    return those, Member.objects.get(name="Ada Admin"), witness, room


async def play(site, those, staff, witness, room, limit) -> dict[str, float]:
    """Seconds from each change until the last news that reached the member, on any process."""
    readers = {one.change: readers_of(one.person, site, room) for one in those}
    others = readers_of(witness.person, site, room)
    following = [asyncio.create_task(one.follow()) for some in (*readers.values(), others) for one in some]
    writer = Writer(Line(witness.person, site.port, site.url), room, "the witness")
    writing = asyncio.create_task(keep_writing(writer))
    took: dict[str, float] = {}
    try:
        everybody = [*others, *(one for some in readers.values() for one in some)]
        await until(lambda: all(one.connected and one.seq for one in everybody), 60, "everybody hears something")
        done = {}
        for one in those:
            await apart(one.change, one, staff)
            done[one.change] = time.monotonic()
        for one in those:
            await over(readers[one.change], done[one.change], limit)
        await nothing_comes_after(those, readers, done, limit, others, took)
        for one in those:
            await is_shut_out(one, site, room)
        writing.cancel()
        await apart(groups.publish_covenant, text=f"We keep confidence: {uuid4()}.", by=staff)
        renewed = time.monotonic()
        await over(others, renewed, limit)
        took["covenant renewal"] = round(max(0.0, *(one.heard_at - renewed for one in others)), 2)
        await is_shut_out(witness, site, room)
    finally:
        for task in (*following, writing):
            task.cancel()
        await asyncio.gather(*following, writing, return_exceptions=True)
    return took


def readers_of(person: Person, site, room: Room) -> list[Reader]:
    return [Reader(person, server.port, site.url, room) for server in site.servers]


async def keep_writing(writer: Writer) -> None:
    while True:
        await writer.write()
        await asyncio.sleep(0.2)


async def over(readers: list[Reader], since: float, limit: float) -> None:
    left = since + limit + 60 - time.monotonic()  # late is measured below; never is noticed here
    await until(lambda: all(reader.ended in {4001, 4003} for reader in readers), left, "every socket is closed")


async def nothing_comes_after(those, readers, done, limit, others, took) -> None:
    """The witness hears more and more; the last that one of the others heard was in time."""
    heard = [one.seq for one in others]
    await until(lambda: all(one.seq > before + 3 for one, before in zip(others, heard, strict=True)), 60, "news come")
    for one in those:
        late = max(reader.heard_at for reader in readers[one.change]) - done[one.change]
        took[one.change.__name__.replace("_", " ")] = round(max(0.0, late), 2)
        assert late <= limit, (one.change.__name__, late)
        for reader in readers[one.change]:
            assert reader.seq < min(other.seq for other in others)


async def is_shut_out(one, site, room: Room) -> None:
    for server in site.servers:
        line = Line(one.person, server.port, site.url)
        body = {"body": "May I still?", "client_id": str(uuid4())}
        status, _ = await line.ask("POST", f"/threads/{room.thread}/posts/", body)
        assert status in {302, 401, 403, 404, 409}, (one.change, status)
        status, _ = await line.ask("GET", f"/spaces/{room.pk}/activities/?after=0")
        assert status in {302, 401, 403, 404}, (one.change, status)
    for again in readers_of(one.person, site, room):
        async with asyncio.timeout(60):
            await again.follow()
        assert (again.ended in {4001, 4003, 403}, again.items) == (True, []), (one.change, again.ended)
