"""What a video room says of who was there: read as it is written, matched, counted once, undone, and forgotten."""

from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from access import Refusal
from audit.models import Entry
from meetings.actions import (
    be_here,
    decide_anew,
    forget_participants,
    import_report,
    match_participant,
    plan_series,
    set_aside,
    undo_import,
)
from meetings.attendance import attended
from meetings.matching import People
from meetings.models import Attendance, Participant, ReportImport
from meetings.reports import report_on
from meetings.video_reports import read
from members.models import Member
from tests.at_once import at_once
from tests.meetings.conftest import unsaved
from tests.meetings.video_files import BROKEN, READABLE, TEAMS, ZOOM_BARE, ZOOM_NEW, ZOOM_OLD
from tests.people import make_cast, make_member

EASTERN = ZoneInfo("America/New_York")
Outcome = Participant.Outcome


def at(clock):
    """This time of the evening of the meeting, as an instant."""
    return datetime.fromisoformat(f"2026-01-13T{clock}").replace(tzinfo=EASTERN).astimezone(UTC)


def minutes(meeting):
    return {one.member.name: one.minutes for one in attended(meeting)}


@pytest.fixture
def meeting(plan, time_machine):
    meeting = plan().meetings.select_related("series").first()
    time_machine.move_to(meeting.ends_at + timedelta(hours=1))
    return meeting


@pytest.fixture
def bring_in(meeting, cast):
    def bring_in(text, by=None, zone="America/New_York"):
        raw = text if isinstance(text, bytes) else text.encode()
        return import_report(meeting=meeting, raw=raw, zone=zone, by=by or cast.specialist)

    return bring_in


@pytest.mark.parametrize("name", READABLE)
def test_reports_are_read_as_they_are_written(name):
    report = read(READABLE[name], EASTERN)
    own = [(one.from_at, one.until_at) for one in report.stays if one.name.startswith("Mara Member")]
    assert report.room == name.partition(",")[0].lower()
    assert own[0][0] in {at("19:57:40"), at("19:58:10"), at("20:00")}
    assert own[-1][1] in {at("21:00"), at("21:15"), at("21:16:40"), at("21:17:02")}
    assert all(one.from_at.tzinfo is UTC for one in report.stays)


def test_every_row_of_a_report_is_a_stay():
    stays = read(READABLE["Teams, UTF-16"], EASTERN).stays
    assert [(one.name, one.email, one.from_at, one.until_at) for one in stays] == [
        ("Mara Member", "mara.member@example.org", at("19:57:40"), at("20:27:02")),
        ("Mara Member", "mara.member@example.org", at("20:37:02"), at("21:17:02")),
        ("Zoë Ångström (Guest)", "", at("20:00"), at("20:30")),
    ]
    assert [one.name for one in read(ZOOM_OLD.encode(), EASTERN).stays] == [
        *["Mara Member"] * 2, "CC (Connie Contact)", "Roberta Guest"
    ]  # fmt: skip
    turned = read(ZOOM_OLD.replace("Roberta", "\u202eRoberta\u200f").encode(), EASTERN).stays[-1]
    assert turned.name == "\ufffdRoberta Guest", "what only looks like a name is no name"


def test_the_waiting_room_is_not_the_meeting():
    assert [one.from_at for one in read(ZOOM_NEW.encode(), EASTERN).stays] == [at("19:58:10"), at("20:00")]


def test_the_zone_of_a_file_goes_before_the_one_that_was_chosen():
    for name in ("Zoom, times of UTC", "Zoom, another zone of its own"):
        (stay,) = read(READABLE[name], ZoneInfo("Pacific/Guam")).stays
        assert (stay.from_at, stay.until_at) == (at("20:00"), at("21:15"))
    text = ZOOM_BARE.replace("2026-01-13 20:00:00", "2026-01-14T01:00:00Z").replace("13 21:15:00", "13 20:15:00 -06:00")
    (stay,) = read(text.encode(), ZoneInfo("Pacific/Guam")).stays
    assert (stay.from_at, stay.until_at) == (at("20:00"), at("21:15"))


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_refused_with_the_way_out(name):
    raw, says = BROKEN[name]
    with pytest.raises(Refusal, match=says):
        read(raw, EASTERN)


@given(st.binary(max_size=300) | st.builds(lambda cut: TEAMS.encode("utf-16")[:cut], st.integers(0, 2600)))
def test_no_file_breaks_the_reading(raw):
    with suppress(Refusal):
        assert read(raw, EASTERN).stays


def test_who_is_known_counts_at_once_and_the_others_wait(meeting, cast, bring_in):
    bring_in(ZOOM_OLD)
    assert minutes(meeting) == {"Mara Member": 65, "Connie Contact": 70}
    mara, connie = attended(meeting)[1], attended(meeting)[0]
    assert (mara.organisation, connie.organisation) == (cast.home, cast.home)
    basis = Attendance.objects.filter(member=cast.member).first().basis
    assert basis["organisation"] == cast.home.name
    waits = Participant.objects.get(outcome=Outcome.WAITING)
    assert (waits.name, waits.email) == ("Roberta Guest", "roberta@elsewhere.example")
    entry = Entry.objects.get(verb="attendance.imported")
    assert (entry.facts["people"], entry.facts["waiting"], entry.actor) == (3, 1, cast.specialist.pk)


def test_what_was_seen_here_and_what_a_report_says_are_counted_together(meeting, cast, bring_in, time_machine):
    for minute in range(31):
        time_machine.move_to(meeting.starts_at + timedelta(minutes=minute), tick=False)
        be_here(meeting=meeting, by=cast.member)
    time_machine.move_to(meeting.ends_at)
    assert minutes(meeting) == {"Mara Member": 30}
    bring_in(ZOOM_OLD)
    assert minutes(meeting)["Mara Member"] == 65


def test_the_same_file_twice_and_the_same_rows_in_another_file_double_nothing(meeting, cast, bring_in):
    first = bring_in(ZOOM_OLD)
    before = minutes(meeting)
    assert bring_in(ZOOM_OLD, by=cast.staff) is None
    assert (ReportImport.objects.get(), Attendance.objects.count()) == (first, 4)
    bring_in(ZOOM_OLD + ZOOM_OLD.splitlines()[4] + "\n")  # with a row twice
    assert minutes(meeting) == before
    assert report_on(meeting, None).waiting == 1


def test_nobody_is_matched_by_a_name_that_two_have(meeting, cast, bring_in):
    other = make_member("Another", cast.away)
    Member.objects.filter(pk=other.pk).update(name="connie  contact")
    bring_in(ZOOM_OLD)
    assert minutes(meeting) == {"Mara Member": 65}
    assert Participant.objects.filter(outcome=Outcome.WAITING).count() == 2


def test_names_as_people_write_them(cast):
    people = People([cast.member, cast.colleague])
    for said in ("mara  MEMBER", "Mara Member (she/her)", "MM (Mara Member)"):
        assert people.meant(said, "") == cast.member
    assert people.meant("Somebody", "mara.member@example.org") == cast.member
    assert people.meant("Mara", "") is None
    assert people.meant("Mara Member (Cole Colleague)", "") is None
    assert people.likely("Mara M. Member", "") == [cast.member]
    assert people.likely("iPad", "cole@elsewhere.example") == [cast.colleague]


def test_who_waits_is_matched_and_that_is_taken_back(meeting, cast, bring_in):
    bring_in(ZOOM_OLD)
    waits = Participant.objects.select_related("imported__meeting__series").get(outcome=Outcome.WAITING)
    match_participant(participant=waits, member=cast.outsider, by=cast.staff)
    assert minutes(meeting)["Olive Outsider"] == 20
    row = Attendance.objects.get(member=cast.outsider)
    assert (row.organisation, row.source, row.basis["organisation"]) == (cast.away, "import", cast.away.name)
    with pytest.raises(Refusal, match="Take it back first"):
        set_aside(participant=waits, outcome="guest", by=cast.staff)
    decide_anew(participant=waits, by=cast.staff)
    assert "Olive Outsider" not in minutes(meeting)
    assert Attendance.objects.filter(member=None, organisation=None, basis__isnull=True).count() == 1
    set_aside(participant=waits, outcome="guest", by=cast.staff)
    report = report_on(meeting, None)
    assert (report.guests, report.waiting, report.people) == (1, 0, 2)
    verbs = ["attendance.matched", "attendance.match_undone", "attendance.set_aside"]
    entries = Entry.objects.filter(verb__in=verbs).order_by("number")
    assert [entry.verb for entry in entries] == verbs
    assert "oberta" not in str([(entry.facts, entry.subject) for entry in Entry.objects.all()])


def test_what_was_decided_holds_for_the_next_report_of_the_meeting(meeting, cast, bring_in):
    bring_in(ZOOM_OLD)
    waits = Participant.objects.select_related("imported__meeting__series").get(outcome=Outcome.WAITING)
    match_participant(participant=waits, member=cast.outsider, by=cast.staff)
    bring_in(ZOOM_OLD + "\n")
    assert Participant.objects.filter(outcome=Outcome.WAITING).count() == 0
    assert minutes(meeting)["Olive Outsider"] == 20


def test_a_whole_import_is_undone(meeting, cast, bring_in, time_machine):
    time_machine.move_to(meeting.starts_at, tick=False)
    be_here(meeting=meeting, by=cast.colleague)
    time_machine.move_to(meeting.ends_at)
    imported = bring_in(ZOOM_OLD)
    undo_import(imported=imported, by=cast.specialist)
    assert (Participant.objects.count(), ReportImport.objects.count()) == (0, 0)
    assert [row.member for row in Attendance.objects.all()] == [cast.colleague]
    assert Entry.objects.get(verb="attendance.import_undone").subject.endswith(str(meeting.pk))
    assert bring_in(ZOOM_OLD)


def test_the_report_of_another_meeting_or_zone_is_refused(meeting, cast, bring_in, plan):
    with pytest.raises(Refusal, match="Nobody in this file was there on January 13, 8:00–9:15 pm"):
        bring_in(ZOOM_BARE.replace("2026-01-13", "2026-01-12"))
    with pytest.raises(Refusal, match="another zone"):
        bring_in(ZOOM_BARE, zone="UTC")
    ahead = plan(title="Later", first_on=date(2026, 2, 10)).meetings.select_related("series").last()
    with pytest.raises(Refusal, match="has not begun"):
        import_report(meeting=ahead, raw=ZOOM_BARE.encode(), zone="UTC", by=cast.staff)
    assert not ReportImport.objects.exists()


def test_only_who_may_see_the_report_brings_one_in_or_decides(meeting, cast, bring_in):
    with pytest.raises(PermissionDenied):
        bring_in(ZOOM_OLD, by=cast.member)
    imported = bring_in(ZOOM_OLD)
    waits = Participant.objects.select_related("imported__meeting__series").get(outcome=Outcome.WAITING)
    for act in (
        lambda: match_participant(participant=waits, member=cast.member, by=cast.member),
        lambda: set_aside(participant=waits, outcome="guest", by=cast.member),
        lambda: decide_anew(participant=waits, by=cast.member),
        lambda: undo_import(imported=imported, by=cast.member),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_of_a_groups_session_only_its_members_are_matched(cast, plan, time_machine):
    series = plan(audience="space", space=cast.group.space, by=cast.facilitator)
    meeting = series.meetings.select_related("series").first()
    time_machine.move_to(meeting.ends_at)
    text = ZOOM_OLD.replace("roberta@elsewhere.example", cast.outsider.email)
    import_report(meeting=meeting, raw=text.encode(), zone="America/New_York", by=cast.facilitator)
    assert minutes(meeting) == {"Mara Member": 65}
    waits = Participant.objects.select_related("imported__meeting__series").filter(outcome=Outcome.WAITING)
    assert [one.name for one in waits] == ["CC (Connie Contact)", "Roberta Guest"]
    with pytest.raises(Refusal, match="could not have been there"):
        match_participant(participant=waits[1], member=cast.outsider, by=cast.facilitator)


def test_what_a_report_says_of_people_is_erased_in_time(meeting, cast, bring_in, time_machine):
    bring_in(ZOOM_OLD)
    assert forget_participants() == 0
    time_machine.shift(timedelta(hours=25))
    assert forget_participants() == 2
    mara = Participant.objects.select_related("imported__meeting__series").filter(member=cast.member).get()
    assert (mara.name, mara.email) == ("", "")
    with pytest.raises(Refusal, match="is erased"):
        decide_anew(participant=mara, by=cast.staff)
    assert minutes(meeting) == {"Mara Member": 65, "Connie Contact": 70}
    time_machine.shift(timedelta(days=29))
    assert forget_participants() == 1
    assert not Participant.objects.exclude(name="", email="").exists()
    report = report_on(meeting, None)
    assert (report.waiting, report.unknown) == (0, 1)
    assert [entry.facts for entry in Entry.objects.filter(verb="participants.erased").order_by("number")] == [
        {"people": 2}, {"people": 1}
    ]  # fmt: skip
    assert forget_participants() == 0


@pytest.fixture
def held(transactional_db, time_machine):
    """A meeting that is over, for two who bring its report in at once."""
    cast = make_cast()
    meeting = plan_series(series=unsaved(), by=cast.specialist).meetings.select_related("series").first()
    time_machine.move_to(meeting.ends_at)
    return meeting, cast


@contextmanager
def any_file_twice():
    """Without the constraint. SQLite makes the table anew from what the model says, so that must not say it either."""
    constraints = ReportImport._meta.constraints
    (guard,) = [one for one in constraints if one.name == "one_import_of_a_file"]
    ReportImport._meta.constraints = []
    try:
        with connection.schema_editor() as editor:
            editor.remove_constraint(ReportImport, guard)
        yield
    finally:
        ReportImport._meta.constraints = constraints
        with connection.schema_editor() as editor:
            editor.add_constraint(ReportImport, guard)


def test_two_who_bring_in_the_same_file_at_once_bring_in_one(held):
    meeting, cast = held
    with any_file_twice():
        assert _written_by_two_who_both_looked_first(meeting) == 2, "without the guard there are two"
        ReportImport.objects.all().delete()
    said = {"meeting": meeting, "raw": ZOOM_OLD.encode(), "zone": "America/New_York", "by": cast.specialist}
    found = at_once(*[lambda: import_report(**said)] * 4)
    assert sorted(one is None for one in found) == [False, True, True, True]
    assert (ReportImport.objects.count(), Participant.objects.count(), Attendance.objects.count()) == (1, 3, 4)


def _written_by_two_who_both_looked_first(meeting):
    both = Barrier(2)

    def write():
        is_there = ReportImport.objects.filter(meeting=meeting, digest="the same").exists()
        both.wait(20)
        if not is_there:
            ReportImport.objects.create(meeting=meeting, digest="the same", room="zoom")
        connections.close_all()

    threads = [Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ReportImport.objects.count()


def upload(client, meeting, text, zone="America/New_York"):
    file = SimpleUploadedFile("participants.csv", text.encode(), "text/csv")
    return client.post(f"/meetings/{meeting.pk}/report/import/", {"file": file, "zone": zone}, follow=True)


def test_the_queue_from_the_file_to_the_last_decision(client, cast, meeting):
    client.force_login(cast.specialist)
    page = upload(client, meeting, ZOOM_OLD.replace("Roberta Guest", "Olive O."))
    text = page.content.decode()
    assert "Brought in: 3 people, of whom 1 wait" in text
    assert "Olive Outsider, Prairie Bridge Survivor Services" in text  # offered, for a name they share
    assert "is in already" in upload(client, meeting, ZOOM_OLD.replace("Roberta Guest", "Olive O.")).content.decode()
    waits = Participant.objects.get(outcome=Outcome.WAITING)
    there = f"/meetings/{meeting.pk}/report/people/{waits.pk}/"
    assert "Who is “Olive O.”?" in client.get(there).content.decode()
    assert client.post(there, {"member": "nobody"}).status_code == 422
    assert (
        "Olive O. is Olive Outsider" in client.post(there, {"member": cast.outsider.pk}, follow=True).content.decode()
    )
    assert "decided already" in client.post(f"{there}aside/", {"outcome": "guest"}, follow=True).content.decode()
    client.post(f"{there}anew/")
    assert "Choose “not a member”" in client.post(f"{there}aside/", {"outcome": "x"}, follow=True).content.decode()
    assert "Olive O.: ignored" in client.post(f"{there}aside/", {"outcome": "ignored"}, follow=True).content.decode()
    imported = ReportImport.objects.get()
    undo = f"/meetings/{meeting.pk}/report/import/{imported.pk}/undo/"
    assert "Take this report out again?" in client.get(undo).content.decode()
    client.post(undo)
    assert not Attendance.objects.exists()


def test_a_bad_file_says_why_on_the_page(client, cast, meeting):
    client.force_login(cast.specialist)
    page = upload(client, meeting, "organisation,state\nHarbor Light,MN\n")
    assert page.status_code == 422
    assert "no line names the columns" in page.content.decode()
