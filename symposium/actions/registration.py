"""Registering for an edition: oneself, colleagues, guests; taking an offer, changing it, cancelling."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from access import Refusal, insist_on_pace, require
from audit.trail import append
from members.models import Member
from members.tokens import hash_of, new_token
from symposium import seat_letters as letters
from symposium.actions.credit import set_learner
from symposium.actions.editions import admit, dismiss
from symposium.actions.seats import confirm, end, hand_on, locked, locked_place, put_first, standing_of, take
from symposium.actions.workshops import give_up_all
from symposium.models import (
    STANDING,
    Category,
    Details,
    Edition,
    GuestPass,
    Learner,
    Registration,
    RegistrationDesk,
    State,
    Way,
)
from symposium.models.registration import ways_of
from symposium.registering import colleagues_of, why_not_register

PASS_DAYS = 60
USED_UP = "This link can no longer be used. Ask NCB staff to send you a new one."
FIRST_CATEGORIES = [
    ("Grantee staff", Way.ORR_AWARD),
    ("NCTTP members", Way.NCTTP),
    ("Partners", Way.ROLE),
    ("Speakers", Way.SPEAKER),
    ("Invited guests", Way.INVITATION),
]


@transaction.atomic
def set_up_desk(*, edition: Edition, by: Member, seats_of: dict[Any, int | None] | None = None, **said: Any) -> Any:
    """Say how one registers for an edition; `seats_of` by category. What more seats make free is offered at once."""
    require(by, "edition.manage", edition)
    edition = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)  # of two at once one makes it
    desk = RegistrationDesk.objects.select_for_update(of=("self",)).filter(edition=edition).first()
    if desk is None:
        desk = RegistrationDesk.objects.create(edition=edition, **said)
        for position, (name, way) in enumerate(FIRST_CATEGORIES):
            Category.objects.create(desk=desk, name=name, position=position, opened_by=way)
    else:
        for name, value in said.items():
            setattr(desk, name, value)
        desk.save(update_fields=list(said))
    for pk, seats in (seats_of or {}).items():
        desk.categories.filter(pk=pk).update(seats=seats)
    hand_on(desk)
    append("registration.set_up", subject=edition, by=by, facts={"seats": desk.seats})
    return desk


@transaction.atomic
def add_category(*, desk: RegistrationDesk, by: Member, name: str, opened_by: str, seats: int | None) -> Category:
    """Tell one more kind of people apart, after the others. Raises Refusal."""
    require(by, "edition.manage", desk.edition)
    desk = locked(desk)
    last = desk.categories.last()
    position = last.position + 1 if last else 0
    category = Category(desk=desk, name=name, position=position, opened_by=opened_by, seats=seats)
    _save_category(category, by)
    return category


@transaction.atomic
def change_category(*, category: Category, by: Member, name: str, seats: int | None, closed: bool) -> None:
    """Call it something else, give it other seats, close it, or open it again. Who has a place in it keeps it."""
    require(by, "edition.manage", category.desk.edition)
    desk = locked(category.desk)
    category.name, category.seats = name, seats
    category.closed_at = (category.closed_at or now()) if closed else None
    _save_category(category, by)
    hand_on(desk)


def _save_category(category: Category, by: Member) -> None:
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError as taken:
        raise Refusal(f"There is a category {category.name} already. Call this one something else.") from taken
    facts = {"category": category.name, "seats": category.seats, "closed": bool(category.closed_at)}
    append("registration.category_set", subject=category.desk.edition, by=by, facts=facts)


@transaction.atomic
def register(
    *,
    desk: RegistrationDesk,
    category: Category,
    by: Member,
    details: dict[str, str] | None = None,
    credit: dict[str, Any] | None = None,
) -> Registration:
    """Register for an edition: a seat, or a place on the waitlist. Registering twice is the same registration.

    `details` is what they need to take part; `credit`, what `set_learner` takes.
    """
    insist_on_pace(by)
    desk = _locked_while_open(desk)
    return _register(desk, by, category, details, credit)


@transaction.atomic
def register_guest(
    *,
    desk: RegistrationDesk,
    token: str,
    by: Member,
    details: dict[str, str] | None = None,
    credit: dict[str, Any] | None = None,
) -> Registration:
    """Register with the link of an invitation, which is used up."""
    insist_on_pace(by)
    desk = _locked_while_open(desk)
    guest_pass = pass_for(desk, token)
    if guest_pass is None:
        raise Refusal(USED_UP)
    guest_pass.used_at, guest_pass.used_by = now(), by
    guest_pass.save(update_fields=["used_at", "used_by"])
    return _register(desk, by, guest_pass.category, details, credit)


@transaction.atomic
def register_colleagues(*, desk: RegistrationDesk, members: Iterable[Member], by: Member) -> list[Registration]:
    """An organisation's contact registers people of theirs. Each is told, and completes or cancels it themselves."""
    insist_on_pace(by)
    desk = _locked_while_open(desk)
    able = {one.member.pk: one for one in colleagues_of(desk, by)}
    chosen = [able.get(member.pk) for member in members]
    if None in chosen:
        raise Refusal("Somebody whom you chose cannot be registered any more. Load the page again.")
    return [_register(desk, one.member, one.category, None, registered_by=by) for one in chosen if one]


@transaction.atomic
def take_offer(*, registration: Registration, by: Member) -> Registration:
    """Take the seat that came free."""
    registration = _own(registration, by)
    if registration.is_confirmed:
        return registration
    _insist_that_it_is_open_to(registration)
    confirm(registration)
    registration.days_told = registration.of.edition.days_changed
    registration.save(update_fields=["days_told"])
    letters.seat_changed(registration)
    admit(edition=registration.of.edition, member=registration.member, by=by)
    return registration


@transaction.atomic
def change_registration(
    *, registration: Registration, by: Member, details: dict[str, str], credit: dict[str, Any] | None = None
) -> None:
    """Say something else of what one needs, and of the credit that one wants."""
    registration = _own(registration, by)
    if registration.state not in STANDING:
        raise Refusal("This registration is over. Register again on the symposium's page.")
    Details.objects.update_or_create(registration=registration, defaults=details)
    if credit is not None:
        set_learner(edition=registration.of.edition, by=by, **credit)


@transaction.atomic
def cancel_registration(*, registration: Registration, by: Member, reason: str = "") -> None:
    """Give the seat, or the place on the waitlist, up; with the seats in workshops. It goes to who is next.

    Staff do it for somebody with a reason, which goes on record.
    """
    registration = locked_place(registration)
    require(by, "registration.cancel", registration)
    if registration.state not in STANDING:
        return
    was_in = registration.is_confirmed
    end(registration, State.CANCELLED)
    letters.seat_changed(registration, was_in=was_in)
    hand_on(registration.of)
    give_up_all(edition=registration.of.edition, member=registration.member)
    if by != registration.member:
        append("registration.cancelled", subject=registration, by=by, facts={"reason": reason})
    if was_in:
        dismiss(edition=registration.of.edition, member=registration.member, by=by)


@transaction.atomic
def move_up(*, registration: Registration, by: Member, reason: str) -> None:
    """Put somebody before all others on the waitlist, with a reason, on record."""
    registration = locked_place(registration)
    require(by, "edition.manage", registration.of.edition)
    if not registration.is_waiting:
        raise Refusal("They are not on the waitlist any more. Load the page again.")
    put_first(registration)
    hand_on(registration.of)
    append("registration.moved_up", subject=registration, by=by, facts={"reason": reason})


@transaction.atomic
def hand_seats_on(*, desk: RegistrationDesk) -> None:
    """What the worker does: offers that ran out end, and the seats are offered on."""
    hand_on(locked(desk))


@transaction.atomic
def invite_guest(*, category: Category, email: str, by: Member) -> tuple[GuestPass, str]:
    """Send somebody a link that registers them, once. An older link to the same address dies."""
    require(by, "edition.manage", category.desk.edition)
    if category.opened_by != Way.INVITATION:
        raise Refusal(f"{category} is not for invited guests. Choose a category that an invitation opens.")
    if category.closed_at:
        raise Refusal(f"{category} is closed. Open it again, or choose another category.")
    insist_on_pace(by)
    email = email.strip().lower()
    locked(category.desk)
    category.passes.filter(email=email, used_at=None).delete()
    token, token_hash = new_token("guest")
    expires_at = now() + timedelta(days=PASS_DAYS)
    made = GuestPass.objects.create(
        category=category, email=email, token_hash=token_hash, made_by=by, expires_at=expires_at
    )
    letters.guest_invited(made, token)
    append("guest.invited", subject=made, by=by)
    return made, token


@transaction.atomic
def withdraw_guest(*, guest_pass: GuestPass, by: Member) -> None:
    """The link opens nothing any more. Raises Refusal where it was used."""
    desk = guest_pass.category.desk
    require(by, "edition.manage", desk.edition)
    locked(desk)
    append("guest.withdrawn", subject=guest_pass, by=by)
    if not GuestPass.objects.filter(pk=guest_pass.pk, used_at=None).delete()[0]:
        raise Refusal("They have registered with it already. Cancel their registration instead.")


def pass_for(desk: RegistrationDesk, token: str) -> GuestPass | None:
    """The guest's link, if it still opens something."""
    passes = GuestPass.objects.select_related("category").filter(category__desk=desk, used_at=None)
    return passes.filter(token_hash=hash_of("guest", token), expires_at__gt=now()).first()


def _locked_while_open(desk: RegistrationDesk) -> RegistrationDesk:
    desk = locked(desk)
    if why_not := why_not_register(desk):
        raise Refusal(why_not)
    return desk


def _register(
    desk: RegistrationDesk,
    member: Member,
    category: Category,
    details: dict[str, str] | None,
    credit: dict[str, Any] | None = None,
    registered_by: Member | None = None,
) -> Registration:
    """Behind the lock on the desk."""
    if standing := standing_of(desk, member):
        return standing
    answer = ways_of(member, desk).get(category.pk)
    if answer is None or not desk.categories.filter(pk=category.pk, closed_at=None).exists():
        raise Refusal(f"{category} is not open to you now. Load the page again to see what is.")
    registration = Registration(
        of=desk,
        member=member,
        category=category,
        organisation=answer.organisation,
        basis=answer.on_record(),
        registered_by=registered_by,
        days_told=desk.edition.days_changed,
    )
    take(registration)
    if details and any(details.values()):
        Details.objects.create(registration=registration, **details)
    if credit and (any(credit.values()) or Learner.objects.filter(edition=desk.edition, member=member).exists()):
        set_learner(edition=desk.edition, by=member, **credit)
    letters.seat_changed(registration)
    if registration.is_confirmed:
        admit(edition=desk.edition, member=member, by=registered_by or member)
    return registration


def _own(registration: Registration, by: Member) -> Registration:
    registration = locked_place(registration)
    require(by, "registration.change", registration)
    return registration


def _insist_that_it_is_open_to(registration: Registration) -> None:
    if not registration.may_come():
        raise Refusal("The symposium is not open to you now, so you cannot take this seat. Write to NCB staff.")
