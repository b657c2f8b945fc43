"""The agenda of a meeting: made, changed, copied, and taken up one item after the other."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from access import Refusal
from meetings.actions import (
    add_item,
    begin_item,
    cancel_meeting,
    change_item,
    copy_agenda,
    end_agendas,
    end_item,
    move_item,
    remove_item,
)
from meetings.agendas import pattern_for, show_agenda
from meetings.models import AgendaItem, Meeting, MeetingSeries
from meetings.rooms import room_of
from spaces.models import Activity
from tests.at_once import at_once
from tests.meetings.test_races import unguarded
from tests.meetings.test_towns import planned
from tests.people import make_cast


@pytest.fixture
def meeting(plan):
    return plan().meetings.select_related("series", "room").first()


@pytest.fixture
def begun(meeting, time_machine):
    """The meeting, five minutes after it began."""
    time_machine.move_to(meeting.starts_at + timedelta(minutes=5), tick=False)
    return meeting


def kinds(meeting):
    return list(Activity.objects.filter(space=room_of(meeting)).order_by("seq").values_list("kind", flat=True))


def an_item(meeting, cast, title="Waiting lists", **more):
    said = {"title": title, "kind": "discussion", "minutes": 20, "owner": None, "owner_name": ""}
    return add_item(meeting=meeting, by=cast.specialist, client_id=uuid4(), **said | more)


def three(meeting, cast):
    return [an_item(meeting, cast, title) for title in ("Welcome", "Update", "Close")]


def titles(meeting):
    return list(meeting.agenda.values_list("title", flat=True))


def state(meeting):
    """Each item's title, marked: > current, x over."""
    return ["> " * one.is_current + "x " * bool(one.ended_at) + one.title for one in meeting.agenda.all()]


def test_who_convenes_makes_the_agenda_and_puts_it_into_order(meeting, cast):
    first, second, third = three(meeting, cast)
    move_item(item=third, by=cast.staff, up=True)
    move_item(item=first, by=cast.staff, up=True)
    assert titles(meeting) == ["Welcome", "Close", "Update"]
    move_item(item=first, by=cast.staff, up=False)
    change_item(item=second, by=cast.staff, title="ORR update", minutes=15)
    remove_item(item=third, by=cast.staff)
    assert titles(meeting) == ["Welcome", "ORR update"]
    assert kinds(meeting) == ["agenda.changed"] * 7
    with pytest.raises(PermissionDenied):
        remove_item(item=first, by=cast.member)
    with pytest.raises(PermissionDenied):
        add_item(meeting=meeting, by=cast.member, client_id=uuid4(), title="More", kind="update", minutes=5)


def test_one_item_is_current_and_the_next_ends_it(begun, cast, time_machine):
    first, second, third = three(begun, cast)
    begin_item(item=first, by=cast.specialist)
    time_machine.shift(timedelta(minutes=4))
    begin_item(item=second, by=cast.specialist)
    begin_item(item=second, by=cast.staff)
    assert state(begun) == ["x Welcome", "> Update", "Close"]
    show_agenda(begun)
    assert (begun.current_item, begun.next_item) == (second, third)
    first.refresh_from_db()
    assert first.ended_at - first.begun_at == timedelta(minutes=4)
    with pytest.raises(Refusal, match="taken up already"):
        remove_item(item=first, by=cast.specialist)
    begin_item(item=third, by=cast.specialist)
    end_item(item=third, by=cast.specialist)
    end_item(item=third, by=cast.specialist)
    assert state(begun) == ["x Welcome", "x Update", "x Close"]


def test_one_goes_back_from_what_was_begun_too_early(begun, cast, time_machine):
    first, second, _ = three(begun, cast)
    begin_item(item=first, by=cast.specialist)
    since = AgendaItem.objects.get(pk=first.pk).begun_at
    time_machine.shift(timedelta(minutes=4))
    begin_item(item=second, by=cast.specialist)
    begin_item(item=first, by=cast.specialist)
    assert state(begun) == ["> Welcome", "Update", "Close"]
    assert AgendaItem.objects.get(pk=first.pk).begun_at == since


def test_nothing_is_begun_before_the_room_opens_and_nothing_changed_when_it_is_over(meeting, cast, time_machine):
    first, *_ = three(meeting, cast)
    with pytest.raises(Refusal, match="opens 60 minutes before"):
        begin_item(item=first, by=cast.specialist)
    time_machine.move_to(meeting.ends_at + timedelta(hours=1))
    for act in (lambda: move_item(item=first, by=cast.staff, up=False), lambda: begin_item(item=first, by=cast.staff)):
        with pytest.raises(Refusal, match="is over"):
            act()


def test_a_cancelled_meeting_keeps_its_agenda_as_it_is(meeting, cast):
    three(meeting, cast)
    cancel_meeting(meeting=meeting, by=cast.specialist)
    with pytest.raises(Refusal, match="is cancelled"):
        an_item(Meeting.objects.get(pk=meeting.pk), cast)


def test_session_b_has_the_agenda_of_session_a_and_a_date_that_of_the_one_before(cast, plan):
    town = planned(cast)
    assert pattern_for(town.second) is None
    item = an_item(town.first, cast, owner=cast.member)
    assert pattern_for(town.second) == ("session A", town.first)
    copy_agenda(meeting=town.second, of=town.first, by=cast.specialist)
    copied = town.second.agenda.get()
    assert (copied.title, copied.owner, copied.minutes, copied.position) == (item.title, cast.member, 20, 1)
    with pytest.raises(Refusal, match="has an agenda already"):
        copy_agenda(meeting=town.second, of=town.first, by=cast.specialist)
    first, second, third = plan(pattern=MeetingSeries.Pattern.WEEKLY).meetings.select_related("series")[:3]
    an_item(first, cast)
    assert pattern_for(second) == ("January 13", first)
    an_item(second, cast)
    assert pattern_for(third)[1] == second
    assert pattern_for(first) is None


def test_everyone_sees_the_agenda_before_and_only_who_convenes_is_offered_to_change_it(meeting, cast, client):
    item = an_item(meeting, cast, owner_name="A guest of <ORR>")
    client.force_login(cast.member)
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "Waiting lists" in page
    assert "A guest of &lt;ORR&gt;" in page
    assert reverse("meetings:begin_item", args=[meeting.pk, item.pk]) not in page
    assert reverse("meetings:agenda", args=[meeting.pk]) not in page
    client.force_login(cast.specialist)
    page = client.get(reverse("meetings:agenda", args=[meeting.pk])).content.decode()
    assert "20 of 75 minutes: 55 are free." in " ".join(page.split())


def test_too_many_minutes_are_said_and_not_refused(meeting, cast, client):
    an_item(meeting, cast, minutes=85)
    client.force_login(cast.specialist)
    page = client.get(reverse("meetings:agenda", args=[meeting.pk])).content.decode()
    assert "85 of 75 minutes: <strong>10 too many</strong>." in " ".join(page.split())


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"owner_name": "Somebody"}, "not both"),
        ({"minutes": "0"}, "greater than or equal to 1"),
        ({"title": "About A123456789"}, "may identify a client"),
        ({"kind": "party"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_an_item(meeting, cast, client, more, why):
    client.force_login(cast.specialist)
    said = {"title": "Waiting lists", "kind": "discussion", "minutes": "20", "owner": cast.member.pk}
    said["client_id"] = uuid4()
    response = client.post(reverse("meetings:agenda", args=[meeting.pk]), said | more)
    assert response.status_code == 422
    assert why in response.content.decode()
    assert not meeting.agenda.exists()
    for _ in range(2):  # a second click is the same
        client.post(reverse("meetings:agenda", args=[meeting.pk]), said)
    assert meeting.agenda.get().owner == cast.member


def test_an_item_is_changed_on_its_page_and_moved_by_buttons(meeting, cast, client):
    first, second, _ = three(meeting, cast)
    client.force_login(cast.specialist)
    said = {"title": "Hello", "kind": "welcome", "minutes": "5", "owner": "", "owner_name": "The host"}
    client.post(reverse("meetings:item", args=[meeting.pk, first.pk]), said)
    client.post(reverse("meetings:item_up", args=[meeting.pk, second.pk]))
    response = client.post(reverse("meetings:begin_item", args=[meeting.pk, first.pk]), follow=True)
    assert "The room opens 60 minutes before" in response.content.decode()
    assert titles(meeting) == ["Update", "Hello", "Close"]
    assert str(AgendaItem.objects.get(pk=first.pk).led_by) == "The host"


def test_what_nobody_ended_ends_with_the_meeting(begun, cast, time_machine):
    first, _, last = three(begun, cast)
    begin_item(item=first, by=cast.specialist)
    time_machine.move_to(begun.ends_at + timedelta(minutes=29))
    assert end_agendas() == 0, "meetings run over"
    time_machine.move_to(begun.ends_at + timedelta(minutes=31))
    assert (end_agendas(), end_agendas()) == (1, 0)
    first.refresh_from_db()
    assert (first.ended_at, last.begun_at) == (begun.ends_at, None)
    assert kinds(begun)[-1] == "agenda.changed"


def test_two_who_begin_at_once_leave_one_current(transactional_db, time_machine, monkeypatch):
    cast = make_cast()
    meeting = planned(cast).first
    time_machine.move_to(meeting.starts_at + timedelta(minutes=5))
    items = three(meeting, cast)
    with unguarded(AgendaItem, "one_current_agenda_item", monkeypatch):
        meeting.agenda.update(begun_at=meeting.starts_at)
        assert meeting.agenda.filter(ended_at=None).count() == 3, "without the guard there are several"
        meeting.agenda.update(begun_at=None)
    same = {"title": "Partner news", "kind": "partners", "minutes": 5, "client_id": uuid4()}
    at_once(*[lambda: add_item(meeting=meeting, by=cast.specialist, **same)] * 3)
    assert meeting.agenda.count() == 4, "sent three times at once, it is one"
    at_once(*(lambda item=item: begin_item(item=item, by=cast.specialist) for item in items))
    assert sum(one.is_current for one in meeting.agenda.all()) == 1
