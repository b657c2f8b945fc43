"""The call of an edition, and whether somebody may propose a session for it now."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from members.eligibility import eligibility
from members.models import Member
from members.roles import is_staff
from symposium.access import is_admitted
from symposium.models import CallForProposals, Edition, Proposal

DRAFTS_KEPT = timedelta(days=90)  # after the call has closed


def call_of(edition: Edition) -> CallForProposals | None:
    return CallForProposals.objects.select_related("edition").filter(edition=edition).first()


def why_not_propose(member: Any, edition: Edition, call: CallForProposals | None) -> str:
    """Why this member cannot propose a session, or change what they propose; empty where they can."""
    if call is None or call.opens_at > now():
        return "The call for proposals has not opened yet."
    if not call.is_open_to(member):
        return "The call for proposals is closed. If you need a little longer, ask NCB staff for a grace link."
    if is_staff(member) or is_admitted(member, edition.space):
        return ""
    answer = eligibility(member, "symposium")
    return "" if answer.may_write else answer.why


def kept_of(member: Member) -> list[dict[str, Any]]:
    """What they proposed, for them to take away."""
    mine = Proposal.objects.filter(submitter=member).select_related("edition")
    return [
        {
            "edition": one.edition.title,
            "title": one.title,
            "abstract": one.abstract,
            "outline": one.outline,
            "state": one.state_told,
            "saved_at": one.saved_at.isoformat(),
        }
        for one in mine
    ]


def forget_drafts() -> int:
    """Destroy what was never sent in, a season after the call closed. Gives how many that were."""
    late = now() - DRAFTS_KEPT
    old = Proposal.objects.filter(submitted_at=None, edition__call__closes_at__lt=late, saved_at__lt=late)
    return old.delete()[1].get("symposium.Proposal", 0)
