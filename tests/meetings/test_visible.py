"""Who sees which meeting, and may say that they come."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import now

from access import Refusal
from meetings.actions import answer_meeting, answer_series, cancel_meeting
from meetings.coming import everyones_answers, own_answers
from meetings.models import Meeting, MeetingSeries, Rsvp
from members.models import Basis

Audience, Pattern = MeetingSeries.Audience, MeetingSeries.Pattern


def seers(cast, meeting):
    return {
        name
        for name, person in vars(cast).items()
        if hasattr(person, "email") and Meeting.objects.visible_to(person).filter(pk=meeting.pk).exists()
    }


BY_ROLE = {"specialist", "staff", "admin", "privacy_officer"}


def test_a_town_meeting_is_for_everyone_who_is_eligible(plan, cast):
    assert seers(cast, plan().meetings.first()) == BY_ROLE | {
        "member", "colleague", "outsider", "unsigned", "facilitator", "contact",
    }  # fmt: skip


def test_chosen_organisations_are_invited_and_no_other(plan, cast):
    series = plan(audience=Audience.ORGANISATIONS, organisations=[cast.away])
    assert seers(cast, series.meetings.first()) == BY_ROLE | {"colleague", "outsider"}


def test_a_groups_session_is_for_those_who_read_the_group(plan, cast):
    series = plan(by=cast.facilitator, audience=Audience.SPACE, space=cast.group.space)
    assert seers(cast, series.meetings.first()) == {"member", "colleague", "facilitator"}


def test_eligibility_counts_on_the_day_of_the_meeting(plan, cast):
    series = plan(pattern=Pattern.WEEKLY)
    Basis.objects.filter(organisation=cast.home).update(ends_on=date(2026, 1, 25))
    seen = Meeting.objects.visible_to(cast.member.__class__.objects.get(pk=cast.member.pk)).filter(series=series)
    assert [f"{one.wall:%m-%d}" for one in seen.select_related("series")] == ["01-13", "01-20"]


def test_in_grace_one_reads_what_was_and_is_not_asked_to_what_comes(plan, cast, time_machine):
    series = plan(pattern=Pattern.WEEKLY)
    Basis.objects.filter(organisation=cast.home).update(ends_on=date(2026, 1, 18))
    time_machine.move_to("2026-01-22 15:00Z")
    member = cast.member.__class__.objects.get(pk=cast.member.pk)
    seen = Meeting.objects.visible_to(member).filter(series=series)
    assert [f"{one.wall:%m-%d}" for one in seen.select_related("series")] == ["01-13", "01-20"]
    with pytest.raises(Refusal, match="You can read until"):
        answer_series(series=series, by=member, answer="yes")


def test_an_answer_for_a_date_goes_before_that_for_the_series(plan, cast):
    series = plan()
    first, second = series.meetings.all()[:2]
    answer_series(series=series, by=cast.member, answer="yes")
    answer_meeting(meeting=second, by=cast.member, answer="no", note="On leave")
    answer_meeting(meeting=second, by=cast.colleague, answer="maybe")
    assert {pk: one.answer for pk, one in own_answers(cast.member, [first, second]).items()} == {
        first.pk: "yes",
        second.pk: "no",
    }
    assert [(str(one.member), one.answer) for one in everyones_answers(second)] == [
        ("Cole Colleague", "maybe"),
        ("Mara Member", "no"),
    ]
    answer_meeting(meeting=second, by=cast.member, answer="yes")
    assert Rsvp.objects.filter(member=cast.member, meeting=second).count() == 1


def test_nobody_answers_to_what_is_over_or_cancelled(plan, cast, time_machine):
    first, second = plan().meetings.all()[:2]
    cancel_meeting(meeting=second, by=cast.specialist)
    with pytest.raises(Refusal, match="is cancelled"):
        answer_meeting(meeting=second, by=cast.member, answer="yes")
    time_machine.move_to(first.ends_at + timedelta(minutes=1))
    with pytest.raises(Refusal, match="is over"):
        answer_meeting(meeting=first, by=cast.member, answer="yes")
    assert not Meeting.objects.upcoming().filter(pk=first.pk).exists()
    assert now() > first.ends_at
