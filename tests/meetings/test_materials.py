"""Materials of a meeting, its recording, what somebody needs to take part, and the letter about its answers."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from access import Refusal
from files.models import File
from meetings import actions
from meetings.models import Accommodation, Material, Question, Recording
from meetings.tasks import destroy_accommodations, tell_of_answers
from members.kept import kept_elsewhere
from tests.files.conftest import PDF_PAGE

BEFORE, DURING, AFTER = "2026-01-12 15:00Z", "2026-01-14 01:05Z", "2026-01-14 12:00Z"


def slides(name="slides.pdf"):
    return SimpleUploadedFile(name, PDF_PAGE)


@pytest.fixture
def meeting(plan):
    return plan().meetings.select_related("series__space").first()


@pytest.fixture
def session(plan, cast):
    """Of the group."""
    return plan(by=cast.facilitator, audience="space", space=cast.group.space).meetings.first()


def added(meeting, by, **said):
    return actions.add_material(meeting=meeting, by=by, **{"title": "Slides", "client_id": uuid.uuid4()} | said)


def test_a_file_and_a_link_are_on_the_page_for_everyone_whom_it_is_for(meeting, cast, client):
    client.force_login(cast.specialist)
    there = reverse("meetings:materials", args=[meeting.pk])
    said = {"title": "Budget", "client_id": uuid.uuid4()}
    assert client.post(there, said | {"upload": slides()}).status_code == 302
    assert (
        client.post(there, {"title": "Form", "url": "https://example.org/form", "client_id": uuid.uuid4()}).status_code
        == 302
    )
    client.force_login(cast.member)
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "https://example.org/form" in page
    file = File.objects.get()
    assert file.get_absolute_url() in page
    assert b"".join(client.get(file.get_absolute_url()).streaming_content) == PDF_PAGE
    client.force_login(cast.lapsed)
    assert client.get(file.get_absolute_url()).status_code == 404


def test_the_same_again_is_the_same_material(meeting, cast):
    for said in ({"upload": slides()}, {"url": "https://example.org"}):
        key = uuid.uuid4()
        assert added(meeting, cast.specialist, client_id=key, **said) == added(
            meeting, cast.specialist, client_id=key, **said
        )
    assert (Material.objects.count(), File.objects.count()) == (2, 1)


def test_it_is_a_file_or_a_link_and_only_who_convenes_adds_it(meeting, cast, client):
    for said in ({}, {"url": "https://example.org", "upload": slides()}):
        with pytest.raises(Refusal, match="one of the two"):
            added(meeting, cast.specialist, **said)
    with pytest.raises(PermissionDenied):
        added(meeting, cast.member, url="https://example.org")
    client.force_login(cast.specialist)
    answer = client.post(
        reverse("meetings:materials", args=[meeting.pk]), {"title": "Kept title", "client_id": uuid.uuid4()}
    )
    assert answer.status_code == 422
    assert "Kept title" in answer.content.decode()


def test_slides_come_also_when_the_meeting_is_long_over(meeting, cast, time_machine):
    time_machine.move_to(AFTER)
    added(meeting, cast.specialist, upload=slides())
    assert File.objects.get().attached_at


def test_a_file_that_could_identify_somebody_is_asked_about_first(meeting, cast, client):
    client.force_login(cast.specialist)
    there = reverse("meetings:materials", args=[meeting.pk])
    text = SimpleUploadedFile("notes.txt", b"She was born on 3 May 1990 and called from 617-555-0143.")
    answer = client.post(there, {"title": "Notes", "upload": text, "client_id": uuid.uuid4()})
    assert answer.status_code == 422
    assert "was not shared" in answer.content.decode()
    assert not Material.objects.exists()


def test_what_is_removed_is_gone_with_its_content(meeting, cast, client, django_capture_on_commit_callbacks):
    material = added(meeting, cast.specialist, upload=slides())
    client.force_login(cast.specialist)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("meetings:remove_material", args=[meeting.pk, material.pk]))
    assert not Material.objects.exists()
    assert client.get(material.file.get_absolute_url()).status_code == 404


def test_nothing_is_recorded_that_was_not_said_before(meeting, session, cast, client, time_machine):
    time_machine.move_to(DURING)
    with pytest.raises(Refusal, match="nobody was told before"):
        actions.announce_recording(meeting=meeting, by=cast.specialist)
    time_machine.move_to(BEFORE)
    with pytest.raises(Refusal, match="not recorded"):
        actions.announce_recording(meeting=session, by=cast.facilitator)
    with pytest.raises(PermissionDenied):
        actions.announce_recording(meeting=meeting, by=cast.member)
    client.force_login(cast.specialist)
    client.post(reverse("meetings:announce_recording", args=[meeting.pk]))
    client.force_login(cast.member)
    assert "This meeting is recorded" in client.get(meeting.get_absolute_url()).content.decode()
    time_machine.move_to(DURING)
    client.force_login(cast.member)
    client.post(reverse("meetings:join", args=[meeting.pk]))
    assert "This meeting is recorded" in client.get(reverse("meetings:room", args=[meeting.pk])).content.decode()


def test_a_recording_is_published_with_captions_and_a_transcript_alone(meeting, cast, client, time_machine):
    recording = actions.announce_recording(meeting=meeting, by=cast.specialist)
    time_machine.move_to(AFTER)
    client.force_login(cast.specialist)
    there = reverse("meetings:recording", args=[meeting.pk])
    url = "https://video.example.org/31"
    for said in (
        {"url": url, "client_id": uuid.uuid4()},
        {"url": url, "captioned": "on", "client_id": uuid.uuid4()},
    ):
        assert client.post(there, said).status_code == 302
        recording.refresh_from_db()
        with pytest.raises(Refusal, match="captions and a transcript"):
            actions.publish_recording(recording=recording, by=cast.specialist)
    transcript = SimpleUploadedFile("transcript.txt", b"Welcome, everybody.")
    assert (
        client.post(there, {"url": url, "captioned": "on", "client_id": uuid.uuid4(), "upload": transcript}).status_code
        == 302
    )
    client.force_login(cast.member)
    assert url not in client.get(meeting.get_absolute_url()).content.decode()
    transcript = File.objects.get()
    assert client.get(transcript.get_absolute_url()).status_code == 404
    client.force_login(cast.specialist)
    client.post(reverse("meetings:publish_recording", args=[meeting.pk]))
    client.force_login(cast.member)
    assert b"".join(client.get(transcript.get_absolute_url()).streaming_content) == b"Welcome, everybody."
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert url in page
    assert "transcript.txt" in page
    recording.refresh_from_db()
    with pytest.raises(Refusal, match="withdraw it first"):
        actions.complete_recording(
            recording=recording, by=cast.specialist, url=url, captioned=False, client_id=uuid.uuid4()
        )
    client.force_login(cast.specialist)
    client.post(reverse("meetings:withdraw_recording", args=[meeting.pk]))
    client.force_login(cast.member)
    assert client.get(transcript.get_absolute_url()).status_code == 404
    assert url not in client.get(meeting.get_absolute_url()).content.decode()


def test_another_transcript_takes_the_place_of_the_first_and_both_go_with_the_recording(meeting, cast):
    recording = actions.announce_recording(meeting=meeting, by=cast.specialist)
    said = {"recording": recording, "by": cast.specialist, "url": "https://video.example.org/31", "captioned": True}
    for text in (b"Welcome.", b"Welcome, everybody."):
        upload = SimpleUploadedFile("transcript.txt", text)
        actions.complete_recording(**said, client_id=uuid.uuid4(), upload=upload)
    recording.refresh_from_db()
    assert File.objects.filter(removed_at=None).get() == recording.transcript
    actions.forgo_recording(recording=recording, by=cast.specialist)
    assert not Recording.objects.exists()
    assert not File.objects.filter(removed_at=None).exists()


def test_nothing_is_published_before_the_meeting_is_over(meeting, cast):
    recording = actions.announce_recording(meeting=meeting, by=cast.specialist)
    upload = SimpleUploadedFile("transcript.txt", b"Welcome.")
    said = {"url": "https://video.example.org/31", "captioned": True, "client_id": uuid.uuid4(), "upload": upload}
    actions.complete_recording(recording=recording, by=cast.specialist, **said)
    with pytest.raises(Refusal, match="not over"):
        actions.publish_recording(recording=recording, by=cast.specialist)


def test_who_comes_too_late_is_told_so(meeting, cast):
    recording = actions.announce_recording(meeting=meeting, by=cast.specialist)
    actions.forgo_recording(recording=Recording.objects.get(), by=cast.staff)
    for act in (actions.publish_recording, actions.withdraw_recording, actions.forgo_recording):
        with pytest.raises(Refusal, match="just taken this away"):
            act(recording=recording, by=cast.specialist)


def test_what_somebody_needs_is_read_by_staff_alone(meeting, cast, client, mailoutbox):
    client.force_login(cast.member)
    there = reverse("meetings:accommodation", args=[meeting.pk])
    assert client.post(there, {"needs": "An interpreter for ASL"}).status_code == 302
    assert {to for letter in mailoutbox for to in letter.to} >= {cast.staff.email}
    assert all("ASL" not in letter.body and cast.member.name not in letter.body for letter in mailoutbox)
    desk = reverse("meetings:accommodations")
    for who in (cast.specialist, cast.facilitator, cast.member):
        client.force_login(who)
        assert client.get(desk).status_code == 403
        if who != cast.member:
            assert "ASL" not in client.get(meeting.get_absolute_url()).content.decode()
    client.force_login(cast.staff)
    page = client.get(desk).content.decode()
    assert "An interpreter for ASL" in page
    assert "Virtual Town Meeting" in page


def test_of_a_groups_session_staff_learn_neither_which_group_nor_its_title(session, cast, client):
    actions.ask_for_accommodation(meeting=session, by=cast.member, needs="Large print")
    client.force_login(cast.staff)
    page = client.get(reverse("meetings:accommodations")).content.decode()
    assert "Large print" in page
    assert "A group session" in page
    assert session.series.title not in page
    assert str(session.pk) not in page


def test_who_asked_reads_the_reply_and_gets_a_letter_without_it(meeting, cast, client, mailoutbox):
    asked = actions.ask_for_accommodation(meeting=meeting, by=cast.member, needs="Captions")
    mailoutbox.clear()
    client.force_login(cast.staff)
    client.post(reverse("meetings:reply_to_accommodation", args=[asked.pk]), {"reply": "CART is booked."})
    (letter,) = mailoutbox
    assert letter.to == [cast.member.email]
    assert "CART" not in letter.body
    client.force_login(cast.member)
    assert "CART is booked." in client.get(reverse("meetings:accommodation", args=[meeting.pk])).content.decode()
    assert any("CART" in str(one) for one in kept_elsewhere(cast.member)["meetings"])


def test_asked_anew_it_waits_for_a_reply_again_and_taken_back_it_is_gone(meeting, cast, client):
    asked = actions.ask_for_accommodation(meeting=meeting, by=cast.member, needs="Captions")
    actions.reply_to_accommodation(accommodation=asked, by=cast.staff, reply="Booked.")
    actions.ask_for_accommodation(meeting=meeting, by=cast.member, needs="ASL")
    asked.refresh_from_db()
    assert (asked.needs, asked.reply, asked.replied_at) == ("ASL", "", None)
    client.force_login(cast.member)
    client.post(reverse("meetings:take_accommodation_back", args=[meeting.pk]))
    assert not Accommodation.objects.exists()


def test_thirty_days_after_the_meeting_it_is_destroyed(meeting, cast, time_machine):
    actions.ask_for_accommodation(meeting=meeting, by=cast.member, needs="Captions")
    time_machine.move_to("2026-02-12 01:00Z")
    assert destroy_accommodations() == 0
    time_machine.move_to("2026-02-14 01:00Z")
    assert destroy_accommodations() == 1
    assert not Accommodation.objects.exists()
    with pytest.raises(Refusal):
        actions.ask_for_accommodation(meeting=meeting, by=cast.member, needs="Captions")


def test_who_came_is_told_once_that_the_answers_are_there(meeting, cast, time_machine, mailoutbox):
    actions.answer_meeting(meeting=meeting, by=cast.member, answer="yes")
    actions.answer_meeting(meeting=meeting, by=cast.colleague, answer="no")
    time_machine.move_to(DURING)
    actions.be_here(meeting=meeting, by=cast.facilitator)
    asked = actions.ask_question(meeting=meeting, by=cast.contact, text="When?", unnamed=True, client_id=uuid.uuid4())
    actions.answer_question(question=asked, by=cast.specialist, answer="In May.")
    assert tell_of_answers() == 0
    actions.publish_answers(meeting=meeting, by=cast.specialist)
    mailoutbox.clear()
    assert tell_of_answers() == 2
    assert {letter.to[0] for letter in mailoutbox} == {cast.member.email, cast.facilitator.email}
    assert all("When?" not in letter.body for letter in mailoutbox)
    assert tell_of_answers() == 0
    assert Question.objects.count() == 1
