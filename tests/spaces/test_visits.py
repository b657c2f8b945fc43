"""Many sessions looked at together: the same answers as one by one, and one that breaks holds up no other."""

import asyncio

import pytest
from channels.db import database_sync_to_async as apart
from django.db import connection
from django.test.utils import CaptureQueriesContext

from spaces import visits
from spaces.sockets import begin
from tests.people import make_group, make_member
from tests.spaces.tabs import sign_in


@pytest.mark.django_db
def test_many_are_looked_at_in_as_many_queries_as_one(cast):
    def queries(number: int) -> int:
        members = [make_member(f"Person {number} {index}", cast.home) for index in range(number)]
        space = make_group(f"Topic {number}", participants=members).space
        asked = {sign_in(member): [space.pk] for member in members}
        with CaptureQueriesContext(connection) as captured:
            found = visits.visits(asked)
        assert {key: set(visit.spaces) for key, visit in found.items()} == {key: {space.pk} for key in asked}
        return len(captured)

    assert queries(1) == queries(12) == 8


@pytest.mark.django_db
def test_together_everyone_gets_what_they_get_alone(cast):
    others = make_group("Another Topic", participants=[cast.colleague])
    wanted = [cast.group.space_id, others.space_id]
    people = [person for name, person in vars(cast).items() if hasattr(person, "email")]
    keys = {sign_in(person): person for person in people}
    together = visits.visits(dict.fromkeys(keys, wanted))
    alone = {key: visits.visits({key: wanted}).get(key) for key in keys}
    assert {key: alone[key] and set(alone[key].spaces) for key in keys} == {
        key: set(together[key].spaces) if key in together else None for key in keys
    }
    readers = {keys[key].name for key, visit in together.items() if cast.group.space_id in visit.spaces}
    assert readers == {"Mara Member", "Cole Colleague", "Fay Facilitator"}


@pytest.mark.django_db
def test_keys_that_cannot_be_keys_and_a_session_that_breaks_hold_up_nobody(cast, caplog):
    good, odd = sign_in(cast.member), sign_in(cast.colleague)

    @visits.sessions_must
    def break_for_one(member, session):
        return member != cast.colleague or 1 / 0

    try:
        found = visits.visits({good: [cast.group.space_id], odd: [], "\0": [], "ключ": [], "": []})
    finally:
        visits._session_checks.remove(break_for_one)
    assert set(found) == {good}
    assert "it is not let in" in caplog.text


async def answer(home, key: str, *wanted) -> set:
    return set((await home.ask(key, wanted)).spaces)


@pytest.mark.asyncio
async def test_tabs_of_one_session_each_get_what_they_asked_for(home, everyone, room):
    key = await apart(sign_in)(everyone.member)
    answers = await asyncio.gather(answer(home, key, room.pk), answer(home, key), answer(home, key, room.pk))
    assert answers == [{room.pk}, set(), {room.pk}]
    assert await home.ask("nobody", [room.pk]) is None


@pytest.mark.asyncio
async def test_what_does_not_finish_at_its_first_step_goes_on_where_it_was():
    gate, steps = asyncio.Event(), []

    async def work(waits: bool) -> None:
        steps.append("begun")
        if waits:
            await gate.wait()
            await asyncio.sleep(0)
        steps.append("done")

    assert begin(work(False)) is None
    rest = begin(work(True))
    assert steps == ["begun", "done", "begun"]
    gate.set()
    await rest
    assert steps == ["begun", "done", "begun", "done"]


@pytest.mark.asyncio
async def test_what_is_cancelled_after_its_first_step_is_tidied_up():
    tidied = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            tidied.append(True)

    async def finish(rest) -> None:
        await rest

    task = asyncio.ensure_future(finish(begin(work())))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert tidied == [True]
