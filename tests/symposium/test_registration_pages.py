"""Registration as people see it: the form, whom it asks what, what staff alone see, and the guest's link."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from access import Refusal
from audit.models import Entry
from meetings.models import Attendance, Rsvp
from members.actions.joining import make_guest
from members.kept import kept_elsewhere
from members.models import Basis, Member
from symposium.actions import (
    change_category,
    give_seats,
    invite_guest,
    pass_for,
    register,
    register_guest,
    set_up_desk,
    take_seat,
)
from symposium.models import CreditRule, Learner, Registration, Speaker
from symposium.registration_tasks import put_seats_into_agendas
from tests.access_table import a_desk
from tests.symposium.desks import a_workshop_session, grantees, mine, named
from tests.symposium.test_editions import a_session

pytestmark = pytest.mark.django_db
CANARY = "A sign language interpreter, canary-41"


def address(desk, name="registration", *args):
    return reverse(f"symposium:{name}", args=[desk.edition.slug, *args])


def a_credit_rule(edition, profession):
    return CreditRule.objects.create(edition=edition, profession=profession, minimum_minutes=45, statement="Invented.")


def text(answer) -> str:
    return answer.content.decode()


def test_one_click_registers_who_needs_nothing(cast, client):
    desk = a_desk(cast)
    client.force_login(cast.member)
    page = client.get(address(desk))
    assert "Register as" not in text(page), "where there is one category only, nobody is asked"
    assert "You are registered" in text(client.post(address(desk), follow=True))
    assert mine(desk, cast.member).is_confirmed


def test_who_has_a_choice_of_categories_is_asked(cast, client):
    today = cast.home.today()
    Basis.objects.create(organisation=cast.home, kind="ncttp", level="Full member", starts_on=today, ends_on=today)
    desk = a_desk(cast)
    client.force_login(cast.member)
    assert "Register as" in text(client.get(address(desk)))
    assert client.post(address(desk), {}).status_code == 422
    assert client.post(address(desk), {"category": named(desk, "Speakers").pk}).status_code == 422
    client.post(address(desk), {"category": named(desk, "NCTTP members").pk})
    assert mine(desk, cast.member).category.name == "NCTTP members"


def test_each_is_asked_for_what_they_ticked_alone(cast, client):
    desk = a_desk(cast, asks_language=False)
    nurses, _ = (a_credit_rule(desk.edition, profession) for profession in ("Nurses", "Social workers"))
    client.force_login(cast.member)
    assert "interpreting" not in text(client.get(address(desk)))
    answer = client.post(address(desk), {"wants_ce": "on", "licence": "RN 1"})
    assert answer.status_code == 422
    assert "You ticked the box above" in text(answer)
    client.post(address(desk), {"rules": nurses.pk, "licence": "RN 1", "accommodation": "Unticked"})
    assert not hasattr(mine(desk, cast.member), "details"), "what no box asks for is not kept"
    assert not Learner.objects.exists()
    change = address(desk, "change_registration")
    client.post(change, {"wants_ce": "on", "rules": nurses.pk, "licence": "RN 1"})
    certificates = text(client.get(address(desk, "my_certificates")))
    for page in (text(client.get(change)), certificates):
        assert 'value="RN 1"' in page, "it is asked once"
        assert page.count(" checked") >= 1
    assert f'value="{cast.member.name}"' in certificates
    client.force_login(cast.staff)
    assert "Nurses: RN 1" in text(client.get(address(desk, "needs")))
    client.force_login(cast.member)
    client.post(change, {"rules": nurses.pk, "licence": "RN 1"})
    learner = Learner.objects.get()
    assert (learner.licence, list(learner.rules.all()), learner.name) == ("", [], "")


def test_an_edition_without_credit_asks_for_no_profession(cast, client):
    desk = a_desk(cast)
    client.force_login(cast.member)
    assert "Profession" not in text(client.get(address(desk)))


def test_what_somebody_needs_is_read_by_staff_alone_and_taking_it_away_is_on_record(cast, client):
    desk = a_desk(cast)
    register(desk=desk, category=grantees(desk), by=cast.member, details={"accommodation": CANARY})
    client.force_login(cast.staff)
    assert CANARY not in text(client.get(address(desk, "registered")))
    assert CANARY not in text(client.post(address(desk, "export_registrations")))
    assert CANARY in text(client.get(address(desk, "needs")))
    assert CANARY in text(client.post(address(desk, "export_needs")))
    assert Entry.objects.filter(verb="registration_details.exported", actor=cast.staff.pk).count() == 1
    for who in (cast.contact, cast.specialist):
        client.force_login(who)
        assert client.get(address(desk, "needs")).status_code == 403
    assert CANARY not in str(list(Entry.objects.values()))
    client.force_login(cast.member)
    assert CANARY in text(client.get(address(desk)))
    assert kept_elsewhere(cast.member)["symposium"][0]["accommodation"] == CANARY


def test_staff_see_who_comes_who_waits_in_order_and_who_came(cast, client):
    desk = a_desk(cast, seats=1)
    for who in (cast.member, cast.outsider, cast.colleague):
        register(desk=desk, category=grantees(desk), by=who)
    meeting = a_session(cast, desk.edition)
    Attendance.objects.create(
        meeting=meeting, member=cast.member, from_at=meeting.starts_at, until_at=meeting.starts_at
    )
    client.force_login(cast.staff)
    page = text(client.get(address(desk, "registered")))
    assert page.index("Olive Outsider") < page.index("Cole Colleague") < page.index("Mara Member")
    assert "<b>1</b> came" in page
    rows = list(csv.reader(io.StringIO(text(client.post(address(desk, "export_registrations"))).lstrip("\ufeff"))))
    assert [[row[0], row[4], row[5], row[8]] for row in rows[1:]] == [
        ["Mara Member", "Confirmed", "", "yes"],
        ["Olive Outsider", "On the waitlist", "1", ""],
        ["Cole Colleague", "On the waitlist", "2", ""],
    ]
    client.post(address(desk, "move_up", mine(desk, cast.colleague).pk), {"reason": "He opens it."})
    page = text(client.get(address(desk, "registered")))
    assert page.index("Cole Colleague") < page.index("Olive Outsider")


def test_staff_set_registration_up_and_the_form_says_it_again(cast, client):
    desk = a_desk(cast)
    client.force_login(cast.staff)
    opens_on, closes_on = (f"{desk.edition.first_on - timedelta(days=days)}" for days in (40, 5))
    said = {"opens_on": opens_on, "closes_on": closes_on, "seats": "40", "offer_hours": "24"}
    key = f"seats-{grantees(desk).pk}"
    assert client.post(address(desk, "set_up_registration"), said | {key: "30"}).status_code == 302
    page = text(client.get(address(desk, "set_up_registration")))
    for value in (opens_on, closes_on, 'value="40"', 'value="30"'):
        assert value in page
    for day in (f"{desk.edition.first_on - timedelta(days=41)}", "9999-12-31"):
        assert client.post(address(desk, "set_up_registration"), said | {"closes_on": day}).status_code == 422


def test_a_contact_registers_colleagues_by_page(cast, client):
    desk = a_desk(cast)
    client.force_login(cast.contact)
    page = text(client.get(address(desk, "colleagues")))
    assert "Mara Member" in page
    assert "Olive Outsider" not in page
    client.post(address(desk, "colleagues"), {"members": [cast.member.pk]})
    assert mine(desk, cast.member).registered_by == cast.contact
    answer = client.post(address(desk, "colleagues"), {"members": [cast.outsider.pk]})
    assert (answer.status_code, Registration.objects.count()) == (422, 1)
    client.force_login(cast.member)
    assert "Connie Contact registered you" in text(client.get(address(desk)))


def test_a_guest_without_an_account_makes_one_by_the_link_and_registers(cast, client):
    desk = a_desk(cast)
    _, token = invite_guest(category=named(desk, "Invited guests"), email="gil@example.org", by=cast.staff)
    link = address(desk, "guest", token)
    assert "gil@example.org" in text(client.get(link))
    answer = client.post(link, {"name": "Gil Guest", "time_zone": "America/Denver"})
    assert (answer.status_code, answer["Location"]) == (302, link)
    assert not Registration.objects.exists(), "opening it uses nothing up"
    client.get(link)
    assert "You are registered" in text(client.post(link, follow=True))
    assert mine(desk, Member.objects.get(email="gil@example.org")).category.name == "Invited guests"
    assert client.get(link).status_code == 410


def test_a_guests_link_is_for_their_address_alone(cast, client):
    desk = a_desk(cast)
    _, token = invite_guest(category=named(desk, "Invited guests"), email="gil@example.org", by=cast.staff)
    client.force_login(cast.outsider)
    for answer in (client.get(address(desk, "guest", token)), client.post(address(desk, "guest", token))):
        assert answer.status_code == 403
        assert "for another address" in text(answer)
        assert "gil@example.org" not in text(answer)
    make_guest(email="gil@example.org", name="Gil", time_zone="America/Denver")
    client.logout()
    answer = client.post(address(desk, "guest", token), {"name": "Gil", "time_zone": "America/Denver"})
    assert "There is an account with this address already" in text(answer)


def test_staff_add_and_close_categories_and_withdraw_a_guests_link(cast, client):
    desk = a_desk(cast)
    client.force_login(cast.staff)
    said = {"name": "Press\u202e\n office", "opened_by": "invitation", "seats": "3"}
    client.post(address(desk, "add_category"), said)
    press = named(desk, "Press office")
    assert (press.position, press.seats) == (desk.categories.count() - 1, 3)
    assert "Press office already" in text(client.post(address(desk, "add_category"), said))
    used, token = invite_guest(category=press, email=cast.outsider.email, by=cast.staff)
    open_, other = invite_guest(category=press, email="gil@example.org", by=cast.staff)
    register_guest(desk=desk, token=token, by=cast.outsider)
    page = text(client.get(address(desk, "registered")))
    assert f"used by {cast.outsider.name}" in page
    assert "not used yet" in page
    client.post(address(desk, "change_category", press.pk), {"name": "Newspapers", "closed": "on"})
    with pytest.raises(Refusal, match="Newspapers is not open to you"):
        register_guest(desk=desk, token=other, by=cast.member)
    assert mine(desk, cast.outsider).is_confirmed
    assert client.post(address(desk, "withdraw_guest", open_.pk)).status_code == 302
    assert client.post(address(desk, "withdraw_guest", used.pk)).status_code == 409
    assert pass_for(desk, other) is None
    change_category(category=named(desk, "Grantee staff"), by=cast.staff, name="Grantees", seats=None, closed=True)
    with pytest.raises(Refusal, match="is not open to you now"):
        register(desk=desk, category=named(desk, "Grantees"), by=cast.member)


def test_a_seat_in_a_workshop_is_in_the_agenda_until_it_is_given_up(cast, client):
    desk = a_desk(cast)
    session = a_workshop_session(desk.edition)
    session.meeting = a_session(cast, desk.edition)
    session.save()
    give_seats(session=session, by=cast.staff, seats=1, offer_hours=24)
    client.force_login(cast.member)
    assert "Register for the symposium first" in text(client.post(address(desk, "take_seat", session.pk)))
    for who in (cast.member, cast.outsider):
        register(desk=desk, category=grantees(desk), by=who)
    client.post(address(desk, "take_seat", session.pk))
    assert Rsvp.objects.get().answer == "yes"
    take_seat(workshop=session.workshop, by=cast.outsider)
    assert Rsvp.objects.count() == 1
    assert "You have a seat" in text(client.get(address(desk, "workshops")))
    client.post(address(desk, "give_seat_up", session.pk))
    assert Rsvp.objects.get(member=cast.member).answer == "no"
    client.force_login(cast.outsider)
    assert "A seat is yours until" in text(client.get(address(desk, "workshops")))
    client.post(address(desk, "take_offered_seat", session.pk))
    assert Rsvp.objects.get(member=cast.outsider).answer == "yes"
    client.post(address(desk, "cancel_registration"))
    assert Rsvp.objects.get(member=cast.outsider).answer == "no"


def test_who_has_no_seat_in_a_workshop_is_shown_the_way_to_one_instead_of_its_room(cast, client):
    desk = a_desk(cast)
    session = a_workshop_session(desk.edition)
    session.meeting = meeting = a_session(cast, desk.edition, in_=timedelta(minutes=5))
    session.save()
    give_seats(session=session, by=cast.staff, seats=1, offer_hours=24)
    Speaker.objects.create(session=session, member=cast.colleague)
    for who in (cast.member, cast.outsider, cast.colleague):
        register(desk=desk, category=grantees(desk), by=who)
    take_seat(workshop=session.workshop, by=cast.member)
    client.force_login(cast.outsider)
    client.post(reverse("meetings:answer", args=[meeting.pk]), {"answer": "yes"})
    assert [one.member for one in meeting.rsvps.all()] == [cast.member]
    page = client.post(reverse("meetings:join", args=[meeting.pk]), follow=True)
    assert "has seats of its own" in text(page)
    assert session.get_absolute_url() in page.content.decode()
    assert not Attendance.objects.exists()
    for who in (cast.member, cast.colleague, cast.staff):
        client.force_login(who)
        answer = client.post(reverse("meetings:join", args=[meeting.pk]))
        assert answer["Location"] == reverse("meetings:room", args=[meeting.pk])


def test_who_took_a_seat_before_the_session_had_its_meeting_has_it_in_the_agenda_then(cast):
    desk = a_desk(cast)
    session = a_workshop_session(desk.edition)
    give_seats(session=session, by=cast.staff, seats=1, offer_hours=24)
    for who in (cast.member, cast.outsider):
        register(desk=desk, category=grantees(desk), by=who)
        take_seat(workshop=session.workshop, by=who)
    assert put_seats_into_agendas() == 0
    session.meeting = a_session(cast, desk.edition)
    session.save()
    assert put_seats_into_agendas() == 1
    assert [(one.member, one.answer) for one in Rsvp.objects.all()] == [(cast.member, "yes")]
    Rsvp.objects.update(answer="no")
    assert put_seats_into_agendas() == 0, "what they say themselves stays"


def test_who_lapsed_takes_no_seat_in_a_workshop(cast, client):
    desk = a_desk(cast)
    session = a_workshop_session(desk.edition)
    give_seats(session=session, by=cast.staff, seats=1, offer_hours=24)
    register(desk=desk, category=grantees(desk), by=cast.member)
    cast.home.bases.update(ends_on=cast.home.today() - timedelta(days=10))
    client.force_login(cast.member)
    answer = client.post(address(desk, "take_seat", session.pk))
    assert (answer.status_code, session.workshop.places.count()) == (409, 0)
    assert "You can read until" in text(answer)


def test_every_state_has_its_words(cast, client):
    desk = a_desk(cast, seats=1)
    for who in (cast.outsider, cast.member):
        register(desk=desk, category=grantees(desk), by=who)
    client.force_login(cast.member)
    assert "number 1 on the waitlist" in text(client.get(address(desk)))
    assert "Leave the waitlist?" in text(client.get(address(desk, "cancel_registration")))
    set_up_desk(edition=desk.edition, by=cast.staff, seats=2)
    assert "A seat is yours until" in text(client.get(address(desk)))
    client.post(address(desk, "take_offer"))
    assert "You are registered" in text(client.get(address(desk)))
    client.post(address(desk, "cancel_registration"))
    assert "It takes a minute" in text(client.get(address(desk)))
