"""A call for proposals, what is proposed, and who reviews it."""

import re
from datetime import timedelta

from django.core import mail
from django.utils.timezone import now

from symposium import actions
from symposium.models import Edition, Format, Proposal, ReviewPhase, Track
from tests.access_table import an_edition
from tests.people import make_member, make_organisation


def called(cast, **terms) -> Edition:
    """An edition whose call is open, with a track and two formats."""
    edition = an_edition(cast)
    track = Track(edition=edition, name="Legal")
    actions.add_part(part=track, by=cast.staff)
    for name, kind in (("Workshop", "workshop"), ("Break", "break")):
        actions.add_part(part=Format(edition=edition, name=name, kind=kind, minutes=45), by=cast.staff)
    usual = {"opens_at": now() - timedelta(days=1), "closes_at": now() + timedelta(days=9), "blind": True}
    actions.call_for_proposals(edition=edition, by=cast.staff, **usual | terms)
    edition.refresh_from_db()
    return edition


def says(edition, **more) -> dict:
    """What a proposal says."""
    usual = {"title": "Sleep first", "abstract": "What helps in the first weeks.", "outline": "Three rounds."}
    parts = {"track": edition.tracks.first(), "format": edition.formats.get(kind="workshop"), "answers": {}}
    return usual | parts | more


def proposed(edition, by, **more) -> Proposal:
    """One that was sent in."""
    draft = actions.start_proposal(edition=edition, by=by)
    return actions.submit_proposal(proposal=draft, by=by, said=says(edition, **more))


def token_in(letter) -> str:
    return re.search(r"/presenting/([\w-]+)/", letter.body)[1]


def presented_with(proposal, member) -> None:
    """Invited by mail, and they said yes."""
    mail.outbox.clear()
    actions.invite_presenter(proposal=proposal, by=proposal.submitter, email=member.email)
    actions.answer_to_present(token=token_in(mail.outbox[-1]), by=member, accepts=True)


def reviewer_of(edition, cast, name, organisation=None):
    """A member of an organisation of their own, named to review."""
    member = make_member(name, organisation or make_organisation(f"House of {name}"))
    actions.name_reviewer(edition=edition, by=cast.staff, member=member)
    return edition.reviewers.get(member=member)


def phase(edition, cast, kind=ReviewPhase.Kind.ALONE):
    edition.phases.all().delete()
    times = {"opens_at": now() - timedelta(hours=1), "closes_at": now() + timedelta(days=5)}
    actions.add_phase(edition=edition, by=cast.staff, name="Review", kind=kind, **times)


def criteria(edition, cast, **weights):
    for name, weight in (weights or {"Need": 1, "Clarity": 3}).items():
        actions.add_criterion(edition=edition, by=cast.staff, name=name, hint="", weight=weight)


def scored(assignment, *values, comment="Good.", for_author="Say more of sleep."):
    scores = {one.pk: value for one, value in zip(assignment.reviewer.edition.criteria.all(), values, strict=True)}
    by = assignment.reviewer.member
    actions.review(assignment=assignment, by=by, scores=scores, comment=comment, for_author=for_author)
