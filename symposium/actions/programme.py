"""Putting a programme together: where and when sessions are held, and releasing that to everyone."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import now

from access import Refusal, require
from meetings import actions as meetings
from meetings.models import Answer, Meeting, MeetingSeries, Rsvp
from meetings.wall import exists
from members.models import Member
from symposium.access import SEAT_FIRST
from symposium.actions.editions import admit
from symposium.letters import address_of
from symposium.models import Edition, Format, Programme, Release, ReleasedSession, Room, Session, Speaker
from symposium.registering import needs_seat
from symposium.schedules import Change, clashes_of, differences, draft_of, instant_of, last_release, slots_of
from worker.letters import send
from worker.queues import first_free

AS_IT_IS = ("title", "description", "zone", "first_on", "begins_at", "minutes")  # of a meeting, as the programme says
AT_ONCE = 50  # letters in a transaction
KEPT = ("room_url", "built_in_room", "captions_url")


@transaction.atomic
def change_programme(*, edition: Edition, by: Member, **terms: Any) -> Programme:
    """How the programme is put together: its day's hours, the shortest break, what speakers are told."""
    require(by, "edition.manage", edition)
    return Programme.objects.update_or_create(edition=edition, defaults=terms)[0]


@transaction.atomic
def add_session(
    *, edition: Edition, by: Member, speakers: Iterable[Member] = (), chairs: Iterable[Member] = (), **terms: Any
) -> Session:
    """Write down a session that nobody proposed: a keynote, a break. It has no time yet."""
    require(by, "edition.manage", edition)
    session = Session.objects.create(edition=edition, created_by=by, **terms)
    _have_speakers(session, speakers, chairs)
    return session


@transaction.atomic
def change_session(
    *, session: Session, by: Member, speakers: Iterable[Member] = (), chairs: Iterable[Member] = (), **terms: Any
) -> Session:
    """Say something else of it, or have others speak in it. Members see it once it is released."""
    session = _locked(session, by)
    for name, value in terms.items():
        setattr(session, name, value)
    session.save(update_fields=list(terms))
    _have_speakers(session, speakers, chairs)
    return session


def _have_speakers(session: Session, speakers: Iterable[Member], chairs: Iterable[Member]) -> None:
    parts = {Speaker.Part.SPEAKER: list(speakers), Speaker.Part.CHAIR: list(chairs)}
    for part, members in parts.items():
        session.speakers.filter(part=part).exclude(member__in=members).delete()
        for position, member in enumerate(members):
            session.speakers.update_or_create(member=member, part=part, defaults={"position": position})


@transaction.atomic
def cancel_session(*, session: Session, by: Member) -> Session:
    """It does not take place. Members read so once that is released; until then it can be held after all."""
    session = _locked(session, by)
    session.cancelled_at = now()
    session.save(update_fields=["cancelled_at"])
    return session


@transaction.atomic
def hold_session(*, session: Session, by: Member) -> Session:
    """Hold a cancelled session after all, where and when it was."""
    session = _locked(session, by, cancelled=True)
    session.cancelled_at = None
    session.save(update_fields=["cancelled_at"])
    return session


@transaction.atomic
def place_session(
    *, session: Session, room: Room, on: date, at: time, by: Member, minutes: int | None = None
) -> Session:
    """Hold it there from that wall time of the edition on. Members see it once it is released."""
    session = _locked(session, by)
    wall = datetime.combine(on, at)
    if room.edition_id != session.edition_id:
        raise Refusal("That room is of another edition. Choose one of this edition.")
    if not exists(wall, session.edition.tz):
        raise Refusal("Clocks go forward then, and leave that time out. Choose another hour.")
    session.room, session.starts_at = room, instant_of(session.edition, on, at)
    session.minutes = minutes or session.minutes
    session.save(update_fields=["room", "starts_at", "minutes"])
    return session


@transaction.atomic
def take_out(*, session: Session, by: Member) -> Session:
    """Put it back among those that have no time yet."""
    session = _locked(session, by)
    session.room = session.starts_at = None
    session.save(update_fields=["room", "starts_at"])
    return session


def _locked(session: Session, by: Member, *, cancelled: bool = False) -> Session:
    session = Session.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=session.pk)
    require(by, "edition.manage", session.edition)
    if cancelled and session.cancelled_at is None:
        raise Refusal("This session takes place already. Reload the page.")
    if session.cancelled_at and not cancelled:
        raise Refusal("This session is cancelled. Hold it after all first, and then change it.")
    return session


@transaction.atomic
def release_programme(*, edition: Edition, by: Member, number: int, message: str = "", reason: str = "") -> Release:
    """Show everyone the schedule as it is now, as the version of this number, which is the one after the last.

    Each session gets its meeting, which is moved, restored and cancelled with it. The worker writes to those whom the
    changes concern: who speaks in a session, and who chose one that was moved or cancelled. While a room or a speaker
    is in two sessions at once, it takes a reason.
    """
    edition = Edition.objects.select_for_update(of=("self",), no_key=True).select_related("space").get(pk=edition.pk)
    require(by, "edition.manage", edition)
    last = last_release(edition)
    if number != (last.number if last else 0) + 1:
        raise Refusal("Another version was released meanwhile. Reload the page, and see what has changed since.")
    draft, _ = draft_of(edition)
    changes = differences(slots_of(last), draft)
    if not changes:
        raise Refusal("Nothing has changed since the last version, so there is nothing to release.")
    if not reason and any(clash.stops for clash in clashes_of(edition, draft)):
        raise Refusal("A room or a speaker is in two sessions at once. Move one of them, or say why it stays so.")
    release = Release.objects.create(
        edition=edition, number=number, message=message, reason=reason, released_by=by, is_to_be_told=True
    )
    for slot in draft:
        slot.release = release
    ReleasedSession.objects.bulk_create(draft)
    for change in changes:
        _hold(edition, change, by)
    return release


def _hold(edition: Edition, change: Change, by: Member) -> None:
    """Have the session's meeting be as the programme says."""
    slot = change.after
    try:
        if slot is None:
            _call_off(change.before.session, by)  # type: ignore[union-attr]  # it was there
        elif slot.format is None or slot.format.kind != Format.Kind.BREAK:
            _meet(edition, slot, by)
    except Refusal as refusal:
        raise Refusal(f"“{change.title}”: {refusal}") from None


def _call_off(session: Session, by: Member) -> None:
    meeting = session.meeting
    if meeting and not meeting.cancelled_at and not meeting.has_begun:  # what was held stays on record as it was
        meetings.cancel_meeting(meeting=meeting, by=by, tells=False)


def _meet(edition: Edition, slot: ReleasedSession, by: Member) -> None:
    session, to = slot.session, _series_of(edition, slot)
    if session.meeting is None:
        _take_after_its_room(slot, to)
        series = meetings.plan_series(series=to, by=by)
        session.meeting = series.meetings.get()
        session.save(update_fields=["meeting"])
    else:
        meeting, series = session.meeting, session.meeting.series
        if meeting.cancelled_at:
            meetings.restore_meeting(meeting=meeting, by=by, tells=False)
        for name in KEPT:
            setattr(to, name, getattr(series, name))
        if any(getattr(to, name) != getattr(series, name) for name in AS_IT_IS):
            series = meetings.change_series(series=series, to=to, by=by, tells=False)
    for one in session.speakers.all():
        admit(edition=edition, member=one.member, by=by)
    series.chairs.set([one.member_id for one in session.speakers.all() if one.part == Speaker.Part.CHAIR])


def _take_after_its_room(slot: ReleasedSession, to: MeetingSeries) -> None:
    """Its video and captions are where those of its room are, where all that are held there have the same."""
    beside = MeetingSeries.objects.filter(meetings__symposium_session__room=slot.room)
    said = list(beside.order_by().values(*KEPT).distinct()[:2]) if slot.room else []
    if len(said) == 1:
        for name, value in said[0].items():
            setattr(to, name, value)


def _series_of(edition: Edition, slot: ReleasedSession) -> MeetingSeries:
    """The meeting of a session, once, for whom the edition admitted; in the calendars of those who chose it."""
    wall = slot.starts_at.astimezone(edition.tz).replace(tzinfo=None)
    return MeetingSeries(
        title=slot.title,
        description=slot.abstract,
        audience=MeetingSeries.Audience.SPACE,
        space=edition.space,
        zone=edition.zone,
        first_on=wall.date(),
        begins_at=wall.time(),
        minutes=slot.minutes,
        pattern=MeetingSeries.Pattern.ONCE,
        by_choice=True,
        built_in_room=bool(settings.JITSI_URL),
    )


@transaction.atomic
def tell_of_a_release() -> int:
    """Write to the next of those whom a release concerns. How many were looked at.

    Each gets one letter, with all that concerns them, by their own clock.
    """
    waiting = Release.objects.filter(is_to_be_told=True).select_related("edition")
    release = first_free(waiting.order_by("released_at"))
    if release is None:
        return 0
    concerned = _concerned_by(release)
    members = Member.objects.filter(pk__in=concerned).order_by("pk")
    if release.told_up_to:
        members = members.filter(pk__gt=release.told_up_to)
    told = list(members[:AT_ONCE])
    url = address_of("programme", release.edition.slug)
    for member in told:
        if member.is_active:
            zone = ZoneInfo(member.time_zone)
            lines = [(change.title, change.said(zone)) for change in concerned[member.pk]]
            context = {"member": member, "edition": release.edition, "release": release, "lines": lines, "url": url}
            with timezone.override(zone):
                send(member.email, "programme_released", context)
    if told:
        release.told_up_to = told[-1].pk
    release.is_to_be_told = len(told) == AT_ONCE
    release.save(update_fields=["told_up_to", "is_to_be_told"])
    return len(told)


def _concerned_by(release: Release) -> dict[Any, list[Change]]:
    """Who speaks in what was changed, and who chose what was moved or cancelled: the changes, by member."""
    before = release.edition.releases.filter(number=release.number - 1).first()
    concerned: dict[Any, list[Change]] = defaultdict(list)
    chosen: dict[Any, list[Any]] = defaultdict(list)
    said = Rsvp.objects.filter(meeting__symposium_session__edition=release.edition).exclude(answer=Answer.NO)
    for session, who in said.values_list("meeting__symposium_session", "member"):
        chosen[session].append(who)
    for change in differences(slots_of(before), slots_of(release)):
        speak = {one.pk for slot in (change.before, change.after) if slot for one in slot.people}
        come = chosen[change.session_id] if change.what in ("moved", "cancelled") else []
        for pk in {*speak, *come}:
            concerned[pk].append(change)
    return concerned


@transaction.atomic
def change_video(
    *,
    session: Session,
    by: Member,
    room_url: str,
    captions_url: str,
    holds: int | None = None,
    overflow_url: str = "",
    whole_room: bool = False,
) -> int:
    """Where the video and the captions of a session are, or of all that are held in its room, and where those are led
    for whom it is full. Gives of how many.

    Without an address of a video room it is one of the site's own, where there are such.
    """
    require(by, "edition.manage", session.edition)
    held = Session.objects.filter(edition=session.edition).exclude(meeting=None)
    held = held.filter(room=session.room) if whole_room and session.room else held.filter(pk=session.pk)
    series = MeetingSeries.objects.filter(meetings__in=held.values("meeting"))
    built_in = bool(settings.JITSI_URL) and not room_url
    changed = series.update(room_url=room_url, captions_url=captions_url, built_in_room=built_in)
    if not changed:
        raise Refusal("This session has no meeting yet. Release the programme first.")
    for one in held.select_related("meeting__series__space").order_by("meeting"):
        meetings.set_overflow(meeting=one.meeting, by=by, holds=holds, url=overflow_url)  # type: ignore[arg-type]  # has one
    return changed


@transaction.atomic
def choose_session(*, session: Session, by: Member, comes: bool) -> Meeting:
    """Put a session of the programme into one's agenda, or take it out: one says yes or no to its meeting."""
    if session.meeting is None:
        raise Refusal("Nobody needs to choose this session: everyone may come.")
    if needs_seat(session):
        raise Refusal(SEAT_FIRST)
    meetings.answer_meeting(meeting=session.meeting, by=by, answer=Answer.YES if comes else Answer.NO)
    return session.meeting
