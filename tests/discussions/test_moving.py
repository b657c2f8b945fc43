"""Moving, merging and splitting threads: nothing is lost, no address dies, everybody keeps their place."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from access import Refusal
from audit.models import Entry
from discussions import actions
from discussions.actions import moving
from discussions.lists import threads_of, unread_threads
from discussions.models import Bookmark, Draft, Forum, Post, Reader, Thread, Trace, Unnamed
from files.models import File
from notifications import mailing, notices
from notifications.models import Letter, Notice
from spaces.models import Membership
from tests.people import make_forum

pytestmark = pytest.mark.django_db


@pytest.fixture
def commons(cast):
    return Forum.objects.get(slug="commons")


@pytest.fixture
def ask(cast, commons):
    """ask(by, title, …): a question in the commons."""

    def ask(by=None, title="What do you ask first?", **more):
        more = {"kind": "question", "client_id": uuid4(), "body": "In the first minutes."} | more
        return actions.start_thread(space=commons.space, by=by or cast.member, title=title, **more)

    return ask


def reply(thread, by, body="I would wait.", **more):
    return actions.write_post(thread=thread, by=by, body=body, client_id=uuid4(), **more)


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def bodies(thread):
    return list(thread.posts.order_by("seq").values_list("body", flat=True))


def titles(space, member, **query):
    return [thread.title for thread in threads_of(space, member, query).page]


class TestMoving:
    def test_posts_keep_their_order_their_addresses_and_their_marks(self, client, cast, commons, ask):
        legal = make_forum()
        thread = ask(topics=commons.topics.all()[:1])
        posts = [reply(thread, cast.colleague, f"Reply {number}") for number in range(3)]
        actions.bookmark(post=posts[1], by=cast.outsider)
        before = bodies(thread)
        actions.move_thread(thread=thread, to=legal, by=cast.staff)
        thread = fresh(thread)
        assert bodies(thread) == before
        assert set(thread.posts.values_list("space", flat=True)) == {legal.space_id}
        assert thread.last_seq == thread.posts.order_by("seq").last().seq
        assert [topic.forum for topic in thread.topics.all()] == [legal]
        assert Bookmark.objects.get().post.thread == thread
        client.force_login(cast.outsider)
        page = client.get(f"/posts/{posts[1].pk}/", follow=True).content.decode()
        assert "Reply 1" in page
        assert "Moved here from Commons" in page
        assert titles(commons.space, cast.outsider) == []
        assert titles(legal.space, cast.outsider) == ["What do you ask first?"]

    def test_everybody_keeps_their_place_and_what_they_follow(self, cast, commons, ask):
        legal = make_forum()
        thread = ask()
        first = reply(thread, cast.member, "One")
        actions.belong(member=cast.outsider, space=commons.space)
        actions.mark_all_read(space=commons.space, by=cast.outsider)
        actions.follow(thread=thread, by=cast.colleague)
        actions.mark_thread_read(thread=thread, by=cast.colleague, seq=first.seq)
        reply(thread, cast.member, "Two")
        actions.move_thread(thread=thread, to=legal, by=cast.staff)
        for person in (cast.colleague, cast.outsider):
            read = thread.posts.get(seq=Reader.objects.get(thread=thread, member=person).read_seq)
            assert read.body == "One"
        assert unread_threads([legal.space], cast.member) == {legal.space_id: 0}
        assert Reader.objects.get(thread=thread, member=cast.colleague).followed_at

    def test_nobody_is_written_to_or_told_anew(self, cast, commons, ask):
        legal = make_forum()
        for forum in (commons, legal):
            actions.belong(member=cast.outsider, space=forum.space)
        Membership.objects.filter(member=cast.outsider).update(notify="each")
        mailing.keep_up()
        thread = ask()
        mailing.write_at_once()
        assert Letter.objects.count() == 1
        actions.move_thread(thread=thread, to=legal, by=cast.staff)
        mailing.write_at_once(), notices.tell()
        assert Letter.objects.count() == 1
        assert not Notice.objects.exists()
        reply(fresh(thread), cast.member, "And now?")
        mailing.write_at_once()
        assert Letter.objects.count() == 2

    def test_an_unread_notice_leads_there_and_counts_what_is_unread(self, cast, commons, ask):
        thread = ask()
        actions.belong(member=cast.member, space=commons.space)
        reply(thread, cast.colleague), reply(thread, cast.colleague)
        notices.tell()
        actions.move_thread(thread=thread, to=make_forum(), by=cast.staff)
        notices.tell()
        (notice,) = notices.readable(cast.member)
        assert (notice.count, notice.title) == (2, "What do you ask first? (Legal)")

    def test_files_go_along_with_their_newer_versions(self, cast, commons, ask):
        kept = {"name": "a.txt", "content_type": "text/plain", "size": 1, "sha256": "0" * 64, "state": "clean"}
        kept |= {"space": commons.space, "uploaded_by": cast.member, "stored_as": "x"}
        file = File.objects.create(client_id=uuid4(), **kept)
        thread = ask(files=[file.pk])
        File.objects.create(client_id=uuid4(), replaces=file, **kept)
        legal = make_forum()
        actions.move_thread(thread=thread, to=legal, by=cast.staff)
        assert set(File.objects.values_list("space", flat=True)) == {legal.space_id}

    def test_who_asked_without_a_name_stays_without_one_and_can_still_edit(self, cast, ask):
        thread = ask(by=cast.colleague, unnamed=True)
        actions.move_thread(thread=thread, to=make_forum(), by=cast.staff)
        post = fresh(thread.opening)
        actions.edit_post(post=post, by=cast.colleague, body="Otherwise", version="")
        assert (fresh(post).body, post.author) == ("Otherwise", None)

    def test_only_between_forums_that_one_moderates(self, cast, commons, ask):
        legal, thread = make_forum(), ask()
        Membership.objects.create(space=commons.space, member=cast.colleague, role=Membership.Role.FACILITATOR)
        for person in (cast.member, cast.colleague):
            with pytest.raises(PermissionDenied):
                actions.move_thread(thread=thread, to=legal, by=person)
        of_group = actions.start_thread(
            space=cast.group.space, by=cast.member, kind="question", title="T", body="B", client_id=uuid4()
        )
        with pytest.raises(PermissionDenied):
            actions.move_thread(thread=of_group, to=legal, by=cast.facilitator)
        with pytest.raises(Refusal, match="already"):
            actions.move_thread(thread=thread, to=commons, by=cast.staff)


def test_not_more_than_can_be_done_at_once(cast, ask, monkeypatch):
    monkeypatch.setattr(moving, "MOST_MOVED", 1)
    thread = ask()
    reply(thread, cast.colleague)
    with pytest.raises(Refusal, match="more than 1 posts"):
        actions.move_thread(thread=thread, to=make_forum(), by=cast.staff)


class TestMerging:
    def test_posts_stand_in_the_order_in_which_they_were_said(self, client, cast, ask):
        one, two = ask(title="One", body="1"), ask(title="Two", body="2")
        reply(one, cast.colleague, "3"), reply(two, cast.colleague, "4")
        actions.merge_thread(thread=one, into=two, by=cast.staff)
        assert bodies(two) == ["1", "2", "3", "4"]
        assert (fresh(two).post_count, fresh(two).title) == (4, "Two")
        client.force_login(cast.outsider)
        answer = client.get(f"/threads/{one.pk}/", follow=True)
        assert answer.redirect_chain[-1][0] == f"/threads/{two.pk}/"
        assert "2 posts merged here from “One”" in answer.content.decode()
        assert titles(two.space, cast.outsider) == ["Two"]

    def test_what_is_posted_to_the_old_one_meanwhile_comes_to_the_new_one(self, cast, ask):
        one, two = ask(title="One"), ask(title="Two")
        actions.merge_thread(thread=one, into=two, by=cast.staff)
        assert reply(one, cast.colleague).thread == two

    def test_what_somebody_had_not_read_is_not_read_afterwards(self, cast, commons, ask):
        one, two = ask(title="One"), ask(title="Two")
        for thread in (one, two):
            actions.mark_thread_read(thread=thread, by=cast.colleague, seq=10**9)
        actions.mark_thread_read(thread=two, by=cast.outsider, seq=10**9)
        actions.merge_thread(thread=one, into=two, by=cast.staff)
        assert unread_threads([commons.space], cast.colleague) == {commons.space_id: 0}
        assert unread_threads([commons.space], cast.outsider) == {commons.space_id: 1}
        assert Reader.objects.get(thread=two, member=cast.outsider).read_seq == one.opening.seq - 1

    def test_follows_drafts_and_notices_go_along_and_mute_wins(self, cast, commons, ask):
        one, two = ask(title="One"), ask(title="Two")
        for person in (cast.colleague, cast.outsider, cast.member):
            actions.belong(member=person, space=commons.space)
        for person in (cast.colleague, cast.outsider):
            actions.follow(thread=one, by=person)
        actions.mute(thread=two, by=cast.outsider)
        actions.save_draft(thread=one, by=cast.colleague, body="Half")
        actions.save_draft(thread=two, by=cast.colleague, body="The other half")
        reply(one, cast.contact)
        notices.tell()
        actions.merge_thread(thread=one, into=two, by=cast.staff)
        notices.tell()
        assert Reader.objects.get(thread=two, member=cast.colleague).followed_at
        assert not Reader.objects.get(thread=two, member=cast.outsider).followed_at
        assert Draft.objects.get().body == "The other half\n\nHalf"
        assert set(Notice.objects.values_list("thread", flat=True)) == {two.pk}

    def test_an_answer_answers_the_other_question_where_it_has_none(self, cast, ask):
        one, two = ask(title="One"), ask(title="Two")
        answer = reply(one, cast.colleague)
        actions.accept_answer(post=answer, by=cast.member)
        actions.merge_thread(thread=one, into=two, by=cast.staff)
        assert fresh(two).answer == answer

    def test_only_another_thread_of_the_same_place(self, cast, ask):
        one, two = ask(title="One"), ask(title="Two")
        with pytest.raises(Refusal):
            actions.merge_thread(thread=one, into=one, by=cast.staff)
        actions.merge_thread(thread=one, into=two, by=cast.staff)
        for act in (
            lambda: actions.merge_thread(thread=two, into=one, by=cast.staff),
            lambda: actions.merge_thread(thread=one, into=ask(title="Four"), by=cast.staff),
            lambda: actions.move_thread(thread=one, to=make_forum(), by=cast.staff),
        ):
            with pytest.raises(Refusal, match="meanwhile"):
                act()
        with pytest.raises(PermissionDenied):
            actions.merge_thread(thread=two, into=ask(title="Three"), by=cast.member)


class TestSplitting:
    def test_chosen_posts_become_a_thread_that_its_readers_keep(self, client, cast, ask):
        thread = ask()
        stays, goes = reply(thread, cast.colleague, "Stays"), reply(thread, cast.outsider, "Goes")
        actions.accept_answer(post=goes, by=cast.member)
        actions.follow(thread=thread, by=cast.contact)
        actions.mark_thread_read(thread=thread, by=cast.contact, seq=stays.seq)
        new = actions.split_thread(thread=thread, posts=[goes], kind="discussion", title="Another", by=cast.staff)
        assert (bodies(thread), bodies(new)) == (["In the first minutes.", "Stays"], ["Goes"])
        assert (fresh(thread).answer, fresh(thread).last_post, fresh(new).opening) == (None, stays, goes)
        reader = Reader.objects.get(thread=new, member=cast.contact)
        assert (reader.read_seq, bool(reader.followed_at)) == (stays.seq, True)
        client.force_login(cast.member)
        assert "1 post split off into" in client.get(f"/threads/{thread.pk}/").content.decode()
        page = client.get(f"/posts/{goes.pk}/", follow=True)
        assert page.redirect_chain[-1][0].startswith(f"/threads/{new.pk}/")
        assert "Split from" in page.content.decode()

    def test_the_first_post_stays_and_something_must_go(self, cast, ask):
        thread = ask()
        for chosen in ([], [thread.opening], [reply(ask(), cast.member)]):
            with pytest.raises(Refusal, match="stays in it"):
                actions.split_thread(thread=thread, posts=chosen, kind="discussion", title="T", by=cast.staff)
        assert not Trace.objects.exists()

    def test_a_facilitator_splits_in_the_group_and_a_member_does_not(self, cast):
        thread = actions.start_thread(
            space=cast.group.space, by=cast.member, kind="question", title="T", body="B", client_id=uuid4()
        )
        post = reply(thread, cast.colleague)
        with pytest.raises(PermissionDenied):
            actions.split_thread(thread=thread, posts=[post], kind="discussion", title="T", by=cast.member)
        actions.split_thread(thread=thread, posts=[post], kind="discussion", title="T", by=cast.facilitator)
        assert Thread.objects.titled().count() == 2

    def test_a_split_merged_back_is_what_it_was(self, cast, ask):
        thread = ask()
        post = reply(thread, cast.colleague)
        before = (bodies(thread), fresh(thread).post_count, fresh(thread).last_seq, fresh(thread).last_at)
        new = actions.split_thread(thread=thread, posts=[post], kind="discussion", title="T", by=cast.staff)
        actions.merge_thread(thread=new, into=thread, by=cast.staff)
        after = fresh(thread)
        assert (bodies(thread), after.post_count, after.last_seq, after.last_at) == before


def test_each_is_written_in_the_trail_without_words(cast, ask):
    one, two = ask(title="Canary one"), ask(title="Canary two")
    post = reply(one, cast.colleague, "Canary")
    new = actions.split_thread(thread=one, posts=[post], kind="discussion", title="Canary", by=cast.staff)
    actions.merge_thread(thread=new, into=two, by=cast.staff)
    actions.move_thread(thread=two, to=make_forum(), by=cast.staff)
    entries = Entry.objects.filter(actor=cast.staff.pk).order_by("number")
    assert [entry.verb for entry in entries] == ["thread.split", "thread.merged", "thread.moved"]
    assert not any("anary" in str(entry.facts) for entry in entries)
    assert Trace.objects.count() == 4
    assert Post.objects.count() == 3


class TestPages:
    def test_a_moderator_splits_merges_and_moves_without_a_script(self, client, cast, ask):
        legal, thread = make_forum(), ask()
        post = reply(thread, cast.colleague, "Goes")
        client.force_login(cast.staff)
        page = client.get(f"/threads/{thread.pk}/split/?from={post.pk}").content.decode()
        assert page.count("checked") >= 1
        sent = {"posts": [post.pk], "title": "Another", "kind": "discussion"}
        answer = client.post(f"/threads/{thread.pk}/split/", sent)
        new = Thread.objects.get(title="Another")
        assert answer["Location"] == new.get_absolute_url()
        answer = client.post(f"/threads/{new.pk}/merge/", {"into": thread.pk})
        assert client.get(answer["Location"]).status_code == 302
        client.post(f"/threads/{thread.pk}/move/", {"to": legal.pk})
        assert fresh(thread).space == legal.space

    def test_what_is_folded_is_not_shown_to_choose_from(self, client, cast, ask):
        thread = ask()
        reply(thread, cast.colleague, "The hard words", intensity=2, content_note="Speaks of loss")
        client.force_login(cast.staff)
        page = client.get(f"/threads/{thread.pk}/split/").content.decode()
        assert "Speaks of loss" in page
        assert "The hard words" not in page


def test_a_thread_moves_to_where_its_author_made_the_same_write(cast, commons, ask):
    """A client_id is the page's own to choose: it must not hold a thread where it is."""
    legal, same, unnamed = make_forum(), uuid4(), uuid4()
    thread = ask(client_id=same)
    reply(thread, cast.member)
    hidden = actions.write_post(thread=thread, by=cast.member, body="Without.", client_id=unnamed, unnamed=True)
    words = {"kind": "question", "title": "The same", "body": "Twice."}
    there = actions.start_thread(space=legal.space, by=cast.member, client_id=same, **words)
    Forum.objects.filter(pk=legal.pk).update(unnamed="hidden")
    actions.write_post(thread=there, by=cast.member, body="Me, too.", client_id=unnamed, unnamed=True)
    actions.move_thread(thread=thread, to=legal, by=cast.staff)
    assert set(fresh(thread).posts.values_list("space", flat=True)) == {legal.space_id}
    assert Unnamed.objects.get(post=hidden).space == legal.space
