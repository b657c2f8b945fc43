"""The address of a member's calendar: what it gives, to whom, how it ends, and what it never says."""

from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetings import calendars, feeds
from meetings.actions import answer_series, cancel_meeting, move_meeting
from meetings.models import CalendarAddress, Meeting, MeetingSeries
from members import sessions
from members.models import Affiliation, Basis, Member
from spaces.models import Membership
from tests.meetings.engines import by_recurring_ical_events
from tests.meetings.scenes import everything_happens, in_the_database, nth
from tests.meetings.test_towns import planned
from tests.people import make_group

pytestmark = pytest.mark.django_db
Audience, Pattern, Scope = MeetingSeries.Audience, MeetingSeries.Pattern, CalendarAddress.Scope
WINDOW = datetime(2025, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)


@pytest.fixture
def address(cast):
    """address(member, number of the offer): the path of an address that they made."""

    def address(member, number=0):
        return urlsplit(feeds.make_address(offer=feeds.offers(member)[number], by=member)).path

    return address


def events(path, **headers):
    return by_recurring_ical_events(Client().get(path, headers=headers).content, *WINDOW)


def text_of(path):
    return Client().get(path).content.decode().replace("\r\n ", "")


def sees(member):
    return in_the_database(*WINDOW, Meeting.objects.visible_to(Member.objects.get(pk=member.pk)))


def test_it_gives_what_its_member_sees(plan, cast, address, time_machine):
    everything_happens(plan, cast, time_machine)
    in_group = {"audience": Audience.SPACE, "space": cast.group.space, "first_on": date(2026, 12, 8)}
    plan(by=cast.facilitator, **in_group)
    seen = [sees(person) for person in (cast.member, cast.outsider, cast.specialist)]
    assert [events(address(person)) for person in (cast.member, cast.outsider, cast.specialist)] == seen
    assert 0 < len(seen[1]) < len(seen[0]) < len(seen[2]), "an award ends; a group is for its own"


def test_a_series_that_its_pattern_says_has_the_text_that_its_dates_would_give(plan, cast, time_machine):
    everything_happens(plan, cast, time_machine)
    odd = {"first_on": date(2026, 12, 8), "title": "Town; hall, all\\", "description": "One\nTwo\\, " + "ö" * 80}
    plan(pattern=Pattern.WEEKLY, **odd)
    plan(by=cast.facilitator, audience=Audience.SPACE, space=cast.group.space, **odd)
    told, dates = 0, calendars.dates_of(Meeting.objects.all())
    for series in MeetingSeries.objects.annotate(**calendars.OF_DATES):
        if calendars.is_told_by_its_pattern(series, len(dates[series.pk])):
            told += 1
            (event,) = calendars.events_of(series, dates[series.pk])
            assert calendars.text_of_pattern(series) == event.to_ical()
            assert not calendars.is_told_by_its_pattern(series, len(dates[series.pk]) - 1), "one is out of sight"
    assert (told, MeetingSeries.objects.count()) == (8, 31)


def test_each_scope_is_that_and_no_more(plan, cast, address):
    town, alone = planned(cast), plan()
    both = {str(one.series.uid) for one in town.sessions.values()}
    of_group = plan(by=cast.facilitator, audience=Audience.SPACE, space=cast.group.space)
    other = make_group("Sleep", participants=[cast.member], facilitators=[cast.facilitator])
    of_other = plan(by=cast.facilitator, audience=Audience.SPACE, space=other.space)
    assert [offer.name for offer in feeds.offers(cast.member)][:2] == ["All meetings that you see", "Town meetings"]
    everything, towns, clinical, sleep = ({uid for uid, *_ in events(address(cast.member, one))} for one in range(4))
    assert everything == both | {str(one.uid) for one in (alone, of_group, of_other)}
    assert (towns, clinical, sleep) == (both, {str(of_group.uid)}, {str(of_other.uid)})


def test_it_goes_as_far_as_eligibility(plan, cast, address):
    series = plan(pattern=Pattern.WEEKLY)
    move_meeting(meeting=nth(series, 1), wall=datetime(2026, 3, 1, 18), minutes=60, by=cast.specialist)
    move_meeting(meeting=nth(series, 9), wall=datetime(2026, 2, 1, 18), minutes=60, by=cast.specialist)
    cancel_meeting(meeting=nth(series, 2), by=cast.specialist)
    path = address(cast.member)
    Basis.objects.filter(organisation=cast.home).update(ends_on=date(2026, 2, 14))
    found = events(path)
    assert found == sees(cast.member)
    assert len(found) == 4
    assert sum(line.startswith("UNTIL") or "UNTIL" in line for line in text_of(path).splitlines()) == 1


def test_the_first_date_may_be_out_of_sight(plan, cast, address):
    for pattern, picked in ((Pattern.WEEKLY, []), (Pattern.BY_HAND, ["2026-02-03", "2026-05-05"]), (Pattern.ONCE, [])):
        series = plan(pattern=pattern, picked=picked)
        move_meeting(meeting=nth(series, 0), wall=datetime(2026, 3, 1, 18), minutes=60, by=cast.specialist)
    Basis.objects.filter(organisation=cast.home).update(ends_on=date(2026, 2, 14))
    path = address(Member.objects.get(pk=cast.member.pk))
    assert events(path) == sees(cast.member)
    assert len(events(path)) == 5


def test_of_a_group_it_says_only_that_there_is_a_session(plan, cast, address):
    plan(
        by=cast.facilitator, audience=Audience.SPACE, space=cast.group.space, title="Blackbird", description="Moonrise"
    )
    text = text_of(address(cast.member))
    assert "SUMMARY:Group session\r\n" in text
    for secret in ("Blackbird", "Moonrise", cast.group.topic, cast.facilitator.name, str(cast.group.space_id)):
        assert secret not in text


def test_it_names_nobody(plan, cast, address):
    series = plan(title="Town; hall, all", description="One\nTwo\\" + "ö" * 80)
    answer_series(series=series, by=cast.colleague, answer="yes", note="Blackbird")
    text = text_of(address(cast.member))
    assert "SUMMARY:Town\\; hall\\, all\r\n" in text
    assert "DESCRIPTION:One\\nTwo\\\\ö" in text
    for secret in (
        "ATTENDEE",
        "Blackbird",
        cast.colleague.email,
        cast.colleague.name,
        cast.specialist.name,
        "calendars/",
    ):
        assert secret not in text
    raw = Client().get(address(cast.member)).content
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    for line in ("METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT4H", f"UID:{series.uid}@127.0.0.1", "SEQUENCE:0"):
        assert f"\r\n{line}\r\n" in text


def test_what_is_the_same_is_not_sent_again(plan, cast, address, time_machine):
    series = plan()
    path = address(cast.member)
    first = Client().get(path)
    assert (first["Cache-Control"], first["Referrer-Policy"]) == ("private, no-cache", "no-referrer")
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    time_machine.move_to("2025-12-02 15:00Z")
    again = Client().get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    cancel_meeting(meeting=nth(series, 0), by=cast.specialist)
    changed = Client().get(path, headers={"if-none-match": first["ETag"]})
    assert (changed.status_code, b"STATUS:CANCELLED" in changed.content) == (200, True)
    assert CalendarAddress.objects.get().used_at.date() == date(2025, 12, 2)


def test_it_ends_with_the_right_with_sessions_and_by_hand(plan, cast, address):
    plan(by=cast.facilitator, audience=Audience.SPACE, space=cast.group.space)
    plan()
    path, of_group = address(cast.member), address(cast.member, 2)
    known = Client().get(of_group)["ETag"]
    Membership.objects.filter(space=cast.group.space, member=cast.member).update(left_at=datetime.now(UTC))
    assert Client().get(of_group, headers={"if-none-match": known}).status_code == 200
    assert (events(of_group), events(path) != []) == ([], True)
    Affiliation.objects.filter(member=cast.member).update(ended_at=datetime.now(UTC))
    assert events(path) == []
    sessions.end_all(cast.member)
    assert Client().get(path).status_code == 404
    path = address(Member.objects.get(pk=cast.member.pk))
    assert Client().get(path).status_code == 200
    Member.objects.filter(pk=cast.member.pk).update(deactivated_at=datetime.now(UTC))
    assert Client().get(path).status_code == 404
    Member.objects.filter(pk=cast.member.pk).update(deactivated_at=None)
    member = Member.objects.get(pk=cast.member.pk)
    feeds.end_address(offer=feeds.offers(member)[0], by=member)
    assert Client().get(path).status_code == 404


def test_nobody_makes_one_up(cast, address):
    kept = address(cast.member) and CalendarAddress.objects.get()
    for token in (kept.pk, kept.token_hash, "a" * 43):
        assert Client().get(f"/meetings/calendars/{token}.ics").status_code == 404


def test_a_calendar_that_asks_too_often_waits(cast, address, monkeypatch):
    monkeypatch.setattr(feeds, "AN_HOUR", 2)
    path = address(cast.member)
    assert [Client().get(path).status_code for _ in range(3)] == [200, 200, 429]


def test_the_page_makes_one_shows_it_once_and_ends_it(client, cast):
    client.force_login(cast.member)
    made = [client.post("/meetings/calendars/make/", {"key": "town"}).context["made"] for _ in range(2)]
    paths = [urlsplit(one).path for one in made]
    assert [Client().get(path).status_code for path in paths] == [404, 200]
    page = client.get("/meetings/calendars/").content.decode()
    assert (made[1] in page, "Make another address" in page, "A calendar last asked there" in page) == (
        False,
        True,
        True,
    )
    client.post("/meetings/calendars/end/", {"key": "town"})
    assert Client().get(paths[1]).status_code == 404
    assert client.post("/meetings/calendars/make/", {"key": "elsewhere"}).status_code == 404


def test_it_asks_the_database_as_often_whatever_it_gives(plan, cast, address):
    plan()
    changed = plan(by=cast.facilitator, audience=Audience.SPACE, space=cast.group.space)
    cancel_meeting(meeting=nth(changed, 3), by=cast.facilitator)
    path = address(cast.member)
    with CaptureQueriesContext(connection) as few:
        events(path)
    for number in range(5):
        series = plan(pattern=Pattern.WEEKLY, begins_at=datetime(2026, 1, 1, 9 + number).time())
        cancel_meeting(meeting=nth(series, 3), by=cast.specialist)
    with CaptureQueriesContext(connection) as many:
        events(path)
    with CaptureQueriesContext(connection) as again:
        events(path)
    assert len(many) == len(few) <= 10
    assert len(again) <= 8


def test_one_meeting_is_a_file_for_a_calendar(client, plan, cast):
    series = plan(pattern=Pattern.WEEKLY)
    move_meeting(meeting=nth(series, 1), wall=datetime(2026, 1, 21, 18), minutes=60, by=cast.specialist)
    client.force_login(cast.member)
    answer = client.get(f"/meetings/{nth(series, 1).pk}/calendar.ics")
    assert answer["Content-Disposition"] == 'attachment; filename="meeting.ics"'
    (one,) = in_the_database(*WINDOW, Meeting.objects.filter(pk=nth(series, 1).pk))
    assert by_recurring_ical_events(answer.content, *WINDOW) == [one]
    assert b"RECURRENCE-ID;TZID=America/New_York:20260120T200000" in answer.content
