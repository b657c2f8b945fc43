"""The covenant: staff publish it, everyone in a group signs it, again at each new version."""

from django.db import transaction

from access import Refusal
from audit.trail import append
from groups.models import Covenant, Group, Signature
from members.models import Member
from spaces.inbox import access_changed
from spaces.models import Space


@transaction.atomic
def publish_covenant(*, text: str, by: Member) -> Covenant:
    """Publish a new version. Every group is closed to each of its members until they have signed it."""
    current = Covenant.objects.select_for_update().order_by("-version").first()
    if current and current.text == text:
        raise Refusal(f"This is version {current.version}, word for word. Change the text, or keep the version.")
    covenant = Covenant.objects.create(version=current.version + 1 if current else 1, text=text, published_by=by)
    append("covenant.published", subject=covenant, by=by, facts={"version": covenant.version})
    access_changed(
        Member.objects.filter(memberships__space__kind=Space.Kind.GROUP, memberships__left_at=None).distinct(), by=by
    )
    return covenant


@transaction.atomic
def sign(*, covenant: Covenant, group: Group, by: Member, name: str) -> Signature:
    """Sign the newest version for one group, with one's full name. Signing twice is signing once."""
    if covenant != Covenant.objects.current():
        raise Refusal("There is a newer version of the covenant now. Read it and sign that one.")
    signature, new = Signature.objects.get_or_create(covenant=covenant, group=group, member=by, defaults={"name": name})
    if new:
        append("covenant.signed", subject=group, by=by, facts={"version": covenant.version})
        access_changed([by], by=by)
    return signature
