"""The same thing done twice at the same time."""

import uuid

import pytest

from access import Refusal
from discussions import actions
from discussions.models import Post, Reaction
from spaces.models import Activity
from tests.at_once import at_once
from tests.people import make_cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
AT_ONCE = 8


@pytest.fixture
def cast(transactional_db):
    return make_cast()


@pytest.fixture
def thread(cast):
    return cast.group.space.threads.get()


def seqs(space):
    return list(Activity.objects.filter(space=space).order_by("seq").values_list("seq", flat=True))


def test_the_same_write_eight_times_at_once_is_one_post(cast, thread):
    key = uuid.uuid4()
    write = lambda: actions.write_post(thread=thread, by=cast.member, body="Once", client_id=key)  # noqa: E731
    assert {post.pk for post in at_once(*[write] * AT_ONCE)} == {Post.objects.get().pk}
    assert seqs(cast.group.space) == [1]


def test_eight_writers_answer_edit_and_react_without_a_deadlock_or_a_gap(cast, thread):
    root = actions.write_post(thread=thread, by=cast.member, body="Root", client_id=uuid.uuid4())
    answers = at_once(
        *[
            lambda: actions.write_post(
                thread=thread, by=cast.colleague, body="Reply", client_id=uuid.uuid4(), reply_to=root.pk
            )
        ]
        * 3,
        *[lambda: actions.react(post=root, by=cast.colleague, sign="agree")] * 3,
        lambda: actions.edit_post(post=root, by=cast.member, body="Root, edited", version=""),
        lambda: actions.pin(post=root, by=cast.facilitator),
    )
    assert [answer for answer in answers if isinstance(answer, Refusal)] == []
    assert (Post.objects.filter(reply_to=root).count(), Reaction.objects.count()) == (3, 1)
    found = seqs(cast.group.space)
    assert found == list(range(1, len(found) + 1))


def test_two_windows_edit_at_once_and_one_is_told(cast, thread):
    post = actions.write_post(thread=thread, by=cast.member, body="First", client_id=uuid.uuid4())
    answers = at_once(
        lambda: actions.edit_post(post=post, by=cast.member, body="Left", version=""),
        lambda: actions.edit_post(post=post, by=cast.member, body="Right", version=""),
    )
    assert sorted(isinstance(answer, Refusal) for answer in answers) == [False, True]
    assert post.versions.count() == 1


def test_a_reply_and_the_removal_of_its_root_at_once_leave_no_orphan_unseen(cast, thread):
    root = actions.write_post(thread=thread, by=cast.member, body="Root", client_id=uuid.uuid4())
    reply, _ = at_once(
        lambda: actions.write_post(
            thread=thread, by=cast.colleague, body="Reply", client_id=uuid.uuid4(), reply_to=root.pk
        ),
        lambda: actions.remove_post(post=root, by=cast.member),
    )
    removed = Post.objects.get(pk=root.pk)
    assert removed.removed_at
    # Either it came first and stands under the tombstone, or its author was told.
    assert isinstance(reply, Refusal) or reply.seq < Activity.objects.get(kind="post.removed").seq


def test_the_eleventh_pin_loses(cast, thread):
    posts = [
        actions.write_post(thread=thread, by=cast.member, body=f"{number}", client_id=uuid.uuid4())
        for number in range(12)
    ]
    for post in posts[:9]:
        actions.pin(post=post, by=cast.facilitator)
    answers = at_once(*[lambda post=post: actions.pin(post=post, by=cast.facilitator) for post in posts[9:]])
    assert sorted(isinstance(answer, Refusal) for answer in answers) == [False, True, True]
    assert thread.pins().count() == 10
