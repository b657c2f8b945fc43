"""The letter that says that somebody's certificates are there."""

from django.utils import timezone

from members.models import Member
from symposium.letters import address_of
from symposium.models import Edition
from worker.letters import send


def tell_of_certificates(edition: Edition, member: Member) -> None:
    """What was issued is on their page; how much of what is not said."""
    if not member.is_active:
        return
    url = address_of("my_certificates", edition.slug)
    with timezone.override(member.time_zone):
        send(member.email, "certificates_issued", {"member": member, "title": edition.title, "url": url})
