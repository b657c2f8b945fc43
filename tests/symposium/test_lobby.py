"""The lobby: what is on now and next, who helps, what staff tell all, and what is missing for certificates."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from meetings.actions import answer_meeting
from symposium.actions import admit, announce, set_lobby, take_back
from symposium.models import Announcement
from symposium.now import now_at
from tests.symposium.live_days import a_session, ask_for_evaluations, held_edition, say, was_there

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast):
    edition = held_edition(cast)
    admit(edition=edition, member=cast.member)
    return edition


def address(edition) -> str:
    return reverse("symposium:lobby", args=[edition.slug])


def test_what_is_on_is_what_one_can_go_to_and_next_is_what_begins_first_then(cast, edition):
    def begins_in(minutes, title):
        return a_session(cast, edition, title, ended=-timedelta(minutes=60 + minutes))

    begun, opens, nxt, beside = begins_in(-30, "A"), begins_in(14, "B"), begins_in(40, "C"), begins_in(50, "D")
    begins_in(90, "Later")
    a_session(cast, edition, "Over", ended=timedelta(minutes=1))
    answer_meeting(meeting=nxt.meeting, by=cast.member, answer="yes")
    now = now_at(edition, cast.member)
    assert [one.session for one in now.on] == [begun, opens]
    assert [one.session for one in now.following] == [nxt, beside]
    assert now.starts_at == nxt.meeting.starts_at
    assert [one.mine for one in now.following] == [True, False]


def test_who_is_not_admitted_has_no_lobby(cast, client, edition):
    for person, status in ((cast.member, 200), (cast.staff, 200), (cast.facilitator, 404)):
        client.force_login(person)
        assert client.get(address(edition)).status_code == status
        assert client.get(reverse("symposium:on_now", args=[edition.slug])).status_code == status


def test_staff_tell_everybody_once_and_take_it_back(cast, client, edition):
    client.force_login(cast.staff)
    for _ in range(2):
        client.post(address(edition), {"text": "Track B moves to Cedar.", "client_id": "5" * 32})
    told = Announcement.objects.get()
    assert edition.space.activities.count() == 1
    client.force_login(cast.member)
    assert "Track B moves to Cedar." in client.get(address(edition)).content.decode()
    assert client.post(address(edition), {"text": "Mine", "client_id": uuid4().hex}).status_code == 403
    with pytest.raises(PermissionDenied):
        announce(edition=edition, by=cast.member, text="Mine", client_id=uuid4())
    with pytest.raises(PermissionDenied):
        take_back(announcement=told, by=cast.member)
    client.force_login(cast.staff)
    client.post(reverse("symposium:take_back", args=[edition.slug, told.pk]))
    assert "Track B moves to Cedar." not in client.get(address(edition)).content.decode()
    told.refresh_from_db()
    assert (told.text, told.removed_by) == ("", cast.staff)


def test_it_leads_to_the_help_desk_and_to_what_is_to_be_evaluated(cast, client, edition):
    desk, held = a_session(cast, edition, "Help desk", ended=timedelta(hours=-5)), a_session(cast, edition, "Sleep")
    set_lobby(edition=edition, by=cast.staff, help_text="Ask Nour in the room.", desk=desk)
    ask_for_evaluations(cast, edition)
    was_there(held, cast.member)
    client.force_login(cast.member)
    page = client.get(address(edition)).content.decode()
    assert "Ask Nour in the room." in page
    assert reverse("meetings:meeting", args=[desk.meeting_id]) in page
    evaluate = reverse("symposium:evaluate_session", args=[edition.slug, held.pk])
    assert evaluate in page
    say(held, cast.member)
    page = client.get(address(edition)).content.decode()
    assert evaluate not in page
    assert "Nothing is missing" in page


def test_the_quiet_room_has_words_and_the_way_back_and_nothing_else(cast, client, edition):
    address = reverse("symposium:quiet", args=[edition.slug])
    client.force_login(cast.member)
    page = client.get(address).content.decode()
    assert "Nothing moves on this page" in page
    assert [
        tag
        for tag in ("<form", "<nav", "<video", "<audio", "<iframe")
        if tag in page.split("<main")[1].split("</main>")[0]
    ] == []
    assert reverse("symposium:lobby", args=[edition.slug]) in page
    set_lobby(edition=edition, by=cast.staff, help_text="Ask Nour.", quiet_text="Tea helps.\n\nSo does a window.")
    page = client.get(address).content.decode()
    assert "<p>Tea helps.</p>" in page
    assert "Nothing moves" not in page
