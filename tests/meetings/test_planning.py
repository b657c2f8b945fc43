"""Planning on pages: the form, the look at the dates, saving; and changing in each scope."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings.models import Meeting, MeetingSeries
from meetings.preview import dates_of, warn
from tests.meetings.conftest import unsaved
from tests.people import make_group, make_member

Pattern, Audience = MeetingSeries.Pattern, MeetingSeries.Audience


def typed(**more):
    usual = {
        "title": "Virtual Town Meeting",
        "audience": "eligible",
        "zone": "America/New_York",
        "first_on": "2026-01-13",
        "begins_at": "20:00",
        "minutes": "75",
        "pattern": "nth_weekday",
        "message": "Bring your questions.",
        "client_id": str(uuid4()),
    }
    return {**usual, **more}


@pytest.fixture
def send(client, cast):
    def send(said, by=None, path=None):
        client.force_login(by or cast.specialist)
        return client.post(path or reverse("meetings:plan"), said)

    return send


def test_nothing_is_saved_before_the_dates_were_looked_at(send):
    said = typed()
    page = send(said)
    assert page.status_code == 200
    assert [f"{one.wall:%Y-%m-%d %H:%M}" for one in page.context["dates"]][:3] == [
        "2026-01-13 20:00", "2026-02-10 20:00", "2026-03-10 20:00",
    ]  # fmt: skip
    assert not MeetingSeries.objects.exists()
    back = send(said | {"back": ""})
    assert (back.status_code, back.context["form"]["message"].value()) == (200, "Bring your questions.")
    assert send(said | {"save": ""}).url == Meeting.objects.earliest("starts_at").get_absolute_url()
    series = MeetingSeries.objects.get()
    assert (series.title, str(series.uid), series.changes.get().message) == (
        "Virtual Town Meeting", said["client_id"], "Bring your questions.",
    )  # fmt: skip


def test_a_page_that_is_sent_twice_plans_one_series(send):
    said = typed(save="")
    assert send(said).url == send(said).url
    assert MeetingSeries.objects.count() == 1


def test_nobody_takes_the_uid_of_somebody_elses_series(send, plan, cast):
    assert send(typed(save="", client_id=str(plan(by=cast.staff).uid))).status_code == 404


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"first_on": "2025-11-30", "pattern": "once"}, "first_on", "is over already"),
        ({"first_on": "9999-12-31"}, "first_on", "too far ahead"),
        ({"last_on": "2026-01-01"}, "__all__", "The last date comes before the first."),
        ({"pattern": "month_day", "first_on": "2026-01-31"}, "__all__", "Not every month has that day."),
        ({"pattern": "by_hand", "picked": "2026-02-10\nsoon"}, "picked", "“soon” is no date."),
        ({"audience": "organisations"}, "organisations", "Choose at least one."),
        ({"minutes": "3"}, "minutes", "greater than or equal to 5"),
        ({"zone": "Mars/Olympus"}, "zone", "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(send, said, field, words):
    page = send(typed(**said))
    assert page.status_code == 422
    assert words in str(page.context["form"].errors[field])
    assert page.context["form"]["title"].value() == "Virtual Town Meeting"


def test_picked_dates_are_read_as_people_write_them(send):
    page = send(typed(pattern="by_hand", picked="4/21/2026\n2026-03-03\nJune 2, 2026\n"))
    assert [one.wall.date().isoformat() for one in page.context["dates"]] == [
        "2026-01-13", "2026-03-03", "2026-04-21", "2026-06-02",
    ]  # fmt: skip


def test_a_facilitator_plans_the_sessions_of_the_group_and_names_nobody_in_them(send, cast):
    path = reverse("meetings:plan_in_space", args=[cast.group.space_id])
    page = send(typed(title="Call 612-555-0142"), by=cast.facilitator, path=path)
    assert "may identify a client" in str(page.context["form"].errors["title"])
    send(typed(title="Session", save=""), by=cast.facilitator, path=path)
    series = MeetingSeries.objects.get()
    assert (series.audience, series.space, series.created_by) == ("space", cast.group.space, cast.facilitator)


def test_a_change_of_clocks_is_marked_where_it_shows(cast):
    series = unsaved(pattern=Pattern.WEEKLY, first_on=date(2026, 2, 24), zone="America/Phoenix")
    dates = dates_of(series, cast.member)
    assert [(one.wall.date().isoformat(), one.put) for one in dates if one.put][0] == (
        "2026-03-10", ["Eastern", "Central", "Mountain", "Pacific"],
    )  # fmt: skip
    assert [dates[at].clocks[1].starts for at in (1, 2)] == ["10:00 pm", "11:00 pm"]


def test_rare_dates_are_looked_at_too(cast):
    assert len(dates_of(unsaved(pattern=Pattern.WEEKLY, every=26), cast.member)) == 10


def warnings(series, organisations=(), besides=None, *, reader):
    dates = dates_of(series, reader)
    warn(dates, series, organisations, besides)
    return {f"{one.wall:%m-%d}": one.warnings for one in dates if one.warnings}


def test_federal_holidays_are_warned_about(cast):
    series = unsaved(pattern=Pattern.WEEKLY, first_on=date(2026, 1, 12), last_on=date(2026, 2, 20))
    assert warnings(series, reader=cast.specialist) == {
        "01-19": ["A federal holiday: Martin Luther King Jr. Day"],
        "02-16": ["A federal holiday: Washington's Birthday"],
    }


@pytest.fixture
def clash(plan, cast):
    """What is said of a one-off of these terms beside one of those; and where it is to be instead of that one."""

    def clash(of, with_, organisations=(), theirs=()):
        other = plan(title="The other", pattern=Pattern.ONCE, organisations=theirs, **with_)
        series = unsaved(pattern=Pattern.ONCE, begins_at=time(21), **of)
        return [warnings(series, organisations, one, reader=cast.specialist).get("01-13") for one in (None, other)]

    return clash


TOWN = {"audience": Audience.ELIGIBLE}
SOME = {"audience": Audience.ORGANISATIONS}


def test_meetings_to_which_some_of_the_same_people_are_asked_clash(clash, cast):
    clashing = ["At the same time: The other"]
    assert clash(SOME, SOME, [cast.home], [cast.home, cast.away]) == [clashing, None]
    assert clash(TOWN, TOWN) == [clashing * 2, clashing]


def test_meetings_of_other_people_do_not(clash, cast):
    assert clash(SOME, SOME, [cast.home], [cast.gone]) == [None, None]


def test_of_a_session_of_a_group_only_its_own_people_read_the_title(plan, cast):
    space = {"audience": Audience.SPACE, "pattern": Pattern.ONCE}
    shared = make_group("Sleep", participants=[cast.member], facilitators=[cast.facilitator])
    apart = make_group("Children", participants=[make_member("Gus Guest", cast.home)], facilitators=[cast.facilitator])
    plan(by=cast.facilitator, title="Ours", space=cast.group.space, **space)
    secret = ["At the same time: a session of a group that some of these people are in"]
    said = {
        name: warnings(unsaved(**terms), reader=cast.facilitator).get("01-13", [])
        for name, terms in {
            "own": {"space": cast.group.space, **space},
            "shared": {"space": shared.space, **space},
            "town": {"pattern": Pattern.ONCE},
        }.items()
    }
    assert said == {"own": ["At the same time: Ours"], "shared": secret, "town": secret}
    apart.space.memberships.filter(member=cast.facilitator).delete()
    assert warnings(unsaved(space=apart.space, **space), reader=cast.facilitator) == {}


def test_one_changes_this_and_all_that_follow(send, plan, cast, client):
    series = plan(pattern=Pattern.WEEKLY, last_on=date(2026, 2, 10))
    third = series.meetings.order_by("starts_at")[2]
    path = reverse("meetings:change_following", args=[third.pk])
    client.force_login(cast.specialist)
    form = client.get(path).context["form"]
    assert (form["first_on"].value(), form["last_on"].value()) == (date(2026, 1, 27), date(2026, 2, 10))
    said = typed(pattern="weekly", every="1", first_on="2026-01-28", last_on="2026-02-11", begins_at="18:00")
    assert "dates" in send(said, path=path).context
    send(said | {"save": ""}, path=path)
    walls = [f"{one.wall:%m-%d %H:%M}" for one in Meeting.objects.select_related("series").order_by("starts_at")]
    assert walls == ["01-13 20:00", "01-20 20:00", "01-28 18:00", "02-04 18:00", "02-11 18:00"]


def test_other_words_leave_every_date_where_it_is(send, plan, cast, time_machine, client):
    series = plan(pattern=Pattern.WEEKLY, last_on=date(2026, 2, 10))
    second = series.meetings.order_by("starts_at")[1]
    time_machine.move_to(second.starts_at + timedelta(minutes=1))
    path = reverse("meetings:change", args=[second.pk])
    client.force_login(cast.specialist)
    form = client.get(path).context["form"]
    assert form["first_on"].value() == date(2026, 1, 27)
    said = typed(title="Town Meeting", pattern="weekly", every="1", first_on="2026-01-27", last_on="2026-02-10")
    send(said | {"save": ""}, path=path)
    now_is = MeetingSeries.objects.get()
    assert (now_is.title, now_is.meetings.count(), now_is.first_on) == ("Town Meeting", 5, date(2026, 1, 13))


def test_a_series_that_is_over_is_not_changed(plan, cast, client, time_machine):
    meeting = plan(pattern=Pattern.ONCE).meetings.get()
    time_machine.move_to(meeting.ends_at)
    client.force_login(cast.specialist)
    page = client.get(reverse("meetings:change", args=[meeting.pk]))
    assert (page.status_code, "All of its dates are over." in page.content.decode()) == (409, True)


def test_one_date_is_moved_by_the_clock_of_its_series(plan, cast, send):
    cast.specialist.time_zone = "America/Los_Angeles"
    cast.specialist.save()
    meeting = plan().meetings.first()
    said = {"on": "2026-01-14", "begins_at": "18:00", "minutes": "60", "message": "Later."}
    send(said, path=reverse("meetings:move", args=[meeting.pk]))
    moved = Meeting.objects.select_related("series").get(pk=meeting.pk)
    assert (f"{moved.wall:%m-%d %H:%M}", moved.minutes) == ("01-14 18:00", 60)


def test_a_date_is_called_off_and_on_again_and_the_series_ended(plan, cast, send):
    meeting = plan().meetings.first()
    for verb, cancelled in (("cancel", True), ("restore", False), ("end", True)):
        send({"message": "Because."}, path=reverse(f"meetings:{verb}", args=[meeting.pk]))
        assert bool(Meeting.objects.get(pk=meeting.pk).cancelled_at) is cancelled
    assert not plan_dates(meeting)
    refused = send({}, path=reverse("meetings:restore", args=[meeting.pk]))
    assert (refused.status_code, "does not come to this date any more" in refused.content.decode()) == (422, True)


def plan_dates(meeting):
    return Meeting.objects.on().filter(series=meeting.series_id)
