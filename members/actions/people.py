"""What members do with their own entry, and how an account ends."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.timezone import now

from access import Refusal
from audit.trail import append
from members import sessions
from members.actions.roles import keep_an_admin
from members.models import Discipline, Language, Member
from spaces.inbox import access_changed
from worker import letters


@transaction.atomic
def edit_profile(
    *,
    member: Member,
    by: Member,
    name: str,
    pronouns: str,
    about: str,
    time_zone: str,
    disciplines: Iterable[Discipline],
    languages: Iterable[Language],
    listed: bool,
    shown_fields: Iterable[str],
) -> None:
    """Save what a member says of themselves, and what of it the directory shows."""
    renamed = name != Member.objects.select_for_update().get(pk=member.pk).name
    member.name, member.pronouns, member.about, member.time_zone = name, pronouns, about, time_zone
    member.listed_at = (member.listed_at or now()) if listed else None
    member.shown_fields = [field for field in Member.SHOWABLE if field in shown_fields]
    member.save(update_fields=["name", "pronouns", "about", "time_zone", "listed_at", "shown_fields"])
    member.disciplines.set(disciplines)
    member.languages.set(languages)
    if renamed:
        append("member.renamed", subject=member, by=by)


@transaction.atomic
def deactivate(*, member: Member, by: Member, reason: str = "") -> None:
    """Close an account: its roles, its pages, its sockets, at once. What they wrote stays, with their name."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    if member.deactivated_at:
        raise Refusal("This account is closed already.")
    keep_an_admin(member)
    member.deactivated_at, member.listed_at = now(), None
    member.save(update_fields=["deactivated_at", "listed_at"])
    member.role_grants.filter(ended_at=None).update(ended_at=now(), ended_by=by)
    sessions.end_all(member)
    letters.send(member.email, "account_closed", {"member": member})
    append("member.deactivated", subject=member, by=by, facts={"reason": reason})
    access_changed([member], by=by)


@transaction.atomic
def reactivate(*, member: Member, by: Member, reason: str = "") -> None:
    """Open a closed account again; roles and the directory entry do not come back by themselves."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    if not member.deactivated_at:
        raise Refusal("This account is open already. There is nothing to do.")
    member.deactivated_at = None
    member.save(update_fields=["deactivated_at"])
    append("member.reactivated", subject=member, by=by, facts={"reason": reason})
    access_changed([member], by=by)
