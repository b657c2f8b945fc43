"""One member's writes in a minute: enough for a person, too few for a script."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from access import Refusal, insist_on_pace
from access.models import Turns
from discussions.actions import write_post
from discussions.models import Post, Thread
from members.tasks import forget_attempts

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(settings):
    settings.WRITES_A_MINUTE = 3


def chat(cast):
    return Thread.objects.get(space=cast.group.space)


def test_the_fourth_message_within_a_minute_is_refused_and_its_text_kept(client, cast, three):
    client.force_login(cast.member)
    sent = [
        client.post(f"/threads/{chat(cast).pk}/posts/", {"body": f"Number {one}.", "client_id": uuid4()})
        for one in range(4)
    ]
    assert [answer.status_code for answer in sent] == [303, 303, 303, 409]
    assert "That was a lot within a minute" in sent[3].content.decode()
    assert "Number 3." in sent[3].content.decode()
    assert Post.objects.filter(author=cast.member).count() == 3


def test_reactions_files_and_edits_take_turns_from_the_same_minute(client, cast, three):
    post = write_post(thread=chat(cast), by=cast.colleague, body="Good morning.", client_id=uuid4())
    client.force_login(cast.member)
    mine = client.post(
        f"/threads/{chat(cast).pk}/posts/",
        {"body": "Hello.", "client_id": uuid4()},
        headers={"accept": "application/json"},
    ).json()["id"]
    client.post(f"/posts/{post.pk}/react/", {"sign": "thanks"})
    assert client.post(f"/posts/{mine}/edit/", {"body": "Hello all.", "version": ""}).status_code == 303
    assert client.post(f"/posts/{mine}/edit/", {"body": "Hello!", "version": ""}).status_code == 409
    assert client.post(f"/posts/{post.pk}/react/", {"sign": "idea"}).status_code == 409
    assert client.post(f"/spaces/{cast.group.space.pk}/files/", {"client_id": uuid4()}).status_code == 422


def test_sending_the_same_again_takes_no_turn(cast, three):
    again = uuid4()
    posts = {write_post(thread=chat(cast), by=cast.member, body="Once.", client_id=again) for _ in range(9)}
    assert len(posts) == 1


def test_one_member_takes_no_turns_of_another(cast, three):
    for member in [cast.member] * 3 + [cast.colleague] * 3:
        insist_on_pace(member)
    with pytest.raises(Refusal):
        insist_on_pace(cast.member)


def how_many(member) -> int:
    """How many turns they get one after the other."""
    for taken in range(10):
        try:
            insist_on_pace(member)
        except Refusal:
            return taken
    raise AssertionError("There is no end to them.")


def test_turns_come_back_as_the_minute_goes_by(cast, three, time_machine):
    time_machine.move_to("2026-03-10 15:00:50Z", tick=False)
    assert how_many(cast.member) == 3
    time_machine.move_to("2026-03-10 15:01:10Z", tick=False)  # 20 s later, by the next minute of the clock
    assert how_many(cast.member) == 0
    time_machine.move_to("2026-03-10 15:01:45Z", tick=False)
    assert how_many(cast.member) == 2
    time_machine.move_to("2026-03-10 15:03:45Z", tick=False)
    assert how_many(cast.member) == 3


def test_what_was_taken_long_ago_is_forgotten(cast, three, time_machine):
    time_machine.move_to("2026-03-10 15:00Z", tick=False)
    insist_on_pace(cast.member)
    forget_attempts()
    assert Turns.objects.exists()
    time_machine.move_to("2026-03-10 15:03Z", tick=False)
    forget_attempts()
    assert not Turns.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_no_more_turns_than_there_are(cast, three):
    def one(_):
        try:
            insist_on_pace(cast.member)
        except Refusal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(20) as together:
        assert sum(together.map(one, range(20))) == 3
