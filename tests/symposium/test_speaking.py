"""What those who speak do before the symposium, and what staff see of it."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from access import Refusal
from meetings.models import Meeting
from members.kept import kept_elsewhere
from symposium.actions import (
    admit,
    confirm_speaking,
    leave_tech_check,
    offer_tech_checks,
    take_tech_check,
    withdraw_tech_check,
)
from symposium.models import SpeakerProfile
from tests.access_table import an_edition
from tests.symposium.programmes import release, session, with_parts

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast):
    edition = with_parts(an_edition(cast), cast)
    session(edition, cast, "Sleep groups", "Cedar 10:00", speakers=[cast.member, cast.colleague])
    return edition


@pytest.fixture
def checks(cast, edition):
    on = edition.first_on - timedelta(days=7)
    offer_tech_checks(edition=edition, by=cast.staff, on=on, at=time(10), minutes=15, number=3)
    return list(edition.tech_checks.select_related("edition"))


def test_a_speaker_confirms_and_says_who_they_are(cast, client, edition):
    client.force_login(cast.member)
    path = reverse("symposium:speaking", args=[edition.slug])
    page = client.get(path).content.decode()
    assert "Its time is not out yet" in page
    client.post(reverse("symposium:confirm_speaking", args=[edition.slug]))
    first = SpeakerProfile.objects.get().confirmed_at
    confirm_speaking(edition=edition, by=cast.member)
    assert SpeakerProfile.objects.get().confirmed_at == first
    bio = reverse("symposium:bio", args=[edition.slug])
    assert client.post(bio, {"bio": "Call 612-555-0134."}).status_code == 422
    client.post(bio, {"bio": "I am a therapist."})
    assert kept_elsewhere(cast.member)["speaking"] == [
        {"edition": "Threads of Care", "session": "Sleep groups", "part": "Speaker"},
        {"edition": "Threads of Care", "about": "I am a therapist.", "confirmed": first},
    ]
    release(edition, cast)
    assert "Its time is not out yet" not in client.get(path).content.decode()
    client.force_login(cast.colleague)
    speaker = reverse("symposium:speaker", args=[edition.slug, cast.member.pk])
    assert "I am a therapist." in client.get(speaker).content.decode()
    client.force_login(cast.staff)
    page = client.get(reverse("symposium:speakers", args=[edition.slug])).content.decode()
    assert page.index("Cole Colleague") < page.index("Not confirmed") < page.index("Mara Member")
    assert "Confirmed" in page


def test_who_does_not_speak_has_no_such_page(cast, client, edition, checks):
    client.force_login(cast.outsider)
    assert client.get(reverse("symposium:speaking", args=[edition.slug])).status_code == 403
    assert "Speaking" not in client.get(edition.get_absolute_url()).content.decode()
    with pytest.raises(PermissionDenied):
        confirm_speaking(edition=edition, by=cast.outsider)
    with pytest.raises(PermissionDenied):
        take_tech_check(check=checks[0], by=cast.outsider)
    client.force_login(cast.member)
    assert "Speaking" in client.get(edition.get_absolute_url()).content.decode()


def test_a_tech_check_is_one_speakers_and_a_speaker_has_one(cast, edition, checks):
    first, second, third = checks
    take_tech_check(check=first, by=cast.member)
    take_tech_check(check=first, by=cast.member)
    with pytest.raises(Refusal, match="Somebody was faster"):
        take_tech_check(check=first, by=cast.colleague)
    take_tech_check(check=second, by=cast.member)
    take_tech_check(check=first, by=cast.colleague)
    assert [one.member for one in edition.tech_checks.all()] == [cast.colleague, cast.member, None]
    with pytest.raises(Refusal, match="A speaker has this one"):
        withdraw_tech_check(check=second, by=cast.staff)
    leave_tech_check(edition=edition, by=cast.member)
    withdraw_tech_check(check=second, by=cast.staff)
    assert edition.tech_checks.count() == 2


def test_a_refused_change_keeps_the_time_that_one_has(cast, edition, checks):
    take_tech_check(check=checks[0], by=cast.member)
    take_tech_check(check=checks[1], by=cast.colleague)
    with pytest.raises(Refusal):
        take_tech_check(check=checks[1], by=cast.member)
    assert [one.member for one in edition.tech_checks.all()] == [cast.member, cast.colleague, None]


def test_times_that_are_offered_stay_and_are_not_in_the_past(cast, edition, checks):
    on = edition.first_on - timedelta(days=7)
    assert offer_tech_checks(edition=edition, by=cast.staff, on=on, at=time(10, 30), minutes=15, number=3) == 2
    with pytest.raises(Refusal, match="in the past"):
        offer_tech_checks(
            edition=edition, by=cast.staff, on=on - timedelta(days=400), at=time(10), minutes=15, number=1
        )


def test_the_pages_take_and_give_back_a_time(cast, client, edition, checks):
    client.force_login(cast.member)
    for check in (checks[0], checks[1]):
        client.post(reverse("symposium:take_tech_check", args=[edition.slug, check.pk]))
    assert "Take this instead" in client.get(reverse("symposium:speaking", args=[edition.slug])).content.decode()
    client.force_login(cast.colleague)
    answer = client.post(reverse("symposium:take_tech_check", args=[edition.slug, checks[1].pk]), follow=True)
    assert "Somebody was faster." in answer.content.decode()
    client.force_login(cast.member)
    client.post(reverse("symposium:leave_tech_check", args=[edition.slug]))
    client.force_login(cast.staff)
    for check in checks:
        client.post(reverse("symposium:withdraw_tech_check", args=[edition.slug, check.pk]))
    assert not edition.tech_checks.exists()
    said = {"on": f"{edition.first_on - timedelta(days=3)}", "at": "10:00", "minutes": "15", "number": "2"}
    client.post(reverse("symposium:offer_tech_checks", args=[edition.slug]), said)
    assert edition.tech_checks.count() == 2


def test_who_speaks_brings_slides_and_takes_away_their_own_alone(cast, client, edition):
    release(edition, cast)
    admit(edition=edition, member=cast.facilitator)
    meeting = Meeting.objects.get(series__space=edition.space)
    path = reverse("meetings:materials", args=[meeting.pk])
    said = {"title": "Slides", "url": "https://example.org/slides", "client_id": str(uuid4())}
    client.force_login(cast.member)
    assert path in client.get(reverse("symposium:speaking", args=[edition.slug])).content.decode()
    client.post(path, said)
    material = meeting.materials.get()
    client.force_login(cast.facilitator)
    assert client.get(path).status_code == 403
    client.force_login(cast.colleague)
    remove = reverse("meetings:remove_material", args=[meeting.pk, material.pk])
    assert remove not in client.get(path).content.decode()
    assert client.post(remove).status_code == 403
    client.force_login(cast.member)
    assert remove in client.get(path).content.decode()
    client.post(remove)
    assert not meeting.materials.exists()
