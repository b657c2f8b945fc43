"""The conversation as pages and forms, without a script; what a script gets instead; how many queries it takes."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from discussions import actions
from discussions.models import Bookmark, Draft, Post
from groups.models import Covenant
from members.models import Basis
from spaces.models import Membership
from tests.people import make_group, sign_in

JSON = {"HTTP_ACCEPT": "application/json"}
NUMBER = "Her number is A123-456-789"


@pytest.fixture
def thread(cast):
    return cast.group.space.threads.get()


@pytest.fixture
def browse(cast):
    """browse(member): a browser in which they are signed in."""

    def browse(member):
        client = Client()
        sign_in(client, get_user_model().objects.get(pk=member.pk))
        return client

    return browse


def say(thread, by, body="A thought", **more):
    return actions.write_post(thread=thread, by=by, body=body, client_id=uuid.uuid4(), **more)


def room(thread, query=""):
    return f"/groups/{thread.space.group.pk}/{query}"


def fields(body="Hello", **more):
    return {"body": body, "client_id": str(uuid.uuid4()), **more}


class TestWriting:
    def test_a_form_leads_to_the_message_in_its_room(self, cast, thread, browse):
        client = browse(cast.member)
        answer = client.post(f"/threads/{thread.pk}/posts/", fields())
        post = Post.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, room(thread, f"?post={post.pk}#post-{post.pk}"))
        page = client.get(room(thread, f"?post={post.pk}"))
        assert f'id="post-{post.pk}"' in page.content.decode()

    def test_a_doubled_submit_is_one_message(self, cast, thread, browse):
        client, sent = browse(cast.member), fields()
        answers = [client.post(f"/threads/{thread.pk}/posts/", sent) for _ in range(2)]
        assert (answers[0]["Location"], Post.objects.count()) == (answers[1]["Location"], 1)

    def test_a_script_gets_the_message_and_where_it_goes(self, cast, thread, browse):
        client = browse(cast.member)
        answer = client.post(f"/threads/{thread.pk}/posts/", fields(), **JSON).json()
        post = Post.objects.get()
        assert {key: answer[key] for key in ("id", "seq", "target", "into")} == {
            "id": str(post.pk),
            "seq": post.seq,
            "target": f"post-{post.pk}",
            "into": f"posts-{thread.pk}",
        }
        reply = client.post(f"/threads/{thread.pk}/posts/", fields(reply_to=post.pk), **JSON).json()
        assert reply["into"] == f"replies-{post.pk}"

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [("", "nothing to send"), ("x" * 10_001, "10,001 characters"), ("\x00", "nothing to send")],
    )
    def test_what_is_refused_is_kept_with_the_reason(self, cast, thread, browse, body, sentence):
        client = browse(cast.member)
        page = client.post(f"/threads/{thread.pk}/posts/", fields(body))
        assert (page.status_code, sentence in page.content.decode()) == (409, True)
        assert f">{body.replace(chr(0), '')}</textarea>" in page.content.decode().replace("\x00", "")
        told = client.post(f"/threads/{thread.pk}/posts/", fields(body), **JSON)
        assert (told.status_code, sentence in told.json()["refusal"]) == (409, True)

    def test_a_form_without_its_key_is_refused_and_kept(self, cast, thread, browse):
        for sent in ({"body": "Mine"}, {"body": "Mine", "client_id": "x"}, fields("Mine", files="x")):
            page = browse(cast.member).post(f"/threads/{thread.pk}/posts/", sent)
            assert (page.status_code, ">Mine</textarea>" in page.content.decode()) == (409, True)

    def test_a_form_held_over_a_lapse_says_so_and_keeps_the_text(self, cast, thread, browse):
        client = browse(cast.member)
        Basis.objects.filter(organisation=cast.home).update(ends_on=cast.home.today() - timedelta(days=400))
        page = client.post(f"/threads/{thread.pk}/posts/", fields("What I meant to say"))
        assert (page.status_code, "What I meant to say</textarea>" in page.content.decode()) == (409, True)
        assert ("opened this until" in page.content.decode(), client.get(room(thread)).status_code) == (True, 404)

    def test_a_form_held_over_a_new_covenant_says_so_and_keeps_the_text(self, cast, thread, browse):
        client = browse(cast.member)
        Covenant.objects.create(version=2, text="We keep confidence, and say so.")
        page = client.post(f"/threads/{thread.pk}/posts/", fields("What I meant to say")).content.decode()
        assert ("covenant to sign first" in page, "What I meant to say</textarea>" in page) == (True, True)

    def test_sending_again_after_the_right_ended_shows_nothing_of_the_room(self, cast, thread, browse):
        sent, client = fields("Mine"), browse(cast.member)
        client.post(f"/threads/{thread.pk}/posts/", sent, **JSON)
        Basis.objects.filter(organisation=cast.home).update(ends_on=cast.home.today() - timedelta(days=400))
        again = client.post(f"/threads/{thread.pk}/posts/", sent, **JSON)
        assert (again.status_code, list(again.json())) == (409, ["refusal"])

    def test_a_reaction_that_does_not_exist_is_refused_whatever_it_is(self, cast, thread, browse):
        post = say(thread, cast.colleague)
        for sign in ("", "x" * 10_000, "\x00", "thanks\x00"):
            assert browse(cast.member).post(f"/posts/{post.pk}/react/", {"sign": sign}, **JSON).status_code == 409

    def test_where_signing_in_again_leads_is_the_room(self, cast, thread, browse):
        assert browse(cast.member).get(f"/threads/{thread.pk}/posts/")["Location"] == room(thread)

    def test_a_stranger_to_the_group_cannot_tell_that_it_is_there(self, cast, thread, browse):
        client = browse(cast.outsider)
        answers = [
            client.post(f"/threads/{pk}/posts/", fields(), **JSON).status_code for pk in (thread.pk, uuid.uuid4())
        ]
        assert (answers, Post.objects.count()) == ([404, 404], 0)


class TestHeldForms:
    def test_without_a_script_the_page_shows_it_and_takes_the_answer(self, cast, thread, browse):
        client, sent = browse(cast.member), fields(NUMBER + ", before Judge Marlowe")
        page = client.post(f"/threads/{thread.pk}/posts/", sent)
        html = page.content.decode()
        assert page.status_code == 422
        assert '<mark class="stop">A123-456-789</mark>' in html
        assert '<mark class="ask">Marlowe</mark>' in html
        assert "The check misses things, names above all" in page.content.decode()
        number, judge = page.context["held"].doubts
        sent |= {f"doubt-{number.key}": "out", f"doubt-{judge.key}": "keep"}
        assert client.post(f"/threads/{thread.pk}/posts/", sent).status_code == 303
        assert Post.objects.get().body == "Her number is [A-number], before Judge Marlowe"

    def test_a_script_gets_the_same_and_cannot_pass_it_unseen(self, cast, thread, browse):
        client = browse(cast.member)
        for more in ({}, {"doubt-": "keep"}, {"doubt-a_number": "keep"}, {"force": "1"}):
            answer = client.post(f"/threads/{thread.pk}/posts/", fields(NUMBER, **more), **JSON)
            assert (answer.status_code, answer.json()["body"]) == (422, NUMBER)
        assert not Post.objects.exists()

    def test_an_edit_is_held_as_well(self, cast, thread, browse):
        post = say(thread, cast.member)
        page = browse(cast.member).post(f"/posts/{post.pk}/edit/", {"body": NUMBER, "version": ""})
        assert (page.status_code, 'class="stop"' in page.content.decode()) == (422, True)


class TestWithoutAScript:
    def test_every_verb_is_a_page_away_from_the_message(self, cast, thread, browse):
        post = say(thread, cast.member, "First")
        client = browse(cast.member)
        room_page = client.get(room(thread)).content.decode()
        for verb in ("tools", "react", "replies"):
            assert f'href="/posts/{post.pk}/{verb}/"' in room_page
        tools = client.get(f"/posts/{post.pk}/tools/").content.decode()
        for verb in ("edit", "remove", "history", "react"):
            assert f'href="/posts/{post.pk}/{verb}/"' in tools
        assert f"/posts/{post.pk}/pin/" not in tools
        assert "First</textarea>" in client.get(f"/posts/{post.pk}/edit/").content.decode()
        client.post(f"/posts/{post.pk}/edit/", {"body": "Second", "version": ""})
        client.post(f"/posts/{post.pk}/react/", {"sign": "idea"})
        shown = client.get(f"/posts/{post.pk}/react/").content.decode()
        assert ('aria-pressed="true"' in shown, "Mara Member" in shown) == (True, True)
        client.post(f"/posts/{post.pk}/react/", {"sign": "idea"})
        assert not post.reactions.exists()
        assert "First" in client.get(f"/posts/{post.pk}/history/").content.decode()
        assert "Remove it" in client.get(f"/posts/{post.pk}/remove/").content.decode()
        assert client.post(f"/posts/{post.pk}/remove/").status_code == 303
        assert "removed this message" in client.get(room(thread)).content.decode()

    def test_a_facilitator_pins_and_removes_with_a_reason(self, cast, thread, browse):
        post = say(thread, cast.member, "To keep in sight")
        client = browse(cast.facilitator)
        tools = client.get(f"/posts/{post.pk}/tools/").content.decode()
        assert (f"/posts/{post.pk}/pin/" in tools, f"/posts/{post.pk}/edit/" in tools) == (True, False)
        client.post(f"/posts/{post.pk}/pin/")
        assert "1 pinned message" in client.get(room(thread)).content.decode()
        assert client.post(f"/posts/{post.pk}/remove/", {"reason": ""}).status_code == 200
        assert Post.objects.get().removed_at is None
        client.post(f"/posts/{post.pk}/remove/", {"reason": "It names a town."})
        page = client.get(room(thread)).content.decode()
        assert ("It names a town." in page, "1 pinned message" in page) == (True, False)

    def test_what_one_may_not_do_to_others_posts(self, cast, thread, browse):
        post = say(thread, cast.member)
        client = browse(cast.colleague)
        verbs = ("edit", "remove", "history")
        assert {verb: client.get(f"/posts/{post.pk}/{verb}/").status_code for verb in verbs} == dict.fromkeys(
            verbs, 403
        )
        assert client.post(f"/posts/{post.pk}/pin/").status_code == 403

    def test_bookmarks_are_ones_own_and_end_with_the_right(self, cast, thread, browse):
        post = say(thread, cast.colleague, "Worth finding again")
        client = browse(cast.member)
        for _ in range(2):
            client.post(f"/posts/{post.pk}/bookmark/")
        assert (Bookmark.objects.count(), "Worth finding" in client.get("/bookmarks/").content.decode()) == (1, True)
        assert "Worth finding" not in browse(cast.colleague).get("/bookmarks/").content.decode()
        Membership.objects.filter(space=thread.space, member=cast.member).update(left_at=now())
        assert "Worth finding" not in client.get("/bookmarks/").content.decode()
        assert client.post(f"/posts/{post.pk}/unbookmark/").status_code == 404

    def test_a_draft_waits_in_the_box(self, cast, thread, browse):
        client = browse(cast.member)
        assert client.post(f"/threads/{thread.pk}/draft/", {"body": "Half a <thought>"}).status_code == 204
        assert "Half a &lt;thought&gt;</textarea>" in client.get(room(thread)).content.decode()
        assert "Half a" not in browse(cast.colleague).get(room(thread)).content.decode()
        client.post(f"/threads/{thread.pk}/posts/", fields())
        assert not Draft.objects.exists()

    def test_a_closed_conversation_says_so(self, cast, thread, browse):
        client = browse(cast.facilitator)
        client.post(f"/threads/{thread.pk}/close/")
        assert "This conversation was closed" in client.get(room(thread)).content.decode()
        client.post(f"/threads/{thread.pk}/reopen/")
        assert "This conversation was closed" not in client.get(room(thread)).content.decode()


class TestTheRoom:
    def shown(self, page):
        return [row.post.body for row in page.context["chat"].rows]

    def test_pages_of_fifty_meet_without_a_gap(self, cast, thread, browse):
        posts = [say(thread, cast.member, f"{number}") for number in range(120)]
        client = browse(cast.member)
        newest = client.get(room(thread))
        middle = client.get(room(thread, f"?before={newest.context['chat'].stretch.before}"))
        oldest = client.get(room(thread, f"?before={middle.context['chat'].stretch.before}"))
        assert self.shown(oldest) + self.shown(middle) + self.shown(newest) == [post.body for post in posts]
        assert [page.context["chat"].is_at_end for page in (oldest, middle, newest)] == [False, False, True]
        assert oldest.context["chat"].stretch.before is None
        later = client.get(room(thread, f"?after={oldest.context['chat'].stretch.after}"))
        assert self.shown(later) == self.shown(middle)

    def test_a_page_that_is_not_the_newest_takes_no_live_posts(self, cast, thread, browse):
        for number in range(60):
            say(thread, cast.member, f"{number}")
        client = browse(cast.member)
        place = f'id="posts-{thread.pk}" data-live-list'
        pages = [client.get(room(thread, query)).content.decode() for query in ("", "?before=20")]
        assert [place in page for page in pages] == [True, False]

    def test_a_permalink_opens_the_page_around_the_post(self, cast, thread, browse):
        posts = [say(thread, cast.member, f"{number}") for number in range(120)]
        answer = browse(cast.member).get(f"/posts/{posts[40].pk}/", follow=True)
        shown = self.shown(answer)
        assert (shown[0], shown[25], len(shown)) == ("15", "40", 75)

    def test_a_permalink_of_a_reply_opens_its_thread(self, cast, thread, browse):
        root = say(thread, cast.member, "Root")
        reply = say(thread, cast.colleague, "Reply", reply_to=root.pk)
        page = browse(cast.member).get(f"/posts/{reply.pk}/", follow=True)
        assert [row.post.body for row in page.context["chat"].panel.rows] == ["Reply"]
        assert f'<ol id="replies-{root.pk}"' in page.content.decode()
        assert self.shown(page) == ["Root"]

    def test_a_post_of_another_room_in_the_address_shows_nothing_of_it(self, cast, thread, browse):
        other = make_group("Nursing", participants=[cast.colleague])
        secret = say(other.space.threads.get(), cast.colleague, "Elsewhere")
        for query in (f"?post={secret.pk}", f"?replies={secret.pk}", "?post=x", "?before=x", "?before=9" + "9" * 30):
            page = browse(cast.member).get(room(thread, query))
            assert (page.status_code, "Elsewhere" in page.content.decode()) == (200, False)
        assert browse(cast.member).get(f"/posts/{secret.pk}/").status_code == 404

    def test_the_line_stands_above_the_first_that_is_new_and_not_ones_own(self, cast, thread, browse):
        say(thread, cast.colleague, "Old")
        Membership.objects.filter(member=cast.member, space=thread.space).update(read_seq=1, read_count=1)
        say(thread, cast.member, "Mine")
        say(thread, cast.colleague, "New")
        say(thread, cast.colleague, "Newer")
        rows = browse(cast.member).get(room(thread)).context["chat"].rows
        assert [row.post.body for row in rows if row.is_first_new] == ["New"]

    def test_new_messages_beyond_the_page_are_a_click_away(self, cast, thread, browse):
        for number in range(70):
            say(thread, cast.colleague, f"{number}")
        client = browse(cast.member)
        page = client.get(room(thread))
        assert (page.context["chat"].unread, page.context["chat"].unread_is_elsewhere) == (70, True)
        first = client.get(room(thread, "?unread"))
        assert [row.post.body for row in first.context["chat"].rows if row.is_first_new] == ["0"]

    def test_posts_stand_together_by_author_day_and_five_minutes(self, cast, thread, browse):
        start = now().replace(hour=17, minute=0, second=0, microsecond=0) - timedelta(days=3)
        said = [
            (cast.member, timedelta(0)),
            (cast.member, timedelta(minutes=4, seconds=59)),
            (cast.member, timedelta(minutes=10)),
            (cast.colleague, timedelta(minutes=11)),
            (cast.colleague, timedelta(days=1)),
        ]
        for by, after in said:
            with time_machine.travel(start + after, tick=False):
                say(thread, by)
        rows = browse(cast.facilitator).get(room(thread, "?after=0")).context["chat"].rows
        assert [row.continues for row in rows][1:] == [True, False, False, False]
        assert [row.day is not None for row in rows] == [True, False, False, False, True]

    def test_whoever_may_only_read_is_told_why(self, cast, thread, browse):
        Membership.objects.filter(member=cast.member).update(muted_until=now() + timedelta(hours=1))
        page = browse(cast.member).get(room(thread)).content.decode()
        assert ("muted" in page, "<textarea" in page) == (True, False)


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as made:
        assert client.get(address).status_code == 200
    return len(made)


def fill(cast, thread, number):
    people = [cast.member, cast.colleague, cast.facilitator]
    for place in range(number):
        post = say(thread, people[place % 3], f"Thought {place}, @Cole Colleague")
        actions.react(post=post, by=people[place % 2], sign="agree")
        say(thread, people[(place + 1) % 3], "Reply", reply_to=post.pk)
    actions.pin(post=post, by=cast.facilitator)
    return post


@pytest.mark.parametrize("address", ["room", "panel", "bookmarks"])
def test_a_page_takes_as_many_queries_with_fifty_rows_as_with_one(cast, thread, browse, address):
    client = browse(cast.member)
    post = fill(cast, thread, 1)

    def add(number):
        for _ in range(number):
            say(thread, cast.colleague, "Reply", reply_to=post.pk)
        for one in Post.objects.all():
            actions.bookmark(post=one, by=cast.member)

    addresses = {
        "room": room(thread),
        "panel": room(thread, f"?replies={post.pk}"),
        "bookmarks": "/bookmarks/",
    }
    add(1)
    with_one = queries(client, addresses[address])
    fill(cast, thread, 49)
    add(49)
    assert queries(client, addresses[address]) == with_one


def test_a_room_of_fifty_takes_few_queries(cast, thread, browse):
    fill(cast, thread, 50)
    assert queries(browse(cast.member), room(thread)) <= 10


class TestMentionable:
    def names(self, client, space, query=""):
        return [person["name"] for person in client.get(f"/spaces/{space.pk}/mentionable/{query}").json()["people"]]

    def test_those_who_belong_here_but_oneself(self, cast, thread, browse):
        client = browse(cast.member)
        assert self.names(client, thread.space) == [
            "Cole Colleague", "Fay Facilitator", "Lars Lapsed", "Uma Unsigned",
        ]  # fmt: skip
        assert self.names(client, thread.space, "?q=col") == ["Cole Colleague"]

    def test_nobody_else_is_told_names(self, cast, thread, browse):
        for pk in (thread.space.pk, uuid.uuid4()):
            assert browse(cast.outsider).get(f"/spaces/{pk}/mentionable/").status_code == 404
