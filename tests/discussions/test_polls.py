"""Polls: who puts one, who votes, who sees what; and that nothing links an anonymous voter to what they chose."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from access import Refusal
from audit.models import Entry
from discussions import actions
from discussions.models import Answer, Ballot, Forum, Poll, Thread
from discussions.retention import purge_posts
from spaces.frames import read_log
from spaces.models import Activity
from spaces.screening import Held
from tests.people import sign_in

pytestmark = pytest.mark.django_db
CHOICES = ["Mornings", "Evenings", "Never"]


@pytest.fixture
def thread(cast):
    return actions.start_thread(
        space=cast.commons.space,
        by=cast.contact,
        kind="discussion",
        title="When do we meet?",
        body="Say in the poll.",
        client_id=uuid4(),
    )


@pytest.fixture
def put(cast, thread):
    def put(by=None, answers=CHOICES, **more):
        question = more.pop("question", "Which time?")
        return actions.put_poll(thread=thread, by=by or cast.contact, question=question, answers=answers, **more)

    return put


@pytest.fixture
def vote(thread):
    return lambda by, *answers: actions.vote(thread=thread, by=by, answers=answers)


@pytest.fixture
def see(thread):
    """see(member): their page of the thread."""

    def see(member):
        client = Client()
        sign_in(client, member)
        return client.get(thread.get_absolute_url()).content.decode()

    return see


def counts(poll):
    return [answer.count for answer in poll.results()]


class TestPutting:
    def test_the_opener_and_a_moderator_may_others_not(self, cast, put):
        put()
        assert put(by=cast.staff, question="Which day?").question == "Which day?"
        assert [one.verb for one in Entry.objects.filter(verb__startswith="poll.")] == ["poll.put"]
        with pytest.raises(PermissionDenied):
            put(by=cast.member)

    def test_a_chat_has_none(self, cast):
        with pytest.raises(PermissionDenied):
            actions.put_poll(
                thread=cast.group.space.threads.get(), by=cast.facilitator, question="Which?", answers=CHOICES
            )

    def test_a_thread_beside_a_group_has_one(self, cast):
        own = {"space": cast.group.space, "by": cast.member, "kind": "question", "title": "A room?", "body": "Which?"}
        thread = actions.start_thread(client_id=uuid4(), **own)
        actions.put_poll(thread=thread, by=cast.member, question="Which?", answers=CHOICES)
        actions.vote(thread=thread, by=cast.colleague, answers=[2])
        assert counts(thread.poll) == [0, 0, 1]

    @pytest.mark.parametrize("answers", [["One"], ["Same", " Same "], ["", "One"], [str(n) for n in range(11)]])
    def test_two_to_ten_different_answers(self, put, answers):
        with pytest.raises(Refusal, match="2 to 10"):
            put(answers=answers)

    def test_it_can_be_changed_and_taken_away_until_somebody_has_voted(self, cast, thread, put, vote):
        put()
        poll = put(answers=["Yes", "No"])
        assert [answer.text for answer in poll.answers.all()] == ["Yes", "No"]
        actions.take_poll_away(thread=thread, by=cast.contact)
        assert not Poll.objects.exists()
        put()
        vote(cast.member, 0)
        for act in (put, lambda: actions.take_poll_away(thread=thread, by=cast.contact)):
            with pytest.raises(Refusal, match="has voted"):
                act()

    def test_what_may_identify_somebody_is_asked_about_as_in_a_post(self, cast, client, thread):
        sign_in(client, cast.contact)
        edit = reverse("discussions:poll_edit", args=[thread.pk])
        data = {"question": "Is A123456789 well?", "answers": "Since March 3\nNo", "several": "on"}
        answer = client.post(edit, data)
        certain, doubtful = answer.context["held"].doubts
        assert (answer.status_code, certain.may_stay, doubtful.may_stay) == (422, False, True)
        assert not Poll.objects.exists()
        data |= {f"doubt-{certain.key}": "out"}
        answer = client.post(edit, data)
        assert [doubt.key for doubt in answer.context["held"].doubts] == [doubtful.key]
        assert "A123456789" not in answer.content.decode()
        assert "Since March 3\nNo</textarea>" in answer.content.decode()
        data |= {f"doubt-{certain.key}": "keep"}
        assert client.post(edit, data | {f"doubt-{doubtful.key}": "keep"}).status_code == 422
        data |= {f"doubt-{certain.key}": "out", f"doubt-{doubtful.key}": "keep"}
        assert client.post(edit, data).status_code == 302
        poll = Poll.objects.get()
        assert (poll.several, "A123456789" in poll.question) == (True, False)
        assert [answer.text for answer in poll.answers.all()] == ["Since March 3", "No"]
        entry = Entry.objects.get(verb="identifier.vouched")
        assert (entry.actor, sum(entry.facts["classes"].values())) == (cast.contact.pk, 1)
        assert "March" not in str(entry.facts)

    def test_the_trail_does_not_say_who_asked_without_a_name(self, cast):
        Forum.objects.update(unnamed=Forum.Naming.HIDDEN)
        own = {"space": cast.commons.space, "by": cast.member, "kind": "question", "title": "When?", "body": "Say."}
        thread = actions.start_thread(client_id=uuid4(), unnamed=True, **own)
        asked = {"thread": thread, "by": cast.member, "question": "On March 3?", "answers": ["Yes", "No"]}
        with pytest.raises(Held) as held:
            actions.put_poll(**asked)
        actions.put_poll(**asked, doubts={doubt.key: "keep" for doubt in held.value.doubts})
        assert Entry.objects.get(verb="identifier.vouched").actor is None

    def test_an_answer_is_short(self, put):
        with pytest.raises(Refusal, match="120"):
            put(answers=["Yes", "n" * 121])

    def test_it_is_put_and_taken_away_on_pages_without_a_script(self, cast, client, thread):
        sign_in(client, cast.contact)
        edit = reverse("discussions:poll_edit", args=[thread.pk])
        answer = client.post(edit, {"question": "Which time?", "answers": "Mornings\r\n\r\nEvenings\r\n"})
        assert answer.url == f"/threads/{thread.pk}/#poll-{thread.pk}"
        assert "Mornings\nEvenings" in client.get(edit).content.decode()
        assert client.post(edit, {"question": "Which time?", "answers": "Mornings"}).status_code == 409
        client.post(reverse("discussions:poll_take_away", args=[thread.pk]))
        assert not Poll.objects.exists()


class TestVoting:
    def test_one_vote_each_and_it_can_be_changed(self, cast, put, vote):
        poll = put()
        vote(cast.member, 0)
        vote(cast.member, 1)
        vote(cast.outsider, 1)
        assert counts(poll) == [0, 2, 0]
        assert Ballot.objects.count() == 2
        with pytest.raises(IntegrityError), transaction.atomic():
            Ballot.objects.create(poll=poll, member=cast.member)

    def test_one_answer_or_several_as_the_poll_says(self, cast, put, vote):
        put()
        with pytest.raises(Refusal, match="Choose one answer"):
            vote(cast.member, 0, 1)
        with pytest.raises(Refusal, match="Choose an answer first"):
            vote(cast.member, 17)
        poll = put(several=True)
        vote(cast.member, 0, 2)
        assert counts(poll) == [1, 0, 1]

    def test_who_may_not_write_may_not_vote(self, cast, put, vote):
        put()
        with pytest.raises(Refusal):
            vote(cast.lapsed, 0)
        assert not Ballot.objects.exists()

    def test_nobody_votes_in_a_closed_thread_or_poll(self, cast, thread, put, vote):
        poll = put()
        actions.close_thread(thread=thread, by=cast.staff)
        with pytest.raises(PermissionDenied):
            vote(cast.member, 0)
        actions.reopen_thread(thread=thread, by=cast.staff)
        Poll.objects.update(closes_at=now() - timedelta(seconds=1))  # its day is over, and the worker has not come yet
        with pytest.raises(Refusal, match="closed"):
            vote(cast.member, 0)
        Poll.objects.update(closes_at=None)
        actions.close_poll(thread=thread, by=cast.contact)
        with pytest.raises(Refusal, match="closed"):
            vote(cast.member, 0)
        assert counts(poll) == [0, 0, 0]

    def test_it_closes_by_itself_once(self, put):
        put(closes_at=now() + timedelta(hours=1))
        assert actions.close_due_polls() == 0
        Poll.objects.update(closes_at=now())
        assert (actions.close_due_polls(), actions.close_due_polls()) == (1, 0)
        assert Poll.objects.get().closed_at


class TestSeeing:
    def test_the_result_is_for_those_who_voted_until_it_is_closed(self, cast, thread, put, vote, see):
        put()
        vote(cast.member, 1)
        assert "1 of 1" in see(cast.member)
        for other in (cast.outsider, cast.contact, cast.staff):
            page = see(other)
            assert "1 of 1" not in page
            assert "1 has voted" in page
        actions.close_poll(thread=thread, by=cast.contact)
        assert "1 of 1" in see(cast.outsider)
        assert 'name="answer"' not in see(cast.outsider)

    def test_a_frame_says_how_many_voted_and_nothing_of_what(self, cast, thread, put, vote):
        put()
        before = Activity.objects.filter(space=thread.space).latest("seq").seq
        vote(cast.member, 1)
        (item,) = json.loads(read_log({thread.space_id: before})[thread.space_id].text)["items"]
        assert (item["kind"], item["by"]) == ("poll.voted", None)
        assert "1 has voted" in item["html"]
        assert not any(word in item["html"] for word in (*CHOICES, cast.member.name, "<progress", "1 of"))

    def test_whether_names_are_seen_is_said_before_one_votes(self, cast, put, see):
        put()
        assert "sees your name beside what you choose" in see(cast.member)
        put(anonymous=True)
        assert "Nobody learns what you choose" in see(cast.member)
        assert "you cannot change your vote" in see(cast.member)

    def test_names_stand_beside_answers_where_the_poll_has_names(self, cast, put, vote, see):
        put()
        vote(cast.member, 0)
        vote(cast.outsider, 0)
        assert cast.outsider.name in see(cast.member)


class TestAnonymous:
    def test_no_row_links_a_voter_to_an_answer(self, cast, put, vote):
        poll = put(anonymous=True)
        vote(cast.member, 1)
        vote(cast.outsider, 0)
        assert counts(poll) == [1, 1, 0]
        assert not Ballot.answers.through.objects.exists()
        assert {field.name for field in Ballot._meta.get_fields()} == {"id", "poll", "member", "answers"}
        assert set(Activity.objects.filter(kind__startswith="poll.").values_list("actor", flat=True)) == {None}
        assert not Entry.objects.filter(verb__startswith="poll.").exists()

    @pytest.mark.postgres
    def test_the_version_of_a_row_does_not_tell_which_answer_grew(self, cast, put, vote):
        poll = put(anonymous=True)
        vote(cast.member, 1)
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT xmin::text FROM "{Answer._meta.db_table}" WHERE poll_id = %s', [poll.pk])
            assert len({row[0] for row in cursor.fetchall()}) == 1

    def test_a_vote_counts_once_and_stays(self, cast, put, vote):
        poll = put(anonymous=True)
        vote(cast.member, 1)
        with pytest.raises(Refusal, match="cannot be changed"):
            vote(cast.member, 0)
        assert counts(poll) == [0, 1, 0]

    def test_two_looks_do_not_tell_a_vote(self, cast, thread, put, vote, see):
        put(anonymous=True)
        vote(cast.member, 0)
        before = see(cast.member)
        vote(cast.outsider, 1)
        for page in (before, see(cast.member), see(cast.contact), see(cast.staff)):
            assert not any(sign in page for sign in ("data-results", "<progress", "1 of", "0 of"))
            assert "The result shows when the poll closes, so that nobody’s vote can be told." in page
        assert "You have voted." in before
        poll = reverse("discussions:poll", args=[thread.pk])
        client = Client(headers={"HX-Request": "true"})
        sign_in(client, cast.member)
        assert "data-results" not in client.get(poll).content.decode()
        actions.close_poll(thread=thread, by=cast.contact)
        assert "1 of 2" in client.get(poll).content.decode()

    def test_closed_a_page_shows_no_names_and_not_which_was_mine(self, cast, thread, put, vote, see):
        put(anonymous=True)
        vote(cast.outsider, 1)
        vote(cast.member, 1)
        actions.close_poll(thread=thread, by=cast.contact)
        page = see(cast.member)
        assert "2 of 2" in page
        assert cast.outsider.name not in page
        assert "Your vote" not in page
        assert 'name="answer"' not in page


class TestKeeping:
    def test_a_member_takes_their_votes_away(self, cast, client, put, vote):
        put()
        vote(cast.member, 1)
        sign_in(client, cast.member)
        votes = client.get(reverse("members:download_my_data")).json()["votes"]
        assert votes == [{"question": "Which time?", "anonymous": False, "answers": ["Evenings"]}]
        assert "Which time?" in client.get(reverse("members:my_data")).content.decode()

    def test_of_an_anonymous_poll_only_that_they_voted(self, cast, client, put, vote):
        put(anonymous=True)
        vote(cast.member, 1)
        sign_in(client, cast.member)
        votes = client.get(reverse("members:download_my_data")).json()["votes"]
        assert votes == [{"question": "Which time?", "anonymous": True, "answers": []}]

    def test_it_is_purged_as_posts_are(self, cast, thread, put, vote):
        put()
        vote(cast.member, 1)
        purge_posts(space=thread.space, before=now() - timedelta(days=1))
        assert Poll.objects.count() == 1
        purge_posts(space=thread.space, before=now() + timedelta(seconds=1))
        assert [model.objects.count() for model in (Poll, Answer, Ballot)] == [0, 0, 0]
        assert Entry.objects.get(verb="polls.purged").facts["polls"] == 1

    def test_it_goes_along_when_a_thread_is_merged_and_two_do_not_become_one(self, cast, thread, put, vote):
        put()
        vote(cast.member, 1)
        own = {"space": thread.space, "by": cast.contact, "kind": "discussion", "title": "When?", "body": "Say."}
        into = actions.start_thread(client_id=uuid4(), **own)
        actions.put_poll(thread=into, by=cast.contact, question="Which?", answers=CHOICES)
        with pytest.raises(Refusal, match="Both threads have a poll"):
            actions.merge_thread(thread=thread, into=into, by=cast.staff)
        actions.take_poll_away(thread=into, by=cast.contact)
        actions.merge_thread(thread=thread, into=into, by=cast.staff)
        assert Thread.objects.get(poll__ballots__member=cast.member) == into
