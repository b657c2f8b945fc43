"""The review: who reviews what, what a reviewer reads, how proposals rank, and what those who proposed them hear."""

import csv
import io
import random
from collections import Counter
from datetime import date
from functools import partial
from itertools import product
from uuid import UUID

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from access import Refusal
from meetings.models import Meeting
from members.models import Affiliation
from symposium import actions
from symposium.balance import share_out
from symposium.models import Assignment, Conflict, Criterion, Proposal, ReviewPhase, Session, Speaker
from symposium.presenters import WITHHELD, assigned_to, conflicts
from symposium.ranking import ranking
from tests.access_table import a_meeting
from tests.at_once import at_once
from tests.people import make_cast, make_member, make_organisation
from tests.symposium.scenes import called, criteria, phase, presented_with, proposed, reviewer_of, scored, token_in

TOGETHER = ReviewPhase.Kind.TOGETHER


def text_of(answer) -> str:
    return answer.content.decode()


def reviewed(cast, *names):
    """A call with the member's proposal, criteria, an open phase, and these reviewers."""
    edition = called(cast)
    proposal = proposed(edition, cast.member)
    criteria(edition, cast)
    phase(edition, cast)
    return edition, proposal, [reviewer_of(edition, cast, name) for name in names]


def numbers(count: int) -> list[UUID]:
    return [UUID(int=number) for number in range(count)]


def loads(pairs, reviewers) -> list[int]:
    load = Counter(reviewer for reviewer, _ in pairs)
    return sorted(load[one] for one in reviewers)


@pytest.mark.parametrize(("people", "sessions", "each"), [(3, 10, 2), (7, 40, 3), (5, 1, 3), (4, 9, 9), (1, 3, 2)])
def test_without_conflicts_nobody_has_more_than_one_more_than_anybody(people, sessions, each):
    reviewers, proposals = numbers(people), numbers(sessions)
    chosen = share_out(reviewers, proposals, each, never=set(), kept=set())
    load = loads(chosen, reviewers)
    assert load[-1] - load[0] <= 1
    assert set(Counter(proposal for _, proposal in chosen).values()) == {min(each, people)}


def test_with_conflicts_no_choice_is_more_even():
    """Compared with every choice there is, of small ones."""
    dice = random.Random(2027)  # noqa: S311
    for _ in range(40):
        reviewers, proposals = numbers(3), numbers(4)
        never = {pair for pair in product(reviewers, proposals) if dice.random() < 0.4}
        chosen = share_out(reviewers, proposals, 1, never=never, kept=set())
        assert not chosen & never
        free = [[one for one in reviewers if (one, proposal) not in never] for proposal in proposals]
        spreads = [
            sum(load**2 for load in Counter(choice).values()) for choice in product(*(one for one in free if one))
        ]
        assert sum(load**2 for load in loads(chosen, reviewers)) == min(spreads)


def test_what_is_reviewed_stays_where_it_is():
    reviewers, proposals = numbers(2), numbers(4)
    kept = {(reviewers[0], proposal) for proposal in proposals[:2]}
    chosen = share_out(reviewers, proposals, 1, never=set(), kept=kept)
    assert kept <= chosen
    assert loads(chosen, reviewers) == [2, 2]


def test_what_was_given_stays_where_that_is_even_enough_and_no_more_than_are_wanted():
    reviewers, proposals = numbers(3), numbers(6)
    given = share_out(reviewers, proposals, 2, never=set(), kept=set())
    assert share_out(reviewers, proposals, 2, never=set(), kept=set(), given=given) == given
    fewer = share_out(reviewers, proposals, 1, never=set(), kept=set(), given=given)
    assert (fewer < given, loads(fewer, reviewers)) == (True, [2, 2, 2])
    apart = share_out(reviewers, proposals, 2, never={(reviewers[0], proposals[0])}, kept=set(), given=given)
    assert (reviewers[0], proposals[0]) not in apart
    assert loads(apart, reviewers) == [4, 4, 4]


def test_conflicts_are_found_by_organisation_and_by_who_presents_with_whom(cast):
    edition, proposal, (stranger,) = reviewed(cast, "Sol Stranger")
    colleague = reviewer_of(edition, cast, "Hal Home", cast.home)
    beside = reviewer_of(edition, cast, "Bea Beside")
    invited = reviewer_of(edition, cast, "Ivo Invited")
    presented_with(proposed(edition, cast.member, title="Another"), beside.member)
    actions.invite_presenter(proposal=proposal, by=cast.member, email=invited.member.email.upper())
    found = conflicts([stranger, colleague, beside, invited], [proposal])
    assert found == {
        (colleague.pk, proposal.pk): "Works where one of them does",
        (beside.pk, proposal.pk): "Presents with one of them elsewhere",
        (invited.pk, proposal.pk): "Presents it",
    }


def test_nobody_is_given_what_they_should_not_review(cast):
    edition, proposal, (stranger,) = reviewed(cast, "Sol Stranger")
    reviewer_of(edition, cast, "Hal Home", cast.home)
    mail.outbox.clear()
    assert actions.assign(edition=edition, by=cast.staff, each=3) == 1
    assert Assignment.objects.get().reviewer == stranger
    (letter,) = mail.outbox
    assert letter.to == [stranger.member.email]
    assert "Sleep" not in letter.body
    assert actions.assign(edition=edition, by=cast.staff, each=3) == 0
    assert len(mail.outbox) == 1


def test_whoever_comes_to_work_with_them_sees_it_no_more(client, cast):
    edition, proposal, (reviewer,) = reviewed(cast, "Sol Stranger")
    actions.assign(edition=edition, by=cast.staff, each=1)
    (assignment,) = assigned_to(reviewer)
    client.force_login(reviewer.member)
    there = f"/symposium/2027/review/{assignment.pk}/"
    assert client.get(there).status_code == 200
    reviewer.member.affiliations.create(organisation=cast.home, starts_on="2026-01-01")
    assert client.get(there).status_code == 404
    assert "Sleep first" not in text_of(client.get("/symposium/2027/review/"))
    with pytest.raises(Refusal):
        scored(assignment, 5, 5)


def test_a_reviewer_reads_scores_and_goes_on_to_the_next(client, cast):
    edition, proposal, (reviewer,) = reviewed(cast, "Sol Stranger")
    proposed(edition, cast.colleague, title="Rest")
    actions.assign(edition=edition, by=cast.staff, each=1)
    client.force_login(reviewer.member)
    first, second = assigned_to(reviewer)
    need, clarity = edition.criteria.all()
    there = f"/symposium/2027/review/{first.pk}/"
    assert client.post(there, {f"score-{need.pk}": "5"}).status_code == 422
    said = {f"score-{need.pk}": "5", f"score-{clarity.pk}": "2", "comment": "Clear.", "for_author": ""}
    assert client.post(there, said)["Location"] == f"/symposium/2027/review/{second.pk}/"
    assert client.post(f"/symposium/2027/review/{second.pk}/", said)["Location"] == "/symposium/2027/review/"
    assert {line.score for line in ranking(edition)} == {2.75}
    with pytest.raises(IntegrityError), transaction.atomic():
        first.scores.update(value=6)


def test_outside_of_a_phase_nothing_is_written(cast):
    edition, _, (reviewer,) = reviewed(cast, "Sol Stranger")
    actions.assign(edition=edition, by=cast.staff, each=1)
    (assignment,) = assigned_to(reviewer)
    edition.phases.all().delete()
    with pytest.raises(Refusal):
        scored(assignment, 5, 5)
    with pytest.raises(Refusal):
        actions.say_to_reviewers(assignment=assignment, by=reviewer.member, text="Hm.")


def test_who_steps_aside_sees_it_no_more_and_what_they_said_is_gone(client, cast):
    edition, proposal, (first, second) = reviewed(cast, "Sol Stranger", "Sue Second")
    actions.assign(edition=edition, by=cast.staff, each=1)
    reviewer = Assignment.objects.get().reviewer
    (assignment,) = assigned_to(reviewer)
    scored(assignment, 5, 5)
    client.force_login(reviewer.member)
    assert client.post(f"/symposium/2027/review/{assignment.pk}/aside/").status_code == 302
    assert client.get(f"/symposium/2027/review/{assignment.pk}/").status_code == 404
    assert (Assignment.objects.count(), Conflict.objects.get().reviewer) == (0, reviewer)
    actions.assign(edition=edition, by=cast.staff, each=1)
    assert Assignment.objects.get().reviewer != reviewer


def test_staff_cannot_be_made_reviewers_and_a_stranger_is_no_member(client, cast):
    edition = called(cast)
    client.force_login(cast.staff)
    there = "/symposium/2027/reviewing/reviewers/add/"
    for address in (cast.admin.email, "nobody@example.org", cast.deactivated.email):
        assert client.post(there, {"email": address}).status_code == 422
    assert client.post(there, {"email": cast.colleague.email.upper()}).status_code == 302
    assert edition.reviewers.get().member == cast.colleague
    with pytest.raises(PermissionDenied):
        actions.name_reviewer(edition=edition, by=cast.colleague, member=cast.outsider)


def test_reviewers_discuss_by_numbers_once_the_phase_is_together(client, cast):
    edition, proposal, reviewers = reviewed(cast, "Sol Stranger", "Sue Second")
    actions.assign(edition=edition, by=cast.staff, each=2)
    (one,), (two,) = map(assigned_to, reviewers)
    scored(one, 4, 4, comment="I think it is Mara Member's.")
    with pytest.raises(Refusal):
        actions.say_to_reviewers(assignment=two, by=two.reviewer.member, text="Alone.")
    client.force_login(two.reviewer.member)
    there = f"/symposium/2027/review/{two.pk}/"
    assert "I think" not in text_of(client.get(there))
    phase(edition, cast, TOGETHER)
    assert client.post(f"{there}say/", {"text": "I agree."}).status_code == 302
    page = text_of(client.get(there))
    assert f"I think it is {WITHHELD}" in page
    assert "I agree." in page
    assert "Sol Stranger" not in page
    client.force_login(cast.staff)
    assert "Sol Stranger" in text_of(client.get(f"/symposium/2027/proposals/{proposal.pk}/"))


def test_those_with_the_same_score_are_tied_and_share_a_rank(client, cast):
    edition, proposal, reviewers = reviewed(cast, "Sol Stranger", "Sue Second")
    for title in ("Tie one", "Tie two", "Last", "Unread"):
        proposed(edition, cast.colleague, title=title)
    actions.assign(edition=edition, by=cast.staff, each=2)
    given = {"Sleep first": (5, 5), "Tie one": (3, 3), "Tie two": (3, 3), "Last": (1, 2)}
    for reviewer in reviewers:
        for one in assigned_to(reviewer):
            if one.proposal.title in given:
                scored(one, *given[one.proposal.title])
    found = [(line.proposal.title, line.rank, line.tied) for line in ranking(edition)]
    assert found == [
        ("Sleep first", 1, False),
        ("Tie one", 2, True),
        ("Tie two", 2, True),
        ("Last", 4, False),
        ("Unread", None, False),
    ]
    client.force_login(cast.staff)
    page = text_of(client.get("/symposium/2027/proposals/?ties=1"))
    assert ("Tie one" in page, "Sleep first" in page) == (True, False)


def test_what_is_accepted_is_a_session_with_its_speakers_and_undone_it_is_gone(client, cast):
    edition, proposal, _ = reviewed(cast)
    presented_with(proposal, cast.colleague)
    client.force_login(cast.staff)
    there = "/symposium/2027/proposals/decide/"
    client.post(there, {"proposals": proposal.pk, "decision": "accepted"})
    session = Session.objects.get()
    assert (session.title, session.minutes, session.format.name) == ("Sleep first", 45, "Workshop")
    assert [one.member for one in session.speakers.all()] == [cast.member, cast.colleague]
    client.post(there, {"proposals": proposal.pk, "decision": "accepted"})
    assert Session.objects.get() == session
    client.post(there, {"proposals": proposal.pk, "decision": ""})
    assert (Session.objects.count(), Speaker.objects.count()) == (0, 0)
    assert Proposal.objects.get().decided_by is None


def test_who_says_yes_after_it_was_accepted_speaks_too(cast):
    edition, proposal, _ = reviewed(cast)
    decide(edition, cast, "accepted", proposal)
    presented_with(proposal, cast.colleague)
    assert [one.member for one in Session.objects.get().speakers.all()] == [cast.member, cast.colleague]
    actions.leave_presenter_out(presenter=proposal.presenters.get(), by=cast.member)
    assert Session.objects.get().speakers.get().member == cast.member


def decide(edition, cast, decision, *proposals):
    chosen = [one.pk for one in proposals]
    return actions.decide_proposals(edition=edition, by=cast.staff, proposals=chosen, decision=decision)


def test_nobody_decides_on_their_own_nor_on_that_of_colleagues(cast):
    edition, proposal, _ = reviewed(cast)
    own = proposed(edition, cast.staff, title="Ours")
    with pytest.raises(Refusal, match="“Ours” is yours"):
        decide(edition, cast, "accepted", proposal, own)
    assert not edition.proposals.exclude(decision="").exists()
    Affiliation.objects.create(member=cast.staff, organisation=cast.home, starts_on=date(2022, 10, 1))
    with pytest.raises(Refusal, match="comes from where you work"):
        decide(edition, cast, "accepted", proposal)
    presented_with(proposal, cast.admin)
    assert decide(edition, cast, "accepted", proposal) == 1, "nobody of staff is farther from it"
    presented_with(proposal, cast.staff)
    with pytest.raises(Refusal, match="you are to present it"):
        decide(edition, cast, "declined", proposal)


def test_in_a_released_programme_nothing_is_undone_from_here(cast):
    edition, proposal, _ = reviewed(cast)
    decide(edition, cast, "accepted", proposal)
    Session.objects.update(meeting=a_meeting(cast))
    for undo in (
        lambda: decide(edition, cast, "declined", proposal),
        lambda: actions.withdraw_proposal(proposal=proposal, by=cast.member),
    ):
        with pytest.raises(Refusal):
            undo()
    assert (Session.objects.count(), Meeting.objects.count()) == (1, Meeting.objects.count())
    assert Proposal.objects.get().decision == "accepted"


def test_withdrawn_before_that_its_session_goes_too(cast):
    edition, proposal, _ = reviewed(cast)
    decide(edition, cast, "accepted", proposal)
    actions.withdraw_proposal(proposal=proposal, by=cast.member)
    assert not Session.objects.exists()
    assert decide(edition, cast, "accepted", proposal) == 0


def test_letters_are_looked_at_first_and_go_once(client, cast):
    edition, proposal, _ = reviewed(cast)
    presented_with(proposal, cast.colleague)
    other = proposed(edition, cast.contact, title="Another")
    decide(edition, cast, "accepted", proposal)
    decide(edition, cast, "declined", other)
    client.force_login(cast.member)
    assert "Accepted" not in text_of(client.get(f"/symposium/2027/proposals/{proposal.pk}/"))
    client.force_login(cast.staff)
    mail.outbox.clear()
    page = text_of(client.get("/symposium/2027/proposals/tell/"))
    assert "is accepted for Threads of Care" in page
    assert mail.outbox == []
    for _ in range(2):
        client.post("/symposium/2027/proposals/tell/")
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(
        person.email for person in (cast.member, cast.colleague, cast.contact)
    )
    accepted = next(letter for letter in mail.outbox if letter.to == [cast.colleague.email])
    assert "“Sleep first” is accepted" in accepted.body
    client.force_login(cast.member)
    assert "Accepted" in text_of(client.get(f"/symposium/2027/proposals/{proposal.pk}/"))
    with pytest.raises(Refusal):
        decide(edition, cast, "", proposal)
    decide(edition, cast, "waitlisted", proposal)
    assert actions.tell_decisions(edition=edition, by=cast.staff) == 1


def test_of_many_who_do_the_same_at_once_one_has_done_it(transactional_db):
    cast = make_cast()
    edition, proposal, _ = reviewed(cast)
    mail.outbox.clear()
    actions.invite_presenter(proposal=proposal, by=cast.member, email="pat@example.org")
    said = partial(actions.answer_to_present, token=token_in(mail.outbox.pop()), accepts=True)
    given = at_once(*[partial(said, by=one) for one in (cast.colleague, cast.contact, cast.outsider)])
    assert sorted(isinstance(one, Refusal) for one in given) == [False, True, True]
    at_once(*[lambda: decide(edition, cast, "accepted", proposal)] * 4)
    assert (Session.objects.count(), Speaker.objects.count()) == (1, 2)
    told = at_once(*[lambda: actions.tell_decisions(edition=edition, by=cast.staff)] * 4)
    assert (sorted(told), len(mail.outbox)) == ([0, 0, 0, 1], 2)


def test_authors_read_what_is_said_to_them_and_never_by_whom(client, cast):
    edition, proposal, reviewers = reviewed(cast, "Sol Stranger", "Sue Second")
    actions.assign(edition=edition, by=cast.staff, each=2)
    for reviewer in reviewers:
        (one,) = assigned_to(reviewer)
        scored(one, 5, 4, comment="Between us.", for_author="Say more. Sol  stranger")
    actions.give_feedback(proposal=proposal, by=cast.staff, feedback="From all of us.")
    client.force_login(cast.member)
    there = f"/symposium/2027/proposals/{proposal.pk}/"
    assert "Say more." not in text_of(client.get(there))
    decide(edition, cast, "declined", proposal)
    actions.tell_decisions(edition=edition, by=cast.staff)
    page = text_of(client.get(there))
    assert f"Say more. {WITHHELD}" in page
    assert "From all of us." in page
    assert [word for word in ("Between us", "tranger", "Second") if word in page] == []


def test_staff_who_propose_learn_no_more_than_others(client, cast):
    edition, _, reviewers = reviewed(cast, "Sol Stranger")
    own = proposed(edition, cast.staff, title="Ours")
    actions.assign(edition=edition, by=cast.staff, each=1)
    client.force_login(cast.staff)
    assert "Sol Stranger" not in text_of(client.get(f"/symposium/2027/proposals/{own.pk}/"))


def test_the_export_is_for_staff_and_computes_nothing(client, cast):
    edition = called(cast)
    proposed(edition, cast.member, title="=1+1")
    client.force_login(cast.member)
    assert client.post("/symposium/2027/proposals/export/").status_code == 403
    client.force_login(cast.staff)
    answer = client.post("/symposium/2027/proposals/export/")
    head, line = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    found = dict(zip(head, line, strict=True))
    assert (found["Title"], found["Proposed by"], found["Organisations"]) == (
        "'=1+1",
        "Mara Member",
        "Harbor Light Healing Center",
    )


def test_a_reviewer_who_has_reviewed_and_a_criterion_that_was_scored_stay(client, cast):
    edition, _, (reviewer,) = reviewed(cast, "Sol Stranger")
    actions.assign(edition=edition, by=cast.staff, each=1)
    (assignment,) = assigned_to(reviewer)
    scored(assignment, 5, 5)
    for act in (
        lambda: actions.unname_reviewer(reviewer=reviewer, by=cast.staff),
        lambda: actions.remove_criterion(criterion=edition.criteria.first(), by=cast.staff),
    ):
        with pytest.raises(Refusal):
            act()
    assert (Criterion.objects.count(), edition.reviewers.count()) == (2, 1)


def test_what_names_its_people_is_withheld_from_reviewers(client, cast):
    edition, _, (reviewer,) = reviewed(cast, "Sol Stranger")
    abstract = "MARA  MEMBER of harbor light healing center tells of sleep."
    proposal = proposed(edition, cast.member, title="Mara Member's sleep", abstract=abstract)
    presented_with(proposal, make_member("Pat Presenter", make_organisation("Far Away House")))
    actions.assign(edition=edition, by=cast.staff, each=1)
    client.force_login(reviewer.member)
    pages = [text_of(client.get("/symposium/2027/review/"))]
    pages += [text_of(client.get(f"/symposium/2027/review/{one.pk}/")) for one in assigned_to(reviewer)]
    told = " ".join(pages).lower()
    assert f"{WITHHELD} of {WITHHELD} tells of sleep." in told
    assert [word for word in ("mara", "harbor light", "pat presenter", "far away") if word in told] == []
    client.force_login(cast.member)
    assert "MARA  MEMBER" in text_of(client.get(f"/symposium/2027/proposals/{proposal.pk}/"))
