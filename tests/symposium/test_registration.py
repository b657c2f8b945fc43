"""Registering for an edition: who may, in which category, for how many seats, and what follows."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now
from icalendar import Calendar

from access import Refusal, may
from audit.models import Entry
from members.actions.joining import make_guest
from members.models import Basis, Member
from symposium.actions import (
    cancel_registration,
    change_edition,
    change_registration,
    hand_seats_on,
    invite_guest,
    move_up,
    pass_for,
    register,
    register_colleagues,
    register_guest,
    set_up_desk,
    take_offer,
)
from symposium.models import Edition, Registration, Speaker
from symposium.registering import open_categories
from symposium.registration_tasks import destroy_details, remind_of_symposium, tell_of_other_days
from symposium.registration_tasks import hand_seats_on as hand_on_by_itself
from tests.access_table import a_desk
from tests.people import make_member
from tests.symposium.desks import a_crowd, a_workshop_session, grantees, mine, named, offers_run_out, states

pytestmark = pytest.mark.django_db


def fresh(member):
    return Member.objects.get(pk=member.pk)


def test_who_registers_is_confirmed_admitted_and_told(cast, mailoutbox):
    desk = a_desk(cast)
    registration = register(desk=desk, category=grantees(desk), by=cast.member)
    assert registration.is_confirmed
    assert (registration.organisation, registration.basis["number"]) == (cast.home, "90ZT9001")
    assert may(fresh(cast.member), "space.read", desk.edition.space)
    (letter,) = mailoutbox
    assert letter.subject == "You have a seat: Threads of Care"
    (event,) = Calendar.from_ical(letter.alternatives[1][0]).walk("VEVENT")
    assert event["dtstart"].dt == desk.edition.first_on
    assert event["dtend"].dt == desk.edition.last_on + timedelta(days=1)
    assert event["status"] == "CONFIRMED"


def test_registering_twice_is_one_registration(cast):
    desk = a_desk(cast)
    first = register(desk=desk, category=grantees(desk), by=cast.member)
    assert register(desk=desk, category=grantees(desk), by=cast.member) == first
    assert Registration.objects.count() == 1


def test_eligibility_opens_categories(cast):
    desk = a_desk(cast)
    names = {
        who: [one.name for one in open_categories(getattr(cast, who), desk)]
        for who in ("member", "lapsed", "expert", "specialist", "staff")
    }
    assert names == {
        "member": ["Grantee staff"],
        "lapsed": [],
        "expert": [],
        "specialist": ["Partners"],
        "staff": ["Partners"],
    }


def test_an_organisation_with_both_bases_opens_both(cast):
    today = cast.home.today()
    terms = {"starts_on": today - timedelta(days=9), "ends_on": today + timedelta(days=9)}
    Basis.objects.create(organisation=cast.home, kind="ncttp", level="Full member", **terms)
    desk = a_desk(cast)
    assert [one.name for one in open_categories(cast.member, desk)] == ["Grantee staff", "NCTTP members"]
    registration = register(desk=desk, category=named(desk, "NCTTP members"), by=cast.member)
    assert registration.basis["level"] == "Full member"


def test_who_speaks_registers_as_speaker_whatever_their_organisation(cast):
    desk = a_desk(cast)
    session = a_workshop_session(desk.edition)
    Speaker.objects.create(session=session, member=cast.lapsed)
    assert desk.edition in Edition.objects.visible_to(cast.lapsed)
    assert register(desk=desk, category=named(desk, "Speakers"), by=cast.lapsed).is_confirmed
    assert may(fresh(cast.lapsed), "space.write", desk.edition.space)


def test_a_category_that_is_not_open_to_somebody_refuses_them(cast):
    desk = a_desk(cast)
    with pytest.raises(Refusal, match="is not open to you"):
        register(desk=desk, category=named(desk, "Speakers"), by=cast.member)
    with pytest.raises(Refusal, match="is not open to you"):
        register(desk=desk, category=grantees(desk), by=cast.lapsed)
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"opens_at": now() + timedelta(days=3)}, "opens on"),
        ({"closes_at": now() - timedelta(hours=1)}, "is closed"),
    ],
)
def test_registration_has_its_days(cast, said, why):
    desk = a_desk(cast, **said)
    with pytest.raises(Refusal, match=why):
        register(desk=desk, category=grantees(desk), by=cast.member)


def test_a_lapse_closes_the_sessions(cast):
    desk = a_desk(cast)
    register(desk=desk, category=grantees(desk), by=cast.member)
    cast.home.bases.update(ends_on=cast.home.today() - timedelta(days=10))
    assert may(fresh(cast.member), "space.read", desk.edition.space)
    assert not may(fresh(cast.member), "space.write", desk.edition.space)
    cast.home.bases.update(ends_on=cast.home.today() - timedelta(days=90))
    assert not may(fresh(cast.member), "space.read", desk.edition.space)


def test_who_comes_when_all_seats_are_taken_waits_in_order(cast, mailoutbox):
    desk = a_desk(cast, seats=1)
    for who in (cast.member, cast.colleague, cast.outsider):
        register(desk=desk, category=grantees(desk), by=who)
    assert states(desk.places) == {"confirmed": ["Mara Member"], "waitlisted": ["Cole Colleague", "Olive Outsider"]}
    assert [one.position for one in desk.places.waiting()] == [1, 2]
    assert not may(fresh(cast.colleague), "space.read", desk.edition.space)
    assert "number 2 on the waitlist" in mailoutbox[-1].body


def test_a_freed_seat_is_offered_to_the_first_who_takes_it(cast, mailoutbox):
    desk = a_desk(cast, seats=1)
    for who in (cast.member, cast.colleague, cast.outsider):
        register(desk=desk, category=grantees(desk), by=who)
    mailoutbox.clear()
    cancel_registration(registration=mine(desk, cast.member), by=cast.member)
    assert states(desk.places) == {
        "cancelled": ["Mara Member"],
        "offered": ["Cole Colleague"],
        "waitlisted": ["Olive Outsider"],
    }
    assert [letter.subject.partition(":")[0] for letter in mailoutbox] == ["Cancelled", "A seat came free for you"]
    (event,) = Calendar.from_ical(mailoutbox[0].alternatives[1][0]).walk("VEVENT")
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)
    assert not may(fresh(cast.member), "space.read", desk.edition.space)
    for _ in range(2):
        take_offer(registration=mine(desk, cast.colleague), by=cast.colleague)
    assert mine(desk, cast.colleague).is_confirmed
    assert may(fresh(cast.colleague), "space.read", desk.edition.space)
    register(desk=desk, category=grantees(desk), by=cast.member)
    assert states(desk.places)["waitlisted"] == ["Olive Outsider", "Mara Member"]


def test_an_offer_holds_the_seat_until_it_runs_out_and_goes_on(cast, mailoutbox):
    desk = a_desk(cast, seats=1)
    for who in (cast.member, cast.colleague, cast.outsider):
        register(desk=desk, category=grantees(desk), by=who)
    cancel_registration(registration=mine(desk, cast.member), by=cast.member)
    assert hand_on_by_itself() == 0
    offers_run_out(desk.places)
    with pytest.raises(Refusal, match="run out"):
        take_offer(registration=mine(desk, cast.colleague), by=cast.colleague)
    mailoutbox.clear()
    assert hand_on_by_itself() == 1
    assert states(desk.places) == {
        "cancelled": ["Mara Member"],
        "lapsed": ["Cole Colleague"],
        "offered": ["Olive Outsider"],
    }
    assert [letter.to for letter in mailoutbox] == [[cast.colleague.email], [cast.outsider.email]]
    assert hand_on_by_itself() == 0
    assert len(mailoutbox) == 2


def test_who_registers_while_an_offer_runs_out_does_not_get_before_those_who_wait(cast):
    desk = a_desk(cast, seats=1)
    for who in (cast.member, cast.colleague, cast.outsider):
        register(desk=desk, category=grantees(desk), by=who)
    cancel_registration(registration=mine(desk, cast.member), by=cast.member)
    offers_run_out(desk.places)
    register(desk=desk, category=grantees(desk), by=cast.facilitator)
    assert states(desk.places)["offered"] == ["Olive Outsider"]
    assert states(desk.places)["waitlisted"] == ["Fay Facilitator"]


def test_a_category_has_seats_of_its_own(cast):
    desk = a_desk(cast, seats=2)
    set_up_desk(edition=desk.edition, by=cast.staff, seats_of={grantees(desk).pk: 1})
    for who, name in ((cast.member, "Grantee staff"), (cast.outsider, "Grantee staff"), (cast.specialist, "Partners")):
        register(desk=desk, category=named(desk, name), by=who)
    assert states(desk.places) == {
        "confirmed": ["Mara Member", "Orla Specialist"],
        "waitlisted": ["Olive Outsider"],
    }
    cancel_registration(registration=mine(desk, cast.specialist), by=cast.specialist)
    assert states(desk.places)["waitlisted"] == ["Olive Outsider"]
    set_up_desk(edition=desk.edition, by=cast.staff, seats_of={grantees(desk).pk: 2})
    assert states(desk.places)["offered"] == ["Olive Outsider"]


def test_whom_a_full_category_holds_up_lets_others_by(cast):
    desk = a_desk(cast, seats=2)
    set_up_desk(edition=desk.edition, by=cast.staff, seats_of={grantees(desk).pk: 1})
    for who in (cast.member, cast.outsider):
        register(desk=desk, category=grantees(desk), by=who)
    assert register(desk=desk, category=named(desk, "Partners"), by=cast.specialist).is_confirmed


def test_who_cannot_come_now_keeps_their_place_and_others_are_offered_the_seat(cast):
    desk = a_desk(cast, seats=1)
    for who in (cast.outsider, cast.member, cast.colleague):
        register(desk=desk, category=grantees(desk), by=who)
    cast.home.bases.update(ends_on=cast.home.today() - timedelta(days=90))
    cancel_registration(registration=mine(desk, cast.outsider), by=cast.outsider)
    assert states(desk.places) == {
        "cancelled": ["Olive Outsider"],
        "offered": ["Cole Colleague"],
        "waitlisted": ["Mara Member"],
    }


def test_staff_move_somebody_up_with_a_reason_on_record(cast):
    desk = a_desk(cast, seats=1)
    for who in (cast.member, cast.colleague, cast.outsider, cast.facilitator):
        register(desk=desk, category=grantees(desk), by=who)
    move_up(registration=mine(desk, cast.outsider), by=cast.staff, reason="She opens the second day.")
    move_up(registration=mine(desk, cast.facilitator), by=cast.staff, reason="She chairs it.")
    assert states(desk.places)["waitlisted"] == ["Fay Facilitator", "Olive Outsider", "Cole Colleague"]
    entry = Entry.objects.filter(verb="registration.moved_up").latest("number")
    assert entry.facts == {"reason": "She chairs it."}
    with pytest.raises(PermissionDenied):
        move_up(registration=mine(desk, cast.colleague), by=cast.specialist, reason="A friend.")


def test_only_they_and_staff_cancel_and_only_they_take_or_change(cast):
    desk = a_desk(cast, seats=1)
    registration = register(desk=desk, category=grantees(desk), by=cast.member)
    waiting = register(desk=desk, category=grantees(desk), by=cast.outsider)
    for act in (
        lambda: cancel_registration(registration=registration, by=cast.contact),
        lambda: change_registration(registration=registration, by=cast.staff, details={}),
        lambda: take_offer(registration=waiting, by=cast.staff),
    ):
        with pytest.raises(PermissionDenied):
            act()
    cancel_registration(registration=registration, by=cast.staff, reason="They rang.")
    assert states(desk.places)["offered"] == ["Olive Outsider"]
    assert Entry.objects.filter(verb="registration.cancelled").get().facts == {"reason": "They rang."}


def test_a_contact_registers_colleagues_who_are_told_and_can_cancel(cast, mailoutbox):
    desk = a_desk(cast)
    register(desk=desk, category=grantees(desk), by=cast.unsigned)
    made = register_colleagues(desk=desk, members=[cast.member, cast.facilitator], by=cast.contact)
    assert {one.member for one in made} == {cast.member, cast.facilitator}
    assert {one.registered_by for one in made} == {cast.contact}
    assert "Connie Contact registered you" in mailoutbox[-1].body
    cancel_registration(registration=mine(desk, cast.member), by=cast.member)
    assert states(desk.places)["cancelled"] == ["Mara Member"]
    for other in (cast.colleague, cast.deactivated, cast.unsigned):
        with pytest.raises(Refusal, match="cannot be registered"):
            register_colleagues(desk=desk, members=[other], by=cast.contact)
    with pytest.raises(Refusal, match="cannot be registered"):
        register_colleagues(desk=desk, members=[cast.outsider], by=cast.member)


def test_a_guest_comes_by_a_link_that_works_once(cast, mailoutbox):
    desk = a_desk(cast)
    made, token = invite_guest(category=named(desk, "Invited guests"), email="Gil@Example.org", by=cast.staff)
    assert token in mailoutbox[-1].body
    assert token not in str(list(Entry.objects.values()))
    guest = make_guest(email=made.email, name="Gil Guest", time_zone="America/New_York")
    assert desk.edition not in Edition.objects.visible_to(guest)
    registration = register_guest(desk=desk, token=token, by=guest)
    assert (registration.is_confirmed, registration.organisation, registration.basis) == (True, None, None)
    assert may(fresh(guest), "space.write", desk.edition.space)
    assert desk.edition in Edition.objects.visible_to(guest)
    other = make_member("Opal Other")
    with pytest.raises(Refusal, match="can no longer be used"):
        register_guest(desk=desk, token=token, by=other)


def test_a_guests_link_dies_with_a_newer_one_and_with_its_days(cast):
    desk = a_desk(cast)
    guests = named(desk, "Invited guests")
    _, older = invite_guest(category=guests, email="gil@example.org", by=cast.staff)
    newer_pass, newer = invite_guest(category=guests, email="gil@example.org", by=cast.staff)
    assert (pass_for(desk, older), pass_for(desk, newer)) == (None, newer_pass)
    guests.passes.update(expires_at=now() - timedelta(seconds=1))
    assert pass_for(desk, newer) is None
    with pytest.raises(Refusal, match="not for invited guests"):
        invite_guest(category=grantees(desk), email="gil@example.org", by=cast.staff)


def test_a_refused_guest_keeps_the_link(cast):
    desk = a_desk(cast, closes_at=now() - timedelta(hours=1))
    _, token = invite_guest(category=named(desk, "Invited guests"), email="gil@example.org", by=cast.staff)
    with pytest.raises(Refusal, match="is closed"):
        register_guest(desk=desk, token=token, by=cast.outsider)
    assert pass_for(desk, token)


def test_everyone_is_reminded_a_week_and_a_day_before_once(cast, mailoutbox):
    desk = a_desk(cast, seats=1)
    for who in (cast.member, cast.outsider):
        register(desk=desk, category=grantees(desk), by=who)
    mailoutbox.clear()

    def after(days: int) -> list[str]:
        today = now().astimezone(desk.edition.tz).date()
        first_on = today + timedelta(days=days)
        Edition.objects.update(first_on=first_on, last_on=first_on + timedelta(days=1))
        remind_of_symposium()
        told = [letter.to[0] for letter in mailoutbox]
        mailoutbox.clear()
        return told

    assert [after(days) for days in (8, 7, 6, 1, 1, 0)] == [[], [cast.member.email], [], [cast.member.email], [], []]


def test_who_has_a_seat_is_told_of_other_days_once_and_their_calendar_follows(cast, mailoutbox):
    desk = a_desk(cast, seats=1)
    mine_, waits = [register(desk=desk, category=grantees(desk), by=who) for who in (cast.member, cast.outsider)]
    edition = desk.edition
    said = {"title": edition.title, "slug": edition.slug, "zone": edition.zone, "description": ""}

    def moved(*days: int) -> list[tuple[str, int, date]]:
        for later in days:
            on = edition.first_on + timedelta(days=later)
            change_edition(edition=Edition.objects.get(), by=cast.staff, first_on=on, last_on=on, **said)
        mailoutbox.clear()
        tell_of_other_days()
        found = []
        for letter in mailoutbox:
            (event,) = Calendar.from_ical(letter.alternatives[1][0]).walk("VEVENT")
            assert event["uid"].startswith(str(mine_.pk))
            found.append((letter.to[0], event["sequence"], event["dtstart"].dt))
        return found

    assert moved(7, 8) == [(cast.member.email, 2, edition.first_on + timedelta(days=8))]
    assert moved(8) == []
    cancel_registration(registration=mine_, by=cast.member)
    (event,) = Calendar.from_ical(mailoutbox[0].alternatives[1][0]).walk("VEVENT")
    assert (event["status"], event["sequence"]) == ("CANCELLED", 3)
    take_offer(registration=Registration.objects.get(pk=waits.pk), by=cast.outsider)
    assert moved() == [], "their letter had these days already"


def test_what_was_needed_is_destroyed_in_time_and_on_record(cast):
    desk = a_desk(cast, ce_professions=["Social work"])
    said = {"accommodation": "Captions", "language": "", "ce_profession": "Social work", "ce_licence": "LICSW 1"}
    registration = register(desk=desk, category=grantees(desk), by=cast.member, details=said)
    assert registration.details.accommodation == "Captions"

    def after(days: int) -> tuple[int, str, str]:
        last_on = now().date() - timedelta(days=days)
        Edition.objects.update(first_on=last_on, last_on=last_on)
        destroyed = destroy_details()
        registration.details.refresh_from_db()
        return destroyed, registration.details.accommodation, registration.details.ce_licence

    assert [after(days) for days in (29, 31, 32, 8 * 366)] == [
        (0, "Captions", "LICSW 1"),
        (1, "", "LICSW 1"),
        (0, "", "LICSW 1"),
        (1, "", ""),
    ]
    entries = Entry.objects.filter(verb="registration_details.destroyed").order_by("number")
    assert [(entry.facts["fields"], entry.facts["registrations"]) for entry in entries] == [
        (["accommodation", "language"], 1),
        (["ce_profession", "ce_licence"], 1),
    ]
    assert "Captions" not in str(list(Entry.objects.values()))


def test_raising_the_seats_offers_them_in_order(cast):
    desk = a_desk(cast, seats=1)
    for who in a_crowd(cast, 5):
        register(desk=desk, category=grantees(desk), by=who)
    set_up_desk(edition=desk.edition, by=cast.staff, seats=3)
    assert states(desk.places)["offered"] == ["Person 0001", "Person 0002"]
    hand_seats_on(desk=desk)
    assert states(desk.places)["waitlisted"] == ["Person 0003", "Person 0004"]
