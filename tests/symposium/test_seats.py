"""Scarce seats when everybody wants one at the same instant: first with the lock off, which oversells; then with it.

Then over two server processes, and with a worker that is killed while it hands seats on.
"""

import http.client
import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings as site
from django.db import transaction

from notifications.models import Letter
from spaces.models import Membership
from symposium.actions import cancel_registration, give_seat_up, give_seats, register, take_offered_seat, take_seat
from symposium.actions.seats import locked, standing_of, take
from symposium.models import Capacity, Registration, RegistrationDesk, WorkshopPlace
from symposium.registration_tasks import hand_seats_on
from tests.access_table import a_desk
from tests.at_once import MOST, at_once
from tests.mailroom.test_killed import process
from tests.meetings.test_races import all_look_before_one_writes, unlocked
from tests.people import make_cast
from tests.spaces.servers import server
from tests.symposium.desks import a_crowd, a_workshop_session, grantees, offers_run_out, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

SEATS = 5
IN_FLIGHT = 100  # requests at any time: the servers of a test have so many connections to PostgreSQL


def desk_of(cast):
    desk = a_desk(cast, seats=SEATS)
    return desk, lambda of, member: Registration(of=of, member=member, category=grantees(desk))


def workshop_of(cast):
    session = a_workshop_session(a_desk(cast).edition)
    give_seats(session=session, by=cast.staff, seats=SEATS, offer_hours=24)
    return session.workshop, lambda of, member: WorkshopPlace(of=of, member=member)


@transaction.atomic
def want(capacity: Capacity, place: Callable, member) -> None:
    capacity = locked(capacity)
    assert standing_of(capacity, member) is None
    take(place(capacity, member))


@pytest.mark.parametrize("made", [desk_of, workshop_of])
def test_seats_are_oversold_without_the_lock_and_never_with_it(made, monkeypatch):
    cast = make_cast()
    capacity, place = made(cast)
    people = a_crowd(cast, 200)
    acts = [partial(want, capacity, place, member) for member in people]
    with unlocked(monkeypatch):
        all_look_before_one_writes(type(place(capacity, people[0])), acts[:MOST])
        assert capacity.places.confirmed().count() == MOST, "without the lock everyone gets one of five seats"
    capacity.places.all().delete()
    at_once(*acts)
    assert Counter(capacity.places.values_list("state", flat=True)) == {"confirmed": SEATS, "waitlisted": 195}
    assert [one.position for one in capacity.places.waiting()] == list(range(1, 196))


def test_two_clicks_are_one_registration():
    cast = make_cast()
    desk = a_desk(cast, seats=SEATS)
    people = a_crowd(cast, 20)
    at_once(*[partial(register, desk=desk, category=grantees(desk), by=one) for one in people for _ in range(2)])
    assert Counter(desk.places.values_list("state", flat=True)) == {"confirmed": SEATS, "waitlisted": 15}
    assert desk.places.values("member").distinct().count() == 20


class Crowd:
    """People in front of two servers, each signed in at one of them."""

    def __init__(self, people, addresses):
        self.cookies = dict(zip(people, signed_in(people), strict=True))
        self.addresses = dict(zip(people, addresses * len(people), strict=False))

    def post(self, member, path, **data) -> int:
        address, token = self.addresses[member], "a" * 32
        cookie = f"{site.SESSION_COOKIE_NAME}={self.cookies[member]}; {site.CSRF_COOKIE_NAME}={token}"
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "X-CSRFToken": token}
        try:
            connection.request("POST", path, urlencode(data), {**headers, "Origin": address, "Accept": "text/html"})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def all_post(self, members, path, **data) -> Counter:
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            return Counter(pool.map(lambda member: self.post(member, path, **data), members))


@pytest.mark.postgres
def test_so_many_at_once_over_two_servers_get_exactly_the_seats(tmp_path):
    rush(make_cast(), 200, 20, tmp_path)


def rush(cast, many, seats, folder):
    """`many` ask two servers for `seats` at once; then some give theirs up. `make faults` has 1,000 ask for 100."""
    desk = a_desk(cast, seats=seats)
    people = a_crowd(cast, many)
    path = f"/symposium/{desk.edition.slug}/registration/"
    keys = {"SECRET_KEY": site.SECRET_KEY, "AUDIT_KEY": site.AUDIT_KEY}
    with ExitStack() as stack:
        crowd = Crowd(people, [stack.enter_context(server(folder, **keys))[0] for _ in range(2)])
        assert crowd.all_post(people, path) == {302: many}
        assert Counter(desk.places.values_list("state", flat=True)) == {
            "confirmed": seats,
            "waitlisted": many - seats,
        }
        assert desk.places.values("member").distinct().count() == many
        waiting = list(desk.places.waiting().select_related("member"))
        assert [one.position for one in waiting] == list(range(1, many - seats + 1))
        admitted = Membership.objects.filter(space=desk.edition.space_id, left_at=None).values_list("member", flat=True)
        confirmed = list(desk.places.confirmed().select_related("member"))
        assert set(admitted) == {one.member_id for one in confirmed}

        leaving = [one.member for one in confirmed[: seats // 2]]
        assert crowd.all_post(leaving, f"{path}cancel/") == {302: len(leaving)}
        offered = list(desk.places.filter(state="offered").select_related("member"))
        assert {one.pk for one in offered} == {one.pk for one in waiting[: len(leaving)]}, "to the first who wait"
        assert crowd.all_post([one.member for one in offered] * 2, f"{path}take/") == {302: 2 * len(offered)}
    assert desk.places.confirmed().count() == seats
    assert desk.places.waiting().count() == many - seats - len(leaving)
    assert Membership.objects.filter(space=desk.edition.space_id, left_at=None).count() == seats
    return {"many": many, "seats": seats, "waiting": len(waiting), "given_up": len(leaving)}


STEPS = [
    ('UPDATE "symposium_registration"', "statement"),  # an offer has ended, and the seat is nobody's yet
    ('INSERT INTO "notifications_letter"', "before commit"),
    ('INSERT INTO "notifications_letter"', "after commit"),
]
HAND_ON = "from symposium.registration_tasks import hand_seats_on\nhand_seats_on()\n"


@pytest.mark.parametrize(("sql", "at"), STEPS)
def test_a_worker_that_is_killed_hands_each_seat_on_once(sql, at, settings):
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"
    cast = make_cast()
    desk = a_desk(cast, seats=2)
    people = a_crowd(cast, 8)
    for one in people:
        register(desk=desk, category=grantees(desk), by=one)
    for one in desk.places.confirmed().select_related("member"):
        cancel_registration(registration=one, by=one.member)
    offers_run_out(desk.places)
    Letter.objects.all().delete()
    victim = process(HAND_ON, sql, at)
    victim.communicate(timeout=120)
    assert victim.returncode == -signal.SIGKILL
    hand_seats_on()
    names = dict(desk.places.values_list("member__name", "state"))
    assert [names[one.name] for one in people] == ["cancelled"] * 2 + ["lapsed"] * 2 + ["offered"] * 2 + [
        "waitlisted"
    ] * 2
    letters = Counter(Letter.objects.values_list("to", "subject"))
    assert set(letters.values()) == {1}
    assert {to for to, _ in letters} == {one.email for one in people[2:6]}


def test_a_workshops_seats_are_handed_on_too():
    cast = make_cast()
    desk = a_desk(cast)
    session = a_workshop_session(desk.edition)
    give_seats(session=session, by=cast.staff, seats=1, offer_hours=24)
    workshop = session.workshop
    people = a_crowd(cast, 3)
    for one in people:
        register(desk=desk, category=grantees(desk), by=one)
        take_seat(workshop=workshop, by=one)
    first, second, third = [workshop.places.get(member=one) for one in people]
    assert [one.state for one in (first, second, third)] == ["confirmed", "waitlisted", "waitlisted"]
    give_seat_up(place=first, by=people[0])
    offers_run_out(workshop.places)
    hand_seats_on()
    third.refresh_from_db()
    assert third.state == "offered"
    take_offered_seat(place=third, by=people[2])
    cancel_registration(registration=RegistrationDesk.objects.get().places.get(member=people[2]), by=people[2])
    assert sorted(workshop.places.values_list("state", flat=True)) == ["cancelled", "cancelled", "lapsed"]
