"""Threads with a title: starting, replying, reading, following, answering; and asking without a name."""

import html
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from access import Refusal
from discussions import actions
from discussions.lists import threads_of, unread_threads
from discussions.models import Draft, Forum, Post, Reader, Thread
from members.models import Member
from spaces.kinds import kind_named
from spaces.models import Activity, Membership
from spaces.screening import Held

pytestmark = pytest.mark.django_db


@pytest.fixture
def commons(cast):
    return Forum.objects.get(slug="commons")


@pytest.fixture
def ask(cast, commons):
    """ask(by, …): a question in the commons."""

    def ask(by=None, title="What do you ask first?", body="In the first five minutes.", **more):
        more = {"kind": "question", "client_id": uuid4()} | more
        return actions.start_thread(space=commons.space, by=by or cast.member, title=title, body=body, **more)

    return ask


def reply(thread, by, body="I would wait.", **more):
    return actions.write_post(thread=thread, by=by, body=body, client_id=uuid4(), **more)


def kinds(space, after=0):
    return list(Activity.objects.filter(space=space, seq__gt=after).order_by("seq").values_list("kind", flat=True))


def shown(thread):
    return Thread.objects.listed().get(pk=thread.pk)


class TestStarting:
    def test_a_thread_begins_with_its_first_post(self, cast, commons, ask):
        thread = ask()
        assert thread.opening.body == "In the first five minutes."
        assert (shown(thread).post_count, shown(thread).reply_count) == (1, 0)
        assert kinds(commons.space) == ["post.created", "thread.changed", "thread.started"]

    def test_the_same_again_is_the_same_thread(self, ask):
        key = uuid4()
        assert ask(client_id=key) == ask(client_id=key, body="Different")
        assert Thread.objects.titled().count() == 1

    @pytest.mark.parametrize(
        ("title", "body"), [("", "A text"), (" \n ", "A text"), ("A title", " "), ("x" * 161, "Text")]
    )
    def test_what_is_missing_or_too_long_is_said(self, ask, title, body):
        with pytest.raises(Refusal):
            ask(title=title, body=body)
        assert not Post.objects.exists()

    def test_the_identifier_check_looks_at_the_title_too(self, ask):
        with pytest.raises(Held) as held:
            ask(title="About A 123456789", body="What now?")
        (doubt,) = held.value.doubts
        thread = ask(title="About A 123456789", body="What now?", answers={doubt.key: "out"})
        assert "123456789" not in thread.title
        assert thread.opening.body == "What now?"

    def test_topics_of_another_forum_are_not_there(self, cast, commons, ask):
        own = commons.topics.first()
        assert list(ask(topics=[own]).topics.all()) == [own]

    def test_only_moderators_announce(self, cast, ask):
        with pytest.raises(PermissionDenied):
            ask(kind="announcement")
        assert ask(by=cast.staff, kind="announcement").kind == "announcement"

    @pytest.mark.parametrize("person", ["lapsed", "expert", "deactivated"])
    def test_who_is_not_eligible_starts_nothing(self, cast, ask, person):
        with pytest.raises(Refusal):
            ask(by=getattr(cast, person))

    def test_a_draft_waits_for_its_author_and_goes_with_the_post(self, cast, commons, ask):
        actions.save_first_draft(space=commons.space, by=cast.member, title="What do", body="In the")
        assert actions.first_draft(space=commons.space, by=cast.member).title == "What do"
        assert actions.first_draft(space=commons.space, by=cast.colleague) is None
        ask()
        assert not Draft.objects.exists()


class TestReading:
    def test_a_new_thread_is_unread_to_others_and_read_to_its_author(self, cast, commons, ask):
        ask()
        assert unread_threads([commons.space], cast.colleague) == {commons.space_id: 1}
        assert unread_threads([commons.space], cast.member) == {commons.space_id: 0}

    def test_reading_to_the_end_and_a_new_reply(self, cast, commons, ask):
        thread = ask()
        actions.mark_thread_read(thread=thread, by=cast.colleague, seq=shown(thread).last_seq)
        assert unread_threads([commons.space], cast.colleague) == {commons.space_id: 0}
        reply(thread, cast.member)
        assert unread_threads([commons.space], cast.colleague) == {commons.space_id: 1}

    def test_nobody_reads_ahead_or_back(self, cast, ask):
        thread = ask()
        actions.mark_thread_read(thread=thread, by=cast.colleague, seq=10**9)
        last = shown(thread).last_seq
        actions.mark_thread_read(thread=thread, by=cast.colleague, seq=1)
        assert Reader.objects.get(thread=thread, member=cast.colleague).read_seq == last

    def test_all_read_and_taken_back(self, cast, commons, ask):
        ask(), ask(title="And another")
        before = actions.mark_all_read(space=commons.space, by=cast.colleague)
        assert unread_threads([commons.space], cast.colleague) == {commons.space_id: 0}
        actions.mark_read_up_to(space=commons.space, by=cast.colleague, seq=before)
        assert unread_threads([commons.space], cast.colleague) == {commons.space_id: 2}

    def test_reading_a_group_s_threads_leaves_its_chat_unread_and_makes_nobody_a_member(self, cast):
        space = cast.group.space
        actions.start_thread(space=space, by=cast.colleague, kind="question", title="T", body="B", client_id=uuid4())
        before = Membership.objects.count()
        actions.mark_all_read(space=space, by=cast.member)
        assert Membership.objects.get(space=space, member=cast.member).read_seq == 0
        assert unread_threads([space], cast.member) == {space.pk: 0}
        assert Membership.objects.count() == before

    def test_the_lists(self, cast, commons, ask):
        old, new = ask(title="Old"), ask(title="New")
        reply(old, cast.colleague)
        actions.mute(thread=new, by=cast.outsider)
        actions.follow(thread=old, by=cast.outsider)

        def titles(**query):
            return [thread.title for thread in threads_of(commons.space, cast.outsider, query).page]

        assert titles() == ["Old", "New"]
        assert titles(show="unread") == ["Old"]
        assert titles(show="following") == ["Old"]
        assert titles(show="unanswered") == ["New"]
        assert titles(topic="nowhere") == ["Old", "New"]


class TestAnswers:
    def test_the_asker_accepts_and_takes_back(self, cast, commons, ask):
        thread = ask()
        answer = reply(thread, cast.colleague)
        actions.accept_answer(post=answer, by=cast.member)
        assert shown(thread).answer == answer
        actions.unaccept_answer(thread=thread, by=cast.member)
        assert shown(thread).answer is None

    def test_somebody_else_does_not(self, cast, ask):
        thread = ask()
        answer = reply(thread, cast.colleague)
        with pytest.raises(PermissionDenied):
            actions.accept_answer(post=answer, by=cast.outsider)
        assert shown(thread).answer is None

    def test_a_removed_answer_answers_nothing(self, cast, ask):
        thread = ask()
        answer = reply(thread, cast.colleague)
        actions.accept_answer(post=answer, by=cast.member)
        actions.remove_post(post=answer, by=cast.colleague)
        assert shown(thread).answer is None
        assert shown(thread).post_count == 1


class TestWithoutAName:
    def test_no_row_and_no_activity_names_the_asker_but_the_one_that_is_kept_apart(self, cast, commons, ask):
        thread = ask(by=cast.colleague, unnamed=True)
        post = thread.opening
        actions.edit_post(post=post, by=cast.colleague, body="Changed", version="")
        actions.remove_post(post=post, by=cast.colleague)
        post.refresh_from_db()
        assert (post.author, post.removed_by, post.by) == (None, None, "A member")
        assert post.asked_by.member == cast.colleague
        assert set(Activity.objects.filter(space=commons.space).values_list("actor", flat=True)) == {None}

    def test_the_page_and_the_frames_do_not_say_who(self, client, cast, commons, ask):
        thread = ask(by=cast.colleague, unnamed=True)
        client.force_login(cast.outsider)
        page = client.get(thread.get_absolute_url()).content.decode()
        frames = client.get(reverse("spaces:activities", args=[commons.space_id]), {"after": 0}).content.decode()
        listing = client.get(commons.get_absolute_url()).content.decode()
        for told in (page, frames, listing):
            assert "A member" in told
            assert cast.colleague.name not in told
            assert str(cast.colleague.pk) not in told

    def test_the_same_again_is_the_same_question(self, cast, ask):
        key = uuid4()
        assert ask(by=cast.colleague, unnamed=True, client_id=key) == ask(
            by=cast.colleague, unnamed=True, client_id=key
        )

    def test_a_file_would_name_the_asker(self, cast, ask):
        with pytest.raises(Refusal, match="A file shows who sent it"):
            ask(unnamed=True, files=[uuid4()])

    def test_not_where_the_forum_wants_names(self, cast, commons, ask):
        Forum.objects.update(unnamed=Forum.Naming.NO)
        with pytest.raises(Refusal, match="Everybody signs"):
            ask(unnamed=True)

    def test_two_unnamed_posts_do_not_run_together(self, client, cast, ask):
        thread = ask(by=cast.colleague, unnamed=True)
        reply(thread, cast.member, unnamed=True)
        client.force_login(cast.outsider)
        assert client.get(thread.get_absolute_url()).content.decode().count(" continues") == 0


def test_who_shares_only_a_forum_is_not_seen_in_the_directory(cast, commons, ask):
    for person in (cast.member, cast.outsider):
        actions.belong(member=person, space=commons.space)
    assert not Member.objects.visible_to(cast.outsider).filter(pk=cast.member.pk).exists()


def test_a_text_that_is_hard_is_folded(client, cast, ask):
    thread = ask(intensity=2, content_note="Speaks of loss", body="The hard words")
    client.force_login(cast.colleague)
    assert "<details" in client.get(thread.get_absolute_url()).content.decode()
    assert "The hard words" not in client.get(reverse("discussions:forum", args=["commons"])).content.decode()


def test_every_kind_of_a_thread_has_a_partial():
    for name in ("thread.started", "thread.changed", "thread.headed", "thread.answered", "threads.read"):
        assert kind_named(name).partial


class TestQuotingWithoutAScript:
    def quote(self, client, cast, thread, pk):
        client.force_login(cast.outsider)
        page = client.get(thread.get_absolute_url(), {"quote": pk}).content.decode()
        return html.unescape(page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0])

    def test_a_post_stands_in_the_box_after_what_was_typed(self, client, cast, ask):
        thread = ask(body="Line one\n\nLine two")
        actions.save_draft(thread=thread, by=cast.outsider, body="Half")
        assert self.quote(client, cast, thread, thread.opening_id) == "Half\n\n> Line one\n>\n> Line two\n\n"

    def test_not_what_is_folded_gone_or_elsewhere(self, client, cast, ask):
        thread = ask(intensity=2)
        gone = reply(thread, cast.member)
        actions.remove_post(post=gone, by=cast.member)
        for pk in (thread.opening_id, gone.pk, ask(title="Another").opening_id, uuid4(), "x"):
            assert self.quote(client, cast, thread, pk) == ""


@pytest.mark.parametrize("note", ["Client A 123 456 789", "What happened on March 4, 1985"])
def test_a_note_goes_past_the_identifier_check_nowhere(cast, ask, note):
    thread = ask()
    for write in (
        lambda: actions.write_post(thread=thread, by=cast.member, body="ok", client_id=uuid4(), content_note=note),
        lambda: ask(content_note=note),
    ):
        with pytest.raises(Refusal, match="What readers should know before"):
            write()
    assert not Post.objects.exclude(content_note="").exists()
