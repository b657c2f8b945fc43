"""A member's feed: what stands in it, what never does, and when it ends."""

from urllib.parse import urlsplit
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.timezone import now

from discussions import actions
from members import sessions
from members.models import Affiliation, Member
from notifications import addresses, feeds, notices
from notifications.actions import end_feed, make_feed
from notifications.models import FeedAddress
from spaces.models import Membership

pytestmark = pytest.mark.django_db
ATOM = {"atom": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def fetch(cast):
    make_feed(by=cast.colleague)
    path = urlsplit(addresses.feed_url(cast.colleague)).path
    return lambda: Client().get(path)


def ask(cast, by=None, **more):
    more = {"kind": "question", "title": "A title", "body": "A text & more."} | more
    return actions.start_thread(space=cast.commons.space, by=by or cast.member, client_id=uuid4(), **more)


def entries(answer):
    found = ElementTree.fromstring(answer.content).findall("atom:entry", ATOM)
    return [{one.tag.rpartition("}")[2]: one for one in entry} for entry in found]


def test_a_feed_tells_what_letters_tell(cast, fetch):
    thread = ask(cast)
    ask(cast, title="Without", unnamed=True)
    ask(cast, title="Hard", body="The cellar was flooded.", intensity=2, content_note="About water")
    answer = fetch()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "private, no-store")
    hard, without, plain = entries(answer)
    assert plain["title"].text == "[Commons] A title"
    assert "A text &amp; more." in plain["summary"].text
    assert plain["link"].get("href").endswith(thread.opening.get_absolute_url())
    assert [one["author"][0].text for one in (plain, without)] == ["Mara Member", "A member"]
    assert "About water" in hard["summary"].text
    for secret in ("flooded", cast.member.email, str(cast.member.pk), "notifications/feed"):
        assert secret not in answer.content.decode()


def test_it_tells_of_a_poll_that_takes_votes_and_never_of_what_is_folded(cast, fetch):
    def polled(**more):
        thread = ask(cast, **more)
        actions.put_poll(thread=thread, by=cast.member, question="Which bird?", answers=["Heron", "Wren"])
        return thread

    thread, _ = polled(), polled(title="Hard", intensity=2, content_note="About birds")
    actions.write_post(thread=thread, by=cast.outsider, body="Neither.", client_id=uuid4())
    reply, hard, plain = (entry["summary"].text for entry in entries(fetch()))
    assert "Which bird?</b> <a href=" in plain
    assert ("a poll" in hard, "bird?" in hard, "a poll" in reply) == (True, False, False)
    actions.close_poll(thread=thread, by=cast.member)
    assert "a poll" not in entries(fetch())[2]["summary"].text


def test_of_a_group_it_says_only_that_there_is_something(cast, fetch):
    Membership.objects.filter(space=cast.group.space, member=cast.colleague).update(notify="each")
    chat = cast.group.space.threads.get()
    actions.write_post(thread=chat, by=cast.member, body=f"Blackbird @{cast.colleague.name}", client_id=uuid4())
    notices.tell()
    (one,) = entries(fetch())
    assert one["title"].text == "There is something that you have not read elsewhere"
    for secret in ("Blackbird", cast.group.topic, cast.member.name, str(cast.group.space_id)):
        assert secret not in fetch().content.decode()


def test_it_ends_with_the_right_with_sessions_and_by_hand(cast, fetch):
    ask(cast)
    assert len(entries(fetch())) == 1
    Affiliation.objects.filter(member=cast.colleague).update(ended_at=now())
    assert entries(fetch()) == []
    sessions.end_all(cast.colleague)
    assert fetch().status_code == 404
    assert addresses.feed_url(cast.colleague) == ""
    make_feed(by=cast.colleague)
    path = urlsplit(addresses.feed_url(cast.colleague)).path
    assert Client().get(path).status_code == 200
    Member.objects.filter(pk=cast.colleague.pk).update(deactivated_at=now())
    assert Client().get(path).status_code == 404
    Member.objects.filter(pk=cast.colleague.pk).update(deactivated_at=None)
    end_feed(by=cast.colleague)
    assert Client().get(path).status_code == 404
    assert not FeedAddress.objects.exists()


def test_nobody_makes_one_up(cast, fetch):
    other = addresses.reply_address(cast.colleague, ask(cast)).partition("@")[0]
    for token in (other, "f-" + other[2:], "f-" + "a" * 42, f"f-{FeedAddress.objects.get().pk}"):
        assert Client().get(f"/notifications/feed/{token}/").status_code == 404


def test_a_reader_that_asks_too_often_waits(cast, fetch, monkeypatch):
    monkeypatch.setattr(feeds, "AN_HOUR", 2)
    assert [fetch().status_code for _ in range(3)] == [200, 200, 429]


def test_the_page_makes_shows_and_ends_it(client, cast):
    client.force_login(cast.colleague)
    assert client.post("/notifications/choices/feed/").status_code == 302
    first = addresses.feed_url(cast.colleague)
    assert first in client.get("/notifications/choices/").content.decode()
    client.post("/notifications/choices/feed/")
    assert addresses.feed_url(cast.colleague) != first
    client.post("/notifications/choices/feed/end/")
    assert "Make a feed address" in client.get("/notifications/choices/").content.decode()
