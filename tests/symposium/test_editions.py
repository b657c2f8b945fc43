"""An edition, what it is made up of, who sees it, and who is admitted."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now

from access import Refusal, may
from meetings.actions import answer_meeting, plan_series
from meetings.models import Meeting, MeetingSeries
from meetings.reminding import remind
from meetings.rooms import why_not_join
from members.models import Member
from symposium.actions import (
    add_part,
    admit,
    change_edition,
    change_part,
    dismiss,
    open_edition,
    publish_edition,
    remove_part,
)
from symposium.models import Edition, Format, Room, Session, Track
from tests.access_table import an_edition

pytestmark = pytest.mark.django_db


def fresh(member):
    return Member.objects.get(pk=member.pk)


def a_session(cast, edition, *, in_=timedelta(days=60), **terms):
    """A meeting of the edition, as a released programme has them."""
    at = (now() + in_).astimezone(edition.tz)
    series = MeetingSeries(
        title="Sleep groups",
        audience="space",
        space=edition.space,
        zone=edition.zone,
        pattern="once",
        first_on=at.date(),
        begins_at=time(at.hour, at.minute),
        minutes=45,
        by_choice=True,
        **terms,
    )
    return plan_series(series=series, by=cast.staff).meetings.get()


def test_staff_alone_see_an_edition_until_it_is_published(cast, client):
    terms = {"title": "Threads of Care", "slug": "2030", "zone": "America/New_York"}
    day = now().date() + timedelta(days=90)
    edition = open_edition(by=cast.staff, first_on=day, last_on=day, **terms)
    assert edition in Edition.objects.visible_to(cast.staff)
    assert edition not in Edition.objects.visible_to(cast.member)
    client.force_login(cast.member)
    assert client.get(edition.get_absolute_url()).status_code == 404
    publish_edition(edition=edition, by=cast.staff)
    assert "Threads of Care" in client.get(edition.get_absolute_url()).content.decode()
    assert edition not in Edition.objects.visible_to(cast.lapsed)


def test_only_staff_begin_and_change_editions(cast):
    edition = an_edition(cast)
    with pytest.raises(PermissionDenied):
        change_edition(edition=edition, by=cast.specialist, title="Mine")
    with pytest.raises(PermissionDenied):
        open_edition(by=cast.member, title="Mine")
    with pytest.raises(PermissionDenied):
        add_part(part=Track(edition=edition, name="Mine"), by=cast.contact)


def test_a_short_name_is_had_once_and_days_are_in_order(cast):
    edition = an_edition(cast)
    said = {"title": "Again", "slug": edition.slug, "zone": edition.zone}
    days = {"first_on": edition.first_on, "last_on": edition.last_on}
    with pytest.raises(Refusal, match="Give this one another short name"):
        open_edition(by=cast.staff, **said, **days)
    with pytest.raises(Refusal, match="before the first"):
        change_edition(
            edition=edition,
            by=cast.staff,
            **said | {"first_on": days["last_on"] + timedelta(days=9)} | {"last_on": days["last_on"]},
        )


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(cast, client):
    an_edition(cast)
    client.force_login(cast.staff)
    said = {"title": "Kept words", "slug": "2027", "zone": "America/New_York"}
    answer = client.post(reverse("symposium:open"), said | {"first_on": "2028-04-05", "last_on": "2028-04-06"})
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    assert "another short name" in answer.content.decode()
    answer = client.post(
        reverse("symposium:open"), said | {"slug": "open", "first_on": "2028-04-05", "last_on": "2028-04-06"}
    )
    assert "has a meaning of its own" in answer.content.decode()


def test_parts_are_named_once_and_stay_while_a_session_has_them(cast, client):
    edition = an_edition(cast)
    room = add_part(part=Room(edition=edition, name="Cedar"), by=cast.staff)
    talk = add_part(part=Format(edition=edition, name="Talk", kind="lightning", minutes=15), by=cast.staff)
    with pytest.raises(Refusal, match="one called Cedar already"):
        add_part(part=Room(edition=edition, name="Cedar"), by=cast.staff)
    change_part(part=room, by=cast.staff, name="Juniper")
    session = Session.objects.create(edition=edition, title="Sleep groups", format=talk, minutes=15)
    client.force_login(cast.staff)
    answer = client.post(reverse("symposium:remove_part", args=[edition.slug, "formats", talk.pk]), follow=True)
    assert "Sessions have Talk." in answer.content.decode()
    session.delete()
    remove_part(part=talk, by=cast.staff)
    assert [str(one) for one in edition.rooms.all()] == ["Juniper"]
    assert not edition.formats.exists()
    assert client.get(reverse("symposium:add_part", args=[edition.slug, "sponsors"])).status_code == 404


def test_who_is_admitted_sees_its_sessions_until_they_are_dismissed(cast):
    edition = an_edition(cast)
    meeting = a_session(cast, edition)
    assert meeting not in Meeting.objects.visible_to(fresh(cast.member))
    admit(edition=edition, member=cast.member)
    admit(edition=edition, member=cast.member)
    assert edition.space.memberships.count() == 1
    assert meeting in Meeting.objects.visible_to(fresh(cast.member))
    assert may(fresh(cast.member), "space.read", edition.space)
    assert meeting in Meeting.objects.visible_to(cast.staff)
    assert meeting not in Meeting.objects.visible_to(fresh(cast.outsider))
    dismiss(edition=edition, member=cast.member)
    assert meeting not in Meeting.objects.visible_to(fresh(cast.member))
    assert not may(fresh(cast.member), "space.read", edition.space)


def test_who_is_not_admitted_reads_how_to_be(cast):
    meeting = a_session(cast, an_edition(cast))
    assert "Register for the symposium" in why_not_join(meeting, cast.member)


def test_a_session_is_among_the_meetings_of_who_chose_it_alone(cast):
    edition = an_edition(cast)
    meeting = a_session(cast, edition)
    for member in (cast.member, cast.facilitator):
        admit(edition=edition, member=member)
    answer_meeting(meeting=meeting, by=cast.member, answer="yes")
    assert meeting in Meeting.objects.of_concern_to(fresh(cast.member))
    assert meeting not in Meeting.objects.of_concern_to(fresh(cast.facilitator))
    answer_meeting(meeting=meeting, by=cast.member, answer="no")
    assert meeting not in Meeting.objects.of_concern_to(fresh(cast.member))


def test_who_chose_a_session_alone_is_reminded_of_it(cast, mailoutbox):
    edition = an_edition(cast)
    meeting = a_session(cast, edition, in_=timedelta(minutes=50))
    for member in (cast.member, cast.facilitator):
        admit(edition=edition, member=member)
    answer_meeting(meeting=meeting, by=cast.member, answer="yes")
    remind()
    assert [one.member for one in meeting.reminders.all()] == [cast.member]


def test_a_chair_convenes_their_session_alone(cast):
    edition = an_edition(cast)
    mine, other = a_session(cast, edition), a_session(cast, edition)
    admit(edition=edition, member=cast.member)
    mine.series.chairs.add(cast.member)
    assert may(fresh(cast.member), "series.change", mine.series)
    assert not may(fresh(cast.member), "series.change", other.series)
    assert not may(fresh(cast.facilitator), "series.change", mine.series)


def test_staff_find_everything_on_one_page_and_what_is_beside_it_in_a_row(cast, client):
    edition = an_edition(cast)
    address = reverse("symposium:organise", args=[edition.slug])
    client.force_login(cast.staff)
    page = client.get(address)
    desks = [desk for desks in page.context["organise"].values() for desk in desks]
    addresses = [reverse(f"symposium:{desk.page}", args=[edition.slug]) for desk in desks]
    assert {one: client.get(one, follow=True).status_code for one in addresses} == dict.fromkeys(addresses, 200)
    row = ["Set up", "Proposals", "Schedule", "Who comes", "Credit", "Report"]
    assert [desk.name for desk in client.get(addresses[0]).context["desks"]] == row
    assert b'aria-current="page">Organise<' in page.content
    assert not page.context["desks"]
    client.force_login(cast.member)
    about = client.get(edition.get_absolute_url())
    assert (address in about.content.decode(), about.context["desks"]) == (False, [])
