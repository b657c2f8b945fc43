"""Many want one seat at the same instant. First without the lock, which must go wrong; then with it."""

from functools import partial
from threading import Barrier

import pytest

from access import Refusal
from groups import actions
from groups.actions import seats
from groups.models import Group, JoinRequest
from spaces.models import Activity
from tests.at_once import at_once
from tests.people import make_group, make_member

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

SEATS, ASKING = 3, 12


@pytest.fixture
def crowd(cast):
    """A group of three seats, and twelve requests for them."""
    group = make_group("Sleep", facilitators=[cast.facilitator])
    Group.objects.filter(pk=group.pk).update(seats=SEATS)
    people = [make_member(f"Person {letter}", cast.home) for letter in "ABCDEFGHIJKL"]
    return group, [actions.ask_to_join(group=group, by=member) for member in people]


def test_without_the_lock_the_seats_are_overbooked(cast, crowd, monkeypatch):
    group, requests = crowd
    everyone_has_counted = Barrier(ASKING)
    count = Group.free_seats

    def count_and_wait(self):
        free = count(self)
        everyone_has_counted.wait(20)
        return free

    monkeypatch.setattr(Group, "free_seats", count_and_wait)
    monkeypatch.setattr(seats, "lock", lambda group: Group.objects.select_related("space").get(pk=group.pk))
    # The audit trail's own lock has everyone stand in line as well; seats must not rest on that.
    monkeypatch.setattr("groups.actions.joining.append", lambda *args, **facts: None)
    at_once(*[partial(actions.accept, request=request, by=cast.facilitator) for request in requests])
    assert group.participants.count() > SEATS


def test_the_seats_are_never_overbooked_and_the_waitlist_is_whole(cast, crowd):
    group, requests = crowd
    at_once(*[partial(actions.accept, request=request, by=cast.facilitator) for request in requests])
    assert group.participants.count() == SEATS
    waiting = list(group.join_requests.waiting())
    assert [one.place() for one in waiting] == list(range(1, ASKING - SEATS + 1))
    seqs = list(Activity.objects.filter(space=group.space).values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


def test_seats_that_come_free_at_once_go_to_the_waitlist_in_order(cast, crowd):
    group, requests = crowd
    for request in requests:
        actions.accept(request=request, by=cast.facilitator)
    leaving = list(group.participants.select_related("member"))
    at_once(*[partial(actions.leave, membership=one, by=one.member) for one in leaving])
    assert list(group.participants.order_by("member__name").values_list("member__name", flat=True)) == [
        "Person D",
        "Person E",
        "Person F",
    ]


def test_a_request_that_is_accepted_and_withdrawn_at_once_has_one_end(cast, crowd):
    group, requests = crowd
    asked = requests[0]
    answers = at_once(
        partial(actions.accept, request=asked, by=cast.facilitator),
        partial(actions.withdraw, request=asked, by=asked.member),
    )
    refused = [answer for answer in answers if isinstance(answer, Refusal) and "no longer open" in str(answer)]
    request = JoinRequest.objects.get(pk=requests[0].pk)
    assert len(refused) == 1
    assert group.participants.filter(member=request.member).exists() == (request.state == "accepted")


def test_asking_many_times_at_once_is_asking_once(cast, crowd):
    group, _ = crowd
    notes = ["one", "two", "three", "four"]
    at_once(*[partial(actions.ask_to_join, group=group, by=cast.outsider, note=note) for note in notes])
    assert group.join_requests.filter(member=cast.outsider).count() == 1


def test_two_who_remove_the_same_person_are_told_so(cast, crowd):
    group, requests = crowd
    actions.accept(request=requests[0], by=cast.facilitator)
    membership = group.participants.get()
    remove = partial(actions.remove, membership=membership, by=cast.facilitator)
    answers = at_once(partial(remove, reason="one"), partial(remove, reason="two"))
    assert sorted(answer is None for answer in answers) == [False, True]
    assert Activity.objects.filter(space=group.space, kind="member.left").count() == 1


def test_two_facilitators_appointed_at_once_to_one_place_leave_two(cast, crowd):
    group, _ = crowd
    more = [make_member(name, cast.home, "facilitator") for name in ("Sol Second", "Thea Third", "Vera Fourth")]
    answers = at_once(*[partial(actions.appoint, group=group, member=member, by=cast.staff) for member in more])
    assert sum(answer is None for answer in answers) == 1
    assert group.facilitators.count() == 2


def test_one_break_glass_is_answered_once(cast, crowd):
    group, _ = crowd
    glass = actions.ask_glass(group=group, by=cast.admin, reason="A report of harm.")
    verbs = [actions.open_glass, actions.refuse_glass]
    answers = at_once(*[partial(verb, glass=glass, by=cast.privacy_officer) for verb in verbs])
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1


def test_signing_twice_at_once_is_signing_once(cast, crowd):
    group, _ = crowd
    covenant = cast.group.signatures.first().covenant
    sign = partial(actions.sign, covenant=covenant, group=cast.group, by=cast.unsigned)
    at_once(partial(sign, name="Uma"), partial(sign, name="Uma U"))
    assert cast.group.signatures.filter(member=cast.unsigned).count() == 1
