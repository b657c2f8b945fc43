"""Reporting, deciding and undoing: what everybody sees of it, and what nobody does."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from access import Refusal, may
from audit.models import Entry
from discussions import actions
from discussions.actions import moderation
from discussions.models import Decision, Flag, Forum, Post, to_decide
from files import actions as files
from notifications import letters, mailing, notices
from notifications.models import Letter
from spaces.models import Activity, Membership
from tests.people import make_group

pytestmark = pytest.mark.django_db
NOTE = "It names a town. Write it again without."


@pytest.fixture
def thread(cast):
    """A question of the member's in the commons."""
    commons = Forum.objects.get(slug="commons")
    more = {"kind": "question", "client_id": uuid4(), "title": "What do you ask first?", "body": "In the beginning."}
    return actions.start_thread(space=commons.space, by=cast.member, **more)


@pytest.fixture
def post(cast, thread):
    """An answer of the colleague's to it, that the outsider reported."""
    post = say(thread, cast.colleague, "The canary words")
    actions.flag_post(post=post, by=cast.outsider, reason="harms", words="It hurts.")
    return post


def say(thread, by, body="A thought", **more):
    return actions.write_post(thread=thread, by=by, body=body, client_id=uuid4(), **more)


def decide(cast, post, outcome="hold", by=None):
    return actions.decide(post=post, by=by or cast.staff, outcome=outcome, note=NOTE)


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def waiting(member, space):
    return list(to_decide(member, [space]))


class TestReporting:
    def test_it_waits_for_the_moderators_and_shows_nowhere_else(self, client, cast, thread, post):
        before = Activity.objects.count()
        actions.flag_post(post=thread.opening, by=cast.outsider, reason="elsewhere")
        assert Activity.objects.count() == before
        assert waiting(cast.staff, thread.space) == [thread.opening, post]
        for person in (cast.member, cast.colleague, cast.contact):
            client.force_login(person)
            for path in (thread.get_absolute_url(), f"/posts/{post.pk}/tools/", f"/posts/{post.pk}/flag/"):
                page = client.get(path).content.decode()
                assert "Olive Outsider" not in page
                assert "It hurts." not in page

    def test_the_same_again_is_the_same_report(self, cast, post):
        actions.flag_post(post=post, by=cast.outsider, reason="other", words="Once more")
        assert Flag.objects.count() == 1

    def test_not_of_ones_own_words_nor_where_one_does_not_read(self, cast, post):
        with pytest.raises(PermissionDenied):
            actions.flag_post(post=post, by=cast.colleague, reason="harms")
        in_group = say(cast.group.space.threads.get(), cast.member)
        with pytest.raises(PermissionDenied):
            actions.flag_post(post=in_group, by=cast.outsider, reason="harms")

    def test_another_reason_is_said_in_words(self, cast, post):
        with pytest.raises(Refusal, match="in a few words"):
            actions.flag_post(post=post, by=cast.member, reason="other", words=" ")


def test_so_many_a_day_and_no_more(cast, thread, monkeypatch):
    monkeypatch.setattr(moderation, "MOST_FLAGS", 2)
    for _ in range(2):
        actions.flag_post(post=say(thread, cast.colleague), by=cast.outsider, reason="harms")
    with pytest.raises(Refusal, match="reported 2 messages within a day"):
        actions.flag_post(post=say(thread, cast.colleague), by=cast.outsider, reason="harms")


class TestDeciding:
    def test_nobody_decides_about_their_own_words_or_sees_who_reported_them(self, client, cast, thread):
        post = say(thread, cast.staff, unnamed=True)
        actions.flag_post(post=post, by=cast.outsider, reason="harms")
        assert waiting(cast.staff, thread.space) == []
        with pytest.raises(PermissionDenied):
            decide(cast, post)
        assert waiting(cast.admin, thread.space) == [post]
        decide(cast, post, by=cast.admin)
        client.force_login(cast.staff)
        assert "Undo" not in client.get(f"/spaces/{thread.space_id}/moderation/").content.decode()

    def test_only_the_groups_own_facilitator_decides_in_a_group(self, cast):
        post = say(cast.group.space.threads.get(), cast.member)
        actions.flag_post(post=post, by=cast.colleague, reason="harms")
        make_group("Nursing", facilitators=[cast.contact])
        for person in (cast.staff, cast.admin, cast.colleague, cast.contact):
            with pytest.raises(PermissionDenied):
                decide(cast, post, by=person)
        decide(cast, post, by=cast.facilitator)

    def test_kept_it_stands_and_its_author_learns_nothing(self, cast, thread, post):
        before = Activity.objects.count()
        decision = actions.decide(post=post, by=cast.staff, outcome="keep")
        assert (fresh(post).stands, waiting(cast.staff, thread.space)) == (True, [])
        assert not notices.decisions_about(cast.colleague)
        actions.undo(decision=decision, by=cast.staff)
        notices.tell_authors()
        assert not notices.decisions_about(cast.colleague)
        assert waiting(cast.staff, thread.space) == [post]
        assert Activity.objects.count() == before

    def test_hidden_or_removed_its_author_reads_the_note(self, client, cast, thread, post):
        for outcome in ("hold", "remove"):
            with pytest.raises(Refusal, match="Write a note"):
                actions.decide(post=post, by=cast.staff, outcome=outcome, note=" ")
        decision = decide(cast, post)
        assert notices.tell_authors() == 1
        client.force_login(cast.colleague)
        assert "A moderator hid a message of yours" in client.get("/inbox/").content.decode()
        assert "Inbox, 1 unread" in client.get("/").content.decode()
        page = client.get(f"/decisions/{decision.pk}/").content.decode()
        assert NOTE in page
        assert "The canary words" in page
        assert "Stan Staff" not in page
        assert "Inbox, 1 unread" not in client.get("/").content.decode()
        client.force_login(cast.outsider)
        assert client.get(f"/decisions/{decision.pk}/").status_code == 404

    def test_two_moderators_decide_once(self, cast, post):
        decide(cast, post, "remove")
        with pytest.raises(PermissionDenied):
            decide(cast, post, by=cast.admin)
        other = say(post.thread, cast.colleague)
        actions.flag_post(post=other, by=cast.outsider, reason="harms")
        actions.decide(post=other, by=cast.staff, outcome="keep")
        with pytest.raises(Refusal, match="meanwhile"):
            actions.decide(post=other, by=cast.admin, outcome="keep")

    def test_what_the_author_removed_waits_no_more(self, cast, thread, post):
        actions.remove_post(post=post, by=cast.colleague)
        assert waiting(cast.staff, thread.space) == []

    def test_the_trail_says_who_decided_and_no_words(self, cast, post):
        decide(cast, post)
        (entry,) = Entry.objects.filter(verb="post.decided")
        assert (entry.actor, entry.facts["outcome"]) == (cast.staff.pk, "hold")
        assert "canary" not in str(entry.facts)


@pytest.mark.parametrize("outcome", ["hold", "remove"])
class TestWhatIsGone:
    def test_no_page_frame_search_or_letter_has_it(self, client, cast, thread, post, outcome):
        actions.belong(member=cast.contact, space=thread.space)
        Membership.objects.filter(member=cast.contact).update(notify="each")
        actions.bookmark(post=post, by=cast.contact)
        mailing.keep_up()
        late = say(thread, cast.colleague, "The canary again")
        actions.flag_post(post=late, by=cast.outsider, reason="harms")
        mailing.write_at_once()
        assert letters.written(Letter.objects.get(member=cast.contact))
        for one in (post, late):
            decide(cast, one, outcome)
        assert letters.written(Letter.objects.get(member=cast.contact)) is None
        client.force_login(cast.contact)
        for path in (
            thread.get_absolute_url(),
            f"/spaces/{thread.space_id}/activities/?after=0",
            "/discussions/commons/",
            "/bookmarks/",
            "/search/?q=canary",
        ):
            answer = client.get(path)
            assert answer.status_code == 200
            assert "canary words" not in answer.content.decode(), path
            assert "canary again" not in answer.content.decode(), path
        assert fresh(thread).post_count == 1
        assert fresh(thread).last_post == thread.opening

    def test_nobody_answers_reacts_edits_or_fetches_its_file(self, cast, thread, outcome):
        upload = SimpleUploadedFile("plan.txt", b"A plan.")
        file = files.receive(space=thread.space, upload=upload, by=cast.colleague, client_id=uuid4())
        post = say(thread, cast.colleague, "With a file", files=[file.pk])
        actions.flag_post(post=post, by=cast.outsider, reason="harms")
        assert may(cast.outsider, "file.fetch", fresh(file))
        decision = decide(cast, post, outcome)
        assert not may(cast.outsider, "file.fetch", fresh(file))
        for act in (
            lambda: actions.react(post=post, by=cast.outsider, sign="agree"),
            lambda: actions.bookmark(post=post, by=cast.outsider),
            lambda: actions.edit_post(post=post, by=cast.colleague, body="Other", version=""),
            lambda: say(thread, cast.outsider, reply_to=post.pk),
        ):
            with pytest.raises(Refusal):
                act()
        actions.undo(decision=decision, by=cast.admin)
        assert may(cast.outsider, "file.fetch", fresh(file))

    def test_undone_it_is_as_it_was_and_waits_again(self, client, cast, thread, post, outcome):
        before = {field: getattr(fresh(post), field) for field in ("body", "html", "seq", "created_at", "edited_at")}
        decision = decide(cast, post, outcome)
        notices.tell_authors()
        actions.see_decision(decision=fresh(decision), by=cast.colleague)
        actions.undo(decision=decision, by=cast.admin)
        assert {field: getattr(fresh(post), field) for field in before} == before
        assert (fresh(thread).post_count, fresh(thread).last_post) == (2, post)
        assert waiting(cast.staff, thread.space) == [post]
        assert notices.tell_authors() == 1
        client.force_login(cast.colleague)
        assert "took a decision back" in client.get("/inbox/").content.decode()
        actions.undo(decision=decision, by=cast.admin)
        assert Decision.objects.count() == 1


def test_a_mention_comes_back_with_what_was_removed(cast, thread):
    say(thread, cast.outsider)
    post = say(thread, cast.colleague, "Ask @Olive Outsider")
    actions.flag_post(post=post, by=cast.contact, reason="harms")
    assert post.mentions.count() == 1
    decision = decide(cast, post, "remove")
    assert post.mentions.count() == 0
    actions.undo(decision=decision, by=cast.staff)
    assert post.mentions.count() == 1


def pinned_and_accepted(cast, thread, post):
    actions.pin(post=post, by=cast.staff)
    actions.accept_answer(post=post, by=cast.member)
    return fresh(post).pinned_at


@pytest.mark.parametrize("outcomes", [["hold"], ["remove"], ["hold", "remove"]])
def test_the_pin_and_the_accepted_answer_come_back(cast, thread, post, outcomes):
    pinned_at = pinned_and_accepted(cast, thread, post)
    decisions = [decide(cast, post, outcome) for outcome in outcomes]
    assert (fresh(post).pinned_at, fresh(thread).answer) == (None, None)
    seq = fresh(thread.space).last_seq
    for decision in reversed(decisions):
        actions.undo(decision=decision, by=cast.admin)
    assert (fresh(post).pinned_at, fresh(post).pinned_by) == (pinned_at, cast.staff)
    assert (fresh(thread).answer, list(fresh(thread).pins())) == (post, [post])
    told = set(Activity.objects.filter(space=thread.space, seq__gt=seq).values_list("kind", flat=True))
    assert {"pins.changed", "thread.answered", "thread.changed"} <= told


def test_kept_after_all_it_is_pinned_and_accepted_again(cast, thread, post):
    pinned_and_accepted(cast, thread, post)
    hidden = decide(cast, post)
    kept = actions.decide(post=post, by=cast.staff, outcome="keep")
    assert (fresh(post).pinned_at is not None, fresh(thread).answer) == (True, post)
    actions.unpin(post=post, by=cast.staff)
    actions.undo(decision=kept, by=cast.staff)
    assert fresh(thread).answer is None
    actions.undo(decision=hidden, by=cast.staff)
    assert (fresh(post).pinned_at, fresh(thread).answer) == (None, post)


def test_an_answer_that_was_accepted_meanwhile_stays(cast, thread, post):
    pinned_and_accepted(cast, thread, post)
    decision = decide(cast, post, "remove")
    better = say(thread, cast.outsider)
    actions.accept_answer(post=better, by=cast.member)
    actions.undo(decision=decision, by=cast.staff)
    assert fresh(thread).answer == better


def test_removing_what_was_hidden_is_taken_back_to_hidden(cast, post):
    hidden = decide(cast, post)
    removed = decide(cast, post, "remove")
    with pytest.raises(Refusal, match="newer decision"):
        actions.undo(decision=hidden, by=cast.staff)
    actions.undo(decision=removed, by=cast.staff)
    assert (fresh(post).held_at is not None, fresh(post).removed_at) == (True, None)
    actions.undo(decision=hidden, by=cast.staff)
    assert fresh(post).stands


def test_what_was_hidden_is_shown_again_by_keeping_it(cast, thread, post):
    decide(cast, post)
    assert waiting(cast.staff, thread.space) == [post]
    kept = actions.decide(post=post, by=cast.staff, outcome="keep")
    assert (fresh(post).stands, waiting(cast.staff, thread.space)) == (True, [])
    actions.undo(decision=kept, by=cast.staff)
    assert fresh(post).held_at


def test_after_a_week_the_files_go_and_nothing_is_taken_back(cast, thread):
    upload = SimpleUploadedFile("plan.txt", b"A plan.")
    file = files.receive(space=thread.space, upload=upload, by=cast.colleague, client_id=uuid4())
    post = say(thread, cast.colleague, "With a file", files=[file.pk])
    actions.flag_post(post=post, by=cast.outsider, reason="harms")
    decision = decide(cast, post, "remove")
    assert actions.settle_removals() == 0
    with time_machine.travel(now() + timedelta(days=8)):
        assert (actions.settle_removals(), actions.settle_removals()) == (1, 0)
        assert fresh(file).removed_at
        with pytest.raises(Refusal, match="taken back for 7 days"):
            actions.undo(decision=decision, by=cast.staff)


def test_the_pages_work_without_a_script(client, cast, thread, post):
    client.force_login(cast.contact)
    assert client.post(f"/posts/{post.pk}/flag/", {"reason": "identifies"}).status_code == 302
    client.force_login(cast.staff)
    assert "Moderation" in client.get("/discussions/commons/").content.decode()
    assert "1 message waits for a moderator in Commons" in client.get("/").content.decode()
    queue = client.get(f"/spaces/{thread.space_id}/moderation/").content.decode()
    assert "It could tell who a client is" in queue
    page = client.get(f"/posts/{post.pk}/decide/").content.decode()
    assert "Olive Outsider" in page
    assert client.post(f"/posts/{post.pk}/decide/", {"outcome": "remove"}).status_code == 409
    assert client.post(f"/posts/{post.pk}/decide/", {"outcome": "remove", "note": NOTE}).status_code == 302
    assert NOTE in client.get(thread.get_absolute_url()).content.decode()
    assert client.post(f"/decisions/{Decision.objects.get().pk}/undo/").status_code == 302
    assert fresh(post).body == "The canary words"
    assert Post.objects.count() == 2
