"""What NCB staff do with forums."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from access import Refusal, may
from audit.models import Entry
from discussions import actions
from discussions.forms import ForumForm, OpenForumForm
from discussions.models import Forum

pytestmark = pytest.mark.django_db
RESEARCH = {"name": "Research", "slug": "research", "topics": ["Methods", "Ethics"]}


def change(forum, by, **more):
    said = {"name": forum.name, "about": "", "unnamed": "no", "hold_first": False, "closed": False, "topics": []}
    actions.change_forum(forum=forum, by=by, **{**said, **more})
    forum.refresh_from_db()


def test_a_forum_is_open_to_every_eligible_member_at_once(cast):
    with pytest.raises(PermissionDenied):
        actions.open_forum(by=cast.facilitator, **RESEARCH)
    forum = actions.open_forum(by=cast.staff, **RESEARCH)
    assert [topic.name for topic in forum.topics.all()] == ["Methods", "Ethics"]
    assert forum.position > Forum.objects.get(slug="commons").position
    assert may(cast.member, "space.write", forum.space)
    assert not may(cast.lapsed, "space.write", forum.space)
    assert Entry.objects.get(verb="forum.opened").actor == cast.staff.pk


@pytest.mark.parametrize("taken", [{"name": "Commons"}, {"slug": "commons"}])
def test_a_name_or_address_that_is_taken_opens_nothing(cast, taken):
    before = Forum.objects.count()
    with pytest.raises(Refusal, match="Another forum has"):
        actions.open_forum(by=cast.staff, **{**RESEARCH, **taken})
    assert Forum.objects.count() == before


def test_a_closed_forum_is_read_and_not_written(cast):
    forum = actions.open_forum(by=cast.staff, **RESEARCH)
    change(forum, cast.staff, closed=True)
    since = forum.closed_at
    change(forum, cast.staff, closed=True, name="Research, closed")
    assert forum.closed_at == since
    assert may(cast.member, "space.read", forum.space)
    words = {"kind": "discussion", "title": "Late", "body": "Too late", "client_id": uuid4()}
    with pytest.raises(Refusal, match="This forum is closed"):
        actions.start_thread(space=forum.space, by=cast.member, **words)
    change(forum, cast.staff)
    assert actions.start_thread(space=forum.space, by=cast.member, **words).title == "Late"
    assert [entry.facts for entry in Entry.objects.filter(verb="forum.changed").order_by("number")] == [
        {"closed": True},
        {},
        {"closed": False},
    ]


def test_topics_follow_the_lines_and_one_with_threads_stays(cast):
    forum = actions.open_forum(by=cast.staff, **RESEARCH)
    methods = forum.topics.get(slug="methods")
    words = {"kind": "discussion", "title": "Which scale?", "body": "For sleep.", "client_id": uuid4()}
    thread = actions.start_thread(space=forum.space, by=cast.member, topics=[methods], **words)
    with pytest.raises(Refusal, match="threads on Methods"):
        change(forum, cast.staff, topics=["Ethics"])
    assert forum.topics.count() == 2
    change(forum, cast.staff, topics=["Funding", "METHODS"])
    assert [topic.name for topic in forum.topics.all()] == ["Funding", "METHODS"]
    assert list(thread.topics.all()) == [methods]


@pytest.mark.parametrize("slug", ["abuse", "postmaster", "cop", "r-abc", "a", "Research", "re search", "x" * 41])
def test_an_address_that_is_something_else_is_refused(slug, settings):
    settings.DEFAULT_FROM_EMAIL = "Community of Practice <cop@lists.example.org>"
    form = OpenForumForm({"name": "Research", "slug": slug, "unnamed": "no"})
    assert not form.is_valid()
    assert list(form.errors) == ["slug"]


def test_the_form_shows_what_holds_and_says_no_to_what_cannot_be_a_topic(cast):
    forum = Forum.objects.get(slug="commons")
    assert "Law and asylum" in ForumForm(forum=forum).as_p()
    said = {"name": "Commons", "unnamed": "no"}
    assert not ForumForm({**said, "topics": "Law\n!!!"}, forum=forum).is_valid()
    assert not ForumForm({**said, "topics": "\n".join(f"Topic {n}" for n in range(31))}, forum=forum).is_valid()
    form = ForumForm({**said, "topics": "  Law \n\nLaw\nCare  for ourselves"}, forum=forum)
    assert form.is_valid()
    assert form.cleaned_data["topics"] == ["Law", "Care for ourselves"]


def test_settings_are_saved_as_they_stand_and_leave_topics_alone(client, cast):
    """Also those whose address is not made from their name, as the commons' own."""
    forum = Forum.objects.get(slug="commons")
    before = list(forum.topics.values_list("pk", "name", "slug", "position"))
    words = {"kind": "discussion", "title": "Which scale?", "body": "For sleep.", "client_id": uuid4()}
    actions.start_thread(space=forum.space, by=cast.member, topics=[forum.topics.get(slug="law")], **words)
    client.force_login(cast.staff)
    page = client.get(f"/staff/forums/{forum.pk}/").context["form"].initial
    said = {**page, "hold_first": "on"}
    said.pop("closed")
    assert client.post(f"/staff/forums/{forum.pk}/", said).status_code == 302
    forum.refresh_from_db()
    assert forum.hold_first
    assert list(forum.topics.values_list("pk", "name", "slug", "position")) == before
