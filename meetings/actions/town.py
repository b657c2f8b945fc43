"""Town meetings: held in two sessions, to one of which an organisation comes, with one who speaks for it."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from access import Refusal, require, still_there
from audit.trail import append
from meetings.models import (
    Answer,
    Meeting,
    MeetingChange,
    MeetingSeries,
    Responder,
    Rsvp,
    SessionChoice,
    TownMeeting,
)
from members.eligibility import eligibilities, eligibility
from members.models import Member, Organisation

What = MeetingChange.What


@transaction.atomic
def pair_sessions(*, first: MeetingSeries, second: MeetingSeries, by: Member) -> int:
    """Make the dates to come of two series the sessions A and B of town meetings, in order. Gives how many."""
    for series in (first, second):
        require(by, "series.change", series)
        if series.space_id:
            raise Refusal("A town meeting is for all members. A group's sessions cannot be a part of it.")
    count = _pair(first, second, by)
    if not count:
        raise Refusal("They have no dates to come that could be put together. Choose another series.")
    _write_down(What.PAIRED, first, second, by=by)
    return count


@transaction.atomic
def part_sessions(*, town: TownMeeting, by: Member) -> int:
    """Undo it for the dates to come of the two series: each is a meeting of its own again. Gives how many.

    What has begun was held in two sessions, and stays so. Which session an organisation chose is forgotten, and who
    speaks for it; what members answered stays.
    """
    first, second = town.first.series, town.second.series
    for series in (first, second):
        require(by, "series.change", series)
    ahead = list(TownMeeting.objects.ahead(first, second).select_for_update(of=("self",)).order_by("pk"))
    if not ahead:
        raise Refusal("Their sessions have begun. What was held in two sessions stays on record as it was.")
    TownMeeting.objects.filter(pk__in=[one.pk for one in ahead]).delete()
    append("sessions.parted", subject=first, by=by, facts={"from": str(second.pk), "dates": len(ahead)})
    _write_down(What.PARTED, first, second, by=by)
    return len(ahead)


def _write_down(what: str, *both: MeetingSeries, by: Member) -> None:
    MeetingChange.objects.bulk_create(MeetingChange(series=series, what=what, by=by) for series in both)


def pair_further(series: MeetingSeries) -> int:
    """The same for dates that were written since, where the series has such a partner and was not parted from it."""
    said = series.changes.filter(what__in=(What.PAIRED, What.PARTED)).first()
    if said and said.what == What.PARTED:
        return 0
    latest = TownMeeting.objects.filter(Q(first__series=series) | Q(second__series=series)).last()
    return _pair(latest.first.series, latest.second.series, None) if latest else 0


def _pair(first: MeetingSeries, second: MeetingSeries, by: Member | None) -> int:
    pairs = list(zip(*(_single(series) for series in (first, second)), strict=False)) if first != second else []
    towns = TownMeeting.objects.bulk_create(TownMeeting(first=a, second=b, created_by=by) for a, b in pairs)
    _bind(towns, first, second)
    return len(towns)


def _bind(towns: list[TownMeeting], first: MeetingSeries, second: MeetingSeries) -> None:
    """Whoever of an organisation was the first to say that they come to one of the two series chose its sessions."""
    answers = Rsvp.objects.filter(series__in=(first, second)).exclude(answer=Answer.NO).select_related("member")
    said = list(answers.order_by("answered_at"))
    open_to = eligibilities([one.member for one in said], "meetings")
    chose: dict[UUID, Rsvp] = {}
    for one in said:
        answer = open_to[one.member_id]
        if answer.may_write and answer.organisation:
            chose.setdefault(answer.organisation.pk, one)
    SessionChoice.objects.bulk_create(
        SessionChoice(
            town=town,
            organisation_id=pk,
            meeting_id=town.first_id if one.series_id == first.pk else town.second_id,
            chosen_by=one.member,
        )
        for town in towns
        for pk, one in chose.items()
    )


def _single(series: MeetingSeries) -> QuerySet[Meeting]:
    ahead = series.meetings.on().filter(starts_at__gt=now(), town_as_first=None, town_as_second=None)
    return ahead.order_by("recurrence_id")


@transaction.atomic
def choose_session(*, town: TownMeeting, meeting: Meeting, by: Member) -> SessionChoice:
    """Say to which session one's organisation comes. The first to say it, says it for all."""
    organisation = organisation_of(by)
    town = _locked(town)
    _insist_that_it_is_of(town, meeting)
    _insist_that_it_is_ahead(meeting)
    choice, _ = SessionChoice.objects.select_related("chosen_by").get_or_create(
        town=town, organisation=organisation, defaults={"meeting": meeting, "chosen_by": by}
    )
    if choice.meeting_id != meeting.pk:
        who = f", as {choice.chosen_by} chose" if choice.chosen_by else ""
        raise Refusal(
            f"{organisation} comes to session {town.letter_of(choice.meeting_id)}{who}. "
            "Come with your colleagues, or ask NCB staff to move your organisation."
        )
    return choice


@transaction.atomic
def choose_sessions(*, series: MeetingSeries, by: Member) -> None:
    """Say it of every session of a series to come, but for those of which one said something else.

    Raises Refusal where one's organisation comes to the other session of one of them.
    """
    organisation = organisation_of(by)
    sessions = series.meetings.on().filter(starts_at__gt=now()).exclude(rsvps__member=by).values("pk")
    of_series = TownMeeting.objects.filter(Q(first__in=sessions) | Q(second__in=sessions)).select_related("first")
    towns = list(of_series.select_for_update(of=("self",), no_key=True).order_by("pk"))
    SessionChoice.objects.bulk_create(
        [
            SessionChoice(
                town=town,
                organisation=organisation,
                meeting_id=town.first_id if town.first.series_id == series.pk else town.second_id,
                chosen_by=by,
            )
            for town in towns
        ],
        ignore_conflicts=True,
    )
    others = SessionChoice.objects.filter(town__in=towns, organisation=organisation).exclude(meeting__series=series)
    choice = others.select_related("chosen_by", "town", "meeting__series").order_by("meeting__starts_at").first()
    if choice:
        who = f", as {choice.chosen_by} chose" if choice.chosen_by else ""
        day = choice.meeting.wall
        raise Refusal(
            f"On {day:%B} {day.day} {organisation} comes to session {choice.town.letter_of(choice.meeting_id)}{who}. "
            "Answer first for the date beside it, alone, and then for all others."
        )


@transaction.atomic
def move_organisation(*, town: TownMeeting, organisation: Organisation, meeting: Meeting, by: Member) -> SessionChoice:
    """Put an organisation into a session, whatever it chose. On record."""
    require(by, "series.change", town.first.series)
    town = _locked(town)
    _insist_that_it_is_of(town, meeting)
    _insist_that_it_is_ahead(meeting)
    choice, _ = SessionChoice.objects.update_or_create(
        town=town, organisation=organisation, defaults={"meeting": meeting, "chosen_by": by, "chosen_at": now()}
    )
    append(
        "session.moved",
        subject=town,
        by=by,
        facts={"organisation": str(organisation.pk), "session": town.letter_of(meeting.pk)},
    )
    return choice


@transaction.atomic
def free_organisation(*, town: TownMeeting, organisation: Organisation, by: Member) -> None:
    """Undo an organisation's choice of a session before that begins. On record. Chose they none, nothing happens."""
    require(by, "series.change", town.first.series)
    choice = _locked(town).choices.select_related("meeting").filter(organisation=organisation).first()
    if choice is None:
        return
    _insist_that_it_is_ahead(choice.meeting)
    choice.delete()
    append(
        "session.freed",
        subject=town,
        by=by,
        facts={"organisation": str(organisation.pk), "session": town.letter_of(choice.meeting_id)},
    )


@transaction.atomic
def speak_for_us(*, town: TownMeeting, by: Member) -> Responder:
    """Be the one who speaks for one's organisation, where nobody is."""
    organisation, town = organisation_of(by), _locked(town)
    _insist_that_it_can_change(town, organisation)
    responder, _ = Responder.objects.select_related("member").get_or_create(
        town=town, organisation=organisation, defaults={"member": by, "named_by": by}
    )
    if responder.member_id != by.pk:
        raise Refusal(f"{responder.member} speaks for {organisation}. Ask them to hand it over to you.")
    return responder


@transaction.atomic
def name_responder(*, town: TownMeeting, organisation: Organisation, member: Member, by: Member) -> Responder:
    """Have a member of the organisation speak for it, in whoever's place: for who does now, its contact, a convener."""
    require(by, "responder.name", (town, organisation))
    town = _locked(town)
    _insist_that_it_can_change(town, organisation)
    if organisation_of(member) != organisation:
        raise Refusal(f"{member} is not of {organisation}. Choose somebody who is.")
    responder, _ = Responder.objects.update_or_create(
        town=town, organisation=organisation, defaults={"member": member, "named_by": by, "named_at": now()}
    )
    return responder


@transaction.atomic
def stop_speaking(*, town: TownMeeting, by: Member) -> None:
    """Leave it to a colleague to speak."""
    organisation = organisation_of(by)
    _insist_that_it_can_change(town, organisation)
    town.responders.filter(organisation=organisation, member=by).delete()


def organisation_of(member: Member) -> Organisation:
    """The organisation through which somebody comes. Raises Refusal where there is none, or they may not write now."""
    answer = eligibility(member, "meetings")
    if not answer.may_write:
        raise Refusal(answer.why)
    if answer.organisation is None:
        raise Refusal("You come by your role, not for an organisation: come to either session.")
    return answer.organisation


def _locked(town: TownMeeting) -> TownMeeting:
    """The town meeting as it is now: nobody parts its sessions meanwhile."""
    both = TownMeeting.objects.select_related("first__series", "second__series")
    return still_there(both.select_for_update(of=("self",), no_key=True), town.pk)


def _insist_that_it_is_of(town: TownMeeting, meeting: Meeting) -> None:
    if meeting.pk not in {town.first_id, town.second_id}:
        raise Refusal("That is no session of this town meeting. Reload the page.")


def _insist_that_it_is_ahead(meeting: Meeting) -> None:
    if meeting.has_begun:
        raise Refusal("This session has begun. Ask NCB staff during the meeting.")


def _insist_that_it_can_change(town: TownMeeting, organisation: Organisation) -> None:
    if town.session_of(town.choices.filter(organisation=organisation).first()).has_begun:
        raise Refusal("The session has begun: who speaks does not change any more. Tell the ORR program specialist.")
