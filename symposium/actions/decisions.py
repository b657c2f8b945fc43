"""Deciding on proposals, and telling those who proposed them."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.timezone import now

from access import Refusal, require
from audit.trail import append
from members.models import Member
from members.roles import staff
from symposium import letters
from symposium.actions.proposals import locked, without_session
from symposium.calls import call_of
from symposium.models import Edition, Proposal, Session, Speaker
from symposium.presenters import organisations_of, presenters_of

Decision = Proposal.Decision


@transaction.atomic
def decide_proposals(*, edition: Edition, by: Member, proposals: Sequence[UUID], decision: str) -> int:
    """Accept, waitlist or decline several, or leave them open again (""). What is accepted has a session at once, with
    its speakers; where that is undone before the programme is released, it is gone again. Nobody is told yet. Raises
    Refusal where one of them is their own.
    """
    require(by, "edition.manage", edition)
    chosen = edition.proposals.submitted().filter(pk__in=proposals).order_by("pk")
    found = [locked(pk) for pk in chosen.values_list("pk", flat=True)]
    _insist_that_they_may_decide(by, found)
    changed = [one.pk for one in found if _decide(one, by, decision)]
    if changed:
        append("proposals.decided", subject=edition, by=by, facts={"decision": decision, "proposals": changed})
    return len(changed)


@transaction.atomic
def tell_decisions(*, edition: Edition, by: Member) -> int:
    """Send the letters of all decisions that were not told yet, each once. Gives of how many proposals."""
    require(by, "edition.manage", edition)
    call = call_of(edition)
    told = 0
    for pk in edition.proposals.to_tell().order_by("pk").values_list("pk", flat=True):
        if Proposal.objects.to_tell().filter(pk=pk).update(told_at=now()):  # one of two who send at once has it
            letters.tell_decision(with_people(edition).get(pk=pk), call)
            told += 1
    if told:
        append("proposals.told", subject=edition, by=by, facts={"count": told})
    return told


@transaction.atomic
def give_feedback(*, proposal: Proposal, by: Member, feedback: str) -> None:
    """What those who proposed it read with the decision, beside what reviewers say."""
    require(by, "edition.manage", proposal.edition)
    Proposal.objects.filter(pk=proposal.pk).update(feedback=feedback)


def with_people(edition: Edition):
    """Its proposals, with all that a letter asks of one."""
    found = edition.proposals.select_related("submitter", "edition", "track", "format")
    return found.prefetch_related("presenters__member")


def _insist_that_they_may_decide(by: Member, proposals: list[Proposal]) -> None:
    """Not on what they propose or present; nor on what comes from where they work, where another of staff could."""
    behind, others = presenters_of(proposals), [one.pk for one in staff().exclude(pk=by.pk)]
    works_at = organisations_of([by.pk, *others])

    def is_near(member: UUID, proposal: Proposal) -> bool:
        presenters = behind[proposal.pk]
        return member in presenters.members or bool(works_at[member].keys() & presenters.organisations.keys())

    for one in proposals:
        if by.pk in behind[one.pk].members:
            raise Refusal(f"“{one}” is yours, or you are to present it. Have somebody else of NCB staff decide on it.")
        if is_near(by.pk, one) and not all(is_near(other, one) for other in others):
            raise Refusal(
                f"“{one}” comes from where you work. Have somebody of NCB staff decide on it who works elsewhere."
            )


def _decide(proposal: Proposal, by: Member, decision: str) -> bool:
    if not proposal.stands or proposal.decision == decision:
        return False
    if not decision and proposal.told_at:
        raise Refusal(f"“{proposal}”: they were told already. Decide otherwise, and they get another letter.")
    try:
        without_session(proposal, f"“{proposal}” is in the released programme. Cancel its session there first.")
    except ProtectedError as used:
        raise Refusal(f"“{proposal}” has a session that something rests on. Take that away first.") from used
    proposal.decision, proposal.told_at = decision, None
    proposal.decided_at, proposal.decided_by = (now(), by) if decision else (None, None)
    proposal.session = _session_of(proposal, by) if decision == Decision.ACCEPTED else None
    proposal.save(update_fields=["decision", "decided_at", "decided_by", "told_at", "session"])
    return True


def _session_of(proposal: Proposal, by: Member) -> Session:
    """The session that comes of it, and its speakers: who proposes first."""
    said = {name: getattr(proposal, name) for name in ("edition", "title", "abstract", "track", "format")}
    session = Session.objects.create(**said, minutes=said["format"].minutes, created_by=by)
    speakers = letters.people_of(proposal)
    Speaker.objects.bulk_create(
        [Speaker(session=session, member=member, position=position) for position, member in enumerate(speakers)]
    )
    return session
