"""Putting a programme together, releasing it, and choosing from it."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from access import Refusal, may
from meetings import feeds
from meetings.actions import answer_meeting
from meetings.models import Meeting, MeetingChange, Overflow
from members.models import Member
from symposium.actions import (
    admit,
    cancel_session,
    change_programme,
    change_session,
    change_video,
    choose_session,
    give_seats,
    hold_session,
    place_session,
    release_programme,
    take_out,
)
from symposium.models import Programme, Session
from symposium.schedules import clashes_of, days_of, draft_of
from symposium.tasks import tell_of_releases
from tests.access_table import an_edition
from tests.symposium.programmes import placed, release, session, with_parts

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast):
    return with_parts(an_edition(cast), cast)


def said(edition):
    return [clash.words for clash in clashes_of(edition, draft_of(edition)[0])]


def in_agenda(member, edition):
    return [one.symposium_session.title for one in Meeting.objects.of_concern_to(Member.objects.get(pk=member.pk))]


def test_nothing_clashes_where_everything_fits(cast, edition):
    session(edition, cast, "Sleep groups", "Cedar 10:00", speakers=[cast.member])
    session(edition, cast, "Warm hand-offs", "Cedar 11:00", speakers=[cast.member])
    session(edition, cast, "Fee waivers", "Juniper 10:00", speakers=[cast.colleague])
    assert said(edition) == []


def test_a_room_and_a_speaker_in_two_sessions_are_said_first(cast, edition):
    track = edition.tracks.get()
    session(edition, cast, "Sleep groups", "Cedar 10:00", speakers=[cast.member], track=track)
    session(edition, cast, "Warm hand-offs", "Cedar 10:30", chairs=[cast.member], track=track)
    day = f"{edition.first_on:%A}"
    assert said(edition) == [
        f"“Sleep groups” and “Warm hand-offs” are both in Cedar on {day} at 10:30 am.",
        f"Mara Member is in “Sleep groups” and “Warm hand-offs” at the same time, on {day} at 10:30 am.",
        f"“Sleep groups” and “Warm hand-offs” are both of the track Clinical, and overlap on {day} at 10:30 am.",
    ]


def test_a_break_is_as_long_as_the_programme_wants_it(cast, edition):
    session(edition, cast, "Sleep groups", "Cedar 10:00", speakers=[cast.member])
    session(edition, cast, "Warm hand-offs", "Juniper 10:50", speakers=[cast.member])
    assert said(edition) == ["Mara Member has 5 minutes between “Sleep groups” and “Warm hand-offs”; 10 are wanted."]
    change_programme(edition=edition, by=cast.staff, break_minutes=5)
    assert said(edition) == []


def test_it_is_night_where_a_speaker_lives(cast, edition):
    Member.objects.filter(pk=cast.member.pk).update(time_zone="Pacific/Honolulu")
    session(edition, cast, "Sleep groups", "Cedar 10:00", speakers=[cast.member])
    (words,) = said(edition)
    assert words.startswith("It is night for Mara Member during “Sleep groups”: from ")


def test_sessions_of_which_each_is_in_its_rows_of_a_room(cast, edition):
    session(edition, cast, "Sleep groups", "Cedar 10:00")
    session(edition, cast, "Warm hand-offs", "Cedar 10:40")
    first, second = days_of(edition, draft_of(edition)[0], list(edition.rooms.all()), Programme.of(edition))
    cells = {(at, cell.room.name): cell for at, cells in first.rows for cell in cells}
    block = cells[time(10), "Cedar"]
    assert (block.rows, [slot.title for slot in block.slots]) == (6, ["Sleep groups", "Warm hand-offs"])
    assert (time(10, 15), "Cedar") not in cells
    assert cells[time(10, 15), "Juniper"].slots == []
    assert sum(cell.rows for cell in cells.values()) == 2 * len(first.rows) == 64
    assert not any(cell.slots for _, cells in second.rows for cell in cells)


def test_only_staff_place_and_release(cast, edition):
    one = session(edition, cast, at="Cedar 10:00")
    terms = {"room": one.room, "on": edition.first_on, "at": time(11)}
    with pytest.raises(PermissionDenied):
        place_session(session=one, by=cast.specialist, **terms)
    with pytest.raises(PermissionDenied):
        release_programme(edition=edition, by=cast.member, number=1)
    with pytest.raises(PermissionDenied):
        take_out(session=one, by=cast.member)


def test_members_see_the_last_version_and_not_the_draft(cast, client, edition):
    one = session(edition, cast, "Sleep groups", "Cedar 10:00")
    client.force_login(cast.member)
    path = reverse("symposium:programme", args=[edition.slug])
    assert "The programme is not out yet" in client.get(path).content.decode()
    release(edition, cast)
    change_session(session=one, by=cast.staff, title="Sleep in groups")
    placed(one, cast, "Juniper 15:00")
    page = client.get(path + "?zone=edition").content.decode()
    assert "Sleep groups" in page
    assert "10:00–10:45 am" in page
    assert "Sleep in groups" not in page
    release(edition, cast)
    page = client.get(path + "?zone=edition").content.decode()
    assert "Sleep in groups" in page
    assert "3:00–3:45 pm" in page


def test_a_release_makes_moves_cancels_and_restores_the_meeting(cast, edition):
    one = session(edition, cast, "Sleep groups", "Cedar 10:00", speakers=[cast.member], chairs=[cast.facilitator])
    pause = session(edition, cast, "Breathe", "Cedar 11:00", format="Pause", minutes=15)
    release(edition, cast)
    one.refresh_from_db()
    pause.refresh_from_db()
    meeting = Meeting.objects.select_related("series").get(pk=one.meeting_id)
    assert pause.meeting is None
    assert (meeting.series.title, meeting.series.space, meeting.series.by_choice) == (
        "Sleep groups",
        edition.space,
        True,
    )
    assert (meeting.starts_at, meeting.minutes) == (one.starts_at, 45)
    assert list(meeting.series.chairs.all()) == [cast.facilitator]
    assert may(Member.objects.get(pk=cast.facilitator.pk), "series.change", meeting.series)
    assert {each.member for each in edition.space.memberships.all()} == {cast.member, cast.facilitator}

    change_session(session=one, by=cast.staff, title="Sleep in groups", chairs=[cast.colleague])
    placed(one, cast, "Juniper 15:00", day=1)
    release(edition, cast)
    meeting = Meeting.objects.select_related("series").get(pk=one.meeting_id)
    one.refresh_from_db()
    assert (meeting.series.title, meeting.starts_at, meeting.is_moved) == ("Sleep in groups", one.starts_at, False)
    assert list(meeting.series.chairs.all()) == [cast.colleague]

    cancel_session(session=one, by=cast.staff)
    release(edition, cast)
    assert Meeting.objects.get(pk=one.meeting_id).cancelled_at
    hold_session(session=one, by=cast.staff)
    release(edition, cast)
    assert Meeting.objects.get(pk=one.meeting_id).cancelled_at is None
    assert Meeting.objects.filter(series__space=edition.space).count() == 1


def test_two_sessions_of_a_speaker_are_released_with_a_reason_only(cast, edition):
    for title, at in (("Sleep groups", "Cedar 10:00"), ("Warm hand-offs", "Juniper 10:00")):
        session(edition, cast, title, at, speakers=[cast.member])
    with pytest.raises(Refusal, match="say why it stays so"):
        release(edition, cast)
    assert not edition.releases.exists()
    assert release(edition, cast, reason="She looks in on both.").reason == "She looks in on both."


def test_a_version_is_released_once(cast, edition):
    session(edition, cast, at="Cedar 10:00")
    release(edition, cast)
    with pytest.raises(Refusal, match="Another version was released meanwhile"):
        release_programme(edition=edition, by=cast.staff, number=1)
    with pytest.raises(Refusal, match="Nothing has changed"):
        release(edition, cast)


def test_what_cannot_be_held_keeps_the_version_from_being_released(cast, edition, time_machine):
    session(edition, cast, "Sleep groups", "Cedar 10:00")
    time_machine.move_to(edition.space.created_at + timedelta(days=70))
    with pytest.raises(Refusal, match="“Sleep groups”: The first date is over already"):
        release(edition, cast)
    assert not edition.releases.exists()
    assert not Meeting.objects.exists()


def test_whom_a_change_concerns_gets_one_letter_with_all_of_it(cast, edition, mailoutbox, monkeypatch):
    monkeypatch.setattr("symposium.actions.programme.AT_ONCE", 1)
    first = session(edition, cast, "Sleep groups", "Cedar 10:00", speakers=[cast.colleague])
    second = session(edition, cast, "Warm hand-offs", "Cedar 11:00")
    session(edition, cast, "Fee waivers", "Cedar 12:00")
    release(edition, cast)
    assert mailoutbox == [], "the worker writes"
    assert tell_of_releases() == 1
    assert [mail.to for mail in mailoutbox] == [[cast.colleague.email]]
    assert "Sleep groups\n  It is on " in mailoutbox[0].body
    mailoutbox.clear()
    for member in (cast.member, cast.facilitator):
        admit(edition=edition, member=member)
    for one in (first, second):
        one.refresh_from_db()
        choose_session(session=one, by=cast.member, comes=True)
    choose_session(session=first, by=cast.facilitator, comes=True)
    choose_session(session=first, by=cast.facilitator, comes=False)
    placed(first, cast, "Juniper 15:00")
    cancel_session(session=second, by=cast.staff)
    release(edition, cast, message="Rooms were too small.")
    assert [tell_of_releases(), tell_of_releases()] == [2, 0]
    assert sorted(mail.to[0] for mail in mailoutbox) == [cast.colleague.email, cast.member.email]
    letter = next(mail for mail in mailoutbox if mail.to == [cast.member.email])
    assert "Juniper" in letter.body
    assert "It does not take place." in letter.body
    assert "Rooms were too small." in letter.body
    assert "Warm hand-offs" not in next(mail for mail in mailoutbox if mail.to == [cast.colleague.email]).body


def test_what_changed_is_said_version_by_version(cast, client, edition):
    first = session(edition, cast, "Sleep groups", "Cedar 10:00")
    second = session(edition, cast, "Warm hand-offs", "Cedar 11:00")
    release(edition, cast)
    placed(first, cast, "Juniper 15:00")
    take_out(session=second, by=cast.staff)
    third = session(edition, cast, "Fee waivers", "Cedar 12:00")
    release(edition, cast)
    change_session(session=third, by=cast.staff, abstract="What to write.", speakers=[cast.member])
    release(edition, cast)
    client.force_login(cast.member)
    page = client.get(reverse("symposium:changes", args=[edition.slug])).content.decode()
    assert page.index("Version 3") < page.index("Its abstract and speakers changed.") < page.index("Version 2")
    assert ", 10:00 am EST, Cedar to " in page or ", 10:00 am EDT, Cedar to " in page
    assert "It does not take place." in page


def test_a_session_of_the_programme_is_moved_in_the_programme_alone(cast, client, edition):
    one = session(edition, cast, at="Cedar 10:00", chairs=[cast.facilitator])
    release(edition, cast)
    one.refresh_from_db()
    there = reverse("symposium:session", args=[edition.slug, one.pk])
    for person in (cast.staff, cast.facilitator):
        client.force_login(person)
        for name in ("move", "cancel", "restore", "change", "change_following", "end"):
            path = reverse(f"meetings:{name}", args=[one.meeting_id])
            for answer in (
                client.get(path),
                client.post(path, {"on": "2030-01-01", "begins_at": "10:00", "minutes": 5}),
            ):
                assert answer.status_code == 409
                assert "The programme says when this session is held." in answer.content.decode()
                assert there in answer.content.decode()
        page = client.get(one.meeting.get_absolute_url()).content.decode()
        assert reverse("meetings:move", args=[one.meeting_id]) not in page
        assert there in page
    assert not MeetingChange.objects.filter(what__in=["moved", "cancelled"]).exists()


def test_a_member_chooses_and_hears_of_what_is_at_the_same_time(cast, client, edition):
    for title, at in (
        ("Sleep groups", "Cedar 10:00"),
        ("Warm hand-offs", "Juniper 10:30"),
        ("Fee waivers", "Cedar 12:00"),
    ):
        session(edition, cast, title, at)
    release(edition, cast)
    first, second, third = Session.objects.order_by("starts_at")
    choose = reverse("symposium:choose", args=[edition.slug])
    client.force_login(cast.member)
    assert "Choose" not in client.get(reverse("symposium:programme", args=[edition.slug])).content.decode()
    answer = client.post(choose, {"choose": str(first.pk)})
    assert (answer.status_code, "Register for the symposium first" in answer.content.decode()) == (409, True)
    admit(edition=edition, member=cast.member)
    answer = client.post(choose, {"choose": str(first.pk), "page": "programme", "asked": "by=room&zone=edition"})
    assert answer["Location"] == f"/symposium/2027/programme/?by=room&zone=edition#s-{first.pk}"
    row = client.post(choose, {"choose": str(second.pk)}, headers={"HX-Request": "true", "HX-Target": f"s-{second.pk}"})
    assert f'<li id="s-{second.pk}" class="chosen">' in row.content.decode()
    assert "At the same time you chose “Sleep groups”." in row.content.decode()
    client.post(choose, {"choose": str(third.pk)})
    agenda = client.get(reverse("symposium:agenda", args=[edition.slug])).content.decode()
    assert "2 of the sessions that you chose are at the same time as another." in agenda
    client.post(choose, {"drop": str(third.pk), "page": "agenda"})
    agenda = client.get(reverse("symposium:agenda", args=[edition.slug])).content.decode()
    assert "Fee waivers" not in agenda
    assert sorted(in_agenda(cast.member, edition)) == ["Sleep groups", "Warm hand-offs"]
    for made_up in ("", "nonsense", str(edition.pk)):
        assert client.post(choose, {"choose": made_up}).status_code == 404


def test_staff_say_where_the_video_is_for_one_session_or_for_its_whole_room(cast, client, edition):
    first, second = session(edition, cast, "Sleep groups", "Cedar 10:00"), session(edition, cast, "Fees", "Cedar 12:00")
    client.force_login(cast.staff)
    path = reverse("symposium:video", args=[edition.slug, first.pk])
    there = {"room_url": "https://video.example.org/cedar", "captions_url": "https://captions.example.org/cedar"}
    answer = client.post(path, there)
    assert (answer.status_code, "Release the programme first." in answer.content.decode()) == (422, True)
    release(edition, cast)
    client.post(path, there)
    urls = Meeting.objects.order_by("starts_at").values_list("series__room_url", flat=True)
    assert list(urls) == [there["room_url"], ""]
    overflow = {"holds": "300", "overflow_url": "https://video.example.org/juniper"}
    client.post(path, there | overflow | {"whole_room": "on"})
    placed(second, cast, "Cedar 13:00")
    release(edition, cast)
    assert list(urls.all()) == [there["room_url"]] * 2
    session(edition, cast, "Later", "Cedar 15:00")
    session(edition, cast, "Elsewhere", "Juniper 16:00")
    release(edition, cast)
    assert list(urls.all()) == [there["room_url"]] * 3 + [""]
    assert Overflow.objects.filter(holds=300, url=overflow["overflow_url"]).count() == 2
    assert 'value="300"' in client.get(path).content.decode()
    with pytest.raises(PermissionDenied):
        change_video(session=first, by=cast.member, room_url="", captions_url="")


def test_who_chose_a_session_is_read_by_its_chairs_and_staff_alone(cast, client, edition):
    one = session(edition, cast, at="Cedar 10:00", chairs=[cast.facilitator])
    release(edition, cast)
    one.refresh_from_db()
    for member in (cast.member, cast.colleague):
        admit(edition=edition, member=member)
    choose_session(session=one, by=cast.colleague, comes=True)
    page = one.meeting.get_absolute_url()
    seen = {}
    for person in ("member", "facilitator", "staff"):
        client.force_login(getattr(cast, person))
        seen[person] = "Cole Colleague" in client.get(page).content.decode()
    assert seen == {"member": False, "facilitator": True, "staff": True}


def test_the_programme_is_ordered_narrowed_and_searched(cast, client, edition):
    session(edition, cast, "Sleep groups", "Cedar 10:00", track=edition.tracks.get(), speakers=[cast.colleague])
    session(edition, cast, "Fee waivers", "Juniper 11:00", abstract="Letters that help.", chairs=[cast.facilitator])
    release(edition, cast)
    client.force_login(cast.member)

    def shown(**asked):
        page = client.get(reverse("symposium:programme", args=[edition.slug]), asked).content.decode()
        heads = [
            head
            for head in ("Clinical", "Without a track", "Cedar", "Cole Colleague", "Fay Facilitator")
            if f">{head}</h2>" in page
        ]
        return heads, [title for title in ("Sleep groups", "Fee waivers") if f">{title}</a>" in page]

    assert shown(by="track") == (["Clinical", "Without a track"], ["Sleep groups", "Fee waivers"])
    assert shown(by="room")[0] == ["Cedar"]
    assert shown(by="speaker")[0] == ["Cole Colleague", "Fay Facilitator"]
    assert shown(q="LETTERS help") == ([], ["Fee waivers"])
    assert shown(q="colleague") == ([], ["Sleep groups"])
    assert shown(room=str(edition.rooms.get(name="Juniper").pk)) == ([], ["Fee waivers"])
    assert shown(track="nonsense") == ([], [])


def test_a_session_and_a_speaker_have_their_pages(cast, client, edition):
    one = session(
        edition, cast, "Sleep groups", "Cedar 10:00", abstract="How many sessions.", speakers=[cast.colleague]
    )
    hidden = session(edition, cast, "Not out yet")
    release(edition, cast)
    one.refresh_from_db()
    client.force_login(cast.member)
    path = reverse("symposium:session", args=[edition.slug, one.pk])
    page = client.get(path).content.decode()
    assert "How many sessions." in page
    assert one.meeting.get_absolute_url() not in page
    speaker = reverse("symposium:speaker", args=[edition.slug, cast.colleague.pk])
    assert speaker in page
    assert "Sleep groups" in client.get(speaker).content.decode()
    admit(edition=edition, member=cast.member)
    assert one.meeting.get_absolute_url() in client.get(path).content.decode()
    for gone in (
        reverse("symposium:session", args=[edition.slug, hidden.pk]),
        reverse("symposium:speaker", args=[edition.slug, cast.member.pk]),
    ):
        assert client.get(gone).status_code == 404
    cancel_session(session=one, by=cast.staff)
    release(edition, cast)
    assert "This session does not take place" in client.get(path).content.decode()


def test_an_edition_has_a_calendar_of_what_one_chose(cast, edition):
    for title, at in (("Sleep groups", "Cedar 10:00"), ("Fee waivers", "Juniper 10:00")):
        session(edition, cast, title, at)
    release(edition, cast)
    admit(edition=edition, member=cast.member)
    answer_meeting(meeting=Session.objects.get(title="Fee waivers").meeting, by=cast.member, answer="yes")
    offer = next(one for one in feeds.offers(cast.member) if one.name == "Threads of Care")
    token = feeds.make_address(offer=offer, by=cast.member).split("/")[-1].removesuffix(".ics")
    address = feeds.opened(token)
    assert address is not None
    text = feeds.calendar(address).decode()
    assert "SUMMARY:Fee waivers" in text
    assert "Sleep groups" not in text
    assert "NAME:Threads of Care" in text


def test_the_schedule_shows_all_of_it_and_its_forms_place_a_session(cast, client, edition):
    one = session(edition, cast, "Sleep groups")
    client.force_login(cast.staff)
    path = reverse("symposium:schedule", args=[edition.slug])
    assert "Sleep groups" in client.get(path).content.decode()
    said = {"room": edition.rooms.first().pk, "on": edition.first_on.isoformat(), "at": "10:00", "minutes": "60"}
    place = reverse("symposium:place", args=[edition.slug, one.pk])
    assert client.post(place, said | {"on": "2001-01-01"}).status_code == 422
    assert client.post(place, said, follow=True).status_code == 200
    one.refresh_from_db()
    assert (one.starts_at.astimezone(edition.tz).hour, one.minutes) == (10, 60)
    added = {"title": "Fee\u202e\nwaivers", "format": edition.formats.first().pk, "minutes": "30"}
    add = reverse("symposium:add_session", args=[edition.slug])
    answer = client.post(add, added | {"speakers": "nobody@example.org"})
    assert (answer.status_code, "No member has nobody@example.org" in answer.content.decode()) == (422, True)
    client.post(add, added | {"speakers": f"{cast.member.email}\n{cast.colleague.email}"})
    fee = Session.objects.get(title="Fee waivers")
    assert [each.member for each in fee.speakers.all()] == [cast.member, cast.colleague]
    change = reverse("symposium:change_session", args=[edition.slug, fee.pk])
    assert cast.colleague.email in client.get(change).content.decode()
    client.post(change, added | {"speakers": cast.colleague.email, "chairs": cast.member.email})
    assert [(each.member, each.part) for each in fee.speakers.all()] == [
        (cast.member, "chair"),
        (cast.colleague, "speaker"),
    ]
    client.post(reverse("symposium:cancel_session", args=[edition.slug, fee.pk]))
    assert "Hold it after all" in client.get(path).content.decode()
    client.post(reverse("symposium:hold_session", args=[edition.slug, fee.pk]))
    settings = {"day_begins_at": "10:00", "day_ends_at": "09:00", "break_minutes": "5"}
    answer = client.post(reverse("symposium:programme_settings", args=[edition.slug]), settings)
    assert "The day ends before it begins." in answer.content.decode()
    client.post(reverse("symposium:programme_settings", args=[edition.slug]), settings | {"day_ends_at": "15:00"})
    assert Programme.of(edition).break_minutes == 5
    release_path = reverse("symposium:release", args=[edition.slug])
    assert "1 session has no time yet" in client.get(release_path).content.decode()
    assert client.post(release_path, {"number": "1"})["Location"] == reverse("symposium:programme", args=[edition.slug])
    assert client.post(release_path, {"number": "1"}).status_code == 422
    client.post(reverse("symposium:take_out", args=[edition.slug, one.pk]))
    assert Session.objects.get(pk=one.pk).starts_at is None


def test_a_workshop_with_seats_is_not_chosen_but_asked_for(cast, client, edition):
    one = session(edition, cast, "Sleep groups", "Cedar 10:00")
    release(edition, cast)
    one.refresh_from_db()
    admit(edition=edition, member=cast.member)
    give_seats(session=one, by=cast.staff, seats=1, offer_hours=24)
    with pytest.raises(Refusal, match="has seats of its own"):
        choose_session(session=one, by=cast.member, comes=True)
    assert not one.meeting.rsvps.exists()
    client.force_login(cast.member)
    for page in (reverse("symposium:programme", args=[edition.slug]), one.get_absolute_url()):
        assert reverse("symposium:workshops", args=[edition.slug]) in client.get(page).content.decode()
