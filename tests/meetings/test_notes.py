"""Notes that several write: each section by one at a time, nothing overwritten unseen, nothing typed lost."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.urls import reverse
from django.utils.timezone import now

from access import Refusal
from audit.models import Entry
from meetings.actions import (
    add_sections,
    claim_section,
    let_go_of_lapsed_claims,
    let_go_of_section,
    name_scribe,
    remove_section,
    save_section,
    unname_scribe,
)
from meetings.models import MeetingSeries, NoteSection
from meetings.notes import decisions_in
from meetings.templatetags.meeting_notes import noted
from spaces.screening import Held
from tests.at_once import at_once
from tests.meetings.test_agenda import kinds, three
from tests.meetings.test_towns import planned
from tests.people import make_cast, make_member

ALMOST, LONG = timedelta(seconds=170), timedelta(seconds=190)


@pytest.fixture
def meeting(plan):
    return plan().meetings.select_related("series", "room").first()


def section_of(meeting, cast, heading="Waiting lists"):
    add_sections(meeting=meeting, headings=[heading], by=cast.specialist)
    return again(meeting.notes.get(heading=heading))


@pytest.fixture
def section(meeting, cast):
    """Of a meeting for which the member is a scribe."""
    name_scribe(meeting=meeting, member=cast.member, by=cast.specialist)
    return section_of(meeting, cast)


def again(section):
    """As it is now."""
    return NoteSection.objects.select_related("meeting__series", "meeting__room", "claimed_by").get(pk=section.pk)


def save(section, by, body="We share a list.", version=0, **more):
    return save_section(section=again(section), by=by, heading="Waiting lists", body=body, version=version, **more)


def test_scribes_and_who_convenes_write_and_nobody_else(section, cast):
    with pytest.raises(PermissionDenied):
        claim_section(section=section, by=cast.colleague)
    claim_section(section=section, by=cast.member)
    save(section, cast.member)
    let_go_of_section(section=again(section), by=cast.member)
    save(section, cast.specialist, "And more.", 1)
    unname_scribe(meeting=section.meeting, member=cast.member, by=cast.staff)
    with pytest.raises(PermissionDenied):
        save(section, cast.member, "Again.", 2)
    with pytest.raises(PermissionDenied):
        name_scribe(meeting=section.meeting, member=cast.member, by=cast.member)
    assert kinds(section.meeting) == ["section.added", *["section.changed"] * 4]


def test_one_writes_in_a_section_until_they_let_go_or_give_no_sign(section, cast, time_machine):
    claim_section(section=section, by=cast.member)
    with pytest.raises(Refusal, match="Mara Member is writing"):
        claim_section(section=again(section), by=cast.specialist)
    time_machine.shift(ALMOST)
    claim_section(section=again(section), by=cast.member)  # its open page says that they are still there
    time_machine.shift(ALMOST)
    with pytest.raises(Refusal, match="Mara Member is writing"):
        save(section, cast.specialist)
    time_machine.shift(LONG)
    claim_section(section=again(section), by=cast.specialist)
    with pytest.raises(Refusal, match="Orla Specialist is writing"):
        save(section, cast.member)
    assert again(section).body == ""


def test_a_convener_takes_a_section_over_and_a_scribe_does_not(section, cast):
    claim_section(section=section, by=cast.member)
    claim_section(section=again(section), by=cast.specialist, take_over=True)
    with pytest.raises(PermissionDenied):
        claim_section(section=again(section), by=cast.member, take_over=True)
    assert again(section).claimed_by == cast.specialist


def test_a_claim_without_a_sign_is_ended_by_itself_and_pages_hear_of_it(section, cast, time_machine):
    claim_section(section=section, by=cast.member)
    time_machine.shift(ALMOST)
    assert let_go_of_lapsed_claims() == 0
    time_machine.shift(LONG)
    assert let_go_of_lapsed_claims() == 1
    assert again(section).claimed_by is None
    assert kinds(section.meeting)[-1] == "section.changed"
    save(section, cast.member)  # who was away comes back, and nobody has written meanwhile
    assert again(section).body == "We share a list."


def test_an_older_text_overwrites_no_newer_one(section, cast):
    save(section, cast.member)
    let_go_of_section(section=again(section), by=cast.member)
    with pytest.raises(Refusal, match="Mara Member has saved a newer text"):
        save(section, cast.specialist, "Another.")
    assert (again(section).body, again(section).claimed_by) == ("We share a list.", None)
    assert save(section, cast.specialist, "Both.", 1).version == 2
    assert save(section, cast.specialist, "Both.", 2).version == 2  # the same again is nothing newer


@pytest.fixture
def write(client, section):
    """Post what somebody typed in the section."""

    def write(by, body, version=0, **more):
        client.force_login(by)
        path = reverse("meetings:section", args=[section.meeting_id, section.pk])
        return client.post(path, {"heading": "Waiting lists", "body": body, "version": version, **more})

    return write


def test_what_is_refused_comes_back_as_it_was_typed_beside_what_stands_there(section, cast, write):
    save(section, cast.specialist, "The newer text.")
    response = write(cast.member, "My own words.")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Orla Specialist is writing in this section now." in page
    assert "My own words.</textarea>" in page
    assert "The newer text.</p>" in page
    let_go_of_section(section=again(section), by=cast.specialist)
    response = write(cast.member, "My own words.")
    assert "Orla Specialist has saved a newer text" in response.content.decode()
    assert response.context["form"]["version"].value() == 1
    assert write(cast.member, "Both.", 1).status_code == 302
    assert (again(section).body, again(section).claimed_by) == ("Both.", None)


def test_one_saves_and_goes_on(section, cast, write, client):
    assert write(cast.member, "First.", stay="").status_code == 302
    assert again(section).claimed_by == cast.member
    page = client.get(reverse("meetings:section", args=[section.meeting_id, section.pk]))
    assert page.context["form"]["version"].value() == 1
    renew = reverse("meetings:renew_section", args=[section.meeting_id, section.pk])
    assert client.post(renew).status_code == 204
    claim_section(section=again(section), by=cast.specialist, take_over=True)
    answer = client.post(renew, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (409, {"refusal": "Orla Specialist is writing in this section now."})


def test_what_could_identify_a_client_is_held_and_asked_about(section, cast, write):
    response = write(cast.member, "She has A123456789, and came on March 3.")
    assert response.status_code == 422
    held = response.context["held"]
    assert isinstance(held, Held)
    assert "A123456789" in response.content.decode()
    assert again(section).version == 0
    answers = {f"doubt-{doubt.key}": "out" for doubt in held.doubts}
    assert write(cast.member, "She has A123456789, and came on March 3.", **answers).status_code == 302
    assert "A123456789" not in again(section).body


def test_what_its_writer_vouches_for_is_on_record_without_the_words(section, cast):
    with pytest.raises(Held) as held:
        save(section, cast.member, "She was born in March 1990 and lives in Fargo; call 612-555-0142.")
    answers = {doubt.key: "keep" if doubt.may_stay else "out" for doubt in held.value.doubts}
    save(section, cast.member, "She was born in March 1990 and lives in Fargo; call 612-555-0142.", answers=answers)
    kept = [doubt for doubt in held.value.doubts if doubt.may_stay]
    facts = [entry.facts for entry in Entry.objects.filter(verb="identifier.vouched")]
    assert [sum(one["classes"].values()) for one in facts] == ([len(kept)] if kept else [])


def test_only_an_empty_section_is_taken_away(section, cast):
    other = section_of(section.meeting, cast, "Nothing")
    save(section, cast.member)
    with pytest.raises(Refusal, match="Only an empty"):
        remove_section(section=again(section), by=cast.specialist)
    remove_section(section=other, by=cast.specialist)
    assert [one.heading for one in section.meeting.notes.all()] == ["Waiting lists"]


def test_decisions_are_marked_and_said_on_the_meetings_page(section, cast, client):
    save(section, cast.member, "We spoke.\nDecision: one <list>.\n\ndecision:\tTry it.\n- and a list")
    assert decisions_in([again(section)]) == ["one <list>.", "Try it."]
    html = noted(again(section).body)
    assert html.count('<p class="decision">') == 2
    assert "one &lt;list&gt;." in html
    assert "<li>and a list</li>" in html
    client.force_login(cast.colleague)
    page = client.get(section.meeting.get_absolute_url()).content.decode()
    assert "one &lt;list&gt;." in page


def test_notes_are_read_when_the_meeting_is_long_over_and_by_no_stranger(section, cast, client, time_machine):
    save(section, cast.member)
    time_machine.move_to(section.meeting.ends_at + timedelta(days=100))
    path = reverse("meetings:notes", args=[section.meeting_id])
    client.force_login(cast.colleague)
    page = client.get(path).content.decode()
    assert "We share a list." in page
    assert "data-here" not in page
    client.force_login(cast.lapsed)
    assert client.get(path).status_code == 404


def test_in_the_room_the_page_says_that_somebody_is_there(section, cast, client, time_machine):
    time_machine.move_to(section.meeting.starts_at)
    client.force_login(cast.member)
    for name, more in (("notes", []), ("section", [section.pk])):
        page = client.get(reverse(f"meetings:{name}", args=[section.meeting_id, *more])).content.decode()
        assert "data-here" in page


def test_sections_come_from_the_agenda_and_by_name(meeting, cast, client):
    three(meeting, cast)
    client.force_login(cast.specialist)
    add = reverse("meetings:add_section", args=[meeting.pk])
    client.post(add, {"agenda": ""})
    client.post(add, {"heading": "Further"})
    assert client.post(add, {"heading": ""}).status_code == 422
    assert [one.heading for one in meeting.notes.all()] == ["Welcome", "Update", "Close", "Further"]
    assert [one.order for one in meeting.notes.all()] == ["00001", "00002", "00003", "00004"]


def test_a_groups_scribe_who_leaves_writes_no_more(plan, cast, client):
    series = plan(by=cast.facilitator, audience=MeetingSeries.Audience.SPACE, space=cast.group.space)
    meeting = series.meetings.select_related("series__space", "room").first()
    client.force_login(cast.facilitator)
    named = client.post(reverse("meetings:name_scribe", args=[meeting.pk]), {"member": cast.colleague.pk})
    assert named.status_code == 302
    path = reverse("meetings:notes", args=[meeting.pk])
    client.force_login(cast.colleague)
    assert client.get(path).context["writes"]
    cast.group.space.memberships.filter(member=cast.colleague).update(left_at=now())
    assert client.get(path).status_code == 404


CROWD = 20


def test_of_many_who_claim_at_once_one_has_it(transactional_db, time_machine):
    cast = make_cast()
    meeting = planned(cast).first
    people = [make_member(f"Person {number}", cast.home) for number in range(CROWD)]
    for one in people:
        name_scribe(meeting=meeting, member=one, by=cast.specialist)
    section = section_of(meeting, cast)
    looked, told = Barrier(2), []

    def look_and_then_claim(who):
        """As it would be without the guard: that it is free stands in another statement than that it is taken."""
        is_free = NoteSection.objects.free_for(who).filter(pk=section.pk).exists()
        looked.wait(20)
        if is_free:
            NoteSection.objects.filter(pk=section.pk).update(claimed_by=who, claimed_at=now())
            told.append(who)
        connections.close_all()

    at_once(*(lambda who=who: look_and_then_claim(who) for who in people[:2]))
    assert len(told) == 2, "without the guard both are told that it is theirs"
    NoteSection.objects.update(claimed_by=None, claimed_at=None)
    found = at_once(*(lambda who=who: claim_section(section=again(section), by=who) for who in people))
    assert sum(isinstance(one, Refusal) for one in found) == CROWD - 1
    assert again(section).claimed_by in people


def test_of_many_saves_at_once_no_two_begin_with_the_same_text(transactional_db):
    cast = make_cast()
    meeting = planned(cast).first
    section = section_of(meeting, cast)
    found = at_once(*(lambda n=n: save(section, cast.specialist, f"Text {n}.") for n in range(8)))
    (saved,) = [one for one in found if isinstance(one, NoteSection)]
    assert (again(section).version, again(section).body) == (1, saved.body)
