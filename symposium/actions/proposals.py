"""Proposing a session, alone or with others, and taking it back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, insist_on_pace, require
from audit.trail import append
from discussions.markup import clean
from members.models import Member
from members.tokens import hash_of, new_token
from spaces.screening import screen
from symposium import letters
from symposium.calls import call_of, why_not_propose
from symposium.models import CoPresenter, Edition, Proposal, Speaker

MOST_PROPOSALS, MOST_PRESENTERS = 10, 6
TEXTS = ("title", "abstract", "outline")
BETWEEN = "\n\n¶\n\n"  # stands between the parts while the identifier check reads them as one text
PRESENT = "symposium.present"


@transaction.atomic
def start_proposal(*, edition: Edition, by: Member) -> Proposal:
    """A draft to write in: a new one, or the one that nothing is written in yet."""
    _insist(by, edition)
    mine = Proposal.objects.filter(edition=edition, submitter=by, withdrawn_at=None)
    empty = mine.filter(submitted_at=None, title="", abstract="", outline="", answers=None).first()
    if empty:
        return empty
    if mine.count() >= MOST_PROPOSALS:
        raise Refusal(f"You have {MOST_PROPOSALS} proposals already. Withdraw one of them first.")
    return Proposal.objects.create(edition=edition, submitter=by)


@transaction.atomic
def save_draft(*, proposal: Proposal, by: Member, said: dict[str, Any]) -> None:
    """Keep what is typed, as it is. Nobody else reads it until it is submitted."""
    proposal = _own(proposal, by)
    if not proposal.is_draft:
        raise Refusal("This proposal is submitted. Save its changes with the button.")
    _keep(proposal, {**said, **{name: clean(said[name]) for name in TEXTS}})


@transaction.atomic
def submit_proposal(
    *, proposal: Proposal, by: Member, said: dict[str, Any], doubts: Mapping[str, str] | None = None
) -> Proposal:
    """Send it in, or change what was sent in. Raises Refusal, or Held where it could tell who a client is."""
    proposal = _own(proposal, by)
    _insist(by, proposal.edition)
    if proposal.decision:
        raise Refusal("Proposals are being decided on, so this one stays as it is. Write to NCB staff to change it.")
    insist_on_pace(by)
    words, vouched = _screened(proposal, by, said, doubts)
    _keep(proposal, words, submitted_at=proposal.submitted_at or now())
    if vouched:
        append("identifier.vouched", subject=proposal, by=by, facts={"classes": dict(sorted(vouched.items()))})
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: Member) -> None:
    """Take it back: a draft is gone, what was submitted stays on record. Raises Refusal once it is in the programme."""
    proposal = _own(proposal, by)
    if proposal.is_draft:
        proposal.delete()
        return
    without_session(proposal, "Your session is in the programme. Write to NCB staff to take it out.")
    proposal.withdrawn_at = now()
    proposal.save(update_fields=["withdrawn_at"])
    append("proposal.withdrawn", subject=proposal, by=by)


@transaction.atomic
def invite_presenter(*, proposal: Proposal, by: Member, email: str) -> None:
    """Ask somebody by mail to present too. They say yes or no themselves; asked twice, they get a new link."""
    proposal = _own(proposal, by)
    insist_on_pace(by)
    if email.lower() == by.email.lower():
        raise Refusal("That is your own address. You present it anyway.")
    asked = proposal.presenters.filter(email__iexact=email).first()
    if asked and asked.answered_at:
        raise Refusal("They have answered already.")
    if not asked and proposal.presenters.count() >= MOST_PRESENTERS:
        raise Refusal(f"A session has at most {MOST_PRESENTERS} people beside you.")
    token, token_hash = new_token(PRESENT)
    said = {"token_hash": token_hash, "invited_at": now()}
    CoPresenter.objects.update_or_create(proposal=proposal, email=asked.email if asked else email, defaults=said)
    letters.invite_to_present(proposal, by, email, token)


@transaction.atomic
def leave_presenter_out(*, presenter: CoPresenter, by: Member) -> None:
    """Present without them: their link works no longer, and they are no speaker of a session that came of it."""
    proposal = _own(presenter.proposal, by)
    if proposal.session and presenter.member_id:
        proposal.session.speakers.filter(member=presenter.member_id).delete()
    presenter.delete()


@transaction.atomic
def answer_to_present(*, token: str, by: Member, accepts: bool) -> CoPresenter:
    """Say whether one presents too. A link is answered once, by whoever has it."""
    invited = invitation_by(token)
    if invited is None:
        raise Refusal("This link works no longer. Ask whoever invited you for a new one.")
    proposal = invited.proposal
    if accepts and proposal.submitter_id == by.pk:
        raise Refusal("This is your own proposal. The link is for whom you invited.")
    if accepts and proposal.presenters.filter(member=by).exists():
        raise Refusal("You have said already that you present this session.")
    if accepts:
        invited.member, invited.accepted_at = by, now()
        if proposal.session:
            Speaker.objects.get_or_create(session=proposal.session, member=by, part=Speaker.Part.SPEAKER)
    else:
        invited.declined_at = now()
    invited.save(update_fields=["member", "accepted_at", "declined_at"])
    return invited


def invitation_by(token: str) -> CoPresenter | None:
    """The invitation that this link answers; None where it was answered, taken back or made anew."""
    found = CoPresenter.objects.select_related("proposal__edition__space", "proposal__submitter", "proposal__session")
    found = found.filter(accepted_at=None, declined_at=None, proposal__withdrawn_at=None)
    return found.select_for_update(of=("self",), no_key=True).filter(token_hash=hash_of(PRESENT, token)).first()


def without_session(proposal: Proposal, why: str) -> None:
    """Take back the session that came of it. Raises Refusal once it is in a released programme."""
    session = proposal.session
    if session is None:
        return
    if session.meeting_id:
        raise Refusal(why)
    proposal.session = None
    proposal.save(update_fields=["session"])
    session.delete()


def locked(pk: UUID) -> Proposal:
    found = Proposal.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("edition__space", "submitter", "session").get(pk=pk)


def _own(proposal: Proposal, by: Member) -> Proposal:
    proposal = locked(proposal.pk)
    require(by, "proposal.change", proposal)
    if proposal.withdrawn_at:
        raise Refusal("This proposal was withdrawn. Propose it anew while the call is open.")
    return proposal


def _insist(by: Member, edition: Edition) -> None:
    if why_not := why_not_propose(by, edition, call_of(edition)):
        raise Refusal(why_not)


def _screened(proposal: Proposal, by: Member, said: dict[str, Any], doubts: Mapping[str, str] | None) -> tuple:
    """All that it says, looked through as one text, so that its author decides once."""
    answers = said["answers"]
    parts = [*(said[name] for name in TEXTS), *answers.values()]
    text, vouched = screen(BETWEEN.join(map(clean, parts)), by=by, space=proposal.edition.space, answers=doubts)
    parts = text.split(BETWEEN)
    if len(parts) != len(TEXTS) + len(answers):
        raise Refusal("There is a line with nothing but ¶ in it. Take that line out, and send it again.")
    words = dict(zip(TEXTS, parts, strict=False))
    return {**said, **words, "answers": dict(zip(answers, parts[len(TEXTS) :], strict=True))}, vouched


def _keep(proposal: Proposal, said: dict[str, Any], **more: Any) -> None:
    kept = {**{name: said[name] for name in (*TEXTS, "track", "format")}, "saved_at": now(), **more}
    for name, value in kept.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=list(kept))
    for question, text in said["answers"].items():
        if text:
            proposal.answers.update_or_create(question_id=question, defaults={"text": text})
        else:
            proposal.answers.filter(question_id=question).delete()
