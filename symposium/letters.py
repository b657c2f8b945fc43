"""Letters about proposals. No letter to a reviewer says what was proposed, or by whom."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from members.models import Member
from symposium.models import CallForProposals, Proposal, Reviewer
from worker.letters import as_text, send


def invite_to_present(proposal: Proposal, by: Member, email: str, token: str) -> None:
    """To whoever is asked to present too; only this mail has the link."""
    url = address_of("present", proposal.edition.slug, token)
    send(email, "present_with", {"by": by, "edition": proposal.edition, "url": url})


def ask_to_review(reviewer: Reviewer, count: int) -> None:
    """To a reviewer who was given more to review."""
    told = {"member": reviewer.member, "edition": reviewer.edition, "count": count}
    send(reviewer.member.email, "review_waits", {**told, "url": address_of("desk", reviewer.edition.slug)})


def tell_decision(proposal: Proposal, call: CallForProposals | None) -> None:
    """To everyone who presents it."""
    for member in [one for one in people_of(proposal) if one.is_active]:
        send(member.email, "proposal_decided", _decision(proposal, call, member))


def preview(proposal: Proposal, call: CallForProposals | None) -> tuple[list[Member], str]:
    """To whom the letter of a decision goes, and its text as the first of them gets it."""
    people = people_of(proposal)
    context = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **_decision(proposal, call, people[0])}
    return people, as_text("proposal_decided", context).strip()


def people_of(proposal: Proposal) -> list[Member]:
    """Those who are told: who proposes it, and who said that they present too."""
    return [proposal.submitter, *(one.member for one in proposal.presenters.all() if one.accepted_at)]


def _decision(proposal: Proposal, call: CallForProposals | None, member: Member) -> dict[str, Any]:
    words = getattr(call, f"words_{proposal.decision}", "") if call else ""
    url = address_of("proposal", proposal.edition.slug, proposal.pk)
    return {"member": member, "proposal": proposal, "edition": proposal.edition, "words": words, "url": url}


def address_of(name: str, *args: Any) -> str:
    """The whole address of a page of the symposium."""
    return settings.SITE_URL + reverse(f"symposium:{name}", args=args)
