import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.timezone import now

from audit.models import Entry
from members.actions import organisations
from members.actions.lapse import send_lapse_notices, tell_turned_standings
from members.eligibility import eligibility
from members.models import Basis, EligibilityRule, LapseNotice, Member
from spaces.inbox import inbox_of
from tests.people import make_member, make_organisation, sign_in

CHICAGO = ZoneInfo("America/Chicago")
LAST = date(2026, 9, 29)
MIDNIGHT = datetime(2026, 9, 30, tzinfo=CHICAGO)


@pytest.fixture
def letters(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def home(db):
    """An organisation in Chicago whose only award ends on 29 September 2026, with a contact and a member."""
    organisation = make_organisation("Harbor Light Healing Center", ends_in=None)
    Basis.objects.create(
        organisation=organisation,
        kind="orr_award",
        number="90ZT9001",
        award_type="DS",
        starts_on=date(2022, 9, 30),
        ends_on=LAST,
    )
    make_member("Connie Contact", organisation, "contact")
    make_member("Mara Member", organisation)
    return organisation


def on(day, hour=12):
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=CHICAGO), tick=False)


def notices_each_day(first, last):
    """What the job sent, run every day: {days before the end: letters}."""
    sent = {}
    day = first
    while day <= last:
        with on(day):
            before = len(mail.outbox)
            send_lapse_notices()
            send_lapse_notices()
            if len(mail.outbox) > before:
                sent[(LAST - day).days] = len(mail.outbox) - before
        day += timedelta(days=1)
    return sent


def test_everybody_hears_60_30_and_7_days_before_then_of_grace_and_the_end(home, letters):
    days = notices_each_day(LAST - timedelta(days=70), LAST + timedelta(days=40))
    assert days == {60: 2, 30: 2, 7: 2, -1: 2, -31: 2}
    assert list(LapseNotice.objects.order_by("sent_at").values_list("step", flat=True)) == [
        "60",
        "30",
        "7",
        "grace",
        "closed",
    ]
    assert {letter.subject for letter in letters} == {
        "Your organisation's eligibility ends on September 29, 2026",
        "You can read, but not write, at the Community of Practice for now",
        "The Community of Practice is closed to your organisation for now",
    }
    bodies = {letter.to[0]: letter.body for letter in letters[:2]}
    assert "You are its contact." in bodies["connie.contact@example.org"]
    assert "You are its contact." not in bodies["mara.member@example.org"]


def test_a_short_award_gets_one_notice_at_first_not_three(home, letters):
    assert notices_each_day(LAST - timedelta(days=5), LAST) == {5: 2}


def test_a_renewal_ends_the_notices_and_opens_everything(home, letters):
    staff = make_member("Stan Staff", None, "staff")
    with on(LAST + timedelta(days=45)):
        member = Member.objects.get(name="Mara Member")
        assert eligibility(member, "groups").state == "closed"
        before = inbox_of(member).last_seq
        renewal = Basis(
            organisation=home,
            kind="orr_award",
            number="90ZT9001-05-00",
            award_type="DS",
            starts_on=LAST + timedelta(days=1),
            ends_on=date(2027, 9, 29),
        )
        organisations.save_basis(basis=renewal, by=staff)
        assert eligibility(member, "groups").state == "open"
        assert inbox_of(member).last_seq == before + 1
    assert notices_each_day(LAST + timedelta(days=46), LAST + timedelta(days=60)) == {}


def test_a_renewal_in_time_means_no_notice(home, letters):
    Basis.objects.create(
        organisation=home,
        kind="ncttp",
        level="Full member",
        starts_on=date(2026, 1, 1),
        ends_on=date(2028, 1, 1),
    )
    assert notices_each_day(LAST - timedelta(days=65), LAST + timedelta(days=2)) == {}


def test_who_has_left_or_is_deactivated_hears_nothing(home, letters):
    gone = make_member("Gail Gone", home)
    gone.affiliations.update(ends_on=date(2026, 1, 1), ended_at=now() - timedelta(days=400))
    closed = make_member("Dea Deactivated", home)
    Member.objects.filter(pk=closed.pk).update(deactivated_at=now() - timedelta(days=400))
    with on(LAST - timedelta(days=7)):
        send_lapse_notices()
    assert {letter.to[0] for letter in letters} == {"connie.contact@example.org", "mara.member@example.org"}


def test_a_notice_is_one_row_in_the_database(home):
    LapseNotice.objects.create(organisation=home, ends_on=LAST, step="7")
    with pytest.raises(IntegrityError), transaction.atomic():
        LapseNotice.objects.create(organisation=home, ends_on=LAST, step="7")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_letter_each(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    organisation = make_organisation("Harbor Light Healing Center", ends_in=6)
    EligibilityRule.objects.get_or_create(service="groups", basis="orr_award", valid_from=date(2000, 1, 1))
    make_member("Mara Member", organisation)
    start, sent = threading.Barrier(3), []

    def work():
        try:
            start.wait()
            sent.append(send_lapse_notices())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(sent), len(mail.outbox)) == ([0, 0, 1], 1)


# Open pages


def test_pages_are_checked_the_moment_grace_begins_and_ends(home):
    member = Member.objects.get(name="Mara Member")
    with time_machine.travel(MIDNIGHT - timedelta(seconds=1), tick=False):
        assert tell_turned_standings() == 0  # told for the first time: no page is older
        assert tell_turned_standings() == 0
    before = inbox_of(member).last_seq
    with time_machine.travel(MIDNIGHT, tick=False):
        assert tell_turned_standings() == 2
        assert tell_turned_standings() == 0
    with time_machine.travel(MIDNIGHT + timedelta(days=30) - timedelta(seconds=1), tick=False):
        assert tell_turned_standings() == 0
    with time_machine.travel(MIDNIGHT + timedelta(days=30), tick=False):
        assert tell_turned_standings() == 2
    assert inbox_of(member).last_seq == before + 2
    assert member.told_standing == ""
    member.refresh_from_db()
    assert member.told_standing == "c" * 8


def test_pages_are_checked_when_a_rule_or_an_affiliation_turns(home):
    member = Member.objects.get(name="Mara Member")
    member.affiliations.update(ends_on=date(2026, 5, 31))
    EligibilityRule.objects.filter(service="meetings").update(valid_to=date(2026, 4, 30))
    with on(date(2026, 4, 30)):
        tell_turned_standings()
    with on(date(2026, 5, 1)):
        assert tell_turned_standings() == 2
    with on(date(2026, 6, 1)):
        assert tell_turned_standings() == 2  # the member's link ends; for the contact, meetings close


def test_looking_costs_as_many_queries_for_many_members(home, django_assert_num_queries):
    tell_turned_standings()
    for number in range(30):
        make_member(f"Member {number}", home)
    tell_turned_standings()
    with django_assert_num_queries(3):
        assert tell_turned_standings() == 0


def test_an_award_ended_by_staff_closes_and_says_so(client, cast, letters):
    basis = cast.home.bases.get()
    concerned = [cast.member, cast.facilitator, cast.contact, cast.unsigned]
    before = {member: inbox_of(member).last_seq for member in [*concerned, cast.outsider]}
    sign_in(client, cast.staff)
    url = reverse("members:basis_end", args=[basis.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Terminated by ORR."}).status_code == 302
    assert eligibility(cast.member, "groups").state == "closed"
    assert {member: inbox_of(member).last_seq - seq for member, seq in before.items()} == {
        **dict.fromkeys(concerned, 1),
        cast.outsider: 0,
    }
    assert {letter.to[0] for letter in letters} == {member.email for member in concerned}
    assert ["Terminated by ORR." in letter.body for letter in letters] == [
        letter.to[0] == cast.contact.email for letter in letters
    ]
    entry = Entry.objects.get(verb="basis.ended")
    assert (entry.actor, entry.facts["reason"]) == (cast.staff.pk, "Terminated by ORR.")
    assert client.post(url, {"reason": "Again."}).status_code == 422


def test_a_correction_from_an_older_page_does_not_undo_an_end(cast):
    basis = cast.home.bases.get()
    copy = Basis.objects.get(pk=basis.pk)
    organisations.end_basis(basis=basis, by=cast.staff, reason="Terminated.")
    copy.ends_on = date(2035, 1, 1)
    with pytest.raises(organisations.Refusal, match="was ended"):
        organisations.save_basis(basis=copy, by=cast.admin)
    basis.refresh_from_db()
    assert (bool(basis.ended_at), basis.ended_reason) == (True, "Terminated.")


def test_somebody_who_no_longer_works_there_is_out_at_once(client, cast):
    affiliation = cast.member.affiliations.get()
    before = inbox_of(cast.member).last_seq
    sign_in(client, cast.contact)
    url = reverse("members:affiliation_end", args=[affiliation.pk])
    assert client.post(url, {"last_day": "1999-01-01"}).status_code == 422
    assert client.post(url, {"last_day": cast.home.today().isoformat(), "reason": "Moved."}).status_code == 302
    assert eligibility(cast.member, "groups").state == "closed"
    assert inbox_of(cast.member).last_seq == before + 1


def test_a_contact_who_leaves_is_contact_no_longer(cast):
    organisations.end_affiliation(
        affiliation=cast.contact.affiliations.get(), last_day=cast.home.today(), by=cast.staff
    )
    assert list(cast.contact.contact_of()) == []
