"""First posts that wait for a moderator: who sees them, and what becomes of them."""

import json
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
from discussions.models import Draft, FirstPost, Forum, Post, Thread, Topic, Unnamed
from discussions.retention import DECLINED_KEPT, destroy_declined, purge_posts
from discussions.tasks import destroy_declined_first_posts
from files import actions as files
from files.models import File
from files.tasks import sweep_unsent_uploads
from notifications import mailing, notices
from notifications.models import Letter
from spaces.models import Activity, Space
from spaces.screening import Held

pytestmark = pytest.mark.django_db
CANARY = "Canary words of the first"
NOTE = "Ask it in the thread about interpreters."


@pytest.fixture
def thread(cast):
    """A question of the contact's in the commons, from before; now first posts wait there."""
    more = {"kind": "question", "client_id": uuid4(), "title": "What do you ask first?", "body": "In the beginning."}
    thread = actions.start_thread(space=cast.commons.space, by=cast.contact, **more)
    Forum.objects.filter(slug="commons").update(hold_first=True)
    thread.refresh_from_db()
    thread.space = Space.objects.get(pk=thread.space_id)
    return thread


def say(thread, by, body=CANARY, **more):
    return actions.write_post(**{"thread": thread, "by": by, "body": body, "client_id": uuid4(), **more})


def start(thread, by, title="Canary title", body=CANARY, **more):
    words = {"kind": "discussion", "title": title, "body": body, "client_id": uuid4()}
    return actions.start_thread(space=thread.space, by=by, **{**words, **more})


def upload(thread, by, words=b"The canary of the file"):
    sent = SimpleUploadedFile("canary.txt", words)
    return files.receive(space=thread.space, upload=sent, by=by, client_id=uuid4())


def at(client, person, path, **more):
    client.force_login(person)
    return client.get(path, **more)


class TestTheRule:
    def test_the_first_waits_and_after_a_release_nothing_does(self, cast, thread):
        first, second = say(thread, cast.member), start(thread, cast.member)
        assert (isinstance(first, FirstPost), isinstance(second, FirstPost)) == (True, True)
        actions.release(first=first, by=cast.staff)
        assert isinstance(say(thread, cast.member, "Another"), Post)
        assert isinstance(say(thread, cast.colleague), FirstPost)
        purge_posts(space=thread.space, before=now() + timedelta(days=1))
        assert isinstance(say(thread, cast.member, "Still"), Post)

    def test_it_waits_for_nobody_who_wrote_before_or_moderates_or_elsewhere(self, cast, thread):
        assert isinstance(say(thread, cast.contact), Post)
        assert isinstance(say(thread, cast.staff), Post)
        assert isinstance(say(cast.group.space.threads.get(), cast.member), Post)
        Forum.objects.update(hold_first=False)
        assert isinstance(say(thread, cast.member), Post)

    def test_what_could_not_be_said_is_refused_as_ever(self, cast, thread):
        with pytest.raises(Held):
            say(thread, cast.member, "Her number is 123-45-6789.")
        with pytest.raises(PermissionDenied):
            start(thread, cast.member, kind="announcement")
        Forum.objects.update(unnamed="no")
        with pytest.raises(Refusal, match="signs with their name"):
            say(thread, cast.member, unnamed=True)
        actions.close_thread(thread=thread, by=cast.staff)
        with pytest.raises(Refusal, match="closed"):
            say(thread, cast.member)
        assert not FirstPost.objects.exists()

    def test_the_same_again_is_held_once_and_posted_once(self, cast, thread):
        key = uuid4()
        first = say(thread, cast.member, client_id=key)
        assert say(thread, cast.member, client_id=key) == first
        assert start(thread, cast.member, client_id=key) == first
        post = actions.release(first=first, by=cast.staff)
        assert say(thread, cast.member, client_id=key) == post
        with pytest.raises(Refusal, match="taken it back, or another moderator"):
            actions.release(first=first, by=cast.admin)
        assert Post.objects.filter(author=cast.member).count() == 1


class TestNobodyElse:
    def test_sees_anything_of_it(self, client, cast, thread):
        before = Activity.objects.count(), Thread.objects.count(), Post.objects.count()
        file = upload(thread, cast.member)
        first = say(thread, cast.member, files=[file.pk], reply_to=thread.opening_id)
        second = start(thread, cast.member)
        assert (Activity.objects.count(), Thread.objects.count(), Post.objects.count()) == before
        mailing.keep_up()
        mailing.write_at_once()
        assert not Letter.objects.filter(member=cast.colleague).exists()
        for person in (cast.colleague, cast.contact, cast.outsider):
            for path in ("/", "/discussions/commons/", thread.get_absolute_url(), "/inbox/", "/search/?q=canary"):
                assert "anary t" not in at(client, person, path, follow=True).content.decode()
                assert CANARY not in client.get(path, follow=True).content.decode()
            for path in (first.get_absolute_url(), second.get_absolute_url(), file.get_absolute_url()):
                assert client.get(path).status_code == 404
            assert client.post(f"{first.get_absolute_url()}back/").status_code == 404

    def test_but_its_author_and_those_who_moderate(self, client, cast, thread):
        file = upload(thread, cast.member)
        first = say(thread, cast.member, files=[file.pk])
        asked = start(thread, cast.colleague, unnamed=True, title="Canary question", kind="question")
        queue = f"/spaces/{thread.space_id}/moderation/"
        for path in (thread.get_absolute_url(), "/discussions/commons/", first.get_absolute_url()):
            assert CANARY in at(client, cast.member, path).content.decode()
        assert b"".join(at(client, cast.member, file.get_absolute_url()))
        assert at(client, cast.member, queue).status_code == 403
        page = at(client, cast.staff, queue).content.decode()
        assert CANARY in page
        assert "Canary question" in page
        assert cast.member.name in page
        for path in (queue, asked.get_absolute_url()):
            assert cast.colleague.name not in client.get(path).content.decode()
        assert "2 messages wait" in client.get("/").content.decode()
        assert b"".join(client.get(file.get_absolute_url()))
        assert client.get(f"/files/{file.pk}/remove/").status_code == 403
        kept = json.loads(at(client, cast.member, "/profile/data/download/").content)
        assert [one["text"] for one in kept["messages_that_wait"]] == [CANARY]

    def test_its_files_wait_with_it(self, cast, thread):
        file = upload(thread, cast.member)
        first = say(thread, cast.member, files=[file.pk])
        with pytest.raises(Refusal, match="One of the files"):
            say(thread, cast.member, files=[file.pk])
        with time_machine.travel(now() + timedelta(days=3)):
            assert sweep_unsent_uploads() == 0
            post = actions.release(first=first, by=cast.staff)
        assert list(post.files.all()) == [file]
        file.refresh_from_db()
        assert (file.set_aside_at, file.attached_at is None) == (None, False)


def test_no_newer_file_comes_in_before_a_message_brought_one(client, cast, thread):
    file = upload(thread, cast.member)
    assert not may(cast.member, "file.replace", file)
    sent = {"file": SimpleUploadedFile("plan.txt", b"Another"), "client_id": uuid4()}
    client.force_login(cast.member)
    assert client.post(f"/files/{file.pk}/replace/", sent).status_code == 403
    assert not File.objects.exclude(pk=file.pk).exists()


class TestReleasing:
    def test_tells_moderators_nothing_of_why_its_author_cannot_write(self, cast, thread):
        first = start(thread, cast.colleague, unnamed=True, kind="question")
        cast.colleague.affiliations.all().delete()
        with pytest.raises(Refusal, match="Its author cannot write here now") as said:
            actions.release(first=first, by=cast.staff)
        assert cast.home.name not in str(said.value)

    def test_finds_a_place_where_the_same_write_was_made_before(self, cast, thread):
        other = actions.open_forum(by=cast.staff, name="Research", slug="research")
        client_id = uuid4()
        first = say(thread, cast.member, client_id=client_id)
        words = {"kind": "question", "title": "Which scale?", "body": "For sleep.", "client_id": client_id}
        actions.start_thread(space=other.space, by=cast.member, **words)
        actions.move_thread(thread=thread, to=other, by=cast.staff)
        first.refresh_from_db()
        assert actions.release(first=first, by=cast.staff).space == other.space

    def test_writes_the_post_now_with_its_author_and_place(self, cast, thread):
        topic = Topic.objects.filter(forum__slug="commons").first()
        first = start(thread, cast.member, topics=[topic], intensity=2, content_note="Violence")
        actions.save_first_draft(space=thread.space, by=cast.member, title="Next", body="A later thought")
        with time_machine.travel(now() + timedelta(days=2)):
            post = actions.release(first=first, by=cast.staff)
            assert now() - post.created_at < timedelta(hours=1)
        assert (post.author, post.thread.title, post.body) == (cast.member, "Canary title", CANARY)
        assert (post.intensity, post.content_note, list(post.thread.topics.all())) == (2, "Violence", [topic])
        assert (post.thread.opening, post.thread.space.last_seq >= post.seq) == (post, True)
        assert Draft.objects.get(space=thread.space).body == "A later thought"
        first.refresh_from_db()
        assert (first.title, first.body, first.answers) == ("", "", {})
        (entry,) = Entry.objects.filter(verb="first_post.released")
        assert (str(post.pk) in entry.subject, entry.actor) == (True, cast.staff.pk)

    def test_asks_rights_the_thread_and_the_text_again(self, cast, thread, monkeypatch):
        first = say(thread, cast.member)
        for person in (cast.member, cast.colleague):
            with pytest.raises(PermissionDenied):
                actions.release(first=first, by=person)
        actions.close_thread(thread=thread, by=cast.staff)
        with pytest.raises(Refusal, match="closed"):
            actions.release(first=first, by=cast.staff)
        actions.reopen_thread(thread=thread, by=cast.staff)
        FirstPost.objects.update(body="Her number is 123-45-6789.")
        with pytest.raises(Refusal, match="identifier check"):
            actions.release(first=first, by=cast.staff)
        Post.objects.filter(author=cast.member).delete()
        cast.member.memberships.filter(space=thread.space).update(muted_until=now() + timedelta(days=1))
        assert not Post.objects.filter(author=cast.member).exists()
        assert FirstPost.objects.waiting().count() == 1

    def test_what_its_author_vouched_for_stays_so(self, cast, thread):
        text = "We meet on March 3 at noon."
        with pytest.raises(Held) as held:
            say(thread, cast.member, text)
        answers = {doubt.key: "keep" for doubt in held.value.doubts}
        first = say(thread, cast.member, text, answers=answers)
        assert actions.release(first=first, by=cast.staff).body == text
        (entry,) = Entry.objects.filter(verb="identifier.vouched")
        assert entry.actor == cast.member.pk

    def test_without_a_name_as_the_asker_was_told(self, cast, thread):
        Forum.objects.update(unnamed="hidden")
        first = start(thread, cast.member, unnamed=True)
        Forum.objects.update(unnamed="moderators")
        post = actions.release(first=first, by=cast.staff)
        assert post.author is None
        assert (Unnamed.objects.get().member, Unnamed.objects.get().knowable) == (cast.member, False)
        assert str(cast.member.pk) not in json.dumps([entry.facts for entry in Entry.objects.all()])

    def test_it_goes_where_its_thread_went(self, cast, thread):
        first, file = None, upload(thread, cast.member)
        first = say(thread, cast.member, files=[file.pk])
        into = start(thread, cast.staff, title="Another")
        actions.merge_thread(thread=thread, into=into, by=cast.staff)
        assert actions.release(first=first, by=cast.staff).thread == into


class TestDeclining:
    def test_its_author_reads_the_note_and_nobody_else_anything(self, client, cast, thread):
        first = say(thread, cast.member)
        with pytest.raises(Refusal, match="Write a note"):
            actions.decline(first=first, by=cast.staff, note=" ")
        before = Activity.objects.filter(space=thread.space).count()
        actions.decline(first=first, by=cast.staff, note=NOTE)
        assert Activity.objects.filter(space=thread.space).count() == before
        assert (notices.tell_authors(), notices.tell_authors()) == (1, 0)
        assert "did not post a message of yours" in at(client, cast.member, "/inbox/").content.decode()
        page = client.get(first.get_absolute_url()).content.decode()
        assert NOTE in page
        assert CANARY in page
        first.refresh_from_db()
        assert first.seen_at
        assert at(client, cast.colleague, first.get_absolute_url()).status_code == 404

    def test_one_step_takes_it_back(self, client, cast, thread):
        first = say(thread, cast.member)
        actions.decline(first=first, by=cast.staff, note=NOTE)
        client.force_login(cast.admin)
        assert client.post(f"/first-posts/{first.pk}/undo/").status_code == 302
        first.refresh_from_db()
        assert (first.waits, first.note, notices.tell_authors()) == (True, "", 0)
        assert actions.release(first=first, by=cast.staff).body == CANARY

    def test_after_a_month_it_is_destroyed_with_its_files(self, cast, thread):
        file = upload(thread, cast.member)
        first, waits = say(thread, cast.member, files=[file.pk]), start(thread, cast.member)
        actions.decline(first=first, by=cast.staff, note=NOTE)
        with time_machine.travel(now() + DECLINED_KEPT - timedelta(hours=1)):
            assert destroy_declined() == 0
        with time_machine.travel(now() + DECLINED_KEPT + timedelta(hours=1)):
            assert destroy_declined_first_posts() == 1
        assert list(FirstPost.objects.all()) == [waits]
        assert not File.objects.filter(pk=file.pk).exists()
        assert Entry.objects.filter(verb="first_post.destroyed").count() == 1
        purge_posts(space=thread.space, before=now() + timedelta(days=1))
        assert not FirstPost.objects.exists()


class TestTakingBack:
    @pytest.mark.parametrize("declined", [False, True])
    def test_what_was_typed_is_a_draft_again(self, client, cast, thread, declined):
        file = upload(thread, cast.member)
        first, second = say(thread, cast.member, files=[file.pk]), start(thread, cast.member)
        actions.save_draft(thread=thread, by=cast.member, body="A later thought")
        if declined:
            actions.decline(first=first, by=cast.staff, note=NOTE)
        client.force_login(cast.member)
        for one in (first, second):
            assert client.post(f"/first-posts/{one.pk}/back/").status_code == 302
        assert Draft.objects.get(thread=thread).body == f"{CANARY}\n\nA later thought"
        assert Draft.objects.get(space=thread.space).title == "Canary title"
        assert not FirstPost.objects.exists()
        with pytest.raises(Refusal, match="taken it back"):
            actions.release(first=first, by=cast.staff)
        assert isinstance(say(thread, cast.member, files=[file.pk]), FirstPost)


class TestPages:
    def test_a_reply_and_a_thread_lead_to_their_page_with_a_sentence(self, client, cast, thread):
        client.force_login(cast.member)
        words = {"body": CANARY, "client_id": uuid4()}
        answer = client.post(f"/threads/{thread.pk}/posts/", words, follow=True)
        assert answer.redirect_chain == [(FirstPost.objects.get().get_absolute_url(), 303)]
        assert "Your message waits for a moderator" in answer.content.decode()
        answer = client.post(f"/threads/{thread.pk}/posts/", words, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()) == (202, {"waits": FirstPost.objects.get().get_absolute_url()})
        words = {"title": "Canary title", "body": CANARY, "client_id": uuid4(), "kind": "question", "intensity": "0"}
        answer = client.post(f"/spaces/{thread.space_id}/threads/new/", words, follow=True)
        assert "Your message waits for a moderator" in answer.content.decode()

    def test_a_moderator_decides_on_it(self, client, cast, thread):
        first, second = say(thread, cast.member), start(thread, cast.colleague)
        client.force_login(cast.staff)
        path = f"/first-posts/{first.pk}/decide/"
        assert client.post(path, {"outcome": "decline", "note": ""}).status_code == 409
        assert client.post(path, {"outcome": ""}).status_code == 422
        assert client.post(path, {"outcome": "release"}).status_code == 302
        answer = client.post(f"/first-posts/{second.pk}/decide/", {"outcome": "decline", "note": NOTE}, follow=True)
        assert "Not posted: a first message by" in answer.content.decode()
        assert CANARY in client.get(thread.get_absolute_url()).content.decode()
