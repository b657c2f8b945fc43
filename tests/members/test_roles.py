import re
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from access import Refusal, may
from audit.models import Entry
from members.actions.people import deactivate, reactivate
from members.actions.roles import end_role, grant_role
from members.models import Member, RoleGrant
from spaces.inbox import inbox_of
from tests.people import make_cast, make_member, sign_in


def fresh(member):
    return Member.objects.get(pk=member.pk)


def test_a_role_opens_and_closes_what_it_is_for(cast):
    assert not may(fresh(cast.member), "staff.enter")
    grant = grant_role(member=cast.member, role="staff", by=cast.admin, reason="New colleague.")
    assert may(fresh(cast.member), "staff.enter")
    end_role(grant=grant, by=cast.admin, reason="Left.")
    assert not may(fresh(cast.member), "staff.enter")
    assert list(Entry.objects.filter(verb__startswith="role.").values_list("verb", "actor", "subject", "facts")) == [
        (
            verb,
            cast.admin.pk,
            f"members.Member:{cast.member.pk}",
            {"role": "staff", "organisation": None, "reason": reason},
        )
        for verb, reason in [("role.granted", "New colleague."), ("role.ended", "Left.")]
    ]


def test_open_pages_are_checked_when_a_role_changes(cast):
    before = inbox_of(cast.member).last_seq
    grant = grant_role(member=cast.member, role="expert", by=cast.admin)
    end_role(grant=grant, by=cast.admin, reason="Over.")
    assert inbox_of(cast.member).last_seq == before + 2


def test_a_role_is_given_once(cast):
    with pytest.raises(Refusal, match="has this role already"):
        grant_role(member=cast.staff, role="staff", by=cast.admin)


@pytest.mark.parametrize(("role", "with_organisation"), [("contact", True), ("expert", False)])
def test_the_database_allows_one_current_grant(cast, role, with_organisation):
    organisation = cast.home if with_organisation else None
    RoleGrant.objects.create(member=cast.outsider, role=role, organisation=organisation)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(member=cast.outsider, role=role, organisation=organisation)


def test_a_contact_works_where_they_speak_for(cast):
    with pytest.raises(Refusal, match="does not work at"):
        grant_role(member=cast.outsider, role="contact", organisation=cast.home, by=cast.staff)
    grant_role(member=cast.member, role="contact", organisation=cast.home, by=cast.staff)
    with pytest.raises(Refusal, match="Choose which"):
        grant_role(member=cast.member, role="contact", by=cast.staff)
    with pytest.raises(Refusal, match="Only a contact"):
        grant_role(member=cast.member, role="expert", organisation=cast.home, by=cast.staff)


def test_a_role_ends_once(cast):
    grant = cast.facilitator.role_grants.get()
    end_role(grant=grant, by=cast.admin, reason="Over.")
    with pytest.raises(Refusal, match="ended already"):
        end_role(grant=grant, by=cast.admin, reason="Over.")


# The last admin


def test_the_last_admin_cannot_vanish(cast):
    with pytest.raises(Refusal, match="only NCB admin"):
        end_role(grant=cast.admin.role_grants.get(), by=cast.admin, reason="Leaving.")
    with pytest.raises(Refusal, match="only NCB admin"):
        deactivate(member=cast.admin, by=cast.admin, reason="Leaving.")
    grant_role(member=cast.staff, role="admin", by=cast.admin)
    end_role(grant=cast.admin.role_grants.get(), by=cast.admin, reason="Leaving.")
    assert [grant.member for grant in RoleGrant.objects.current().filter(role="admin")] == [cast.staff]


def test_a_deactivated_admin_does_not_count(cast):
    grant_role(member=cast.staff, role="admin", by=cast.admin)
    Member.objects.filter(pk=cast.staff.pk).update(deactivated_at=cast.staff.joined_at)
    with pytest.raises(Refusal, match="only NCB admin"):
        end_role(grant=cast.admin.role_grants.get(), by=cast.admin, reason="Leaving.")


def both_admins_leave(cast):
    """Two admins, each ended by the other, at the same time. What each got."""
    other = make_member("Ann Admin", None, "admin")
    grants = [cast.admin.role_grants.get(), other.role_grants.get()]
    start, answers = threading.Barrier(2), []

    def leave(grant):
        try:
            start.wait()
            answers.append(end_role(grant=grant, by=None, reason="Leaving."))
        except Refusal as refusal:
            answers.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[grant]) for grant in grants]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_leave_at_once_do_not_both():
    answers = both_admins_leave(make_cast())
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    assert RoleGrant.objects.current().filter(role="admin").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would(monkeypatch):
    looked = threading.Barrier(2)

    def look_without_locking(leaving):
        active = set(RoleGrant.objects.current().filter(role="admin").values_list("member", flat=True))
        looked.wait()
        assert active != {leaving.pk}

    monkeypatch.setattr("members.actions.roles.keep_an_admin", look_without_locking)
    both_admins_leave(make_cast())
    assert RoleGrant.objects.current().filter(role="admin").count() == 0


# Closing accounts


def test_a_closed_account_is_out_at_once_and_can_come_back(client, cast):
    sign_in(client, cast.member)
    assert client.get(reverse("members:profile")).status_code == 200
    staff = Client()
    sign_in(staff, cast.staff)
    url = reverse("members:member_deactivate", args=[cast.member.pk])
    assert staff.post(url, {"reason": ""}).status_code == 422
    assert staff.post(url, {"reason": "Asked for it."}).status_code == 302
    assert client.get(reverse("members:profile")).status_code == 302
    assert Entry.objects.filter(verb="member.deactivated").get().facts["reason"] == "Asked for it."
    assert staff.post(url, {"reason": "Again."}).context["form"].non_field_errors() == [
        "This account is closed already."
    ]
    staff.post(reverse("members:member_reactivate", args=[cast.member.pk]), {"reason": "Came back."})
    assert fresh(cast.member).is_active
    with pytest.raises(Refusal, match="open already"):
        reactivate(member=cast.member, by=cast.staff)


@pytest.mark.parametrize("person", ["admin", "privacy_officer", "specialist"])
def test_staff_do_not_manage_those_who_run_the_house(client, cast, person):
    sign_in(client, cast.staff)
    other = getattr(cast, person)
    assert client.post(reverse("members:member_deactivate", args=[other.pk]), {"reason": "x"}).status_code == 403
    grant = other.role_grants.get()
    assert client.post(reverse("members:role_end", args=[grant.pk]), {"reason": "x"}).status_code == 403
    give = client.post(reverse("members:role_give", args=[cast.staff.pk]), {"role": "admin"})
    assert (give.status_code, cast.staff.role_grants.count()) == (422, 1)


# The first admin


def test_the_first_admin_is_made_by_one_command(db, client, capsys):
    call_command("create_admin", "Ada@example.org")
    out = capsys.readouterr().out
    link = re.search(r"https?://[^/\s]+(/invitation/\S+)", out)[1]
    answer = client.post(link, {"name": "Ada Admin", "time_zone": "America/Chicago", "password": ""})
    assert answer.status_code == 302
    ada = Member.objects.get(email="ada@example.org")
    assert ada.has_role("admin")
    assert client.get(link).status_code == 410
    with pytest.raises(CommandError, match="There is an NCB admin already"):
        call_command("create_admin", "eve@example.org")
    call_command("create_admin", "eve@example.org", again="Ada cannot be reached.")
    assert Entry.objects.filter(verb="admin.invited").last().facts == {"reason": "Ada cannot be reached."}


def test_the_first_admin_needs_an_address(db):
    with pytest.raises(CommandError, match="not an address"):
        call_command("create_admin", "ada")
