"""Scarce seats, of an edition and of a workshop alike: whoever gives or frees one holds its row until the end."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from access import Refusal
from members.models import Member
from symposium import seat_letters as letters
from symposium.models import Capacity, Place, State

RAN_OUT = "This offer has run out, and the seat went on to the next. Register again to join the end of the waitlist."


def locked(capacity: Any) -> Any:
    """The thing with the seats as it is now, locked until the transaction ends."""
    return type(capacity).objects.select_for_update(of=("self",)).get(pk=capacity.pk)


def locked_place(place: Any) -> Any:
    """The place as it is now, behind the lock on what it is of."""
    capacity = locked(place.of)
    place = type(place).objects.select_related("member").get(pk=place.pk)
    place.of = capacity
    return place


def standing_of(capacity: Capacity, member: Member) -> Any:
    """The place that a member has, if any. Behind the lock: what ran out has ended, and what is free is offered."""
    hand_on(capacity)
    return capacity.places.standing().filter(member=member).first()


def take(place: Place) -> None:
    """Give a new place a seat if one is free, else the next number of the waitlist. Behind the lock.

    Whoever had none before (`standing_of`): those who wait for a seat that is free have been offered it by then.
    """
    capacity = place.of
    if capacity.is_full_for(place):
        capacity.last_position += 1
        capacity.save(update_fields=["last_position"])
        place.state, place.position = State.WAITLISTED, capacity.last_position
    else:
        place.state, place.confirmed_at = State.CONFIRMED, now()
    place.save(force_insert=True)


def hand_on(capacity: Capacity) -> None:
    """Offer what seats are free to who waits, in order. Offers that were not taken in time end first.

    Behind the lock. Who cannot come now keeps their place. Each is told by a letter, in the same transaction.
    """
    for place in capacity.places.run_out().select_related("member").order_by("offered_until", "pk"):
        place.of = capacity
        end(place, State.LAPSED)
        letters.seat_changed(place)
    while place := _next_in_line(capacity):
        place.state = State.OFFERED
        place.offered_until = now() + timedelta(hours=capacity.offer_hours)
        place.save(update_fields=["state", "offered_until"])
        letters.seat_changed(place)


def confirm(place: Place) -> None:
    """Take the seat that is offered. Behind the lock. Raises Refusal where the offer is over."""
    if not place.is_open_offer:
        raise Refusal(RAN_OUT)
    place.state, place.confirmed_at = State.CONFIRMED, now()
    place.save(update_fields=["state", "confirmed_at"])


def end(place: Place, state: str) -> None:
    """They have no seat and wait for none. Behind the lock; the caller hands the seat on."""
    place.state, place.ended_at = state, now()
    place.save(update_fields=["state", "ended_at"])


def put_first(place: Place) -> None:
    """Before all others who wait. Behind the lock."""
    first = place.of.places.waiting().first()
    earliest = first.moved_up_at if first else None
    place.moved_up_at = min(now(), earliest - timedelta(microseconds=1)) if earliest else now()
    place.save(update_fields=["moved_up_at"])


def _next_in_line(capacity: Any) -> Any:
    for place in capacity.in_line().select_related("member").iterator(chunk_size=50):
        place.of = capacity
        if place.may_come():
            return place
    return None
