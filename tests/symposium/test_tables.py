"""Tables: never more than its seats sit at one, each sits at one, and seats come free by themselves."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now

from access import Refusal
from spaces.models import Activity
from symposium.actions import admit, close_table, free_seats, open_table, sit_down, stand_up
from symposium.actions.seats import locked
from symposium.models import Edition, Table, TableSeat
from tests.access_table import an_edition
from tests.at_once import at_once
from tests.meetings.test_races import all_look_before_one_writes, unguarded
from tests.people import make_cast
from tests.symposium.desks import a_crowd


def todays(cast) -> Edition:
    """An edition of today, to which some are admitted."""
    edition = an_edition(cast, first_on=now().date() - timedelta(days=1), last_on=now().date() + timedelta(days=1))
    for person in (cast.member, cast.facilitator, cast.colleague):
        admit(edition=edition, member=person)
    return edition


def a_table(cast, edition, topic="Sleep", seats=2, room_url="") -> Table:
    said = {"topic": topic, "seats": seats, "room_url": room_url, "client_id": uuid4()}
    return open_table(edition=edition, by=cast.staff, **said)


def at(table) -> list[str]:
    return [seat.member.name for seat in table.sitting.order_by("number")]


@pytest.fixture
def edition(cast):
    return todays(cast)


@pytest.mark.django_db
def test_one_sits_at_one_table_and_a_full_one_says_so(cast, edition):
    sleep, food = a_table(cast, edition), a_table(cast, edition, "Food")
    for who in (cast.member, cast.member, cast.facilitator):
        sit_down(table=sleep, by=who)
    assert at(sleep) == [cast.member.name, cast.facilitator.name]
    with pytest.raises(Refusal, match="This table is full"):
        sit_down(table=sleep, by=cast.colleague)
    with pytest.raises(Refusal, match="Register for the symposium first"):
        sit_down(table=food, by=cast.outsider)
    before = edition.space.activities.count()
    sit_down(table=food, by=cast.member)
    assert (at(sleep), at(food)) == ([cast.facilitator.name], [cast.member.name])
    told = Activity.objects.filter(space=edition.space).order_by("seq")[before:]
    assert {(one.kind, one.target) for one in told} == {("table.changed", sleep.pk), ("table.changed", food.pk)}
    sit_down(table=sleep, by=cast.colleague)
    stand_up(edition=edition, by=cast.facilitator)
    stand_up(edition=edition, by=cast.facilitator)
    assert at(sleep) == [cast.colleague.name]
    with pytest.raises(PermissionDenied):
        close_table(table=sleep, by=cast.member)
    close_table(table=sleep, by=cast.staff)
    assert TableSeat.objects.count() == 1
    with pytest.raises(Refusal, match="is closed"):
        sit_down(table=sleep, by=cast.colleague)


@pytest.mark.django_db
def test_a_seat_comes_free_when_its_page_is_silent_or_the_days_are_over(cast, client, edition, time_machine):
    table = a_table(cast, edition)
    time_machine.move_to(now(), tick=False)
    for who in (cast.member, cast.facilitator):
        sit_down(table=table, by=who)
    time_machine.shift(timedelta(minutes=4))
    client.force_login(cast.member)
    here = reverse("symposium:keep_seat", args=[edition.slug])
    assert client.post(here).status_code == 204
    time_machine.shift(timedelta(minutes=2))
    assert (free_seats(), free_seats()) == (1, 0)
    assert at(table) == [cast.member.name]
    client.force_login(cast.facilitator)
    assert client.post(here).status_code == 409
    sit_down(table=table, by=cast.facilitator)
    time_machine.shift(timedelta(minutes=6))
    sit_down(table=table, by=cast.colleague)  # who is silent does not hold the place
    assert at(table) == [cast.colleague.name]
    Edition.objects.update(first_on=now().date() - timedelta(days=3), last_on=now().date() - timedelta(days=2))
    client.force_login(cast.colleague)
    assert client.post(here).status_code == 409
    with pytest.raises(Refusal, match="on the days of the symposium"):
        sit_down(table=Table.objects.get(), by=cast.member)


@pytest.mark.django_db
def test_only_who_sits_there_is_led_to_its_video(cast, client, edition, settings):
    table = a_table(cast, edition, room_url="https://video.example.org/table")
    video = reverse("symposium:table_video", args=[edition.slug, table.pk])
    client.force_login(cast.member)
    page = reverse("symposium:tables", args=[edition.slug])
    assert client.get(video)["Location"] == page
    assert client.post(reverse("symposium:sit_down", args=[edition.slug, table.pk]))["Location"] == page
    assert client.get(video)["Location"] == table.room_url
    assert table.room_url not in client.get(page).content.decode()
    settings.JITSI_URL, settings.JITSI_SECRET = "https://meet.example.org", "s" * 32
    Table.objects.update(room_url="")
    assert client.get(video)["Location"].startswith("https://meet.example.org/")
    assert str(table.pk) not in client.get(video)["Location"]


@transaction.atomic
def take_any_seat(table: Table, member) -> None:
    """What sitting down comes to, without its other rules."""
    table = locked(table)
    taken = set(table.sitting.values_list("number", flat=True))
    number = next((one for one in range(1, table.seats + 1) if one not in taken), None)
    if number is None:
        raise Refusal("Full.")
    TableSeat.objects.create(table=table, member=member, number=number)


@pytest.mark.django_db(transaction=True)
def test_a_table_has_no_more_people_than_seats_however_many_sit_down_at_once(monkeypatch):
    cast = make_cast()
    edition = todays(cast)
    crowd = a_crowd(cast, 8)
    for person in crowd:
        admit(edition=edition, member=person)
    table = a_table(cast, edition, seats=3)
    with unguarded(TableSeat, "one_at_a_seat", monkeypatch):
        all_look_before_one_writes(TableSeat, [partial(take_any_seat, table, one) for one in crowd[:5]])
        assert table.sitting.count() == 5  # the race happens
        TableSeat.objects.all().delete()
    answers = at_once(*[partial(sit_down, table=table, by=one) for one in crowd])
    assert sorted(seat.number for seat in table.sitting.all()) == [1, 2, 3]
    assert sum(isinstance(one, Refusal) for one in answers) == 5
