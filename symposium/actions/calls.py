"""What staff say and ask when they call for proposals, and the grace link."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, require
from audit.trail import append
from members.models import Member
from members.tokens import hash_of, new_token
from symposium.models import CallForProposals, CallQuestion, Edition, Latecomer

GRACE = "call.grace"


@transaction.atomic
def call_for_proposals(*, edition: Edition, by: Member, opens_at: datetime, closes_at: datetime, **said: Any) -> None:
    """Open a call, or say something else of it. What was promised to those who proposed already stays."""
    require(by, "edition.manage", edition)
    if closes_at <= opens_at:
        raise Refusal("It would close before it opens. Change one of the days.")
    before = CallForProposals.objects.filter(edition=edition).first()
    if before and before.blind and not said["blind"] and edition.proposals.exclude(submitted_at=None).exists():
        raise Refusal("Sessions were proposed for a blind review. It stays blind this year.")
    terms = {"opens_at": opens_at, "closes_at": closes_at, **said}
    CallForProposals.objects.update_or_create(edition=edition, defaults=terms)
    append("call.changed", subject=edition, by=by, facts={"opens_at": opens_at, "closes_at": closes_at})


@transaction.atomic
def make_grace_link(*, call: CallForProposals, by: Member, until: datetime) -> str:
    """A token with which members who are late still propose, until then. The one before works no longer."""
    require(by, "edition.manage", call.edition)
    if until <= now():
        raise Refusal("That is over already. Choose a day to come.")
    token, call.late_hash = new_token(GRACE)
    call.late_until = until
    call.save(update_fields=["late_hash", "late_until"])
    append("call.grace_link_made", subject=call.edition, by=by, facts={"until": until})
    return token


@transaction.atomic
def come_late(*, call: CallForProposals, by: Member, token: str) -> None:
    """Have the call close later for oneself. Raises Refusal where the link is not good, or no longer."""
    if not is_grace_link(call, token):
        raise Refusal("This grace link works no longer. Ask NCB staff for a new one.")
    Latecomer.objects.get_or_create(call=call, member=by)


def is_grace_link(call: CallForProposals, token: str) -> bool:
    return call.late_is_open and call.late_hash == hash_of(GRACE, token)


@transaction.atomic
def ask_of_proposals(*, question: CallQuestion, by: Member) -> CallQuestion:
    """Ask for something more: a question that is not saved yet comes after the others; else it is changed."""
    require(by, "edition.manage", question.call.edition)
    if question._state.adding:
        question.position = question.call.questions.count()
    question.save()
    return question


@transaction.atomic
def ask_no_more(*, question: CallQuestion, by: Member) -> None:
    """Take a question away that nobody has answered yet."""
    require(by, "edition.manage", question.call.edition)
    if question.answers.exists():
        raise Refusal("Somebody has answered this question. It stays, but an answer need not be asked for any more.")
    question.delete()
