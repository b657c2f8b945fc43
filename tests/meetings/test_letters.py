"""Who is written to when a date or a series changes, and what their calendar makes of it."""

from datetime import UTC, date, datetime, time
from email import message_from_bytes, policy

import pytest
from django.core import mail

from meetings.actions import (
    answer_meeting,
    answer_series,
    cancel_meeting,
    change_series,
    end_series,
    move_meeting,
    restore_meeting,
)
from meetings.models import Meeting, MeetingSeries
from members.models import Affiliation
from tests.meetings.conftest import unsaved
from tests.meetings.engines import LIBICAL, by_libical, by_recurring_ical_events
from tests.meetings.scenes import in_the_database, nth

pytestmark = pytest.mark.django_db
Audience, Pattern = MeetingSeries.Audience, MeetingSeries.Pattern
WINDOW = datetime(2025, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def letters():
    """What waits to be sent, by address: subject, text, method, calendar. Each is looked at once."""
    found = {}
    for sent in mail.outbox:
        (to,) = sent.to
        letter = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
        parts = {part.get_content_type(): part for part in letter.walk()}
        assert list(parts) == ["multipart/alternative", "text/plain", "text/html", "text/calendar"]
        calendar = parts["text/calendar"]
        text = calendar.get_content().replace("\r\n", "\n").replace("\n", "\r\n").encode()
        if LIBICAL:
            by_libical(text, *WINDOW)
        method = calendar["Content-Type"].params["method"]
        assert f"METHOD:{method}\r\n".encode() in text
        assert text.replace(b"\r\n ", b"").count(f"mailto:{to}".encode()) == text.count(b"\nATTENDEE")
        found.setdefault(to, []).append((sent.subject, parts["text/plain"].get_content(), method, text))
    mail.outbox.clear()
    return found


@pytest.fixture
def series(plan, cast):
    """Weekly; the member comes, the colleague may, the outsider does not, the contact comes to the second date."""
    series = plan(pattern=Pattern.WEEKLY, title="Town hall")
    for person, answer in ((cast.member, "yes"), (cast.colleague, "maybe"), (cast.outsider, "no")):
        answer_series(series=series, by=person, answer=answer)
    answer_meeting(meeting=nth(series, 1), by=cast.contact, answer="yes")
    return series


def test_a_moved_date_reaches_those_who_come(series, cast):
    answer_meeting(meeting=nth(series, 1), by=cast.colleague, answer="no")
    move_meeting(
        meeting=nth(series, 1), wall=datetime(2026, 1, 21, 18), minutes=60, by=cast.specialist, message="A <holiday>."
    )
    found = letters()
    assert set(found) == {cast.member.email, cast.contact.email}
    ((subject, text, method, calendar),) = found[cast.member.email]
    assert subject == "Town hall, January 21: another time"
    assert "January 20, 2026 at 8:00 p.m. EST" in text
    assert "January 21, 2026 at 6:00 p.m. EST, for 60 minutes." in text
    assert "A <holiday>." in text
    assert method == "REQUEST"
    assert by_recurring_ical_events(calendar, *WINDOW) == in_the_database(
        *WINDOW, Meeting.objects.filter(pk=nth(series, 1).pk)
    )
    assert b"RECURRENCE-ID;TZID=America/New_York:20260120T200000\r\nSEQUENCE:1\r\n" in calendar


def test_a_cancelled_date_and_one_that_is_on_again(series, cast):
    cancel_meeting(meeting=nth(series, 1), by=cast.specialist)
    found = letters()
    assert set(found) == {cast.member.email, cast.colleague.email, cast.contact.email}
    ((subject, _, method, calendar),) = found[cast.colleague.email]
    assert (subject, method) == ("Town hall, January 20: cancelled", "CANCEL")
    for line in ("STATUS:CANCELLED", "SEQUENCE:1", f"UID:{series.uid}@127.0.0.1", "PARTSTAT=TENTATIVE"):
        assert line in calendar.decode()
    restore_meeting(meeting=nth(series, 1), by=cast.specialist)
    ((subject, _, method, calendar),) = letters()[cast.colleague.email]
    assert (subject, method) == ("Town hall, January 20: on again", "REQUEST")
    assert "SEQUENCE:2" in calendar.decode()


def test_of_a_group_they_say_neither_which_nor_why(plan, cast):
    in_group = {"audience": Audience.SPACE, "space": cast.group.space, "title": "Blackbird", "description": "Moonrise"}
    series = plan(by=cast.facilitator, **in_group)
    answer_series(series=series, by=cast.colleague, answer="no")
    cancel_meeting(meeting=nth(series, 0), by=cast.facilitator, message="Snow")
    found = letters()
    assert set(found) == {cast.member.email, cast.facilitator.email}
    ((subject, text, _, calendar),) = found[cast.member.email]
    assert subject == "Group session, January 13: cancelled"
    assert "SUMMARY:Group session" in calendar.decode()
    for secret in ("Blackbird", "Moonrise", "Snow", cast.group.topic, cast.facilitator.name, cast.colleague.email):
        assert secret not in text + calendar.decode()


def test_a_changed_series_is_read_as_it_is_now(series, cast):
    move_meeting(meeting=nth(series, 1), wall=datetime(2026, 1, 21, 18), minutes=60, by=cast.specialist)
    cancel_meeting(meeting=nth(series, 3), by=cast.specialist)
    letters()
    to = unsaved(pattern=Pattern.WEEKLY, begins_at=time(21), last_on=date(2026, 3, 24), title="Town hall")
    change_series(series=series, to=to, by=cast.specialist, message="Later from now on.")
    found = letters()
    assert set(found) == {cast.member.email, cast.colleague.email, cast.contact.email}
    ((subject, text, method, calendar),) = found[cast.member.email]
    assert (subject, "Later from now on." in text, method) == ("Town hall: the series changed", True, "REQUEST")
    assert by_recurring_ical_events(calendar, *WINDOW) == in_the_database(*WINDOW)


def test_this_and_following_ends_one_and_begins_another(series, cast):
    to = unsaved(pattern=Pattern.WEEKLY, first_on=date(2026, 1, 27), begins_at=time(12), title="Town hall")
    following = change_series(series=series, to=to, by=cast.specialist, since=nth(series, 2))
    old, new = letters()[cast.member.email]
    assert [one[0] for one in (old, new)] == ["Town hall: its dates end", "Town hall: the series changed"]
    read = [by_recurring_ical_events(one[3], *WINDOW) for one in (old, new)]
    seen = Meeting.objects.visible_to(cast.member)
    assert read == [in_the_database(*WINDOW, seen.filter(series=one)) for one in (series, following)]
    assert [len(one) for one in read] == [2, 45]


def test_a_series_without_a_date_is_cancelled(series, cast):
    end_series(series=series, since=nth(series, 0), by=cast.specialist)
    ((subject, _, method, calendar),) = letters()[cast.member.email]
    assert (subject, method) == ("Town hall: its dates end", "CANCEL")
    assert "STATUS:CANCELLED" in calendar.decode()
    assert "RECURRENCE-ID" not in calendar.decode()


def test_whoever_may_not_come_any_more_hears_nothing(series, cast):
    Affiliation.objects.filter(member=cast.member).update(ended_at=datetime.now(UTC))
    cancel_meeting(meeting=nth(series, 0), by=cast.specialist)
    assert set(letters()) == {cast.colleague.email}
