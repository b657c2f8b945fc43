"""Who may read and write in a group, and what takes it away."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from access import Refusal, may
from groups import actions
from groups.models import BreakGlass, Covenant, Group
from members.models import Member, RoleGrant
from spaces.kinds import space_kind
from spaces.models import Activity

pytestmark = pytest.mark.django_db


def asked(member, group):
    """Read, write, moderate: asked as a page would, about rows fresh from the database."""
    member, space = Member.objects.get(pk=member.pk), Group.objects.get(pk=group.pk).space
    return tuple(may(member, verb, space) for verb in ("space.read", "space.write", "space.moderate"))


def why_not(member, group):
    return space_kind("group").why_not(Member.objects.get(pk=member.pk), group.space)


def end_award(organisation, days_ago):
    today = organisation.today()
    organisation.bases.update(starts_on=today - timedelta(days=900), ends_on=today - timedelta(days=days_ago))


def test_members_who_signed_read_and_write(cast):
    assert asked(cast.member, cast.group) == (True, True, False)
    assert asked(cast.facilitator, cast.group) == (True, True, True)


@pytest.mark.parametrize(
    "person",
    [
        "outsider",
        "lapsed",
        "unsigned",
        "contact",
        "specialist",
        "expert",
        "staff",
        "admin",
        "privacy_officer",
        "deactivated",
    ],
)
def test_nobody_else_reads(cast, person):
    assert asked(getattr(cast, person), cast.group) == (False, False, False)


def test_grace_is_for_reading(cast):
    end_award(cast.home, days_ago=5)
    assert asked(cast.member, cast.group) == (True, False, False)
    assert asked(cast.facilitator, cast.group) == (True, False, False)
    assert "contact" in why_not(cast.member, cast.group)


def test_a_closed_group_is_for_reading_and_its_facilitator_can_reopen_it(cast):
    actions.close(group=cast.group, by=cast.facilitator)
    assert asked(cast.member, cast.group) == (True, False, False)
    assert asked(cast.facilitator, cast.group) == (True, False, True)
    assert "reopen" in why_not(cast.member, cast.group)


def test_the_muted_read_until_their_time_is_over(cast):
    membership = cast.group.participants.get(member=cast.member)
    actions.mute(membership=membership, by=cast.facilitator, hours=24)
    assert asked(cast.member, cast.group) == (True, False, False)
    assert "muted" in why_not(cast.member, cast.group)
    membership.refresh_from_db()
    membership.muted_until = now() - timedelta(seconds=1)
    membership.save()
    assert asked(cast.member, cast.group) == (True, True, False)


def test_unmuting_lets_them_write_at_once(cast):
    membership = cast.group.participants.get(member=cast.member)
    actions.mute(membership=membership, by=cast.facilitator, hours=24)
    actions.unmute(membership=membership, by=cast.facilitator)
    assert asked(cast.member, cast.group) == (True, True, False)


def test_a_new_covenant_shuts_everyone_out_until_they_sign(cast):
    before = Activity.objects.filter(kind="access.changed").count()
    covenant = actions.publish_covenant(text="We keep confidence, always.", by=cast.staff)
    assert asked(cast.member, cast.group) == (False, False, False)
    assert Activity.objects.filter(kind="access.changed").count() == before + 5
    actions.sign(covenant=covenant, group=cast.group, by=cast.member, name="Mara Member")
    assert asked(cast.member, cast.group) == (True, True, False)


def test_an_old_covenant_is_not_signed(cast):
    old = Covenant.objects.get()
    actions.publish_covenant(text="We keep confidence, always.", by=cast.staff)
    with pytest.raises(Refusal, match="newer version"):
        actions.sign(covenant=old, group=cast.group, by=cast.unsigned, name="Uma Unsigned")


def test_the_same_text_is_not_a_new_version(cast):
    with pytest.raises(Refusal, match="word for word"):
        actions.publish_covenant(text=Covenant.objects.get().text, by=cast.staff)


def test_a_facilitator_who_lost_the_role_is_a_reader(cast):
    cast.facilitator.role_grants.update(ended_at=now())
    assert asked(cast.facilitator, cast.group) == (True, True, False)


@pytest.mark.parametrize("role", ["staff", "admin", "privacy_officer", "orr_specialist"])
def test_whoever_oversees_groups_stops_reading_theirs(cast, role):
    RoleGrant.objects.create(member=cast.member, role=role)
    assert asked(cast.member, cast.group) == (False, False, False)
    assert not may(Member.objects.get(pk=cast.member.pk), "group.ask", cast.group)


def test_reading_is_decided_in_few_queries(cast, django_assert_max_num_queries):
    member, space = Member.objects.get(pk=cast.member.pk), Group.objects.get(pk=cast.group.pk).space
    with django_assert_max_num_queries(4):
        assert may(member, "space.read", space)


def open_glass(cast):
    glass = actions.ask_glass(group=cast.group, by=cast.admin, reason="A report of harm.")
    return actions.open_glass(glass=glass, by=cast.privacy_officer)


def test_break_glass_needs_a_second_person(cast):
    glass = actions.ask_glass(group=cast.group, by=cast.admin, reason="A report of harm.")
    assert asked(cast.admin, cast.group) == (False, False, False)
    with pytest.raises(Refusal, match="second person"):
        actions.open_glass(glass=glass, by=cast.admin)
    assert not may(cast.admin, "glass.decide", glass)
    assert may(cast.privacy_officer, "glass.decide", glass)
    assert not may(cast.staff, "glass.decide", glass)
    assert not may(cast.specialist, "glass.ask", cast.group)


def test_break_glass_reads_for_a_while_and_never_writes(cast):
    glass = open_glass(cast)
    assert asked(cast.admin, cast.group) == (True, False, False)
    assert asked(cast.privacy_officer, cast.group) == (False, False, False)
    BreakGlass.objects.filter(pk=glass.pk).update(opened_at=now() - timedelta(hours=4), ends_at=now())
    assert asked(cast.admin, cast.group) == (False, False, False)


def test_break_glass_is_told_to_the_members_and_ends_by_itself(cast):
    glass = open_glass(cast)
    BreakGlass.objects.filter(pk=glass.pk).update(opened_at=now() - timedelta(hours=4), ends_at=now())
    assert actions.end_expired() == 1
    assert actions.end_expired() == 0
    told = list(Activity.objects.filter(space=cast.group.space).values_list("kind", "target"))
    assert told == [("glass.opened", glass.pk), ("glass.ended", glass.pk)]


def test_break_glass_can_be_ended_early(cast):
    glass = open_glass(cast)
    actions.end_glass(glass=glass, by=cast.privacy_officer)
    assert asked(cast.admin, cast.group) == (False, False, False)


def test_who_lost_the_role_reads_no_more_through_the_glass(cast):
    open_glass(cast)
    cast.admin.role_grants.update(ended_at=now())
    assert asked(cast.admin, cast.group) == (False, False, False)


def test_a_refused_break_glass_stays_in_the_record(cast):
    glass = actions.ask_glass(group=cast.group, by=cast.admin, reason="A report of harm.")
    actions.refuse_glass(glass=glass, by=cast.privacy_officer)
    with pytest.raises(Refusal, match="answered already"):
        actions.open_glass(glass=glass, by=cast.privacy_officer)
    assert not Activity.objects.filter(space=cast.group.space).exists()
    actions.ask_glass(group=cast.group, by=cast.admin, reason="Another report.")


def test_one_asks_once_at_a_time(cast):
    actions.ask_glass(group=cast.group, by=cast.admin, reason="A report of harm.")
    with pytest.raises(Refusal, match="asked for this group already"):
        actions.ask_glass(group=cast.group, by=cast.admin, reason="A report of harm.")
