"""Bringing in what a video room says of who was there, and deciding whom it means."""

import hashlib
from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from access import Refusal, require
from audit.trail import append
from meetings.clocks import hours
from meetings.matching import People, could_be, key_of
from meetings.models import Attendance, Meeting, Participant, ReportImport
from meetings.video_reports import Stay, VideoReport, read
from members.eligibility import eligibilities, eligibility
from members.models import Member

Outcome = Participant.Outcome
UNDONE_WITHIN = timedelta(days=1)  # then what the report said of somebody who is decided on is erased
DECIDED_WITHIN = timedelta(days=30)  # and of everybody


@transaction.atomic
def import_report(*, meeting: Meeting, raw: bytes, zone: str, by: Member) -> ReportImport | None:
    """Bring in a participant report (a CSV file) whose times are of this zone where it names none. None: it is in
    already. Who is meant by an address, or by a name that one alone has, counts at once; the others wait.
    """
    require(by, "report.see", meeting.series)
    meeting = _locked(meeting)
    if not meeting.has_begun:
        raise Refusal("This meeting has not begun. Bring the report in once it is over.")
    report = read(raw, ZoneInfo(zone))
    _insist_that_it_is_of(meeting, report, zone)
    said = {"room": report.room, "imported_by": by}
    digest = hashlib.sha256(raw).hexdigest()
    imported, is_new = ReportImport.objects.get_or_create(meeting=meeting, digest=digest, defaults=said)
    if not is_new:
        return None
    participants = _bring_in(imported, meeting, report.stays)
    waiting = sum(one.outcome == Outcome.WAITING for one in participants)
    facts = {"import": imported.pk, "people": len(participants), "waiting": waiting}
    append("attendance.imported", subject=meeting, by=by, facts=facts)
    return imported


@transaction.atomic
def undo_import(*, imported: ReportImport, by: Member) -> None:
    """Take a report out again, with all that was decided about it."""
    require(by, "report.see", imported.meeting.series)
    _locked(imported.meeting)
    gone, _ = ReportImport.objects.filter(pk=imported.pk).delete()
    if gone:
        append("attendance.import_undone", subject=imported.meeting, by=by, facts={"import": imported.pk})


@transaction.atomic
def match_participant(*, participant: Participant, member: Member, by: Member) -> None:
    """Say which member it was: they were there."""
    meeting = _meeting_of(participant, by)
    _insist_that_they_wait(participant)
    if not could_be(meeting).filter(pk=member.pk).exists():
        raise Refusal(f"{member} could not have been there. Choose somebody else.")
    same = _same(participant, meeting)
    same.update(outcome=Outcome.MEMBER, member=member, decided_by=by, decided_at=now())
    answer = eligibility(member, "meetings", meeting.starts_at)
    basis = answer.on_record() if answer.may_write else None
    stays = Attendance.objects.filter(participant__in=same)
    stays.update(member=member, organisation=answer.organisation, basis=basis)
    facts = {"participant": participant.pk, "member": member.pk}
    append("attendance.matched", subject=meeting, by=by, facts=facts)


@transaction.atomic
def set_aside(*, participant: Participant, outcome: str, by: Member) -> None:
    """Say that it was no member: a guest, who is only counted, or nobody (a second device, a recorder)."""
    meeting = _meeting_of(participant, by)
    _insist_that_they_wait(participant)
    if outcome not in {Outcome.GUEST, Outcome.IGNORED}:
        raise Refusal("Choose “not a member” or “ignore”.")
    _same(participant, meeting).update(outcome=outcome, decided_by=by, decided_at=now())
    facts = {"participant": participant.pk, "outcome": outcome}
    append("attendance.set_aside", subject=meeting, by=by, facts=facts)


@transaction.atomic
def decide_anew(*, participant: Participant, by: Member) -> None:
    """Take back whom it was said to be, as long as what the report said is still there."""
    meeting = _meeting_of(participant, by)
    if participant.erased_at:
        raise Refusal("What the report said of them is erased. Undo the whole import, and bring the report in again.")
    same = _same(participant, meeting)
    same.update(outcome=Outcome.WAITING, member=None, decided_by=None, decided_at=None)
    Attendance.objects.filter(participant__in=same).update(member=None, organisation=None, basis=None)
    append("attendance.match_undone", subject=meeting, by=by, facts={"participant": participant.pk})


@transaction.atomic
def forget_participants() -> int:
    """Erase what reports said of people: a day after it was decided who they are, after 30 days in any case."""
    late = Q(imported__imported_at__lt=now() - DECIDED_WITHIN)
    due = Participant.objects.filter(late | Q(decided_at__lt=now() - UNDONE_WITHIN), erased_at=None)
    found = Participant.objects.filter(pk__in=[one.pk for one in due.select_for_update(of=("self",))[:1000]])
    found.filter(outcome=Outcome.WAITING).update(outcome=Outcome.UNKNOWN, decided_at=now())
    erased = found.update(name="", email="", erased_at=now())
    if erased:
        append("participants.erased", subject=None, facts={"people": erased})
    return erased


def _bring_in(imported: ReportImport, meeting: Meeting, stays: list[Stay]) -> list[Participant]:
    """One participant for each name and address, with their stays. What was decided about them before holds."""
    by_key: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        by_key[key_of(meeting, stay.name, stay.email)].append(stay)
    before = Participant.objects.filter(imported__meeting=meeting, key__in=by_key).exclude(outcome=Outcome.WAITING)
    decided = {one.key: one for one in before.exclude(outcome=Outcome.UNKNOWN).select_related("member", "decided_by")}
    people = People(could_be(meeting))
    participants = []
    for key, own in by_key.items():
        one = Participant(imported=imported, key=key, name=own[0].name, email=own[0].email)
        earlier = decided.get(key)
        member = earlier.member if earlier else people.meant(one.name, one.email)
        if earlier or member:
            one.outcome = earlier.outcome if earlier else Outcome.MEMBER
            one.member, one.decided_by = member, earlier.decided_by if earlier else None
            one.decided_at = now()
        participants.append(one)
    Participant.objects.bulk_create(participants)
    answers = eligibilities([one.member for one in participants if one.member], "meetings", meeting.starts_at)
    rows = []
    for one in participants:
        answer = answers[one.member.pk] if one.member else None
        for from_at, until_at in sorted({(stay.from_at, stay.until_at) for stay in by_key[one.key]}):
            row = Attendance(meeting=meeting, participant=one, member=one.member, from_at=from_at, until_at=until_at)
            row.source = Attendance.Source.IMPORT
            if answer:
                row.organisation = answer.organisation
                row.basis = answer.on_record() if answer.may_write else None
            rows.append(row)
    Attendance.objects.bulk_create(rows)
    return participants


def _same(participant: Participant, meeting: Meeting) -> QuerySet[Participant]:
    """The same person in all reports of the meeting, as far as their names are still there."""
    return Participant.objects.filter(imported__meeting=meeting, key=participant.key, erased_at=None)


def _locked(meeting: Meeting) -> Meeting:
    """What two do about the reports of a meeting at once, one does after the other."""
    return Meeting.objects.select_related("series").select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)


def _insist_that_it_is_of(meeting: Meeting, report: VideoReport, zone: str) -> None:
    if any(one.from_at < meeting.ends_at and one.until_at > meeting.starts_at for one in report.stays):
        return
    here = [at.astimezone(ZoneInfo(zone)) for at in (meeting.starts_at, meeting.ends_at)]
    raise Refusal(
        f"Nobody in this file was there on {here[0]:%B} {here[0].day}, {hours(*here)}. "
        "Is it the report of another meeting, or are its times of another zone?"
    )


def _meeting_of(participant: Participant, by: Member) -> Meeting:
    """The meeting whose report names them, locked; they are as they are now."""
    meeting = participant.imported.meeting
    require(by, "report.see", meeting.series)
    meeting = _locked(meeting)
    try:
        participant.refresh_from_db()
    except Participant.DoesNotExist:
        raise Refusal("Somebody took the report out meanwhile.") from None
    return meeting


def _insist_that_they_wait(participant: Participant) -> None:
    if participant.outcome != Outcome.WAITING:
        raise Refusal("That is decided already. Take it back first.")
