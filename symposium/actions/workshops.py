"""Seats in a workshop: given, offered and handed on as those of the edition are."""

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, insist_on_pace, require
from audit.trail import append
from meetings.access import why_not_come
from meetings.actions import answer_meeting
from meetings.models import Answer, Rsvp
from members.models import Member
from symposium import seat_letters as letters
from symposium.access import why_not
from symposium.actions.seats import confirm, end, hand_on, locked, locked_place, standing_of, take
from symposium.models import STANDING, Edition, Registration, Session, State, Workshop, WorkshopPlace


@transaction.atomic
def give_seats(*, session: Session, by: Member, seats: int | None, offer_hours: int) -> None:
    """Say how many seats a session has. What more seats make free is offered at once."""
    require(by, "edition.manage", session.edition)
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)  # of two at once one makes it
    workshop = Workshop.objects.select_for_update(of=("self",)).filter(session=session).first()
    if seats is None:
        if workshop and workshop.places.standing().exists():
            raise Refusal("Somebody has a seat in it or waits for one. Raise its number of seats instead.")
        if workshop:
            workshop.delete()
    elif workshop is None:
        Workshop.objects.create(session=session, seats=seats, offer_hours=offer_hours)
    else:
        workshop.seats, workshop.offer_hours = seats, offer_hours
        workshop.save(update_fields=["seats", "offer_hours"])
        hand_on(workshop)
    append("workshop.seats", subject=session, by=by, facts={"seats": seats})


@transaction.atomic
def take_seat(*, workshop: Workshop, by: Member) -> WorkshopPlace:
    """Take a seat, or the next place on its waitlist. Asking twice is the same place."""
    insist_on_pace(by)
    workshop = locked(workshop)
    registered = Registration.objects.confirmed().filter(of__edition=workshop.session.edition_id, member=by)
    if not registered.exists():
        raise Refusal("Register for the symposium first: who has a seat there takes one in its workshops.")
    if why := why_not(by, workshop.edition.space):
        raise Refusal(why)
    if workshop.is_over:
        raise Refusal("This workshop is over, or is not held. Choose another one.")
    if standing := standing_of(workshop, by):
        return standing
    place = WorkshopPlace(of=workshop, member=by)
    take(place)
    letters.seat_changed(place)
    if place.is_confirmed:
        put_into_agenda(place=place)
    return place


@transaction.atomic
def take_offered_seat(*, place: WorkshopPlace, by: Member) -> None:
    """Take the seat in it that came free."""
    place = _own(place, by)
    if not place.is_confirmed:
        confirm(place)
        letters.seat_changed(place)
        put_into_agenda(place=place)


@transaction.atomic
def give_seat_up(*, place: WorkshopPlace, by: Member) -> None:
    """Give up a seat, or the place on the waitlist: it goes to who is next."""
    _give_up(_own(place, by))


def give_up_all(*, edition: Edition, member: Member) -> None:
    """Of who does not come to the symposium. Workshops are locked in the order of their ids."""
    places = WorkshopPlace.objects.standing().filter(of__session__edition=edition, member=member)
    for place in places.select_related("of").order_by("of"):
        _give_up(locked_place(place))


@transaction.atomic
def put_into_agenda(*, place: WorkshopPlace) -> bool:
    """A seat stands in the personal agenda, as their yes to the session's meeting; where there is one, and they may."""
    meeting = place.of.session.meeting
    if meeting is None or meeting.is_over or meeting.cancelled_at or why_not_come(place.member, meeting.series):
        return False
    answer_meeting(meeting=meeting, by=place.member, answer=Answer.YES)
    return True


def _take_out_of_agenda(place: WorkshopPlace) -> None:
    """Also of who may not answer any more."""
    Rsvp.objects.filter(meeting=place.of.session.meeting_id, member=place.member).update(
        answer=Answer.NO, answered_at=now()
    )


@transaction.atomic
def hand_workshop_seats_on(*, workshop: Workshop) -> None:
    hand_on(locked(workshop))


def _own(place: WorkshopPlace, by: Member) -> WorkshopPlace:
    place = locked_place(place)
    require(by, "place.change", place)
    return place


def _give_up(place: WorkshopPlace) -> None:
    if place.state not in STANDING:
        return
    was_in = place.is_confirmed
    end(place, State.CANCELLED)
    hand_on(place.of)
    if was_in:
        _take_out_of_agenda(place)
