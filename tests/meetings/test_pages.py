"""The calendar, a meeting's page, and answering on it."""

from datetime import date, datetime, time

import pytest
from django.urls import reverse

from meetings.actions import cancel_meeting, end_series, move_meeting
from meetings.clocks import hours
from meetings.models import MeetingSeries, Rsvp

Pattern, Audience = MeetingSeries.Pattern, MeetingSeries.Audience


@pytest.fixture
def look(client):
    def look(by, name, *args, **said):
        client.force_login(by)
        path = reverse(f"meetings:{name}", args=args)
        return client.post(path, said) if said else client.get(path)

    return look


def text_of(response):
    return " ".join(response.content.decode().split())


def test_the_agenda_shows_what_is_to_come_by_the_readers_own_day(plan, cast, look):
    cast.member.time_zone = "Pacific/Guam"
    cast.member.save()
    plan()
    page = look(cast.member, "index").context["page"]
    assert [(f"{one.day:%m-%d}", one.place) for one in page][:2] == [
        ("01-14", "All eligible members"),
        ("02-11", "All eligible members"),
    ]
    assert "11:00 am–12:15 pm ChST" in text_of(look(cast.member, "index"))


def test_what_is_over_is_on_the_page_of_the_past_alone(plan, cast, look, time_machine):
    first, second = plan().meetings.all()[:2]
    time_machine.move_to(first.ends_at)
    assert [one.pk for one in look(cast.member, "past").context["page"]] == [first.pk]
    assert look(cast.member, "index").context["page"][0].pk == second.pk


def test_the_month_is_whole_weeks_and_has_each_meeting_on_the_readers_day(plan, cast, look):
    meeting = plan().meetings.first()
    weeks = look(cast.member, "month", "2026-01").context["weeks"]
    assert (weeks[0][0].on, weeks[-1][-1].on, weeks[0][0].inside) == (date(2025, 12, 28), date(2026, 1, 31), False)
    assert [(day.on, [one.pk for one in day.meetings]) for week in weeks for day in week if day.meetings] == [
        (date(2026, 1, 13), [meeting.pk])
    ]


def test_a_week_is_from_sunday_and_leads_to_those_around_it(cast, look):
    context = look(cast.member, "week", "2026-01-14").context
    assert [day.on.isoformat() for day in context["weeks"][0]][::6] == ["2026-01-11", "2026-01-17"]
    assert (context["before"], context["after"]) == ("/meetings/week/2026-01-04/", "/meetings/week/2026-01-18/")


def test_a_full_day_of_a_month_shows_the_first_and_leads_to_its_week(plan, cast, look):
    once = {"pattern": "once", "first_on": date(2026, 1, 14), "minutes": 15}
    for hour in range(8, 17):
        plan(title=f"Clinic at {hour}", begins_at=time(hour), **once)
    answer = look(cast.member, "month", "2026-01")
    (day,) = [day for week in answer.context["weeks"] for day in week if day.on == date(2026, 1, 14)]
    assert [len(day.meetings), day.more] == [6, 3]
    page = answer.content.decode()
    assert "Clinic at 8" in page
    assert "Clinic at 15" not in page
    assert reverse("meetings:week", args=["2026-01-14"]) in page
    assert "Clinic at 16" in look(cast.member, "week", "2026-01-14").content.decode()


@pytest.mark.parametrize("name", ["month", "week"])
@pytest.mark.parametrize("said", ["2026-13", "2026-02-30", "0001-01-01", "9999-12-31", "x"])
def test_what_is_no_month_or_week_is_not_there(cast, look, name, said):
    assert look(cast.member, name, said).status_code == 404


def test_a_meeting_is_said_by_the_readers_clock_its_series_and_the_four_of_the_country(plan, cast, look):
    cast.member.time_zone = "America/Anchorage"
    cast.member.save()
    meeting = plan(zone="America/Chicago").meetings.first()
    assert [(one.name, one.hours) for one in look(cast.member, "meeting", meeting.pk).context["clocks"]] == [
        ("Alaska", "5:00–6:15 pm"),
        ("Central", "8:00–9:15 pm"),
        ("Eastern", "9:00–10:15 pm"),
        ("Mountain", "7:00–8:15 pm"),
        ("Pacific", "6:00–7:15 pm"),
    ]


def test_what_it_is_about_is_rendered_and_the_calendar_stands_with_the_answer(plan, cast, look):
    meeting = plan(description="Bring **one** form:\n\n- intake\n- <b>waiver</b>").meetings.first()
    page = text_of(look(cast.member, "meeting", meeting.pk))
    assert "Bring <strong>one</strong> form:" in page
    assert "<li>&lt;b&gt;waiver&lt;/b&gt;</li>" in page
    assert page.index("Your answer</h2>") < page.index("Add to my calendar") < page.index("Questions</h2>")


def test_hours_across_noon_and_midnight_say_both_halves_of_the_day():
    assert hours(datetime(2026, 1, 1, 11, 30), datetime(2026, 1, 1, 12, 45)) == "11:30 am–12:45 pm"
    assert hours(datetime(2026, 1, 1, 23), datetime(2026, 1, 2, 0, 30)) == "11:00 pm–12:30 am"
    assert hours(datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 13)) == "12:00–1:00 pm"


def test_one_answers_for_a_date_and_for_the_series(plan, cast, look):
    meeting, later = plan().meetings.all()[:2]
    look(cast.member, "answer", meeting.pk, answer="maybe", note="From a train")
    assert look(cast.member, "answer", meeting.pk, answer="yes", every="on").url == meeting.get_absolute_url()
    page = text_of(look(cast.member, "meeting", meeting.pk))
    assert "Noted: you come, to every date of the series." in page
    assert {(one.meeting_id, one.answer) for one in Rsvp.objects.all()} == {(meeting.pk, "yes"), (None, "yes")}
    assert look(cast.member, "meeting", later.pk).context["mine"].answer == "yes"
    assert look(cast.member, "meeting", later.pk).context["counts"] == [("Yes", 1), ("Maybe", 0), ("No", 0)]


def test_only_those_who_convene_see_names_and_notes_of_a_town_meeting(plan, cast, look):
    meeting = plan().meetings.first()
    look(cast.member, "answer", meeting.pk, answer="yes", note="I speak for us.")
    outsider = text_of(look(cast.outsider, "meeting", meeting.pk))
    assert "<b>1</b> yes" in outsider
    assert "Mara Member" not in outsider
    specialist = text_of(look(cast.specialist, "meeting", meeting.pk))
    assert "Mara Member" in specialist
    assert "I speak for us." in specialist


def test_in_a_group_all_see_who_comes_and_its_facilitators_the_notes(plan, cast, look):
    series = plan(by=cast.facilitator, audience=Audience.SPACE, space=cast.group.space)
    meeting = series.meetings.first()
    look(cast.member, "answer", meeting.pk, answer="no", note="On leave.")
    colleague = text_of(look(cast.colleague, "meeting", meeting.pk))
    assert "Mara Member" in colleague
    assert "On leave." not in colleague
    assert "On leave." in text_of(look(cast.facilitator, "meeting", meeting.pk))


def test_a_cancelled_and_a_moved_date_say_so_with_their_messages(plan, cast, look):
    moved, cancelled, _ = plan().meetings.select_related("series")[:3]
    move_meeting(meeting=moved, wall=datetime(2026, 1, 14, 18), minutes=60, by=cast.specialist, message="A day later.")
    cancel_meeting(meeting=cancelled, by=cast.specialist, message="ORR is closed.")
    page = text_of(look(cast.member, "meeting", moved.pk))
    assert "This meeting was moved" in page
    assert "It was to begin on Tue, Jan 13, 8:00 pm." in page
    assert "A day later." in page
    page = text_of(look(cast.member, "meeting", cancelled.pk))
    assert "This meeting is cancelled" in page
    assert "ORR is closed." in page
    assert "Answer</button>" not in page
    assert look(cast.member, "answer", cancelled.pk, answer="yes").status_code == 422


def test_why_a_series_ended_stands_with_its_cancelled_dates(plan, cast, look):
    series = plan()
    meeting = series.meetings.first()
    end_series(series=series, since=meeting, by=cast.specialist, message="We meet in the symposium instead.")
    assert look(cast.member, "meeting", meeting.pk).context["said"] == "We meet in the symposium instead."


def test_a_groups_sessions_are_a_tab_of_its_room(plan, cast, client):
    series = plan(by=cast.facilitator, audience=Audience.SPACE, space=cast.group.space, begins_at=time(12))
    plan()
    client.force_login(cast.member)
    page = client.get(reverse("groups:sessions", args=[cast.group.pk]))
    assert {one.series_id for one in page.context["page"]} == {series.pk}
    assert "Plan sessions" not in page.content.decode()
    client.force_login(cast.facilitator)
    assert "Plan sessions" in client.get(reverse("groups:sessions", args=[cast.group.pk])).content.decode()


def test_home_says_what_is_next(plan, cast, client):
    plan(pattern=Pattern.ONCE)
    client.force_login(cast.member)
    assert [one.series.title for one in client.get("/").context["meetings"]] == ["Virtual Town Meeting"]
