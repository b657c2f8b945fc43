"""Letters about seats: confirmed with an entry for the calendar, waitlisted, offered until, gone; and to guests."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Event

from meetings.calendars import empty_calendar, organizer
from meetings.letters import attendee
from meetings.models import Answer
from symposium.letters import address_of
from symposium.models import GuestPass, Registration
from worker.letters import send


def seat_changed(place: Any, *, was_in: bool = False) -> None:
    """What became of a registration or of a place in a workshop, with what the member's calendar needs to follow."""
    calendar = None
    if isinstance(place, Registration):
        if place.is_confirmed:
            calendar = _calendar("REQUEST", place)
        elif was_in:
            calendar = _calendar("CANCEL", place)
    _write(place, "symposium_seat", calendar)


def begins_soon(registration: Registration) -> None:
    """The symposium begins in some days."""
    _write(registration, "symposium_ahead", None)


def days_changed(registration: Registration) -> None:
    """Its days are others now: with the same entry for the calendar, which takes the place of the one before."""
    _write(registration, "symposium_moved", _calendar("REQUEST", registration))


def guest_invited(guest_pass: GuestPass, token: str) -> None:
    """A link for one guest. The token is nowhere else."""
    edition = guest_pass.category.desk.edition
    url = address_of("guest", edition.slug, token)
    context = {"edition": edition, "url": url, "expires_at": guest_pass.expires_at}
    send(guest_pass.email, "symposium_guest", context)


def _write(place: Any, template: str, calendar: tuple[str, bytes] | None) -> None:
    edition = place.of.edition
    is_whole = isinstance(place, Registration)
    context = {
        "place": place,
        "member": place.member,
        "edition": edition,
        "what": place.of.title,
        "is_whole": is_whole,
        "registered_by": place.registered_by if is_whole else None,
        "number": place.ahead() + 1 if place.is_waiting else 0,
        "url": address_of("registration" if is_whole else "workshops", edition.slug),
    }
    with timezone.override(place.member.time_zone):
        send(place.member.email, template, context, calendar=calendar)


def _calendar(method: str, registration: Registration) -> tuple[str, bytes]:
    """The days of the edition, whole: what of them one attends is in one's agenda (RFC 5545, 3.6.1: a DATE)."""
    edition, member = registration.of.edition, registration.member
    is_off = method == "CANCEL"
    event = Event()
    event.add("uid", f"{registration.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", timezone.now())
    event.add("sequence", edition.days_changed + is_off)
    event.add("summary", edition.title)
    event.add("dtstart", edition.first_on)
    event.add("dtend", edition.last_on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("url", settings.SITE_URL + edition.get_absolute_url())
    event.add("organizer", organizer(settings.DEFAULT_FROM_EMAIL, settings.SITE_NAME))
    event["attendee"] = attendee(member, Answer.YES)
    calendar = empty_calendar(method)
    calendar.add_component(event)
    return method, calendar.to_ical()
