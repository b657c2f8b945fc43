"""The demonstration: invented people whom a visitor can be, and what they find."""

from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.utils.timezone import now

from discussions.models import Thread
from groups.models import Covenant, Group
from members.models import Affiliation, Basis, EligibilityRule, Member, Organisation, RoleGrant
from spaces.inbox import open_inbox
from spaces.models import Membership, Space

PERSONAS = [
    ("Mara Member", "a member of a peer consultation group", ""),
    ("Cole Colleague", "another member of the same group", ""),
    ("Fay Facilitator", "who facilitates the group", RoleGrant.Role.FACILITATOR),
    ("Stan Staff", "NCB staff", RoleGrant.Role.STAFF),
]


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"


def load() -> None:
    """Make all of it, in an empty database."""
    for service in EligibilityRule.Service.values:
        for basis in Basis.Kind.values:
            EligibilityRule.objects.get_or_create(service=service, basis=basis, valid_from=date(2000, 1, 1))
    organisation = Organisation.objects.create(
        name="Harbor Light Healing Center", state="MN", time_zone="America/Chicago"
    )
    Basis.objects.create(
        organisation=organisation,
        kind=Basis.Kind.ORR_AWARD,
        number="90ZT9001",
        award_type=Basis.AwardType.DS,
        starts_on=date(2022, 9, 30),
        ends_on=organisation.today() + timedelta(days=365),
    )
    space = Space.objects.create(kind=Space.Kind.GROUP)
    Group.objects.create(
        space=space,
        topic="Clinical Treatment",
        fiscal_year=now().year + (now().month >= 10),
        starts_on=date(now().year - (now().month < 10), 10, 1),
        ends_on=date(now().year + (now().month >= 10), 9, 30),
    )
    Thread.objects.create(space=space, kind=Thread.Kind.CHAT)
    Covenant.objects.get_or_create(version=1, defaults={"text": "We keep in confidence what is said here."})
    for name, _, role in PERSONAS:
        member = Member.objects.create(email=address(name), name=name)
        EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
        open_inbox(member)
        Affiliation.objects.create(member=member, organisation=organisation, starts_on=date(2022, 10, 1))
        if role:
            RoleGrant.objects.create(member=member, role=role)
        if role != RoleGrant.Role.STAFF:
            Membership.objects.create(
                space=space, member=member, role="facilitator" if role == RoleGrant.Role.FACILITATOR else "participant"
            )
