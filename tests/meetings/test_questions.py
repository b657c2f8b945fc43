"""Questions of a meeting: asked once, voted for once a person, answered, and nobody's where they have no name."""

import json
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now

from access import Refusal
from audit.models import Entry
from meetings.actions import (
    answer_question,
    ask_question,
    let_question_in,
    look_at_questions_first,
    merge_question,
    publish_answers,
    refuse_question,
    set_question_state,
    take_question_back,
    take_questions_over,
    tell_of_question_votes,
    vote_for_question,
)
from meetings.models import Meeting, Question, QuestionVote, UnnamedAsker
from meetings.questions import Questions, kept_of
from meetings.rooms import room_of
from members.models import Member
from spaces.frames import read_log
from spaces.models import Activity
from spaces.screening import Held
from tests.at_once import MOST, at_once
from tests.meetings.test_races import all_look_before_one_writes, unguarded
from tests.meetings.test_towns import planned
from tests.people import make_cast, make_member

State = Question.State
CROWD = 20


@pytest.fixture
def meeting(plan):
    return plan().meetings.select_related("series").first()


@pytest.fixture
def ask(meeting, cast):
    """ask("…"): a question of the member's."""

    def ask(text="What comes first?", by=None, at=None, **more):
        more = {"client_id": uuid4(), **more}
        return ask_question(meeting=at or meeting, by=by or cast.member, text=text, **more)

    return ask


def kinds(meeting):
    return list(Activity.objects.filter(space=room_of(meeting)).order_by("seq").values_list("kind", flat=True))


def texts(meeting, member):
    return [one.text for one in Questions(Meeting.objects.get(pk=meeting.pk), member).standing]


def votes(question):
    return Question.objects.shown().get(pk=question.pk).vote_count


def test_the_same_question_sent_twice_is_one(ask, meeting, cast):
    for unnamed in (False, True):
        key = uuid4()
        first = ask(client_id=key, unnamed=unnamed)
        assert ask("Another text", client_id=key, unnamed=unnamed) == first
    assert Question.objects.count() == 2
    assert kinds(meeting) == ["question.asked"] * 2


def test_one_asks_from_planning_until_half_an_hour_after_the_end(ask, meeting, cast, time_machine):
    ask()
    time_machine.move_to(meeting.ends_at + timedelta(minutes=29))
    late = ask("One more")
    time_machine.move_to(meeting.ends_at + timedelta(minutes=31))
    with pytest.raises(Refusal, match="is over"):
        ask("Too late")
    with pytest.raises(Refusal, match="is over"):
        vote_for_question(question=late, by=cast.colleague)
    assert set(texts(meeting, cast.member)) == {"What comes first?", "One more"}


def test_who_may_not_come_asks_nothing(ask, cast):
    with pytest.raises(Refusal):
        ask(by=cast.lapsed)


def test_what_may_identify_a_client_is_held_and_what_was_vouched_for_is_written_down_without_words(ask, cast):
    text = "Is A123456789 enough for the form?"
    with pytest.raises(Held) as held:
        ask(text)
    (doubt,) = held.value.doubts
    question = ask(text, answers={doubt.key: "out"})
    assert "123456789" not in question.text
    assert not Question.objects.filter(text__contains="123456789").exists()


def test_an_answer_is_looked_at_like_a_post(ask, cast):
    question = ask()
    with pytest.raises(Held):
        answer_question(question=question, by=cast.specialist, answer="As for A123456789.")
    answer_question(question=question, by=cast.specialist, answer="**First** <b>this</b>")
    assert Question.objects.get().answer_html == "<p><strong>First</strong> &lt;b&gt;this&lt;/b&gt;</p>\n"


def test_a_vote_is_taken_back_by_the_same_button_and_one_each(ask, cast):
    question = ask()
    assert vote_for_question(question=question, by=cast.colleague)
    assert vote_for_question(question=question, by=cast.colleague, wanted=True)
    assert votes(question) == 1
    assert not vote_for_question(question=question, by=cast.colleague)
    assert votes(question) == 0


def test_votes_are_told_together(ask, meeting, cast):
    one, other = ask(), ask("And then?")
    crowd = [make_member(f"Person {number}", cast.home) for number in range(12)]
    for who in crowd:
        vote_for_question(question=one, by=who)
    vote_for_question(question=other, by=crowd[0])
    assert kinds(meeting) == ["question.asked"] * 2
    assert tell_of_question_votes() == 2
    assert tell_of_question_votes() == 0
    told = kinds(meeting)[2:]
    assert told == ["question.voted"] * 2
    frame = json.loads(read_log({room_of(meeting).pk: 2})[room_of(meeting).pk].text)
    shown = {item["target"]: item["html"] for item in frame["items"]}
    assert "<b>12</b> votes" in shown[f"votes-{one.pk}"]
    assert {item["by"] for item in frame["items"]} == {None}


def test_the_list_is_in_order_of_what_is_answered_now_and_of_votes(ask, meeting, cast):
    few, many, now_answered, parked, done = (ask(text) for text in ("few", "many", "now", "parked", "done"))
    for who, what in ((cast.member, few), (cast.member, many), (cast.colleague, many), (cast.outsider, done)):
        vote_for_question(question=what, by=who)
    set_question_state(question=now_answered, by=cast.specialist, state="answering")
    set_question_state(question=parked, by=cast.specialist, state="parked")
    set_question_state(question=done, by=cast.specialist, state="live")
    assert texts(meeting, cast.member) == ["now", "many", "few", "parked", "done"]


def test_one_is_answered_at_a_time(ask, meeting, cast):
    first, second = ask("first"), ask("second")
    set_question_state(question=first, by=cast.specialist, state="answering")
    set_question_state(question=second, by=cast.specialist, state="answering")
    first.refresh_from_db()
    assert (first.state, first.answered_by, bool(first.answered_at)) == (State.LIVE, cast.specialist, True)
    set_question_state(question=first, by=cast.specialist, state="new")
    first.refresh_from_db()
    assert first.answered_at is None
    assert kinds(meeting)[2:] == ["question.changed"] * 4


def test_in_writing_by_a_day_and_written(ask, cast):
    question = ask()
    day = now().date() + timedelta(days=10)
    with pytest.raises(Refusal, match="That day is over"):
        set_question_state(question=question, by=cast.specialist, state="in_writing", due_on=day - timedelta(days=30))
    set_question_state(question=question, by=cast.specialist, state="in_writing", due_on=day)
    found = Question.objects.get()
    assert (found.standing_in_words, found.due_on, found.answered_at) == ("To be answered in writing", day, None)
    answer_question(question=question, by=cast.staff, answer="This.")
    found.refresh_from_db()
    assert (found.standing_in_words, found.answered_by) == ("Answered in writing", cast.staff)
    with pytest.raises(Refusal, match="is answered"):
        vote_for_question(question=question, by=cast.colleague)
    set_question_state(question=question, by=cast.specialist, state="parked")
    found.refresh_from_db()
    assert found.answered_at, "what is written stays an answer"


def test_merged_questions_have_the_votes_of_both_one_a_person(ask, meeting, cast):
    one, other, third = ask("one"), ask("other"), ask("third")
    for question, people in ((one, ("member", "colleague")), (other, ("colleague", "outsider", "staff"))):
        for who in people:
            vote_for_question(question=question, by=getattr(cast, who))
    assert merge_question(question=one, into=other, by=cast.specialist) == other
    assert votes(other) == 4
    assert vote_for_question(question=one, by=cast.admin), "an old page votes for what it lives on in"
    assert votes(other) == 5
    merge_question(question=other, into=third, by=cast.specialist)
    assert set(Question.objects.exclude(merged_into=None).values_list("merged_into", flat=True)) == {third.pk}
    assert texts(meeting, cast.member) == ["third"]
    with pytest.raises(Refusal, match="cannot be merged"):
        merge_question(question=third, into=other, by=cast.specialist)


def test_questions_wait_where_a_convener_looks_first(ask, meeting, cast, client):
    look_at_questions_first(meeting=meeting, by=cast.specialist, first=True)
    seqs = len(kinds(meeting))
    waits, refused = ask("Quetzalcoatl waits"), ask("Quetzalcoatl goes", by=cast.colleague, unnamed=True)
    look_at_questions_first(meeting=meeting, by=cast.specialist, first=True)
    assert kinds(meeting)[seqs:] == ["questions.wait"] * 2
    frames = read_log({room_of(meeting).pk: 0})[room_of(meeting).pk].text
    assert "Quetzalcoatl" not in frames
    assert "2 questions wait" in frames
    for who, sees in ((cast.outsider, False), (cast.member, True), (cast.specialist, False)):
        client.force_login(who)
        page = client.get(reverse("meetings:questions", args=[meeting.pk])).content.decode()
        assert ("Quetzalcoatl waits" in page) == sees
    with pytest.raises(Refusal):
        vote_for_question(question=waits, by=cast.outsider)
    let_question_in(question=waits, by=cast.specialist)
    refuse_question(question=refused, by=cast.specialist, note="Asked last time.")
    assert texts(meeting, cast.outsider) == ["Quetzalcoatl waits"]
    client.force_login(cast.colleague)
    assert "Asked last time." in client.get(reverse("meetings:questions", args=[meeting.pk])).content.decode()
    look_at_questions_first(meeting=meeting, by=cast.specialist, first=False)
    assert ask("At once").stands


@pytest.mark.parametrize(
    "act",
    [
        lambda question, by: set_question_state(question=question, by=by, state="live"),
        lambda question, by: answer_question(question=question, by=by, answer="This."),
        lambda question, by: merge_question(question=question, into=question, by=by),
        lambda question, by: refuse_question(question=question, by=by),
        lambda question, by: let_question_in(question=question, by=by),
        lambda question, by: look_at_questions_first(meeting=question.meeting, by=by, first=True),
        lambda question, by: publish_answers(meeting=question.meeting, by=by),
        lambda question, by: take_questions_over(here=question.meeting, there=question.meeting, by=by),
    ],
)
def test_only_who_convenes_puts_questions_in_order(ask, cast, act):
    question = ask()
    with pytest.raises(PermissionDenied):
        act(question, cast.member)


def test_one_takes_back_ones_own_as_long_as_it_is_not_answered(ask, meeting, cast):
    for unnamed in (False, True):
        question = ask(unnamed=unnamed)
        vote_for_question(question=question, by=cast.colleague)
        with pytest.raises(Refusal, match="not your question"):
            take_question_back(question=question, by=cast.colleague)
        take_question_back(question=question, by=cast.member)
        assert not Question.objects.exists()
        assert kinds(meeting)[-1] == "question.left"
    question = ask()
    set_question_state(question=question, by=cast.specialist, state="live")
    with pytest.raises(Refusal):
        take_question_back(question=question, by=cast.member)


class TestWithoutAName:
    """Who asked is on no page, in no frame, log, trail or file: the same is looked for with a name, and found."""

    def told(self, client, cast, meeting):
        """All that the site gives anybody of the meeting, and keeps beside its table."""
        pages = []
        for who in ("outsider", "specialist", "staff", "admin", "privacy_officer"):
            client.force_login(getattr(cast, who))
            for name in ("questions", "answers", "waiting"):
                pages.append(client.get(reverse(f"meetings:{name}", args=[meeting.pk])).content.decode())
            pages.append(client.get("/search/", {"q": "quetzalcoatl"}).content.decode())
        log = list(Activity.objects.filter(space=room_of(meeting)).values())
        trail = list(Entry.objects.values("verb", "actor", "subject", "facts"))
        rows = list(Question.objects.values())
        frames = read_log({room_of(meeting).pk: 0})[room_of(meeting).pk].text
        return f"{pages} {log} {trail} {rows} {frames}"

    @pytest.mark.parametrize("unnamed", [True, False])
    def test_nobody_is_told_who_asked(self, ask, cast, meeting, client, time_machine, unnamed):
        key = uuid4()
        question = ask("Quetzalcoatl first?", client_id=key, unnamed=unnamed)
        ask("And Quetzalcoatl last?", unnamed=unnamed)
        time_machine.move_to(meeting.starts_at)
        meeting.refresh_from_db()
        set_question_state(question=question, by=cast.specialist, state="live")
        publish_answers(meeting=meeting, by=cast.specialist)
        told = self.told(client, cast, meeting)
        for trace in (cast.member.name, str(cast.member.pk), str(key)):
            assert (trace in told or repr(trace) in told) != unnamed
        assert ("<span>A member<" in told) == unnamed

    def test_what_was_vouched_for_names_nobody(self, ask, cast):
        text = "Is it open since March 3?"
        with pytest.raises(Held) as held:
            ask(text, unnamed=True)
        answers = {doubt.key: "keep" for doubt in held.value.doubts}
        ask(text, unnamed=True, answers=answers)
        assert Entry.objects.filter(verb="identifier.vouched").values_list("actor", flat=True).get() is None

    def test_ones_own_export_has_them_and_no_other_has(self, ask, cast):
        question = ask("Mine", unnamed=True)
        vote_for_question(question=question, by=cast.colleague)
        assert [one["asked"] for one in kept_of(cast.member)] == ["Mine"]
        assert [one["voted_for"] for one in kept_of(cast.colleague)] == ["Mine"]
        assert kept_of(cast.outsider) == []

    def test_whoever_is_erased_leaves_the_question_and_the_vote(self, ask, cast):
        named, unnamed = ask("named", by=cast.unsigned), ask("unnamed", by=cast.unsigned, unnamed=True)
        vote_for_question(question=named, by=cast.unsigned)
        Member.objects.get(pk=cast.unsigned.pk).delete()
        assert Question.objects.get(pk=named.pk).by == "A former member"
        assert Question.objects.get(pk=unnamed.pk).by == "A member"
        assert not UnnamedAsker.objects.exists()
        assert votes(named) == 1


def test_what_session_a_answered_shows_in_b_and_what_it_left_is_taken_over(cast, ask, client, time_machine):
    town = planned(cast)
    answered, left, promised = (ask(text, at=town.first) for text in ("answered", "left", "promised"))
    same = ask("the same", at=town.first)
    merge_question(question=same, into=left, by=cast.specialist)
    vote_for_question(question=left, by=cast.colleague)
    set_question_state(question=answered, by=cast.specialist, state="live")
    set_question_state(question=promised, by=cast.specialist, state="in_writing")
    found = Questions(town.second, cast.specialist)
    assert ([one.text for one in found.answered_elsewhere], found.other) == (["answered"], ("A", town.first))
    assert found.left_elsewhere == 0, "session A is not over"
    time_machine.move_to(town.first.ends_at + timedelta(minutes=1))
    assert Questions(town.second, cast.specialist).left_elsewhere == 1
    assert Questions(town.second, cast.member).left_elsewhere == 0
    client.force_login(cast.specialist)
    client.post(reverse("meetings:take_over", args=[town.second.pk]))
    assert texts(town.second, cast.member) == ["left"]
    assert set(texts(town.first, cast.member)) == {"answered", "promised"}
    assert votes(left) == 1
    assert (kinds(town.first)[-1], kinds(town.second)) == ("question.left", ["question.asked"])
    assert client.post(reverse("meetings:take_over", args=[town.second.pk])).status_code == 409
    page = client.get(reverse("meetings:questions", args=[town.second.pk])).content.decode()
    assert "Answered in session A" in page


def test_answers_are_published_by_who_convenes_once_there_are_any(ask, meeting, cast, client, time_machine):
    question = ask()
    page = reverse("meetings:answers", args=[meeting.pk])
    with pytest.raises(Refusal, match="has not begun"):
        publish_answers(meeting=meeting, by=cast.specialist)
    time_machine.move_to(meeting.ends_at + timedelta(days=2))
    meeting = Meeting.objects.select_related("series").get(pk=meeting.pk)
    with pytest.raises(Refusal, match="Nothing is answered"):
        publish_answers(meeting=meeting, by=cast.specialist)
    answer_question(question=question, by=cast.specialist, answer="The grant.")
    client.force_login(cast.member)
    assert client.get(page).status_code == 404
    client.force_login(cast.specialist)
    assert client.post(reverse("meetings:publish_answers", args=[meeting.pk])).status_code == 302
    client.force_login(cast.member)
    assert "The grant." in client.get(page).content.decode()
    assert Entry.objects.filter(verb="answers.published").count() == 1
    assert not any("grant" in json.dumps(facts) for facts in Entry.objects.values_list("facts", flat=True))


# Many at once


@pytest.fixture
def crowd(transactional_db):
    """A question at a meeting to come, and many who want to know it too."""
    cast = make_cast()
    people = [make_member(f"Person {number}", cast.home) for number in range(CROWD)]
    question = ask_question(meeting=planned(cast).first, by=cast.member, text="What first?", client_id=uuid4())
    return question, people


def test_two_hundred_votes_at_once_are_one_each(crowd, monkeypatch):
    question, people = crowd
    once = partial(vote_for_question, question=question, by=people[0], wanted=True)
    with unguarded(QuestionVote, "one_vote_on_a_question_each", monkeypatch):
        with monkeypatch.context() as unhurried:  # pace has one person's acts stand in line; nothing may rest on that
            unhurried.setattr("meetings.actions.questions.insist_on_pace", lambda by: None)
            all_look_before_one_writes(QuestionVote, [once] * MOST)
        assert votes(question) == MOST, "without the guard each is written"
        QuestionVote.objects.all().delete()
    at_once(*[partial(vote_for_question, question=question, by=who, wanted=True) for who in people] * 10)
    assert votes(question) == CROWD
    assert tell_of_question_votes() == 1


def test_the_same_vote_twenty_times_at_once_is_one(crowd):
    question, people = crowd
    at_once(*[lambda: vote_for_question(question=question, by=people[0], wanted=True)] * CROWD)
    assert votes(question) == 1


def test_the_same_question_twenty_times_at_once_is_one(crowd):
    question, people = crowd
    for unnamed in (False, True):
        key = uuid4()
        asked = {"meeting": question.meeting, "by": people[0], "text": "Once?", "client_id": key, "unnamed": unnamed}
        found = at_once(*[lambda asked=asked: ask_question(**asked)] * CROWD)
        assert len({one.pk for one in found}) == 1
    assert Question.objects.filter(text="Once?").count() == 2


def test_no_vote_is_lost_to_a_merge_at_the_same_time(crowd):
    question, people = crowd
    by = Member.objects.get(name="Orla Specialist")
    other = ask_question(meeting=question.meeting, by=people[0], text="The same", client_id=uuid4())
    at_once(
        lambda: merge_question(question=question, into=other, by=by),
        *(lambda who=who: vote_for_question(question=question, by=who, wanted=True) for who in people),
    )
    assert (votes(other), votes(question)) == (CROWD, 0)
