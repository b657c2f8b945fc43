"""The pages of a town meeting: whose session, who speaks, the room, the report; and one's reminders."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core import mail

from meetings.actions import answer_meeting, be_here
from meetings.models import Attendance, MeetingSeries, ReminderChoice, Responder, SessionChoice
from meetings.reminding import remind
from tests.meetings.test_towns import planned

ROOM = "https://video.example.org/canary-room"


@pytest.fixture
def town(cast):
    town = planned(cast)
    MeetingSeries.objects.update(room_url=ROOM)
    return town


def address(meeting, what=""):
    return f"/meetings/{meeting.pk}/{what}"


def text_of(answer):
    return answer.content.decode()


def test_a_member_chooses_for_their_programme_and_a_colleague_is_told(client, cast, town):
    client.force_login(cast.member)
    assert "Choose your session" in text_of(client.get(address(town.first, "programmes/")))
    client.post(address(town.second, "session/"))
    assert SessionChoice.objects.get().meeting == town.second
    client.force_login(cast.contact)
    told = text_of(client.post(address(town.first, "session/"), follow=True))
    assert "comes to session B, as Mara Member chose" in told


def test_one_speaks_and_its_contact_names_another(client, cast, town):
    client.force_login(cast.member)
    client.post(address(town.first, "speak/"))
    assert Responder.objects.get().member == cast.member
    client.force_login(cast.contact)
    page = address(town.first, f"responder/{cast.home.pk}/")
    assert client.post(page, {"member": cast.colleague.pk}).status_code == 422
    client.post(page, {"member": cast.facilitator.pk})
    assert Responder.objects.get().member == cast.facilitator
    client.force_login(cast.facilitator)
    client.post(address(town.first, "stop-speaking/"))
    assert not Responder.objects.exists()


def test_who_convenes_sees_who_is_to_be_asked_and_moves_a_programme(client, cast, town):
    answer_meeting(meeting=town.first, by=cast.member, answer="yes")
    client.force_login(cast.specialist)
    assert "2 of 2 still to be asked" in text_of(client.get(address(town.first, "programmes/")))
    client.post(address(town.second, f"organisation/{cast.home.pk}/"))
    assert SessionChoice.objects.get().meeting == town.second
    undone = client.post(address(town.first, f"organisation/{cast.home.pk}/free/"), follow=True)
    assert "has no session now" in text_of(undone)
    client.force_login(cast.contact)
    assert "still to be asked" not in text_of(client.get(address(town.first, "programmes/")))
    assert client.post(address(town.first, f"organisation/{cast.home.pk}/")).status_code == 403


def test_who_convenes_parts_a_wrong_pair_and_its_history_says_so(client, cast, town):
    client.force_login(cast.member)
    client.post(address(town.first, "speak/"))
    client.post(address(town.first, "session/"))
    client.force_login(cast.specialist)
    page = text_of(client.get(address(town.first, "part/")))
    assert "choice of a session (1) and who speaks for them (1) are forgotten" in page
    page = text_of(client.post(address(town.first, "part/"), follow=True))
    assert "held in one session again" in page
    assert page.index("No longer held in two sessions") < page.index("<b>Held in two sessions</b>")
    assert client.get(address(town.second, "part/")).status_code == 404


def test_what_can_no_longer_change_is_said_and_not_offered(client, cast, town, time_machine):
    time_machine.move_to(town.second.starts_at)
    for who, offered in ((cast.member, "I speak for us"), (cast.specialist, "Who speaks<")):
        client.force_login(who)
        page = text_of(client.get(address(town.first, "programmes/")))
        assert offered not in page
        assert "Session A:" not in page
    client.force_login(cast.member)
    assert "so this does not change any more" in text_of(client.get(address(town.first, "programmes/")))


def test_a_meeting_that_is_none_has_no_programmes(client, cast, plan):
    client.force_login(cast.member)
    assert client.get(address(plan().meetings.first(), "programmes/")).status_code == 404


def test_the_way_to_the_video_is_shown_in_the_open_room_alone(client, cast, town, time_machine):
    client.force_login(cast.member)
    assert ROOM not in text_of(client.get(address(town.first)))
    assert "opens 15 minutes before" in text_of(client.post(address(town.first, "join/"), follow=True))
    assert client.get(address(town.first, "room/")).status_code == 302
    time_machine.move_to(town.first.starts_at - timedelta(hours=20))
    assert remind() > 1
    assert not [letter for letter in mail.outbox if "canary-room" in str(letter.message())]
    time_machine.move_to(town.first.starts_at + timedelta(minutes=5))
    client.force_login(cast.member)
    assert "Come in" in text_of(client.get(address(town.first)))
    assert "Open the video room" in text_of(client.post(address(town.first, "join/"), follow=True))
    assert client.post(address(town.first, "here/")).status_code == 204
    assert Attendance.objects.get().member == cast.member
    time_machine.move_to(town.first.ends_at + timedelta(hours=1))
    client.logout()
    client.force_login(cast.member)
    assert client.post(address(town.first, "here/")).status_code == 409
    assert client.get(address(town.first, "room/")).status_code == 302


def test_the_report_is_for_who_convenes_and_goes_out_as_a_table(client, cast, town, time_machine):
    for minute in range(31):
        time_machine.move_to(town.first.starts_at + timedelta(minutes=minute), tick=False)
        be_here(meeting=town.first, by=cast.member)
    client.force_login(cast.member)
    assert client.get(address(town.first, "report/")).status_code == 403
    assert client.post(address(town.first, "report/export/")).status_code == 403
    client.force_login(cast.specialist)
    page = text_of(client.get(address(town.first, "report/")))
    assert "Mara Member, 30 min" in page
    assert "Provisional" in page
    answer = client.post(address(town.first, "report/export/"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[4:6] for row in rows if row[0] == cast.home.name] == [["1", "30"]]
    assert answer["Content-Disposition"] == 'attachment; filename="attendance-2026-01-13.csv"'


def test_one_chooses_when_to_be_reminded(client, cast):
    client.force_login(cast.member)
    assert len(re.findall(r'name="leads"[^>]* checked', text_of(client.get("/meetings/reminders/")))) == 2
    client.post("/meetings/reminders/", {"leads": ["week"]})
    assert ReminderChoice.objects.get().leads == ["week"]
    client.post("/meetings/reminders/", {})
    assert ReminderChoice.objects.get().leads == []
    assert client.post("/meetings/reminders/", {"leads": ["never"]}).status_code == 422
