"""What happens to registrations by itself: offers move on, people are reminded, what is private is destroyed."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.timezone import now

from audit.trail import append, hash_of
from meetings.models import Rsvp
from symposium import actions
from symposium import seat_letters as letters
from symposium.models import Details, Registration, RegistrationDesk, Workshop, WorkshopPlace
from worker.jobs import job
from worker.queues import first_free

# By what it is marked, and how many days before at most and at least: whoever registers later needs none.
LEADS = {"week_told_at": (7, 3), "day_told_at": (1, 1)}
YEAR = timedelta(days=366)


@job(every=30)
def hand_seats_on() -> int:
    """Offers that nobody took in time go to who is next."""
    desks = RegistrationDesk.objects.filter(pk__in=Registration.objects.run_out().values("of"))
    workshops = Workshop.objects.filter(pk__in=WorkshopPlace.objects.run_out().values("of"))
    for desk in desks:
        actions.hand_seats_on(desk=desk)
    for workshop in workshops:
        actions.hand_workshop_seats_on(workshop=workshop)
    return len(desks) + len(workshops)


@job(every=60)
def put_seats_into_agendas() -> int:
    """Who took a seat before the session had its meeting finds it in their agenda now."""
    answered = Rsvp.objects.filter(meeting=OuterRef("of__session__meeting"), member=OuterRef("member"))
    ahead = WorkshopPlace.objects.confirmed().filter(
        of__session__meeting__ends_at__gt=now(), of__session__meeting__cancelled_at=None
    )
    places = ahead.exclude(Exists(answered)).select_related("member", "of__session__meeting")
    return sum(actions.put_into_agenda(place=place) for place in places)


@job(every=300)
def remind_of_symposium() -> int:
    """A week before and a day before, each once."""
    return sum(_remind(mark, most, least) for mark, (most, least) in LEADS.items())


def _remind(mark: str, most: int, least: int) -> int:
    told = 0
    for desk in RegistrationDesk.objects.select_related("edition").filter(edition__first_on__gte=now().date()):
        ahead = (desk.edition.first_on - now().astimezone(desk.edition.tz).date()).days
        while least <= ahead <= most and _remind_one(desk, mark):
            told += 1
    return told


@transaction.atomic
def _remind_one(desk: RegistrationDesk, mark: str) -> bool:
    due = desk.places.confirmed().filter(**{mark: None}).select_related("member", "of__edition").order_by("pk")
    registration = first_free(due)
    if registration is None:
        return False
    setattr(registration, mark, now())
    registration.save(update_fields=[mark])
    letters.begins_soon(registration)
    return True


@job(every=60)
def tell_of_other_days() -> int:
    """Who has a seat hears once of the days as they are now, also where they were changed several times."""
    told = 0
    while _tell_one_of_other_days():
        told += 1
    return told


@transaction.atomic
def _tell_one_of_other_days() -> bool:
    behind = Registration.objects.confirmed().filter(
        days_told__lt=F("of__edition__days_changed"), of__edition__last_on__gte=now().date()
    )
    registration = first_free(behind.select_related("member", "of__edition").order_by("pk"))
    if registration is None:
        return False
    registration.days_told = registration.of.edition.days_changed
    registration.week_told_at = registration.day_told_at = None  # they are reminded of these days, too
    registration.save(update_fields=["days_told", "week_told_at", "day_told_at"])
    letters.days_changed(registration)
    return True


@job(every=3600)
def destroy_details() -> int:
    """What people needed to take part goes soon after the last day; a licence when the record of its credit does."""
    return sum(_destroy(desk) for desk in RegistrationDesk.objects.select_related("edition"))


@transaction.atomic
def _destroy(desk: RegistrationDesk) -> int:
    last_on = desk.edition.last_on
    destroyed = 0
    if _is_past(last_on + timedelta(days=desk.needs_kept_days)):
        destroyed += _clear(desk, "accommodation", "language")
    if _is_past(last_on + desk.ce_kept_years * YEAR):
        destroyed += _clear(desk, "ce_profession", "ce_licence")
    return destroyed


def _clear(desk: RegistrationDesk, *names: str) -> int:
    """Leaves a destruction record in the trail: what, of how many, and a hash of which."""
    said, details = Q(), Details.objects.filter(registration__of=desk)
    for name in names:
        said |= ~Q(**{name: ""})
    pks = list(details.filter(said).order_by("pk").values_list("registration", flat=True))
    if pks:
        facts = {"fields": names, "registrations": len(pks), "sha256": hash_of(pks)}
        append("registration_details.destroyed", subject=desk.edition, facts=facts)
        details.filter(registration__in=pks).update(**dict.fromkeys(names, ""))
    return len(pks)


def _is_past(day: date) -> bool:
    return day < now().date()
