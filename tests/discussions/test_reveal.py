"""Finding out who asked without a name: only where the asker was told so, with a reason, and never on the wire."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from access import Refusal
from audit.models import Entry
from discussions import actions
from discussions.models import Forum, Unnamed
from spaces.models import Activity, Membership

pytestmark = pytest.mark.django_db
WHY = "Somebody may be in danger."


@pytest.fixture
def ask(cast):
    def ask(by, naming=Forum.Naming.MODERATORS):
        Forum.objects.filter(slug="commons").update(unnamed=naming)
        space = Forum.objects.get(slug="commons").space
        more = {"kind": "question", "title": "What now?", "body": "I am afraid.", "client_id": uuid4()}
        return actions.start_thread(space=space, by=by, unnamed=True, **more).opening

    return ask


def test_a_moderator_learns_it_with_a_reason_that_is_written_down(client, cast, ask):
    post = ask(cast.colleague)
    before = Activity.objects.count()
    client.force_login(cast.staff)
    assert "Find out who asked" in client.get(f"/posts/{post.pk}/tools/").content.decode()
    assert cast.colleague.name not in client.get(f"/posts/{post.pk}/reveal/").content.decode()
    assert client.post(f"/posts/{post.pk}/reveal/", {"reason": " "}).status_code == 422
    assert not Entry.objects.filter(verb="post.revealed").exists()
    answer = client.post(f"/posts/{post.pk}/reveal/", {"reason": WHY})
    assert cast.colleague.name in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    (entry,) = Entry.objects.filter(verb="post.revealed")
    assert (entry.actor, entry.facts["reason"]) == (cast.staff.pk, WHY)
    assert str(cast.colleague.pk) not in str(entry.facts)
    assert Activity.objects.count() == before
    for path in (post.thread.get_absolute_url(), f"/spaces/{post.space_id}/activities/?after=0"):
        assert cast.colleague.name not in client.get(path).content.decode()


def test_nobody_but_a_moderator(cast, ask):
    post = ask(cast.colleague)
    for person in (cast.member, cast.colleague, cast.facilitator, cast.specialist, cast.privacy_officer):
        with pytest.raises(PermissionDenied):
            actions.reveal(post=post, by=person, reason=WHY)
    with pytest.raises(Refusal, match="Say why"):
        actions.reveal(post=post, by=cast.staff, reason=" ")


def test_a_moderators_own_question_is_not_looked_up(cast, ask):
    post = ask(cast.staff)
    with pytest.raises(PermissionDenied):
        actions.reveal(post=post, by=cast.staff, reason=WHY)


def test_what_was_promised_when_it_was_asked_holds(cast, ask):
    """Nobody learns who asked where nobody was to, whatever the forum says by now."""
    post = ask(cast.colleague, Forum.Naming.HIDDEN)
    for naming in (Forum.Naming.HIDDEN, Forum.Naming.MODERATORS):
        Forum.objects.update(unnamed=naming)
        with pytest.raises(PermissionDenied):
            actions.reveal(post=post, by=cast.staff, reason=WHY)
    known = ask(cast.colleague)
    Forum.objects.update(unnamed=Forum.Naming.HIDDEN)
    with pytest.raises(PermissionDenied):
        actions.reveal(post=known, by=cast.staff, reason=WHY)
    assert list(Unnamed.objects.order_by("knowable").values_list("knowable", flat=True)) == [False, True]


def test_a_forums_own_moderator_may(cast, ask):
    post = ask(cast.colleague)
    Membership.objects.create(space=post.space, member=cast.contact, role=Membership.Role.FACILITATOR)
    assert actions.reveal(post=post, by=cast.contact, reason=WHY) == cast.colleague
