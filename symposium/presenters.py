"""Who stands behind a proposal, what of it a reviewer reads, and who should not review it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.timezone import now

from members.models import Affiliation, Member, Organisation
from symposium.models import Assignment, Conflict, CoPresenter, Proposal, ProposalAnswer, Reviewer

STILL_NEAR = timedelta(days=366)  # who left an organisation within a year is a colleague yet
WITHHELD = "[withheld]"


@dataclass
class Presenters:
    """The one who proposes, those who present too, and those who were asked and have not said no."""

    members: dict[UUID, Member] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)
    organisations: dict[UUID, Organisation] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """By what they could be recognised."""
        names = [member.name for member in self.members.values()]
        return [*names, *self.addresses, *(one.name for one in self.organisations.values())]

    @property
    def in_words(self) -> list[str]:
        return sorted(member.name for member in self.members.values())


@dataclass(frozen=True)
class Shown:
    """What a reviewer reads of a proposal. The proposal itself never comes to their page."""

    title: str
    abstract: str
    outline: str
    track: str
    format: str
    answers: list[tuple[str, str]]
    by: list[str]  # empty where the review is blind


def presenters_of(proposals: Iterable[Proposal]) -> dict[UUID, Presenters]:
    """Of each proposal, in three queries."""
    found = {proposal.pk: Presenters() for proposal in proposals}
    ids: dict[UUID, set[UUID]] = {proposal.pk: {proposal.submitter_id} for proposal in proposals}
    for one in CoPresenter.objects.filter(proposal__in=list(found), declined_at=None):
        found[one.proposal_id].addresses.add(one.email)
        if one.member_id:
            ids[one.proposal_id].add(one.member_id)
    invited = {address.lower() for one in found.values() for address in one.addresses}
    wanted = Q(pk__in=set().union(*ids.values())) | Q(address__in=invited)
    members = {member.pk: member for member in Member.objects.annotate(address=Lower("email")).filter(wanted)}
    by_address = {member.email.lower(): member for member in members.values()}
    works_at = organisations_of(members)
    for pk, presenters in found.items():
        asked = [by_address[address.lower()] for address in presenters.addresses if address.lower() in by_address]
        for member in [*(members[one] for one in ids[pk]), *asked]:
            presenters.members[member.pk] = member
            presenters.addresses.add(member.email)
            presenters.organisations |= works_at[member.pk]
    return found


def organisations_of(members: Iterable[UUID]) -> dict[UUID, dict[UUID, Organisation]]:
    """Where these members work, or did within the year: {member: {id: organisation}}."""
    since = now() - STILL_NEAR
    near = Affiliation.objects.filter(Q(ends_on=None) | Q(ends_on__gte=since.date()), member__in=list(members))
    found: dict[UUID, dict[UUID, Organisation]] = defaultdict(dict)
    for one in near.filter(Q(ended_at=None) | Q(ended_at__gte=since)).select_related("organisation"):
        found[one.member_id][one.organisation_id] = one.organisation
    return found


def conflicts(reviewers: Iterable[Reviewer], proposals: Iterable[Proposal]) -> dict[tuple[UUID, UUID], str]:
    """Why this reviewer may not review this proposal: {(reviewer, proposal): why}. In a fixed number of queries."""
    reviewers, proposals = list(reviewers), list(proposals)
    presenters = presenters_of(proposals)
    works_at = organisations_of([one.member_id for one in reviewers])
    beside = _who_presents_with([one.member_id for one in reviewers])
    said = _said(reviewers)
    found = {}
    for reviewer in reviewers:
        for proposal in proposals:
            behind = presenters[proposal.pk]
            if reviewer.member_id in behind.members:
                why = "Presents it"
            elif works_at[reviewer.member_id].keys() & behind.organisations.keys():
                why = "Works where one of them does"
            elif beside[reviewer.member_id] & behind.members.keys():
                why = "Presents with one of them elsewhere"
            elif (reviewer.pk, proposal.pk) in said:
                why = "Said so"
            else:
                continue
            found[reviewer.pk, proposal.pk] = why
    return found


def assigned_to(reviewer: Reviewer) -> list[Assignment]:
    """What a reviewer is to review, in their order; what they may not see now is left out, whoever assigned it."""
    given = reviewer.assignments.filter(proposal__in=Proposal.objects.submitted()).order_by("assigned_at", "pk")
    mine = list(given.select_related("proposal__track", "proposal__format"))
    against = conflicts([reviewer], [one.proposal for one in mine])
    return [one for one in mine if (reviewer.pk, one.proposal_id) not in against]


def hidden_from_reviewers(edition: UUID) -> re.Pattern[str] | None:
    """Finds whoever proposes or presents anything in this edition, by name, address and organisation: whose proposal it
    is also shows by the colleague whom it names.
    """
    everything = presenters_of(Proposal.objects.filter(edition=edition))
    return pattern_of({word for presenters in everything.values() for word in presenters.words})


def shown_to_reviewers(proposals: list[Proposal], hidden: re.Pattern[str] | None, *, blind: bool) -> dict[UUID, Shown]:
    """What reviewers read of each: blind, without what is `hidden`, in its own words too."""
    presenters = {} if blind else presenters_of(proposals)
    answers = defaultdict(list)
    for one in _answers_of(proposals):
        answers[one.proposal_id].append((one.question.label, without(hidden, one.text)))
    return {
        proposal.pk: Shown(
            title=without(hidden, proposal.title),
            abstract=without(hidden, proposal.abstract),
            outline=without(hidden, proposal.outline),
            track=str(proposal.track),
            format=str(proposal.format),
            answers=answers[proposal.pk],
            by=[] if blind else presenters[proposal.pk].in_words,
        )
        for proposal in proposals
    }


def named_in(proposal: Proposal, *texts: str) -> list[str]:
    """By which of their own words those behind a proposal name themselves in it."""
    hidden = pattern_of(presenters_of([proposal])[proposal.pk].words)
    return list(dict.fromkeys(found[0] for text in texts for found in (hidden.finditer(text) if hidden else [])))


def pattern_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds these words, however they are spaced and in whatever case, the longest first."""
    spaced = [
        r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True) if word.strip()
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE) if spaced else None


def without(hidden: re.Pattern[str] | None, text: str) -> str:
    return hidden.sub(WITHHELD, text) if hidden else text


def _answers_of(proposals: list[Proposal]) -> QuerySet[Any]:
    found = ProposalAnswer.objects.filter(proposal__in=proposals, question__for_reviewers=True)
    return found.select_related("question")


def _who_presents_with(members: list[UUID]) -> dict[UUID, set[UUID]]:
    """With whom each of these presents anything, in whatever year."""
    theirs = Q(submitter__in=members) | Q(presenters__member__in=members)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for presenters in presenters_of(list(Proposal.objects.filter(theirs, withdrawn_at=None).distinct())).values():
        for one in presenters.members:
            found[one] |= presenters.members.keys() - {one}
    return found


def _said(reviewers: list[Reviewer]) -> set[tuple[UUID, UUID]]:
    return set(Conflict.objects.filter(reviewer__in=reviewers).values_list("reviewer", "proposal"))
