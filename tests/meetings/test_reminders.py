"""Reminded once, in time, and not when one said no."""

from datetime import datetime, timedelta

import pytest
from django.core import mail

from meetings.actions import answer_meeting, answer_series, cancel_meeting, move_meeting
from meetings.models import MeetingSeries, Reminder, ReminderChoice
from meetings.reminding import remind

Pattern, Audience = MeetingSeries.Pattern, MeetingSeries.Audience


@pytest.fixture
def meeting(plan):
    return plan(title="Town Meeting 31").meetings.select_related("series").first()


def hours_before(time_machine, meeting, hours):
    time_machine.move_to(meeting.starts_at - timedelta(hours=hours))


def reminded():
    return {one.to[0].partition("@")[0] for one in mail.outbox}


def test_a_day_and_an_hour_before_once_each_also_who_has_not_answered(cast, meeting, time_machine):
    answer_meeting(meeting=meeting, by=cast.member, answer="yes")
    answer_series(series=meeting.series, by=cast.colleague, answer="no")
    hours_before(time_machine, meeting, 25)
    assert remind() == 0
    hours_before(time_machine, meeting, 23)
    first = remind()
    everyone = {cast.member.email, cast.outsider.email, cast.contact.email, cast.staff.email}
    assert everyone <= {one.to[0] for one in mail.outbox}
    assert not {cast.colleague.email, cast.lapsed.email, cast.deactivated.email} & {one.to[0] for one in mail.outbox}
    assert remind() == 0
    hours_before(time_machine, meeting, 0.5)
    assert (remind(), remind()) == (first, 0)


def test_the_letter_says_when_in_ones_own_zone(cast, meeting, time_machine):
    cast.member.time_zone = "Pacific/Honolulu"
    cast.member.save()
    hours_before(time_machine, meeting, 23)
    remind()
    (letter,) = [one for one in mail.outbox if one.to == [cast.member.email]]
    assert letter.subject == "Town Meeting 31, Tuesday, January 13, 3:00 p.m. HST"
    assert meeting.get_absolute_url() in letter.body


def test_the_letter_spells_a_title_as_it_is(cast, plan, time_machine):
    hours_before(time_machine, plan(title="Q&A: what's next").meetings.first(), 23)
    remind()
    assert mail.outbox[0].subject.startswith("Q&A: what's next, Tuesday")
    assert "Q&A: what's next begins on" in mail.outbox[0].body


def test_a_groups_letter_does_not_say_which(cast, plan, time_machine):
    series = plan(by=cast.facilitator, title="Canary sleep", audience=Audience.SPACE, space=cast.group.space)
    hours_before(time_machine, series.meetings.first(), 23)
    remind()
    assert {one.to[0] for one in mail.outbox} == {cast.member.email, cast.colleague.email, cast.facilitator.email}
    for letter in mail.outbox:
        assert "Canary" not in str(letter.message())
        assert cast.group.topic not in str(letter.message())


def test_one_chooses_when(cast, meeting, time_machine):
    ReminderChoice.objects.create(member=cast.member, leads=["week"])
    ReminderChoice.objects.create(member=cast.colleague, leads=[])
    hours_before(time_machine, meeting, 6 * 24)
    assert remind() == 1
    hours_before(time_machine, meeting, 23)
    remind()
    assert set(Reminder.objects.filter(member=cast.member).values_list("lead", flat=True)) == {"week"}
    assert not Reminder.objects.filter(member=cast.colleague).exists()


def test_a_moved_meeting_is_reminded_of_again_and_a_cancelled_one_never(cast, plan, time_machine):
    meeting, other = plan(pattern=Pattern.WEEKLY).meetings.select_related("series")[:2]
    hours_before(time_machine, meeting, 23)
    first = remind()
    move_meeting(meeting=meeting, wall=datetime(2026, 1, 16, 20), minutes=75, by=cast.specialist)
    meeting.refresh_from_db()
    hours_before(time_machine, meeting, 23)
    assert remind() == first
    cancel_meeting(meeting=other, by=cast.specialist)
    hours_before(time_machine, other, 23)
    assert remind() == 0


def test_nobody_is_reminded_of_what_they_will_not_be_eligible_for(cast, meeting, time_machine):
    cast.home.bases.update(ends_on=datetime(2026, 1, 12).date())
    hours_before(time_machine, meeting, 23)
    remind()
    assert cast.member.email not in {one.to[0] for one in mail.outbox}
    assert cast.colleague.email in {one.to[0] for one in mail.outbox}
