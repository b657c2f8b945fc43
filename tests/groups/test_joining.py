"""Seats are given by facilitators, in order, and never more than there are."""

import pytest
from django.core import mail

from access import Refusal
from audit.models import Entry
from groups import actions
from groups.models import JoinRequest
from spaces.models import Activity, Membership
from tests.people import make_group, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(cast):
    """A group of two seats: one is taken, nobody has asked."""
    group = make_group("Sleep", participants=[cast.colleague], facilitators=[cast.facilitator])
    group.seats = 2
    group.save()
    return group


def ask(group, *members):
    return [actions.ask_to_join(group=group, by=member) for member in members]


def accept(cast, *requests):
    return [actions.accept(request=request, by=cast.facilitator).state for request in requests]


def people(group):
    return set(group.participants.values_list("member__name", flat=True))


def test_a_facilitator_accepts_and_the_room_sees_who_joined(cast, small):
    [request] = ask(small, cast.outsider)
    assert accept(cast, request) == ["accepted"]
    assert people(small) == {"Cole Colleague", "Olive Outsider"}
    membership = Membership.objects.get(space=small.space, member=cast.outsider)
    activity = Activity.objects.get(space=small.space)
    assert (activity.kind, activity.target) == ("member.joined", membership.pk)
    assert Activity.objects.filter(kind="access.changed", target=cast.outsider.pk).count() == 1


def test_the_basis_of_the_day_stays_on_the_request(cast, small):
    [request] = ask(small, cast.outsider)
    accept(cast, request)
    request.refresh_from_db()
    assert request.basis["organisation"] == "Prairie Bridge Survivor Services"


def test_asking_twice_is_asking_once(cast, small):
    first, second = ask(small, cast.outsider, cast.outsider)
    assert first == second


def test_who_is_in_cannot_ask(cast, small):
    with pytest.raises(Refusal, match="in this group already"):
        ask(small, cast.colleague)


def test_a_full_group_has_a_waitlist_in_the_order_of_asking(cast, small):
    third, fourth = make_member("Theo Third", cast.home), make_member("Fern Fourth", cast.home)
    one, two, three = ask(small, cast.outsider, third, fourth)
    assert accept(cast, one, three, two) == ["accepted", "waitlisted", "waitlisted"]
    two.refresh_from_db()
    three.refresh_from_db()
    assert (two.place(), three.place()) == (1, 2)


def test_a_freed_seat_goes_to_the_head_of_the_waitlist_at_once(cast, small):
    third, fourth = make_member("Theo Third", cast.home), make_member("Fern Fourth", cast.home)
    accept(cast, *ask(small, cast.outsider, third, fourth))
    mail.outbox.clear()
    actions.leave(membership=small.participants.get(member=cast.colleague), by=cast.colleague)
    assert people(small) == {"Olive Outsider", "Theo Third"}
    assert [letter.to for letter in mail.outbox] == [["theo.third@example.org"]]
    assert small.join_requests.waiting().get().member == fourth


def test_who_lapsed_while_waiting_keeps_the_place_and_the_next_one_comes_in(cast, small):
    third, fourth = make_member("Theo Third", cast.home), make_member("Fern Fourth", cast.away)
    accept(cast, *ask(small, cast.outsider, third, fourth))
    cast.home.bases.update(starts_on="2020-01-01", ends_on="2020-02-01")
    actions.leave(membership=small.participants.get(member=cast.colleague), by=cast.colleague)
    assert people(small) == {"Olive Outsider", "Fern Fourth"}
    assert small.join_requests.waiting().get().member == third


def test_no_seat_is_given_in_a_closed_group_until_it_is_reopened(cast, small):
    third = make_member("Theo Third", cast.home)
    accept(cast, *ask(small, cast.outsider, third))
    actions.close(group=small, by=cast.facilitator)
    actions.leave(membership=small.participants.get(member=cast.colleague), by=cast.colleague)
    assert people(small) == {"Olive Outsider"}
    with pytest.raises(Refusal, match="closed"):
        ask(small, cast.member)
    actions.reopen(group=small, by=cast.facilitator)
    assert people(small) == {"Olive Outsider", "Theo Third"}


def test_a_request_is_decided_once(cast, small):
    [request] = ask(small, cast.outsider)
    actions.decline(request=request, by=cast.facilitator, reason="This year is for physicians.")
    with pytest.raises(Refusal, match="no longer open"):
        accept(cast, request)
    with pytest.raises(Refusal, match="no longer open"):
        actions.withdraw(request=request, by=cast.outsider)
    assert Entry.objects.get(verb="group.declined").facts == {"reason": "This year is for physicians."}


def test_a_withdrawn_request_can_be_made_again(cast, small):
    [request] = ask(small, cast.outsider)
    actions.withdraw(request=request, by=cast.outsider)
    [again] = ask(small, cast.outsider)
    assert again != request


def test_letters_name_neither_topic_nor_person_nor_reason(cast, small):
    [request] = ask(small, cast.outsider)
    actions.decline(request=request, by=cast.facilitator, reason="This year is for physicians.")
    actions.follow(group=small, by=cast.staff)
    actions.remove(membership=small.participants.get(), by=cast.facilitator, reason="Broke the covenant.")
    said = "\n".join(f"{letter.message()} {letter.body} {letter.alternatives[0].content}" for letter in mail.outbox)
    assert len(mail.outbox) == 4  # declined, appointed, invited back, removed
    for secret in ("Sleep", "physicians", "covenant", "Fay", "Harbor"):
        assert secret not in said.replace("Hello Fay Facilitator", "")


def test_a_removed_member_is_told_why_and_the_group_only_that_they_left(cast, small):
    membership = small.participants.get()
    actions.remove(membership=membership, by=cast.facilitator, reason="Broke the covenant.")
    membership.refresh_from_db()
    assert (membership.removed_by, membership.removal_reason) == (cast.facilitator, "Broke the covenant.")
    activity = Activity.objects.get(space=small.space, kind="member.left")
    assert activity.actor == cast.colleague


def test_a_facilitator_is_neither_removed_nor_muted(cast, small):
    with pytest.raises(Refusal, match="Ask NCB staff"):
        actions.remove(membership=small.facilitators.get(), by=cast.facilitator, reason="x")
    with pytest.raises(Refusal, match="Ask NCB staff"):
        actions.mute(membership=small.facilitators.get(), by=cast.facilitator, hours=1)


def test_leaving_twice_says_so(cast, small):
    membership = small.participants.get()
    actions.leave(membership=membership, by=cast.colleague)
    with pytest.raises(Refusal, match="no longer in the group"):
        actions.leave(membership=membership, by=cast.colleague)


def test_next_years_group_invites_last_years_people_and_keeps_to_its_seats(cast, small):
    accept(cast, *ask(small, cast.outsider))
    small.seats = 1
    small.save()
    following = actions.follow(group=small, by=cast.staff)
    assert (following.topic, following.fiscal_year, following.follows) == ("Sleep", 2028, small)
    assert [one.member for one in following.facilitators] == [cast.facilitator]
    back = {one.member: one for one in JoinRequest.objects.filter(group=following, state="invited")}
    assert set(back) == {cast.colleague, cast.outsider}
    assert actions.accept_invitation(request=back[cast.outsider], by=cast.outsider).state == "accepted"
    assert actions.accept_invitation(request=back[cast.colleague], by=cast.colleague).state == "waitlisted"
    with pytest.raises(Refusal, match="already"):
        actions.follow(group=small, by=cast.staff)


def test_a_group_has_at_most_two_facilitators_who_hold_the_role(cast, small):
    with pytest.raises(Refusal, match="does not have the facilitator's role"):
        actions.appoint(group=small, member=cast.outsider, by=cast.staff)
    second = make_member("Sol Second", cast.home, "facilitator")
    third = make_member("Thea Third", cast.home, "facilitator")
    actions.appoint(group=small, member=second, by=cast.staff)
    with pytest.raises(Refusal, match="at most two"):
        actions.appoint(group=small, member=third, by=cast.staff)
    actions.dismiss(membership=small.facilitators.get(member=second), by=cast.staff)
    actions.appoint(group=small, member=third, by=cast.staff)
    assert small.facilitators.count() == 2


def test_a_participant_who_is_appointed_frees_a_seat(cast, small):
    second, third = make_member("Sol Second", cast.home, "facilitator"), make_member("Theo Third", cast.home)
    accept(cast, *ask(small, second, third))
    actions.appoint(group=small, member=second, by=cast.staff)
    assert people(small) == {"Cole Colleague", "Theo Third"}
