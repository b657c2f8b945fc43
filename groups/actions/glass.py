"""Break-glass: reading a group from outside, for a reason, with a second person, in front of its members."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from access import Refusal
from audit.trail import append
from groups.models import BreakGlass, Group
from members.models import Member
from spaces.inbox import access_changed
from spaces.log import record


@transaction.atomic
def ask_glass(*, group: Group, by: Member, reason: str) -> BreakGlass:
    """Ask a second person to open a group for oneself."""
    try:
        with transaction.atomic():
            glass = BreakGlass.objects.create(group=group, asked_by=by, reason=reason)
    except IntegrityError as twice:
        raise Refusal(
            "You have asked for this group already. Wait for the answer, or take the request back."
        ) from twice
    append("glass.asked", subject=glass, by=by, facts={"group": str(group.pk), "reason": reason})
    return glass


@transaction.atomic
def open_glass(*, glass: BreakGlass, by: Member) -> BreakGlass:
    """Consent. Whoever asked may read for a while; the members see that, by whom and why."""
    glass = _waiting(glass)
    if by.pk == glass.asked_by_id:
        raise Refusal("A second person has to consent. Ask another admin or privacy officer.")
    glass.consented_by, glass.opened_at = by, now()
    glass.ends_at = glass.opened_at + timedelta(hours=settings.BREAK_GLASS_HOURS)
    glass.save(update_fields=["consented_by", "opened_at", "ends_at"])
    append("glass.opened", subject=glass, by=by, facts={"until": glass.ends_at.isoformat()})
    record(glass.group.space, "glass.opened", glass, by=glass.asked_by)
    access_changed([glass.asked_by], by=by)
    return glass


@transaction.atomic
def refuse_glass(*, glass: BreakGlass, by: Member) -> BreakGlass:
    """Do not consent. The request stays in the record."""
    glass = _waiting(glass)
    glass.refused_at, glass.refused_by = now(), by
    glass.save(update_fields=["refused_at", "refused_by"])
    append("glass.refused", subject=glass, by=by)
    return glass


@transaction.atomic
def end_glass(*, glass: BreakGlass, by: Member | None) -> BreakGlass:
    """End it, early or because its time is over (by nobody); unopened, it is taken back."""
    glass = _locked(glass)
    if glass.ended_at or glass.refused_at:
        raise Refusal("This break-glass has ended already. Reload the page.")
    glass.ended_at, glass.ended_by = now(), by
    glass.save(update_fields=["ended_at", "ended_by"])
    append("glass.ended", subject=glass, by=by)
    if glass.opened_at:
        record(glass.group.space, "glass.ended", glass, by=by)
        access_changed([glass.asked_by], by=by)
    return glass


def end_expired() -> int:
    """End those whose time is over: their doors were shut on time, now the open pages and the members follow."""
    over = BreakGlass.objects.filter(ended_at=None, ends_at__lte=now())
    for glass in over:
        end_glass(glass=glass, by=None)
    return len(over)


def _waiting(glass: BreakGlass) -> BreakGlass:
    glass = _locked(glass)
    if glass.opened_at or glass.refused_at or glass.ended_at:
        raise Refusal("This request has been answered already. Reload the page.")
    return glass


def _locked(glass: BreakGlass) -> BreakGlass:
    return (
        BreakGlass.objects.select_for_update(of=("self",)).select_related("group__space", "asked_by").get(pk=glass.pk)
    )
