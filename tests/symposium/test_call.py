"""The call for proposals: when it is open, what is proposed, with whom, and what nobody else reads."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from access import Refusal
from members.kept import kept_elsewhere
from members.models import Member
from spaces.screening import Held
from symposium import actions
from symposium.calls import forget_drafts
from symposium.models import CallForProposals, CallQuestion, CoPresenter, Proposal
from tests.symposium.scenes import called, presented_with, proposed, says, token_in


def sends(edition, **more) -> dict:
    """What the form of a proposal sends."""
    said = says(edition)
    parts = {"track": said["track"].pk, "format": said["format"].pk}
    return {name: said[name] for name in ("title", "abstract", "outline")} | parts | more


def text_of(answer) -> str:
    return answer.content.decode()


def test_a_member_proposes_keeps_a_draft_and_sends_it_in(client, cast):
    edition = called(cast)
    client.force_login(cast.member)
    page = client.get("/symposium/2027/call/")
    assert "Propose a session" in text_of(page)
    form = client.post("/symposium/2027/propose/")["Location"]
    assert client.post("/symposium/2027/propose/")["Location"] == form  # nothing is written yet: the same draft
    assert client.post(form, {"title": "Sleep", "keep": "1"}).status_code == 302
    assert Proposal.objects.get().state == "Draft"
    assert client.post(form, {"title": "Sleep"}).status_code == 422
    assert client.post(form, sends(edition)).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.title, proposal.state) == ("Sleep first", "Submitted")
    assert "Sleep first" in text_of(client.get("/symposium/2027/call/"))


def test_what_is_typed_is_kept_and_nobody_else_reads_a_draft(client, cast):
    edition = called(cast)
    draft = actions.start_proposal(edition=edition, by=cast.member)
    client.force_login(cast.member)
    there = f"/symposium/2027/proposals/{draft.pk}/"
    said = {"title": "Sleep\u2067\r\nfirst", "abstract": "The first weeks, and A"}
    assert client.post(f"{there}keep/", said).status_code == 204
    assert Proposal.objects.get(pk=draft.pk).title == "Sleep first"
    assert "The first weeks, and A" in text_of(client.get(f"{there}write/"))
    for other in (cast.colleague, cast.staff, cast.contact):
        client.force_login(other)
        assert client.get(there).status_code == 404
        assert client.post(f"{there}keep/", {"abstract": "Mine"}).status_code == 404


def test_what_was_sent_in_is_no_draft_any_more(cast):
    edition = called(cast)
    proposal = proposed(edition, cast.member)
    with pytest.raises(Refusal):
        actions.save_draft(proposal=proposal, by=cast.member, said=says(edition, title=""))
    changed = actions.submit_proposal(proposal=proposal, by=cast.member, said=says(edition, title="Rest first"))
    assert (changed.title, changed.submitted_at) == ("Rest first", proposal.submitted_at)
    with pytest.raises(PermissionDenied):
        actions.submit_proposal(proposal=proposal, by=cast.colleague, said=says(edition))


def test_the_database_takes_nothing_half(cast):
    edition = called(cast)
    draft = actions.start_proposal(edition=edition, by=cast.member)
    for broken in ({"submitted_at": now()}, {"decision": "accepted", "decided_at": now()}, {"told_at": now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=draft.pk).update(**broken)


def test_before_it_opens_and_after_it_closes_nobody_proposes(cast):
    edition = called(cast)
    proposal = proposed(edition, cast.member)
    for opens, closes in ((1, 2), (-2, -1)):
        times = {"opens_at": now() + timedelta(days=opens), "closes_at": now() + timedelta(days=closes)}
        CallForProposals.objects.update(**times)
        with pytest.raises(Refusal):
            actions.start_proposal(edition=edition, by=cast.colleague)
        with pytest.raises(Refusal):
            actions.submit_proposal(proposal=proposal, by=cast.member, said=says(edition))


def test_a_grace_link_lets_those_in_who_come_by_it_until_its_end(client, cast, time_machine):
    edition = called(cast)
    CallForProposals.objects.update(opens_at=now() - timedelta(days=9), closes_at=now() - timedelta(hours=1))
    client.force_login(cast.staff)
    page = client.post("/symposium/2027/call/grace/", {"until": (now() + timedelta(days=3)).date().isoformat()})
    link = next(word for word in text_of(page).split("<code>") if "/late/" in word).partition("</code>")[0]
    assert link.rpartition("/late/")[2].strip("/") not in str(CallForProposals.objects.values())
    there = "".join(link.partition("/symposium/")[1:])
    client.force_login(cast.member)
    assert client.get(there).status_code == 200
    with pytest.raises(Refusal):  # looking is not coming
        actions.start_proposal(edition=edition, by=cast.member)
    assert client.post(there)["Location"] == "/symposium/2027/call/"
    assert actions.start_proposal(edition=edition, by=cast.member)
    with pytest.raises(Refusal):
        actions.start_proposal(edition=edition, by=cast.colleague)
    assert client.get(f"{there.rstrip('/')}x/").status_code == 404
    time_machine.move_to(now() + timedelta(days=5))
    assert client.get(there).status_code in (302, 404)
    with pytest.raises(Refusal):
        actions.start_proposal(edition=edition, by=cast.member)


def test_a_call_closes_when_its_last_day_is_over_where_the_symposium_is(client, cast):
    edition = called(cast)
    client.force_login(cast.staff)
    days = {"opens_on": "2027-01-10", "closes_on": "2027-01-31", "blind": "on"}
    assert client.post("/symposium/2027/call/settings/", days).status_code == 302
    call = CallForProposals.objects.get()
    assert (call.opens_at.isoformat(), call.closes_at.isoformat()) == (
        "2027-01-10T05:00:00+00:00",
        "2027-02-01T05:00:00+00:00",
    )
    page = text_of(client.get("/symposium/2027/call/settings/"))
    assert 'value="2027-01-10"' in page
    assert 'value="2027-01-31"' in page
    assert edition.call == call


def test_who_could_tell_a_client_apart_is_asked_first(client, cast):
    edition = called(cast)
    draft = actions.start_proposal(edition=edition, by=cast.member)
    client.force_login(cast.member)
    there = f"/symposium/2027/proposals/{draft.pk}/write/"
    page = client.post(there, sends(edition, outline="Ask 612-555-0134."))
    assert page.status_code == 422
    assert "612-555-0134" in text_of(page)
    assert Proposal.objects.get().submitted_at is None
    with pytest.raises(Held) as held:
        actions.submit_proposal(proposal=draft, by=cast.member, said=says(edition, outline="Ask 612-555-0134."))
    answers = {f"doubt-{doubt.key}": "out" for doubt in held.value.doubts}
    assert client.post(there, sends(edition, outline="Ask 612-555-0134.", **answers)).status_code == 302
    assert Proposal.objects.get().outline == "Ask [phone]."


def test_what_a_call_asks_besides_is_answered_where_it_must_be(client, cast):
    edition = called(cast)
    client.force_login(cast.staff)
    add = "/symposium/2027/call/questions/add/"
    client.post(add, {"label": "Your language", "kind": "choice", "choices": "English\nSpanish", "required": "on"})
    client.post(add, {"label": "Recorded?", "kind": "yes_no"})
    assert client.post(add, {"label": "Which?", "kind": "choice", "choices": "One"}).status_code == 422
    language, recorded = CallQuestion.objects.all()
    draft = actions.start_proposal(edition=edition, by=cast.member)
    client.force_login(cast.member)
    there = f"/symposium/2027/proposals/{draft.pk}/write/"
    assert client.post(there, sends(edition)).status_code == 422
    assert client.post(there, sends(edition, **{f"answer-{language.pk}": "French"})).status_code == 422
    assert client.post(there, sends(edition, **{f"answer-{language.pk}": "Spanish"})).status_code == 302
    assert [one.text for one in Proposal.objects.get().answers.all()] == ["Spanish"]
    actions.ask_no_more(question=recorded, by=cast.staff)
    with pytest.raises(Refusal):
        actions.ask_no_more(question=language, by=cast.staff)


def test_a_keynote_and_a_break_are_not_proposed(client, cast):
    edition = called(cast)
    draft = actions.start_proposal(edition=edition, by=cast.member)
    client.force_login(cast.member)
    broken = sends(edition, format=edition.formats.get(kind="break").pk)
    assert client.post(f"/symposium/2027/proposals/{draft.pk}/write/", broken).status_code == 422


def test_a_co_presenter_is_invited_by_mail_and_answers_once(client, cast):
    edition = called(cast)
    proposal = proposed(edition, cast.member)
    mail.outbox.clear()
    client.force_login(cast.member)
    there = f"/symposium/2027/proposals/{proposal.pk}/"
    client.post(f"{there}presenters/add/", {"email": "Cole.Colleague@example.org"})
    (letter,) = mail.outbox
    assert letter.to == ["Cole.Colleague@example.org"]
    assert "Sleep" not in letter.body
    assert token_in(letter) not in str(CoPresenter.objects.values())
    answer = f"/symposium/2027/presenting/{token_in(letter)}/"
    client.force_login(cast.colleague)
    assert client.get(there).status_code == 404
    assert "Sleep first" in text_of(client.get(answer))
    assert client.post(answer, {"yes": "1"})["Location"] == there
    assert client.get(there).status_code == 200
    assert client.get(f"{there}write/").status_code == 404
    assert client.post(answer, {"yes": "1"}).status_code == 404
    assert CoPresenter.objects.get().member == cast.colleague


def test_whoever_says_no_is_no_presenter_and_whoever_is_left_out_has_no_link(cast):
    edition = called(cast)
    proposal = proposed(edition, cast.member)
    mail.outbox.clear()
    for address in ("one@example.org", "two@example.org"):
        actions.invite_presenter(proposal=proposal, by=cast.member, email=address)
    first, second = map(token_in, mail.outbox)
    actions.answer_to_present(token=first, by=cast.colleague, accepts=False)
    assert not Proposal.objects.of(cast.colleague).exists()
    actions.leave_presenter_out(presenter=CoPresenter.objects.get(email="two@example.org"), by=cast.member)
    with pytest.raises(Refusal):
        actions.answer_to_present(token=second, by=cast.colleague, accepts=True)
    with pytest.raises(Refusal):
        actions.invite_presenter(proposal=proposal, by=cast.member, email=cast.member.email.upper())


def test_a_co_presenter_does_not_read_what_is_not_sent_in(client, cast):
    edition = called(cast)
    draft = actions.start_proposal(edition=edition, by=cast.member)
    actions.save_draft(proposal=draft, by=cast.member, said=says(edition, title="Secret so far"))
    presented_with(draft, cast.colleague)
    client.force_login(cast.colleague)
    page = text_of(client.get(f"/symposium/2027/proposals/{draft.pk}/"))
    assert "Secret so far" not in page
    assert "What helps" not in page


def test_a_draft_is_thrown_away_and_what_was_sent_in_is_withdrawn(client, cast):
    edition = called(cast)
    kept = proposed(edition, cast.member)
    draft = actions.start_proposal(edition=edition, by=cast.member)
    client.force_login(cast.member)
    for one in (kept, draft):
        assert client.post(f"/symposium/2027/proposals/{one.pk}/withdraw/").status_code == 302
    assert [one.state for one in Proposal.objects.all()] == ["Withdrawn"]
    with pytest.raises(Refusal):
        actions.submit_proposal(proposal=kept, by=cast.member, said=says(edition))


def test_nobody_proposes_without_end(cast):
    edition = called(cast)
    for number in range(10):
        draft = actions.start_proposal(edition=edition, by=cast.member)
        actions.save_draft(proposal=draft, by=cast.member, said=says(edition, title=f"Number {number}"))
    with pytest.raises(Refusal):
        actions.start_proposal(edition=edition, by=cast.member)


def test_a_blind_review_that_was_promised_stays_blind(cast):
    edition = called(cast)
    times = {"opens_at": now() - timedelta(days=1), "closes_at": now() + timedelta(days=1)}
    actions.call_for_proposals(edition=edition, by=cast.staff, blind=False, **times)
    actions.call_for_proposals(edition=edition, by=cast.staff, blind=True, **times)
    proposed(edition, cast.member)
    with pytest.raises(Refusal):
        actions.call_for_proposals(edition=edition, by=cast.staff, blind=False, **times)


def test_a_draft_that_was_never_sent_in_goes_a_season_after_the_call(cast, time_machine):
    edition = called(cast)
    proposed(edition, cast.member)
    actions.start_proposal(edition=edition, by=cast.colleague)
    time_machine.move_to(now() + timedelta(days=80))
    assert forget_drafts() == 0
    time_machine.move_to(now() + timedelta(days=30))
    assert forget_drafts() == 1
    assert Proposal.objects.get().submitter == cast.member


def test_members_take_away_what_they_proposed(cast):
    proposal = proposed(called(cast), cast.member)
    Proposal.objects.update(decision="declined", decided_at=now())
    (kept,) = kept_elsewhere(cast.member)["proposals"]
    assert (kept["title"], kept["state"]) == (proposal.title, "Submitted")


def test_lapsed_members_propose_nothing(cast):
    edition = called(cast)
    with pytest.raises(Refusal):
        actions.start_proposal(edition=edition, by=Member.objects.get(pk=cast.lapsed.pk))
    assert isinstance(actions.start_proposal(edition=edition, by=cast.staff).pk, UUID)
