import re
from datetime import timedelta
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from access import Refusal
from audit.models import Entry
from members.actions import joining
from members.domains import organisation_of_address
from members.models import Application, Domain, Invitation, Member, RoleGrant
from spaces.models import Space
from tests.at_once import at_once
from tests.people import make_cast, make_member, make_organisation

NEW = "new.person@harbor.example.org"
GOOD = {"name": "Nia New", "time_zone": "America/Chicago", "password": "several invented words in a row"}


@pytest.fixture
def letters(settings):
    """What was written, in a plain box."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


def link_in(letter):
    return re.search(r"https?://[^/\s]+(/\S+)", letter.body)[1]


def invited(cast, **about):
    values = {"email": NEW, "organisation": cast.home, "by": cast.contact} | about
    return joining.issue_invitation(**values)


# Invitations


def test_a_contact_invites_and_the_invited_person_goes_in(client, cast, letters):
    client.force_login(cast.contact)
    client.post(reverse("members:invite", args=[cast.home.pk]), {"email": NEW, "name": "Nia New"})
    assert [letter.to for letter in letters] == [[NEW]]
    stranger = Client()
    page = stranger.get(link_in(letters[0]))
    assert (page.status_code, page.headers["Cache-Control"].count("no-store")) == (200, 1)
    answer = stranger.post(link_in(letters[0]), GOOD)
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    member = Member.objects.get(email=NEW)
    assert stranger.session["_auth_user_id"] == str(member.pk)
    assert (member.name, member.check_password(GOOD["password"])) == ("Nia New", True)
    assert EmailAddress.objects.get(user=member, email=NEW).verified
    assert Space.objects.of(member).get().kind == Space.Kind.INBOX
    affiliation = member.affiliations.get()
    assert (affiliation.organisation, affiliation.basis_then["number"]) == (cast.home, "90ZT9001")
    entry = Entry.objects.get(verb="invitation.accepted")
    assert entry.facts["invited_by"] == str(cast.contact.pk)


def test_opening_the_link_changes_nothing(client, cast):
    invitation, token = invited(cast)
    for _ in range(3):
        client.get(reverse("members:invitation", args=[token]))
        client.head(reverse("members:invitation", args=[token]))
    invitation.refresh_from_db()
    assert (invitation.accepted_at, Member.objects.filter(email=NEW).exists()) == (None, False)


def test_only_the_hash_of_the_link_is_kept(cast):
    invitation, token = invited(cast)
    assert token not in str(Invitation.objects.filter(pk=invitation.pk).values())
    assert token not in str(list(Entry.objects.values()))


def test_the_address_is_the_invitations_whatever_is_typed(client, cast):
    _, token = invited(cast)
    client.post(reverse("members:invitation", args=[token]), GOOD | {"email": "evil@example.org", "roles": "admin"})
    member = Member.objects.get(name="Nia New")
    assert (member.email, list(member.role_grants.all())) == (NEW, [])


def test_it_works_without_a_password(client, cast):
    _, token = invited(cast)
    client.post(reverse("members:invitation", args=[token]), GOOD | {"password": ""})
    member = Member.objects.get(email=NEW)
    assert (member.has_usable_password(), client.session["_auth_user_id"]) == (False, str(member.pk))


def test_a_form_with_an_error_keeps_what_was_typed_and_the_invitation(client, cast):
    _, token = invited(cast)
    page = client.post(reverse("members:invitation", args=[token]), GOOD | {"name": "", "time_zone": "Pacific/Guam"})
    assert (page.status_code, page.context["form"]["time_zone"].value()) == (422, "Pacific/Guam")
    assert client.post(reverse("members:invitation", args=[token]), GOOD).status_code == 302


@pytest.mark.parametrize("state", ["used", "revoked", "expired", "older", "of another purpose"])
def test_a_dead_link_opens_nothing(client, cast, state):
    invitation, token = invited(cast)
    if state == "used":
        joining.accept_as_new(token=token, name="Nia", time_zone="America/Chicago")
    elif state == "revoked":
        joining.revoke(invitation=invitation, by=cast.contact)
    elif state == "expired":
        Invitation.objects.update(expires_at=now())
    elif state == "older":
        joining.resend(invitation=invitation, by=cast.contact)
    else:
        invitation.token_hash = joining.hash_of("appeal", token)
        invitation.save()
    before = Member.objects.count()
    for answer in [
        client.get(reverse("members:invitation", args=[token])),
        client.post(reverse("members:invitation", args=[token]), GOOD),
    ]:
        assert answer.status_code == 410
    with pytest.raises(Refusal, match=r"^This invitation can no longer be used\."):
        joining.accept_as_new(token=token, name="Nia", time_zone="America/Chicago")
    assert Member.objects.count() == before


def test_an_invitation_lives_fourteen_days(cast):
    invitation, _ = invited(cast)
    assert invitation.expires_at - invitation.created_at == pytest.approx(timedelta(days=14), abs=timedelta(seconds=5))


def test_a_member_links_their_account(client, cast):
    invitation, token = invited(cast, email=cast.outsider.email, roles=["expert"], by=cast.staff)
    client.force_login(cast.outsider)
    assert client.get(reverse("members:invitation", args=[token])).context["theirs"]
    assert client.post(reverse("members:invitation", args=[token])).status_code == 302
    assert {one.organisation for one in cast.outsider.affiliations.all()} == {cast.home, cast.away}
    assert RoleGrant.objects.get(role="expert", member=cast.outsider).granted_by == cast.staff


def test_nobody_takes_another_persons_invitation(client, cast):
    invitation, token = invited(cast, email=cast.outsider.email)
    client.force_login(cast.member)
    assert not client.get(reverse("members:invitation", args=[token])).context["theirs"]
    assert client.post(reverse("members:invitation", args=[token])).status_code == 409
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_an_invitation_to_a_members_address_asks_them_to_sign_in(client, cast):
    _, token = invited(cast, email=cast.outsider.email)
    page = client.post(reverse("members:invitation", args=[token]), GOOD)
    assert page.context["form"].non_field_errors() == [
        "There is an account with this address already. Sign in, then open the invitation again."
    ]


def test_a_contact_of_another_organisation_sees_no_invitation(client, cast):
    invitation, _ = invited(cast)
    other = make_member("Otto Other", cast.away, "contact")
    client.force_login(other)
    for name in ("invitation_resend", "invitation_revoke"):
        assert client.post(reverse(f"members:{name}", args=[invitation.pk])).status_code == 404
    assert client.post(reverse("members:invite", args=[cast.home.pk]), {"email": NEW}).status_code == 404


def test_a_member_may_not_invite(client, cast):
    client.force_login(cast.member)
    assert client.post(reverse("members:invite", args=[cast.home.pk]), {"email": NEW}).status_code == 403


def test_the_contact_of_a_closed_organisation_may_not_invite(client, cast):
    contact = make_member("Gone Contact", cast.gone, "contact")
    client.force_login(contact)
    assert client.get(reverse("members:organisation", args=[cast.gone.pk])).status_code == 200
    assert client.post(reverse("members:invite", args=[cast.gone.pk]), {"email": NEW}).status_code == 403


def test_staff_do_not_give_the_roles_of_those_who_run_the_house(client, cast, letters):
    client.force_login(cast.staff)
    form = {"email": NEW, "organisation": "", "roles": ["admin"]}
    assert client.post(reverse("members:staff_invite"), form).status_code == 422
    client.force_login(cast.admin)
    assert client.post(reverse("members:staff_invite"), form).status_code == 302
    assert Invitation.objects.get(email=NEW).roles == ["admin"]


def test_a_contact_cannot_resend_what_gives_roles(client, cast):
    invitation, _ = invited(cast, roles=["facilitator"], by=cast.staff)
    client.force_login(cast.contact)
    assert client.post(reverse("members:invitation_resend", args=[invitation.pk])).status_code == 403


# Races


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_who_accept_at_once_one_goes_in():
    _, token = invited(make_cast())
    answers = at_once(*[lambda: joining.accept_as_new(token=token, name="Nia", time_zone="America/Chicago")] * 6)
    assert sorted(type(answer).__name__ for answer in answers) == ["Member"] + ["Refusal"] * 5
    assert {str(answer) for answer in answers if isinstance(answer, Refusal)} == {joining.USED_UP}
    assert Member.objects.filter(email=NEW).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_race_is_real_and_the_constraint_still_stops_it(monkeypatch):
    _, token = invited(make_cast())
    both_looked = Barrier(2)

    def look_without_locking(token):
        invitation = Invitation.objects.get(token_hash=joining.hash_of("invitation", token))
        assert not invitation.accepted_at
        both_looked.wait()
        return invitation

    monkeypatch.setattr(joining, "_claim", look_without_locking)
    answers = at_once(*[lambda: joining.accept_as_new(token=token, name="Nia", time_zone="America/Chicago")] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["Member", "Refusal"]
    assert Member.objects.filter(email=NEW).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_accepting_and_revoking_at_once_has_one_result():
    cast = make_cast()
    invitation, token = invited(cast)
    accepted, revoked = at_once(
        lambda: joining.accept_as_new(token=token, name="Nia", time_zone="America/Chicago"),
        lambda: joining.revoke(invitation=invitation, by=cast.contact),
    )
    invitation.refresh_from_db()
    assert isinstance(accepted, Refusal) != isinstance(revoked, Refusal)
    assert bool(invitation.accepted_at) != bool(invitation.revoked_at)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_approving_and_refusing_at_once_has_one_result():
    cast = make_cast()
    application = applied(organisation=cast.home)
    copies = [Application.objects.get(pk=application.pk) for _ in range(2)]
    answers = at_once(
        lambda: joining.approve(application=copies[0], by=cast.contact),
        lambda: joining.refuse(application=copies[1], by=cast.staff, reason="We do not know them."),
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    assert Entry.objects.filter(verb="application.decided").count() == 1


def test_the_database_allows_one_waiting_invitation_an_address_and_organisation(cast):
    invitation, _ = invited(cast)
    invitation.pk, invitation.token_hash, invitation.email = None, "another", NEW.upper()
    invitation._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        invitation.save()


# Applications


def applied(email=NEW, organisation=None, name="Nia New", **about):
    """A confirmed application."""
    token, token_hash = joining.new_token("confirm")
    Application.objects.create(
        name=name, email=email, token_hash=token_hash, token_expires_at=now() + timedelta(days=3)
    )
    values = {"organisation": organisation, "organisation_name": "", "title": "Social worker", "message": ""} | about
    return joining.confirm_application(token=token, **values)


def test_an_applicant_confirms_is_approved_and_goes_in(client, cast, letters):
    Domain.objects.create(organisation=cast.home, name="harbor.example.org")
    answer = client.post(reverse("members:apply"), {"name": "Nia New", "email": NEW})
    assert answer.url == reverse("members:apply_sent")
    page = client.get(link_in(letters[0]))
    assert page.context["suggested"] == cast.home
    assert Application.objects.get().confirmed_at is None
    client.post(link_in(letters[0]), {"organisation": str(cast.home.pk), "title": "Social worker"})
    application = Application.objects.get()
    assert (application.organisation, bool(application.confirmed_at)) == (cast.home, True)
    assert [letter.to for letter in letters[1:]] == [[cast.contact.email]]
    assert "Nia" not in letters[1].subject + letters[1].body
    client.force_login(cast.contact)
    assert client.get(link_in(letters[1])).context["decides"]
    client.post(reverse("members:application_approve", args=[application.pk]))
    stranger = Client()
    stranger.post(link_in(letters[2]), GOOD)
    assert Member.objects.get(email=NEW).affiliations.get().title == "Social worker"


def test_an_applicant_is_nobody_until_approved(client, cast, letters):
    client.post(reverse("members:apply"), {"name": "Nia New", "email": NEW})
    client.post(link_in(letters[0]), {"organisation_name": "Somewhere else"})
    assert (Member.objects.filter(email=NEW).count(), Invitation.objects.count()) == (0, 0)


def test_the_answer_is_the_same_whoever_it_is(client, cast, letters):
    applied("waits@example.org", cast.home)
    letters.clear()
    pages = [
        client.post(reverse("members:apply"), {"name": "Any", "email": email}, follow=True)
        for email in (NEW, cast.member.email, cast.member.email.upper(), cast.deactivated.email, "waits@example.org")
    ]
    said = {re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page.content) for page in pages}
    assert len(said) == len({(page.status_code, page.redirect_chain[0]) for page in pages}) == 1
    assert [letter.to[0] for letter in letters] == [
        NEW,
        cast.member.email,
        cast.member.email,
        cast.deactivated.email,
        "waits@example.org",
    ]
    assert letters[1].subject == "You have an account at the Community of Practice"


def test_the_list_of_organisations_is_not_to_be_read_off(client, cast, letters):
    for number in range(8):
        make_organisation(f"Harbor {number}")
    assert b"Harbor" not in client.get(reverse("members:apply")).content
    client.post(reverse("members:apply"), {"name": "Nia New", "email": NEW})
    url = link_in(letters[0])
    assert client.get(url).context["found"] == []
    assert client.post(url, {"search": "1", "q": "ha"}).context["found"] == []
    page = client.post(url, {"search": "1", "q": "harb", "title": "Nurse"})
    assert len(page.context["found"]) == 5
    assert b'value="Nurse"' in page.content
    assert client.post(url, {"organisation": str(cast.away.pk), "q": "harb"}).status_code == 422


def test_an_organisation_that_is_not_listed_is_chosen_by_staff(client, cast, letters):
    application = applied(organisation_name="A new clinic")
    assert {letter.to[0] for letter in letters} == {cast.staff.email, cast.admin.email}
    client.force_login(cast.staff)
    url = reverse("members:application_approve", args=[application.pk])
    assert client.post(url, {"organisation": ""}).status_code == 422
    client.post(url, {"organisation": str(cast.away.pk), "roles": ["expert"]})
    invitation = Invitation.objects.get(email=NEW)
    assert (invitation.organisation, invitation.roles) == (cast.away, ["expert"])


def test_a_refusal_gives_its_reason_and_a_reply_goes_to_somebody_else(client, cast, letters):
    other = make_member("Sue Staff", None, "staff")
    application = applied(organisation=cast.home)
    letters.clear()
    client.force_login(cast.staff)
    client.post(reverse("members:application_refuse", args=[application.pk]), {"reason": "We don't know <you>."})
    assert "We don't know <you>." in letters[0].body
    assert "We don&#x27;t know &lt;you&gt;." in letters[0].alternatives[0].content
    appeal = link_in(letters[0])
    stranger = Client()
    stranger.get(appeal)
    stranger.post(appeal, {"text": "I started last week."})
    application.refresh_from_db()
    assert application.under_appeal
    assert {letter.to[0] for letter in letters[1:]} == {other.email, cast.admin.email}
    assert stranger.get(appeal).status_code == 410
    url = reverse("members:application_approve", args=[application.pk])
    assert client.post(url, {"organisation": str(cast.home.pk)}).status_code == 403
    client.force_login(cast.contact)
    assert client.post(url).status_code == 403
    client.force_login(other)
    client.post(url, {"organisation": str(cast.home.pk)})
    application.refresh_from_db()
    assert (application.outcome, application.appeal_outcome, application.decided_by, application.appeal_decided_by) == (
        "refused",
        "approved",
        cast.staff,
        other,
    )
    assert letters[-1].to == [NEW]


def test_the_database_wants_another_person_for_an_appeal(cast):
    application = applied(organisation=cast.home)
    joining.refuse(application=application, by=cast.staff, reason="No.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.update(appeal_decided_by=cast.staff)


def test_a_second_no_is_final(cast, letters):
    application = applied(organisation=cast.home)
    joining.refuse(application=application, by=cast.contact, reason="No.")
    joining.appeal(token=link_in(letters[-1]).split("/")[-2], text="But yes.")
    application.refresh_from_db()
    joining.refuse(application=application, by=cast.staff, reason="Still no.")
    assert "Still no." in letters[-1].body
    assert "http" not in letters[-1].body
    with pytest.raises(Refusal, match="decided on this application already"):
        joining.approve(application=application, by=cast.admin)


def test_a_refusal_wants_a_reason(client, cast):
    application = applied(organisation=cast.home)
    client.force_login(cast.contact)
    page = client.post(reverse("members:application_refuse", args=[application.pk]), {"reason": "  "})
    application.refresh_from_db()
    assert (page.status_code, application.decided_at) == (422, None)


def test_unconfirmed_applications_are_seen_by_nobody_and_forgotten(client, cast):
    joining.apply(name="Nia", email=NEW)
    application = Application.objects.get()
    client.force_login(cast.staff)
    assert client.get(reverse("members:application", args=[application.pk])).status_code == 404
    assert joining.forget_unconfirmed() == 0
    Application.objects.update(token_expires_at=now() - timedelta(seconds=1))
    assert (joining.forget_unconfirmed(), Application.objects.count()) == (1, 0)


def test_another_organisations_application_does_not_exist(client, cast):
    application = applied(organisation=cast.away)
    client.force_login(cast.contact)
    for name in ("application", "application_approve", "application_refuse"):
        assert client.post(reverse(f"members:{name}", args=[application.pk])).status_code == 404


def test_too_many_applications_are_slowed_down(client, cast, letters):
    answers = [client.post(reverse("members:apply"), {"name": "N", "email": NEW}).status_code for _ in range(5)]
    assert answers == [302, 302, 302, 422, 422]
    assert len(letters) == 3


# Domains


@pytest.mark.parametrize(
    "email",
    [
        "a@evil-clinic.example.org",
        "a@clinic.example.org.evil.test",
        "a@sub.clinic.example.org",
        "a@example.org",
        "a+b@clinic.example.org",
        "a@CLINIC.example.org@evil.test",
        "a@clіnic.example.org",  # noqa: RUF001 (a Cyrillic і)
        "a@ｃlinic.example.org",
        "а@clinic.example.org",  # noqa: RUF001 (a Cyrillic а)
        "a@xn--clnic-2vf.example.org",
        "a@clinic.example.org.",
        "a@clinic.example.org\n.evil.test",
        "clinic.example.org",
        "@",
        "",
    ],
)
def test_tricks_with_domains_suggest_nothing(cast, email):
    Domain.objects.create(organisation=cast.home, name="clinic.example.org")
    assert organisation_of_address(email) is None


@pytest.mark.parametrize("email", ["a@clinic.example.org", "A.B@Clinic.Example.ORG", " a@clinic.example.org "])
def test_the_whole_domain_suggests_its_organisation(cast, email):
    Domain.objects.create(organisation=cast.home, name="clinic.example.org")
    assert organisation_of_address(email) == cast.home


def test_a_domain_that_anybody_can_have_suggests_nothing(cast):
    Domain.objects.create(organisation=cast.home, name="gmail.com")
    assert organisation_of_address("a@gmail.com") is None
