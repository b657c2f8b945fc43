"""What is to be done after a meeting."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings.models import FollowUp
from members.kept import kept_elsewhere


@pytest.fixture
def meeting(plan):
    return plan().meetings.select_related("series").first()


@pytest.fixture
def follow_up(meeting, cast, client):
    client.force_login(cast.specialist)
    said = {"what": "Share the list", "owner": cast.member.pk, "due_on": "2026-02-01", "client_id": uuid4()}
    for _ in range(2):  # a second click is the same
        assert client.post(reverse("meetings:follow_ups", args=[meeting.pk]), said).status_code == 302
    return FollowUp.objects.get()


def act(client, by, follow_up, verb, **said):
    client.force_login(by)
    return client.post(reverse(f"meetings:{verb}", args=[follow_up.meeting_id, follow_up.pk]), said).status_code


def test_its_owner_says_that_it_is_done_and_nobody_elses_is_theirs_to_say(follow_up, cast, client):
    assert act(client, cast.colleague, follow_up, "finish_follow_up") == 403
    assert act(client, cast.member, follow_up, "finish_follow_up") == 302
    follow_up.refresh_from_db()
    assert follow_up.done_at
    assert follow_up.done_by == cast.member
    assert act(client, cast.specialist, follow_up, "reopen_follow_up") == 302
    follow_up.refresh_from_db()
    assert (follow_up.done_at, follow_up.done_by) == (None, None)


def test_only_who_convenes_changes_it(follow_up, cast, client):
    said = {"what": "Share both lists", "owner": cast.colleague.pk, "due_on": ""}
    for verb in ("follow_up", "remove_follow_up"):
        assert act(client, cast.member, follow_up, verb, **said) == 403
    assert act(client, cast.staff, follow_up, "follow_up", **said) == 302
    follow_up.refresh_from_db()
    assert (follow_up.what, follow_up.owner, follow_up.due_on) == ("Share both lists", cast.colleague, None)
    assert act(client, cast.staff, follow_up, "follow_up", **{**said, "what": ""}) == 422
    assert act(client, cast.staff, follow_up, "remove_follow_up") == 302
    assert not FollowUp.objects.exists()


def test_it_stands_on_the_page_of_the_meeting_with_a_button_for_its_owner(follow_up, cast, client):
    finish = reverse("meetings:finish_follow_up", args=[follow_up.meeting_id, follow_up.pk])
    for who, has_button in ((cast.member, True), (cast.colleague, False), (cast.specialist, True)):
        client.force_login(who)
        page = client.get(reverse("meetings:meeting", args=[follow_up.meeting_id])).content.decode()
        assert "Share the list" in page
        assert (finish in page) == has_button


def test_it_is_in_what_is_kept_of_its_owner(follow_up, cast):
    (kept,) = kept_elsewhere(cast.member)["follow_ups"]
    assert (kept["what"], kept["by"], kept["done"]) == ("Share the list", date(2026, 2, 1), None)
    assert kept_elsewhere(cast.colleague)["follow_ups"] == []
