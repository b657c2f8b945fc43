"""The way to the video: for who may come in now, by an address that nobody else is told of."""

import base64
import hmac
import json
from datetime import date, datetime, timedelta
from urllib.parse import unquote, urlsplit

import pytest
from django.core import mail
from django.test import Client

from meetings import feeds
from meetings.actions import answer_meeting, cancel_meeting, change_series, move_meeting
from meetings.models import Attendance, MeetingSeries
from meetings.reminding import remind
from meetings.video import signed
from tests.meetings.conftest import unsaved

ZOOM, CAPTIONS = "https://video.example.org/canary-room", "https://cart.example.org/canary-captions"
JITSI, SECRET = "https://meet.example.org", "a-secret-of-the-tests-only-0123456789"
Pattern = MeetingSeries.Pattern


@pytest.fixture
def jitsi(settings):
    settings.JITSI_URL, settings.JITSI_APP_ID, settings.JITSI_SECRET = JITSI, "cop", SECRET


@pytest.fixture
def meeting(plan, jitsi, time_machine):
    """In a room of the site's own, begun five minutes ago."""
    return begun(plan(built_in_room=True, captions_url=CAPTIONS), time_machine)


def begun(series, time_machine):
    meeting = series.meetings.select_related("series").first()
    time_machine.move_to(meeting.starts_at + timedelta(minutes=5), tick=False)
    return meeting


def led(client, who, meeting, what="video"):
    client.force_login(who)
    return client.get(f"/meetings/{meeting.pk}/{what}/")


def opened(address):
    """What the token of an address says, once its signature is found right."""
    fragment = urlsplit(address).fragment
    assert fragment.startswith("jwt=")
    token = json.loads(unquote(fragment.removeprefix("jwt=")))  # as Jitsi reads it
    head, claims, signature = token.split(".")
    right = hmac.new(SECRET.encode(), f"{head}.{claims}".encode(), "sha256").digest()
    assert read64(signature) == right
    assert json.loads(read64(head)) == {"typ": "JWT", "alg": "HS256"}
    return json.loads(read64(claims))


def read64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_it_leads_into_a_room_of_our_own_as_who_one_is(client, cast, meeting):
    answer = led(client, cast.member, meeting)
    address = urlsplit(answer.url)
    assert (answer.status_code, answer["Referrer-Policy"]) == (302, "no-referrer")
    assert "no-store" in answer["Cache-Control"]
    assert (f"{address.scheme}://{address.netloc}", address.query) == (JITSI, "")
    claims = opened(answer.url)
    assert claims["room"] == address.path.removeprefix("/")
    assert (claims["iss"], claims["aud"], claims["sub"]) == ("cop", "cop", "*")
    assert claims["exp"] == (meeting.ends_at + timedelta(minutes=30)).timestamp()
    assert claims["nbf"] == (meeting.starts_at + timedelta(minutes=4)).timestamp()
    assert claims["context"] == {
        "user": {"name": "Mara Member", "moderator": "false", "affiliation": "member"},
        "features": {"recording": "false", "livestreaming": "false"},
    }
    assert Attendance.objects.get().member == cast.member


def test_who_may_change_the_series_moderates_and_nobody_else(client, cast, plan, jitsi, time_machine):
    session = {"audience": MeetingSeries.Audience.SPACE, "space": cast.group.space, "built_in_room": True}
    group, town = (begun(one, time_machine) for one in [plan(by=cast.facilitator, **session), plan(built_in_room=True)])
    leads = {
        (name, meeting): opened(led(client, getattr(cast, name), meeting).url)["context"]["user"]["moderator"]
        for meeting in (group, town)
        for name in ("member", "facilitator", "specialist", "staff")
        if meeting == town or name in {"member", "facilitator"}
    }
    assert {name for (name, meeting), flag in leads.items() if meeting == town and flag == "true"} == {
        "specialist", "staff",
    }  # fmt: skip
    assert {name for (name, meeting), flag in leads.items() if meeting == group and flag == "true"} == {"facilitator"}
    assert led(client, cast.specialist, group).status_code == led(client, cast.outsider, group).status_code == 404


def test_each_date_has_a_room_that_cannot_be_told_from_what_is_known(client, cast, meeting, settings):
    series, rooms = meeting.series, set()
    for one in series.meetings.all()[:3]:
        type(one).objects.filter(pk=one.pk).update(starts_at=meeting.starts_at, ends_at=meeting.ends_at)
        rooms.add(urlsplit(led(client, cast.member, one).url).path)
    settings.SECRET_KEY = "another"
    rooms.add(urlsplit(led(client, cast.member, meeting).url).path)
    assert len(rooms) == 4
    assert min(len(one) for one in rooms) > 40
    assert not [one for one in rooms if str(meeting.pk)[:8] in one]


@pytest.mark.parametrize("what", ["video", "captions"])
def test_nobody_is_led_who_may_not_come_in_now(client, cast, meeting, time_machine, what):
    assert led(client, cast.lapsed, meeting, what).status_code == 404
    assert Client().get(f"/meetings/{meeting.pk}/{what}/").status_code == 302
    time_machine.move_to(meeting.starts_at - timedelta(minutes=20), tick=False)
    page = meeting.get_absolute_url()
    assert led(client, cast.member, meeting, what).url == page
    assert led(client, cast.specialist, meeting, what).url != page
    time_machine.move_to(meeting.ends_at + timedelta(minutes=31), tick=False)
    assert led(client, cast.member, meeting, what).url == page
    time_machine.move_to(meeting.starts_at - timedelta(minutes=5), tick=False)
    cancel_meeting(meeting=meeting, by=cast.specialist)
    assert led(client, cast.member, meeting, what).url == page
    assert set(Attendance.objects.values_list("member__name", flat=True)) == {"Orla Specialist"}


def test_addresses_of_others_are_led_to_in_the_same_way(client, cast, plan, time_machine):
    meeting = begun(plan(room_url=ZOOM, captions_url=CAPTIONS), time_machine)
    for what, address in (("video", ZOOM), ("captions", CAPTIONS)):
        answer = led(client, cast.member, meeting, what)
        assert (answer.status_code, answer.url, answer["Referrer-Policy"]) == (302, address, "no-referrer")
    assert Attendance.objects.filter(member=cast.member).count() == 1


def test_without_a_room_there_is_no_way(client, cast, plan, time_machine, jitsi, settings):
    bare, built_in = plan(), plan(title="Other", built_in_room=True)
    meeting = begun(bare, time_machine)
    assert (
        led(client, cast.member, meeting).status_code
        == led(client, cast.member, meeting, "captions").status_code
        == 404
    )
    settings.JITSI_URL = ""
    assert led(client, cast.member, begun(built_in, time_machine)).status_code == 404
    room = client.get(f"/meetings/{meeting.pk}/room/").content.decode()
    assert "No video room is set" in room


def test_no_page_letter_or_calendar_says_where(client, cast, plan, jitsi, time_machine, caplog):
    """Neither the address, nor the room, nor a token; nor does the log, when somebody is led there."""
    ours, theirs = (plan(**room, captions_url=CAPTIONS) for room in ({"built_in_room": True}, {"room_url": ZOOM}))
    said = []
    for series in (ours, theirs):
        one = series.meetings.select_related("series").first()
        answer_meeting(meeting=one, by=cast.member, answer="yes")
        move_meeting(meeting=one, wall=datetime(2026, 1, 14, 20), minutes=75, by=cast.specialist)
    first = ours.meetings.select_related("series").first()
    time_machine.move_to(first.starts_at - timedelta(hours=20))
    assert remind() > 1
    said += [str(letter.message()) for letter in mail.outbox]
    path = urlsplit(feeds.make_address(offer=feeds.offers(cast.member)[0], by=cast.member)).path
    said.append(Client().get(path).content.decode())
    time_machine.move_to(first.starts_at + timedelta(minutes=5), tick=False)
    client.force_login(cast.member)
    address = client.get(f"/meetings/{first.pk}/video/").url
    for series in (ours, theirs):
        one = series.meetings.first()
        for what in ("", "room/", "calendar.ics"):
            said.append(client.get(f"/meetings/{one.pk}/{what}").content.decode())
        client.get(f"/meetings/{one.pk}/captions/")
    said.append(caplog.text)
    room = urlsplit(address).path.strip("/")
    for secret in (JITSI, room, "jwt", ZOOM, CAPTIONS, SECRET):
        assert not [text for text in said if secret in text], secret
    assert "/video/" in said[-3]
    assert 'target="_blank" rel="noopener noreferrer"' in said[-3]


def test_whoever_plans_chooses_none_an_address_or_the_sites_own(client, cast, settings, jitsi):
    def form(**said):
        usual = {"title": "Town", "audience": "eligible", "zone": "America/New_York", "pattern": "once", "save": ""}
        when = {"first_on": "2026-01-13", "begins_at": "20:00", "minutes": "75"}
        return client.post("/meetings/plan/", usual | when | said)

    client.force_login(cast.specialist)
    for said in (
        {"room": "none", "room_url": ZOOM},
        {"room": "address", "room_url": ZOOM},
        {"room": "built_in", "room_url": ZOOM, "captions_url": CAPTIONS},
        {"room_url": ZOOM},  # a page of before
    ):
        assert form(**said).status_code == 302
    kept = MeetingSeries.objects.order_by("created_at").values_list("room_url", "built_in_room", "captions_url")
    assert list(kept) == [("", False, ""), (ZOOM, False, ""), ("", True, CAPTIONS), (ZOOM, False, "")]
    assert "Give its address" in form(room="address").content.decode()
    settings.JITSI_URL = ""
    assert form(room="built_in").status_code == 422
    assert "A room of this site" not in client.get("/meetings/plan/").content.decode()


def test_a_change_of_the_series_keeps_or_changes_its_room(plan, cast, client, jitsi):
    series = plan(pattern=Pattern.WEEKLY, built_in_room=True, captions_url=CAPTIONS)
    second = series.meetings.select_related("series").all()[1]
    to = unsaved(pattern=Pattern.WEEKLY, first_on=date(2026, 1, 20), room_url=ZOOM)
    following = change_series(series=series, to=to, by=cast.specialist, since=second)
    series.refresh_from_db()
    assert (series.built_in_room, series.captions_url) == (True, CAPTIONS)
    assert (following.built_in_room, following.room_url, following.captions_url) == (False, ZOOM, "")
    client.force_login(cast.specialist)
    page = client.get(f"/meetings/{series.meetings.first().pk}/change/").content.decode()
    assert 'value="built_in" checked' in " ".join(page.split()) or 'value="built_in"' in page
    assert CAPTIONS in page


def test_what_is_signed_is_what_the_standard_says():
    """RFC 7519 and RFC 7515, appendix A.1, with our head: the parts are those that any reader of it takes apart."""
    head, claims, signature = signed({"iss": "joe"}).split(".")
    assert (head, claims) == ("eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJIUzI1NiJ9", "eyJpc3MiOiAiam9lIn0")
    assert len(read64(signature)) == 32
