"""What members do in a thread, each verb and each way to say no."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from access import Refusal
from audit.models import Entry
from discussions import actions
from discussions.models import Draft, Mention, Post
from discussions.tasks import forget_old_drafts
from files.models import File
from spaces.models import Activity
from spaces.screening import Held
from tests.people import make_group


@pytest.fixture
def thread(cast):
    return cast.group.space.threads.get()


def write(thread, by, body="A thought", **more):
    more.setdefault("client_id", uuid.uuid4())
    return actions.write_post(thread=thread, by=by, body=body, **more)


def kinds(space):
    return list(Activity.objects.filter(space=space).order_by("seq").values_list("kind", flat=True))


def make_file(space, by, **more):
    more = {"name": "plan.pdf", "content_type": "application/pdf", "size": 10, "sha256": "0" * 64} | more
    more = {"stored_as": f"x/{uuid.uuid4()}", "state": "clean"} | more
    return File.objects.create(space=space, uploaded_by=by, client_id=uuid.uuid4(), **more)


def test_a_post_takes_the_number_of_its_activity(cast, thread):
    post = write(thread, cast.member, "Hello **all**")
    activity = Activity.objects.get(space=cast.group.space, kind="post.created")
    assert (activity.target, activity.seq, activity.count) == (post.pk, post.seq, 1)
    assert post.html == "<p>Hello <strong>all</strong></p>\n"


def test_the_same_again_is_the_first_post_and_nothing_new(cast, thread):
    key = uuid.uuid4()
    first = write(thread, cast.member, "Once", client_id=key)
    again = write(thread, cast.member, "Once, changed on the way", client_id=key)
    assert (again.pk, again.body) == (first.pk, "Once")
    assert kinds(cast.group.space) == ["post.created"]


def test_the_same_again_is_answered_even_when_the_thread_was_closed_meanwhile(cast, thread):
    key = uuid.uuid4()
    first = write(thread, cast.member, client_id=key)
    actions.close_thread(thread=thread, by=cast.facilitator)
    assert write(thread, cast.member, client_id=key).pk == first.pk


def test_another_persons_equal_key_is_their_own_post(cast, thread):
    key = uuid.uuid4()
    mine = write(thread, cast.member, "Mine", client_id=key)
    theirs = write(thread, cast.colleague, "Theirs", client_id=key)
    assert (mine.body, theirs.body, Post.objects.count()) == ("Mine", "Theirs", 2)


@pytest.mark.parametrize("body", ["", "   \n\t ", "\u200b\u2060", "\x00\x01", "\u202e"])
def test_an_empty_post_is_refused(cast, thread, body):
    with pytest.raises(Refusal, match="nothing to send"):
        write(thread, cast.member, body)


def test_the_longest_post_passes_and_one_character_more_is_refused(cast, thread):
    assert len(write(thread, cast.member, "😀" * 10_000).body) == 10_000
    with pytest.raises(Refusal, match="10,001 characters; the most is 10,000"):
        write(thread, cast.member, "a" * 10_001)


def test_whoever_may_not_write_is_told_why(cast, thread):
    for person in (cast.lapsed, cast.unsigned, cast.outsider, cast.staff):
        with pytest.raises(Refusal):
            write(thread, person)
    assert kinds(cast.group.space) == []


def test_a_muted_member_reads_why(cast, thread):
    cast.group.space.memberships.filter(member=cast.member).update(muted_until=now() + timedelta(hours=1))
    with pytest.raises(Refusal, match="muted"):
        write(thread, cast.member)


def test_nobody_writes_in_a_closed_thread_until_it_is_opened_again(cast, thread):
    post = write(thread, cast.member)
    actions.close_thread(thread=thread, by=cast.facilitator)
    for act in (
        lambda: write(thread, cast.member),
        lambda: actions.edit_post(post=post, by=cast.member, body="Other", version=""),
        lambda: actions.react(post=post, by=cast.colleague, sign="agree"),
    ):
        with pytest.raises(Refusal, match="closed"):
            act()
    actions.reopen_thread(thread=thread, by=cast.facilitator)
    write(thread, cast.member)
    assert kinds(cast.group.space) == ["post.created", "thread.closed", "thread.reopened", "post.created"]


def test_only_facilitators_close_pin_and_announce(cast, thread):
    post = write(thread, cast.member)
    for act in (
        lambda: actions.close_thread(thread=thread, by=cast.member),
        lambda: actions.pin(post=post, by=cast.member),
        lambda: write(thread, cast.member, announcement=True),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert write(thread, cast.facilitator, announcement=True).announcement


class TestReplies:
    def test_a_reply_stands_under_its_root_and_the_root_is_shown_anew(self, cast, thread):
        root = write(thread, cast.member)
        reply = write(thread, cast.colleague, reply_to=root.pk)
        deeper = write(thread, cast.member, reply_to=reply.pk)
        assert (reply.reply_to, deeper.reply_to) == (root, root)
        assert kinds(cast.group.space)[1:] == ["reply.created", "root.replied"] * 2
        shown = Post.objects.shown().get(pk=root.pk)
        assert (shown.reply_count, shown.last_reply_seq) == (2, deeper.seq)

    def test_what_is_gone_elsewhere_or_unknown_is_refused_alike(self, cast, thread):
        removed = write(thread, cast.member)
        actions.remove_post(post=removed, by=cast.member)
        other = make_group("Nursing", participants=[cast.member])
        elsewhere = write(other.space.threads.get(), cast.member)
        messages = set()
        for target in (removed.pk, elsewhere.pk, uuid.uuid4()):
            with pytest.raises(Refusal) as no:
                write(thread, cast.colleague, reply_to=target)
            messages.add(str(no.value))
        assert messages == {actions.PARENT_GONE}

    def test_a_removed_reply_no_longer_counts(self, cast, thread):
        root = write(thread, cast.member)
        reply = write(thread, cast.colleague, reply_to=root.pk)
        actions.remove_post(post=reply, by=cast.colleague)
        assert Post.objects.shown().get(pk=root.pk).reply_count == 0
        assert kinds(cast.group.space)[-2:] == ["post.removed", "root.replied"]


class TestFiles:
    def test_a_file_comes_with_one_message_and_text_is_not_needed(self, cast, thread):
        file = make_file(cast.group.space, cast.member)
        post = write(thread, cast.member, "", files=[file.pk, file.pk])
        file.refresh_from_db()
        assert list(post.files.all()) == [file]
        assert post.created_at <= file.attached_at <= now()
        with pytest.raises(Refusal, match="attach the file again"):
            write(thread, cast.member, "Again", files=[file.pk])

    def test_only_ones_own_files_of_this_space_can_be_attached(self, cast, thread):
        other = make_group("Nursing", participants=[cast.member])
        for file in (
            make_file(cast.group.space, cast.colleague),
            make_file(other.space, cast.member),
            make_file(cast.group.space, cast.member, state="infected"),
            make_file(cast.group.space, cast.member, removed_at=now()),
        ):
            with pytest.raises(Refusal, match="not here any more"):
                write(thread, cast.member, "Look", files=[file.pk])
        assert not Post.objects.exists()

    def test_a_removed_posts_file_is_gone_at_once(self, cast, thread):
        file = make_file(cast.group.space, cast.member)
        post = write(thread, cast.member, files=[file.pk])
        actions.remove_post(post=post, by=cast.member)
        file.refresh_from_db()
        assert (file.removed_at is not None, file.removed_by) == (True, cast.member)


class TestEditing:
    def test_the_author_edits_and_what_it_said_is_kept(self, cast, thread):
        post = write(thread, cast.member, "First")
        edited = actions.edit_post(post=post, by=cast.member, body="Second", version="")
        actions.edit_post(post=post, by=cast.member, body="Third", version=edited.version)
        post.refresh_from_db()
        assert (post.body, post.html) == ("Third", "<p>Third</p>\n")
        assert list(post.versions.values_list("body", flat=True)) == ["First", "Second"]
        assert kinds(cast.group.space) == ["post.created"] + ["post.edited", "root.changed"] * 2

    def test_the_same_text_changes_nothing(self, cast, thread):
        post = write(thread, cast.member, "First")
        actions.edit_post(post=post, by=cast.member, body="First\n", version="")
        assert (post.versions.count(), kinds(cast.group.space)) == (0, ["post.created"])

    def test_nobody_else_edits_not_even_a_facilitator(self, cast, thread):
        post = write(thread, cast.member)
        for person in (cast.colleague, cast.facilitator):
            with pytest.raises(PermissionDenied):
                actions.edit_post(post=post, by=person, body="Other", version="")

    def test_the_second_of_two_windows_is_told(self, cast, thread):
        post = write(thread, cast.member, "First")
        actions.edit_post(post=post, by=cast.member, body="Second", version="")
        with pytest.raises(Refusal, match="another window"):
            actions.edit_post(post=post, by=cast.member, body="Third", version="")

    def test_an_edit_of_a_removed_post_is_refused(self, cast, thread):
        post = write(thread, cast.member)
        actions.remove_post(post=post, by=cast.member)
        with pytest.raises(Refusal, match="removed"):
            actions.edit_post(post=post, by=cast.member, body="Other", version="")


class TestRemoving:
    def test_a_tombstone_stays_and_the_words_are_only_in_its_history(self, cast, thread):
        post = write(thread, cast.member, "Regretted")
        actions.remove_post(post=post, by=cast.member, reason="not for authors")
        post.refresh_from_db()
        assert (post.body, post.html, post.removed_by, post.removal_reason) == ("", "", cast.member, "")
        assert post.versions.get().body == "Regretted"
        actions.remove_post(post=post, by=cast.member)
        assert kinds(cast.group.space) == ["post.created", "post.removed", "root.changed"]

    def test_a_facilitator_gives_a_reason(self, cast, thread):
        post = write(thread, cast.member)
        with pytest.raises(Refusal, match="why"):
            actions.remove_post(post=post, by=cast.facilitator, reason=" ")
        with pytest.raises(PermissionDenied):
            actions.remove_post(post=post, by=cast.colleague, reason="I do not like it")
        actions.remove_post(post=post, by=cast.facilitator, reason="It names a hospital.")
        post.refresh_from_db()
        assert (post.removed_by, post.removal_reason) == (cast.facilitator, "It names a hospital.")
        assert Entry.objects.get(verb="post.removed").facts == {"space": str(post.space_id)}

    def test_a_muted_author_can_still_take_their_words_back(self, cast, thread):
        post = write(thread, cast.member)
        cast.group.space.memberships.filter(member=cast.member).update(muted_until=now() + timedelta(hours=1))
        actions.remove_post(post=post, by=cast.member)
        assert Post.objects.get(pk=post.pk).removed_at

    def test_a_pinned_post_leaves_the_pins(self, cast, thread):
        post = write(thread, cast.member)
        actions.pin(post=post, by=cast.facilitator)
        actions.remove_post(post=post, by=cast.member)
        assert not thread.pins().exists()
        assert "pins.changed" in kinds(cast.group.space)[-2:]


class TestSigns:
    def test_setting_and_taking_back_twice_each_is_recorded_once_each(self, cast, thread):
        post = write(thread, cast.member)
        for _ in range(2):
            actions.react(post=post, by=cast.colleague, sign="agree")
        assert [sign["sign"] for sign in Post.objects.shown().get(pk=post.pk).signs()] == ["agree"]
        for _ in range(2):
            actions.unreact(post=post, by=cast.colleague, sign="agree")
        assert kinds(cast.group.space) == ["post.created"] + ["reaction.changed"] * 2

    def test_there_are_six_and_no_others(self, cast, thread):
        with pytest.raises(Refusal):
            actions.react(post=write(thread, cast.member), by=cast.colleague, sign="angry")

    def test_whoever_may_not_write_may_not_react(self, cast, thread):
        with pytest.raises(Refusal):
            actions.react(post=write(thread, cast.member), by=cast.outsider, sign="agree")


class TestPins:
    def test_pinning_twice_is_once(self, cast, thread):
        post = write(thread, cast.member)
        for _ in range(2):
            actions.pin(post=post, by=cast.facilitator)
        for _ in range(2):
            actions.unpin(post=post, by=cast.facilitator)
        assert kinds(cast.group.space) == [
            "post.created", "post.pinned", "pins.changed", "post.unpinned", "pins.changed",
        ]  # fmt: skip

    def test_there_is_room_for_ten(self, cast, thread):
        for _ in range(10):
            actions.pin(post=write(thread, cast.member), by=cast.facilitator)
        with pytest.raises(Refusal, match="Unpin one first"):
            actions.pin(post=write(thread, cast.member), by=cast.facilitator)


class TestMentions:
    def test_a_whole_name_mentions_and_an_edit_changes_whom(self, cast, thread):
        post = write(thread, cast.member, "@Cole Colleague, @mara member and @Olive Outsider")
        assert list(Mention.objects.values_list("member", flat=True)) == [cast.colleague.pk]
        assert f'data-member="{cast.colleague.pk}">@Cole Colleague</span>' in post.html
        assert str(cast.outsider.pk) not in post.html
        actions.edit_post(post=post, by=cast.member, body="@Fay Facilitator rather", version="")
        assert list(Mention.objects.values_list("member", flat=True)) == [cast.facilitator.pk]

    def test_code_and_addresses_mention_nobody(self, cast, thread):
        write(thread, cast.member, "`@Cole Colleague` and x@Cole Colleague")
        assert not Mention.objects.exists()


class TestDrafts:
    def test_a_draft_is_kept_replaced_and_forgotten(self, cast, thread):
        actions.save_draft(thread=thread, by=cast.member, body="Half a")
        actions.save_draft(thread=thread, by=cast.member, body="Half a thought")
        assert Draft.objects.get().body == "Half a thought"
        actions.save_draft(thread=thread, by=cast.member, body=" ")
        assert not Draft.objects.exists()

    def test_sending_forgets_ones_own_draft_only(self, cast, thread):
        for person in (cast.member, cast.colleague):
            actions.save_draft(thread=thread, by=person, body="Half")
        write(thread, cast.member)
        assert Draft.objects.get().member == cast.colleague

    def test_a_month_old_draft_is_forgotten(self, cast, thread):
        for person, days in ((cast.member, 31), (cast.colleague, 29)):
            actions.save_draft(thread=thread, by=person, body="Half")
            Draft.objects.filter(member=person).update(saved_at=now() - timedelta(days=days))
        assert forget_old_drafts() == 1
        assert Draft.objects.get().member == cast.colleague

    def test_nobody_keeps_a_draft_where_they_do_not_read(self, cast, thread):
        with pytest.raises(PermissionDenied):
            actions.save_draft(thread=thread, by=cast.outsider, body="Hm")


class TestHeldPosts:
    NUMBER = "Her number is A123-456-789, please call"
    JUDGE = "We were before Judge Marlowe again"

    def held(self, thread, by, body, **more):
        with pytest.raises(Held) as held:
            write(thread, by, body, **more)
        assert not Post.objects.exists()
        return held.value

    def test_a_number_is_held_shown_and_taken_out(self, cast, thread):
        held = self.held(thread, cast.member, self.NUMBER)
        [doubt] = held.doubts
        assert (doubt.words, doubt.may_stay) == ("A123-456-789", False)
        assert "".join(piece for piece, _ in held.pieces()) == self.NUMBER
        post = write(thread, cast.member, self.NUMBER, answers={doubt.key: "out"})
        assert post.body == "Her number is [A-number], please call"
        assert not Entry.objects.exists()

    def test_nobody_vouches_for_a_number(self, cast, thread):
        [doubt] = self.held(thread, cast.member, self.NUMBER).doubts
        self.held(thread, cast.member, self.NUMBER, answers={doubt.key: "keep"})

    def test_a_judge_may_stay_and_that_is_written_down_without_the_name(self, cast, thread):
        [doubt] = self.held(thread, cast.member, self.JUDGE).doubts
        post = write(thread, cast.member, self.JUDGE, answers={doubt.key: "keep"})
        entry = Entry.objects.get(verb="identifier.vouched")
        assert (post.body, entry.facts["classes"]) == (self.JUDGE, {"judge": 1})
        assert "Marlowe" not in str(entry.__dict__)

    def test_an_answer_counts_for_its_author_space_and_words_only(self, cast, thread):
        [doubt] = self.held(thread, cast.member, self.JUDGE).doubts
        answers = {doubt.key: "keep"}
        self.held(thread, cast.colleague, self.JUDGE, answers=answers)
        self.held(thread, cast.member, "We were before Judge Ashdown", answers=answers)
        other = make_group("Nursing", participants=[cast.member])
        self.held(other.space.threads.get(), cast.member, self.JUDGE, answers=answers)
        self.held(thread, cast.member, self.JUDGE, answers={"judge": "keep", "": "keep", "0" * 32: "keep"})

    def test_an_edit_is_looked_at_too(self, cast, thread):
        post = write(thread, cast.member, "Fine")
        with pytest.raises(Held):
            actions.edit_post(post=post, by=cast.member, body=self.NUMBER, version="")
        post.refresh_from_db()
        assert post.body == "Fine"

    def test_a_mentioned_colleague_is_no_finding(self, cast, thread):
        write(thread, cast.member, "My client asked what @Cole Colleague thinks")

    def test_invisible_characters_do_not_hide_a_number(self, cast, thread):
        self.held(thread, cast.member, "A123\u200b-456\u202e-789")
