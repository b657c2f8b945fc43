"""The cast: the same people in every test. See also the demonstration data."""

from datetime import date, timedelta
from time import time
from types import SimpleNamespace

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.utils.timezone import now

from discussions.models import Forum, Thread
from groups.models import Covenant, Group, Signature
from members.models import Affiliation, Basis, EligibilityRule, Member, Organisation, RoleGrant
from spaces.inbox import open_inbox
from spaces.models import Membership, Space

PASSWORD = "a-long-invented-passphrase"
PASSWORD_HASH: list[str] = []


def make_organisation(name: str, *, ends_in: int | None = 365, state: str = "MN") -> Organisation:
    """An organisation with an ORR award that ends in so many days (a past one if negative, none if None)."""
    organisation = Organisation.objects.create(name=name, state=state, time_zone="America/Chicago")
    if ends_in is not None:
        Basis.objects.create(
            organisation=organisation,
            kind="orr_award",
            number="90ZT9001",
            award_type="DS",
            starts_on=date(2022, 9, 30),
            ends_on=organisation.today() + timedelta(days=ends_in),
        )
    return organisation


def make_member(name: str, organisation: Organisation | None = None, *roles: str) -> Member:
    """A member with a confirmed address, an inbox and, where given, an organisation and roles."""
    member = Member(email=f"{name.lower().replace(' ', '.')}@example.org", name=name)
    if not PASSWORD_HASH:
        member.set_password(PASSWORD)
        PASSWORD_HASH.append(member.password)
    member.password = PASSWORD_HASH[0]
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    open_inbox(member)
    if organisation:
        Affiliation.objects.create(member=member, organisation=organisation, starts_on=date(2022, 10, 1))
    for role in roles:
        RoleGrant.objects.create(
            member=member, role=role, organisation=organisation if role == RoleGrant.Role.CONTACT else None
        )
    return member


def make_group(topic: str, *, participants=(), facilitators=(), signed: bool = True) -> Group:
    """A consultation group of this fiscal year, with its chat, whose people have signed the covenant."""
    space = Space.objects.create(kind=Space.Kind.GROUP)
    group = Group.objects.create(
        space=space, topic=topic, fiscal_year=2027, starts_on=date(2026, 10, 1), ends_on=date(2027, 9, 30)
    )
    Thread.objects.create(space=space, kind=Thread.Kind.CHAT)
    covenant, _ = Covenant.objects.get_or_create(version=1, defaults={"text": "We keep confidence."})
    for role, people in (("participant", participants), ("facilitator", facilitators)):
        for member in people:
            Membership.objects.create(space=space, member=member, role=role)
            if signed:
                Signature.objects.create(covenant=covenant, group=group, member=member, name=member.name)
    return group


def make_commons() -> Forum:
    """The forum that every community begins with, as its migration makes it."""
    found = Forum.objects.filter(slug="commons").first()
    if found is None:
        space = Space.objects.create(kind=Space.Kind.FORUM)
        found = Forum.objects.create(space=space, name="Commons", slug="commons", unnamed=Forum.Naming.MODERATORS)
        found.topics.create(name="Clinical treatment", slug="clinical")
    return found


def make_forum(name: str = "Legal") -> Forum:
    """Another forum, made where it is missing."""
    found = Forum.objects.filter(name=name).select_related("space").first()
    if found is None:
        space = Space.objects.create(kind=Space.Kind.FORUM)
        found = Forum.objects.create(space=space, name=name, slug=name.lower())
        found.topics.create(name="Clinical treatment", slug="clinical")
    return found


def open_every_service() -> None:
    """Any basis opens any service, as it is out of the box."""
    for service in EligibilityRule.Service.values:
        for basis in Basis.Kind.values:
            EligibilityRule.objects.get_or_create(service=service, basis=basis, valid_from=date(2000, 1, 1))


def make_cast() -> SimpleNamespace:
    """Everyone a page can meet, and the group that `member` and `colleague` belong to."""
    open_every_service()
    home = make_organisation("Harbor Light Healing Center")
    away = make_organisation("Prairie Bridge Survivor Services", state="ND")
    gone = make_organisation("Lakeside Family Recovery", ends_in=-90, state="WI")
    cast = SimpleNamespace(
        home=home,
        away=away,
        gone=gone,
        member=make_member("Mara Member", home),
        colleague=make_member("Cole Colleague", away),
        outsider=make_member("Olive Outsider", away),
        lapsed=make_member("Lars Lapsed", gone),
        unsigned=make_member("Uma Unsigned", home),
        facilitator=make_member("Fay Facilitator", home, RoleGrant.Role.FACILITATOR),
        contact=make_member("Connie Contact", home, RoleGrant.Role.CONTACT),
        specialist=make_member("Orla Specialist", None, RoleGrant.Role.ORR_SPECIALIST),
        expert=make_member("Ezra Expert", None, RoleGrant.Role.EXPERT),
        staff=make_member("Stan Staff", None, RoleGrant.Role.STAFF),
        admin=make_member("Ada Admin", None, RoleGrant.Role.ADMIN),
        privacy_officer=make_member("Pia Privacy", None, RoleGrant.Role.PRIVACY_OFFICER),
        deactivated=make_member("Dea Deactivated", home),
    )
    Member.objects.filter(pk=cast.deactivated.pk).update(deactivated_at=now())
    cast.deactivated.refresh_from_db()
    cast.commons = make_commons()
    cast.group = make_group(
        "Clinical Treatment", participants=[cast.member, cast.colleague, cast.lapsed], facilitators=[cast.facilitator]
    )
    Membership.objects.create(space=cast.group.space, member=cast.unsigned)
    return cast


def sign_in(client: Client, member: Member) -> None:
    """Sign a test client in, past the second factor. An account that may not sign in gets a session that is void."""
    client.force_login(member, backend=settings.AUTHENTICATION_BACKENDS[0])
    pass_second_factor(client, member)


def pass_second_factor(client: Client, member: Member) -> None:
    session = client.session
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(member.pk)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time()}]
    session.save()


class Browser(Client):
    """A browser whose force_login is a whole sign-in, past the second factor."""

    def force_login(self, user: Member, backend: str | None = None) -> None:
        super().force_login(user, backend)
        pass_second_factor(self, user)
