"""Asking at a meeting, wanting to know it too, and answering. Nothing says who asked without a name, nor who voted.

Locks are taken in one order: the meeting where several questions change, a question, audit, space.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, now

from access import Refusal, insist_on_pace, require, still_there
from audit.trail import append
from discussions.markup import clean, is_blank, to_html
from meetings import letters
from meetings.models import Meeting, Question, QuestionVote, UnnamedAsker
from meetings.rooms import room_of, why_not
from members.models import Member
from spaces.log import record, record_each
from spaces.models import Space
from spaces.screening import screen
from worker.queues import first_free

LONGEST_QUESTION, LONGEST_ANSWER = 600, 10_000  # characters
State = Question.State


def ask_question(
    *,
    meeting: Meeting,
    by: Member,
    text: str,
    client_id: UUID,
    unnamed: bool = False,
    answers: Mapping[str, str] | None = None,
) -> Question:
    """Ask something. The same client_id again gives the first. Raises Refusal, or Held with what was found.

    Where the meeting has its questions looked at first, it waits for a convener.
    """
    if again := _asked_before(by, client_id):
        return again
    space = room_of(meeting)
    if no := why_not(by, space):
        raise Refusal(no)
    insist_on_pace(by)
    text, vouched = _screened(text, by, space, LONGEST_QUESTION, answers)
    try:
        with transaction.atomic():
            waits = Meeting.objects.filter(pk=meeting.pk).values_list("questions_wait", flat=True).get()
            question = Question.objects.create(
                meeting=meeting,
                text=text,
                asker=None if unnamed else by,
                unnamed=unnamed,
                client_id=uuid4() if unnamed else client_id,
                let_in_at=None if waits else now(),
            )
            if unnamed:
                UnnamedAsker.objects.create(question=question, member=by, client_id=client_id)
            if vouched:
                _write_down("identifier.vouched", question, question.asker, classes=dict(sorted(vouched.items())))
            if waits:
                record(space, "questions.wait", meeting)
            else:
                record(space, "question.asked", question, by=question.asker)
    except IntegrityError:
        if again := _asked_before(by, client_id):
            return again
        raise
    return question


@transaction.atomic
def vote_for_question(*, question: Question, by: Member, wanted: bool | None = None) -> bool:
    """Want to know it too, or no longer; without `wanted` the other way than before. Gives how it is now.

    The log hears of it from `tell_of_question_votes`, of many votes at once.
    """
    question = _locked(question)
    _insist_that_it_is_open(question, by)
    insist_on_pace(by)
    mine = QuestionVote.objects.filter(question=question, member=by)
    before = mine.exists()  # nobody else changes it: the question is locked
    if wanted is None:
        wanted = not before
    if wanted and not before:
        QuestionVote.objects.create(question=question, member=by)
    elif before and not wanted:
        mine.delete()
    if wanted != before and not question.untold:
        Question.objects.filter(pk=question.pk).update(untold=True)
    return wanted


def tell_of_question_votes() -> int:
    """Tell of each question whose votes changed how many it has now: once for all of them. Gives how many."""
    meetings = Meeting.objects.filter(questions__untold=True).select_related("room").distinct()
    return sum([_tell_votes_of(meeting) for meeting in meetings])


@transaction.atomic
def _tell_votes_of(meeting: Meeting) -> int:
    """What somebody votes on just now is told the next time."""
    marked = Question.objects.filter(meeting=meeting, untold=True).order_by("pk")
    found = list(marked.select_for_update(no_key=True, skip_locked=True))
    Question.objects.filter(pk__in=[one.pk for one in found]).update(untold=False)
    if standing := [one.pk for one in found if one.stands]:
        record_each(room_of(meeting), "question.voted", standing)
    return len(standing)


@transaction.atomic
def set_question_state(*, question: Question, by: Member, state: str, due_on: date | None = None) -> Question:
    """Say where a question stands. Of a meeting one at a time is being answered; `due_on` goes with "in writing"."""
    _in_turn(question.meeting_id)
    question = _locked_for(question, by)
    if state == State.IN_WRITING and due_on and due_on < localdate():
        raise Refusal("That day is over. Choose a later one, or none.")
    changed = [question]
    if state == State.ANSWERING:
        before = Question.objects.select_for_update(no_key=True).filter(meeting=question.meeting, state=state)
        for other in before.exclude(pk=question.pk):
            other.state, other.answered_at, other.answered_by = State.LIVE, now(), by
            other.save(update_fields=["state", "answered_at", "answered_by"])
            changed.append(other)
    question.state, question.due_on = State(state), due_on if state == State.IN_WRITING else None
    if state == State.LIVE and not question.answered_at:
        question.answered_at, question.answered_by = now(), by
    elif state != State.LIVE and not question.answer:
        question.answered_at = question.answered_by = None
    question.save(update_fields=["state", "due_on", "answered_at", "answered_by"])
    for one in changed:
        _write_down("question.state", one, by, state=one.state, due_on=one.due_on)
    record_each(room_of(question.meeting), "question.changed", [one.pk for one in changed], by=by)
    return question


@transaction.atomic
def answer_question(
    *, question: Question, by: Member, answer: str, answers: Mapping[str, str] | None = None
) -> Question:
    """Answer in writing, or say it differently. Raises Refusal, or Held; `answers` is what is said to the doubts."""
    question = _locked_for(question, by)
    space = room_of(question.meeting)
    answer, vouched = _screened(answer, by, space, LONGEST_ANSWER, answers)
    question.answer, question.answer_html = answer, to_html(answer)
    question.answered_by, question.answered_at = by, question.answered_at or now()
    if question.state != State.LIVE:
        question.state = State.IN_WRITING
    question.save(update_fields=["answer", "answer_html", "answered_by", "answered_at", "state"])
    _write_down("question.answered", question, by, classes=dict(sorted(vouched.items())))
    record(space, "question.changed", question, by=by)
    return question


@transaction.atomic
def merge_question(*, question: Question, into: Question, by: Member) -> Question:
    """Make two questions one, which has the votes of both, one a person. Gives the one that stays."""
    _in_turn(question.meeting_id)
    question, into = _locked_for(question, by), _locked_for(into, by)
    if question == into or question.meeting_id != into.meeting_id:
        raise Refusal("These two cannot be merged. Reload the page, and choose another question.")
    there = list(into.votes.exclude(member=None).values_list("member", flat=True))
    question.votes.filter(member__in=there).delete()
    question.votes.update(question=into)
    question.merged.update(merged_into=into)
    question.merged_into = into
    question.save(update_fields=["merged_into"])
    _write_down("question.merged", question, by, into=into.pk)
    space = room_of(question.meeting)
    record(space, "question.left", question, by=by)
    record(space, "question.changed", into, by=by)
    return into


@transaction.atomic
def let_question_in(*, question: Question, by: Member) -> Question:
    """Have everybody read a question that waited."""
    question = _locked(question)
    require(by, "series.change", question.meeting.series)
    if question.waits:
        question.let_in_at = now()
        question.save(update_fields=["let_in_at"])
        _write_down("question.let_in", question, by)
        space = room_of(question.meeting)
        record(space, "question.asked", question, by=question.asker)
        record(space, "questions.wait", question.meeting)
    return question


@transaction.atomic
def refuse_question(*, question: Question, by: Member, note: str = "") -> None:
    """Take a question away, or do not let it in. Its asker reads the note."""
    question = _locked(question)
    require(by, "series.change", question.meeting.series)
    if question.refused_at:
        return
    if question.answered_at:
        raise Refusal("It is answered. What was answered stays.")
    stood, waited = question.stands, question.waits
    question.refused_at, question.refused_by, question.note = now(), by, clean(note)
    question.save(update_fields=["refused_at", "refused_by", "note"])
    _write_down("question.refused", question, by)
    _tell_that_it_is_gone(question, stood, waited, by)


@transaction.atomic
def take_question_back(*, question: Question, by: Member) -> None:
    """One's own, as long as it is not answered, nor others were merged into it. Nothing of it is kept."""
    question = _locked(question)
    if not Question.objects.asked_by(by).filter(pk=question.pk).exists():
        raise Refusal("It is not your question.")
    if no := why_not(by, room_of(question.meeting)):
        raise Refusal(no)
    if question.answered_at or question.state == State.ANSWERING or question.merged.exists():
        raise Refusal("It is being answered, or others asked the same. Tell who convenes the meeting.")
    stood, waited, asker = question.stands, question.waits, question.asker
    question.votes.all().delete()
    gone = Question(pk=question.pk, meeting=question.meeting)
    question.delete()
    _tell_that_it_is_gone(gone, stood, waited, asker)


@transaction.atomic
def take_questions_over(*, here: Meeting, there: Meeting, by: Member) -> int:
    """Have what was not answered in the other session asked in this one, with its votes. How many."""
    require(by, "series.change", here.series)
    _in_turn(there.pk)
    locked = Question.objects.select_for_update(no_key=True).filter(meeting=there).order_by("pk")
    left = list(locked.left())
    for question in left:
        question.meeting, question.came_from, question.state = here, question.came_from or there, State.NEW
        question.save(update_fields=["meeting", "came_from", "state"])
        question.merged.update(meeting=here)
        _write_down("question.taken_over", question, by, out_of=there.pk)
    ids = [one.pk for one in left]
    if ids:
        record_each(room_of(there), "question.left", ids, by=by)
        record_each(room_of(here), "question.asked", ids, by=by)
    return len(ids)


@transaction.atomic
def look_at_questions_first(*, meeting: Meeting, by: Member, first: bool) -> None:
    """Have a convener let each question in from now on, or none. What waits goes on waiting. So already, nothing
    happens.
    """
    require(by, "series.change", meeting.series)
    if not Meeting.objects.filter(pk=meeting.pk, questions_wait=not first).update(questions_wait=first):
        return
    append("questions.wait", subject=meeting, by=by, facts={"first": first})
    record(room_of(meeting), "questions.wait", meeting, by=by)


@transaction.atomic
def publish_answers(*, meeting: Meeting, by: Member) -> None:
    """Give what was answered a page, and let search find it. What is answered later comes there by itself."""
    require(by, "series.change", meeting.series)
    if not meeting.has_begun:
        raise Refusal("The meeting has not begun. Publish the answers once it is over.")
    if not Question.objects.answered().filter(meeting=meeting).exists():
        raise Refusal("Nothing is answered yet: there is nothing to publish.")
    if not meeting.answers_published_at:
        meeting.answers_published_at = now()
        meeting.save(update_fields=["answers_published_at"])
        append("answers.published", subject=meeting, by=by)


@transaction.atomic
def tell_of_answers() -> int:
    """Write once to those who came or meant to, where answers were published. One meeting a time; gives how many."""
    due = Meeting.objects.filter(answers_published_at__isnull=False, answers_told_at=None).select_related(
        "series__space"
    )
    meeting = first_free(due)
    if meeting is None:
        return 0
    meeting.answers_told_at = now()
    meeting.save(update_fields=["answers_told_at"])
    return letters.tell_of_answers(meeting)


def _asked_before(by: Member, client_id: UUID) -> Question | None:
    named = Question.objects.filter(asker=by, client_id=client_id)
    unnamed = Question.objects.filter(unnamed_asker__member=by, unnamed_asker__client_id=client_id)
    return named.first() or unnamed.first()


def _screened(text: str, by: Member, space: Space, longest: int, answers: Mapping[str, str] | None):
    text = clean(text)
    if is_blank(text):
        raise Refusal("There is nothing to send yet. Write something.")
    if len(text) > longest:
        raise Refusal(f"It has {len(text):,} characters; the most is {longest:,}. Shorten it.")
    text, vouched = screen(text, by=by, space=space, answers=answers)
    return text[:longest], vouched


def _in_turn(meeting_pk: UUID) -> None:
    """One convener's doing at a time, where several questions change: two would wait for each other."""
    Meeting.objects.select_for_update(no_key=True).only("pk").get(pk=meeting_pk)


def _locked(question: Question) -> Question:
    """The question, or the one it was merged into."""
    rows = Question.objects.select_for_update(of=("self",), no_key=True)
    found = still_there(rows.select_related("meeting__series", "meeting__room", "asker"), question.pk)
    return _locked(found.merged_into) if found.merged_into else found


def _locked_for(question: Question, by: Member) -> Question:
    """One that stands, for who convenes its meeting."""
    question = _locked(question)
    require(by, "series.change", question.meeting.series)
    if not question.stands:
        raise Refusal("It is not among the questions. Let it in first.")
    return question


def _insist_that_it_is_open(question: Question, by: Member) -> None:
    if no := why_not(by, room_of(question.meeting)):
        raise Refusal(no)
    if not question.stands:
        raise Refusal("This question was taken away.")
    if question.answered_at:
        raise Refusal("This question is answered.")


def _tell_that_it_is_gone(question: Question, stood: bool, waited: bool, by: Member | None) -> None:
    space = room_of(question.meeting)
    if stood:
        record(space, "question.left", question, by=by)
    if waited:
        record(space, "questions.wait", question.meeting)


def _write_down(verb: str, question: Question, by: Member | None, **facts) -> None:
    """Who did what with which question: never its words, nor who asked."""
    append(verb, subject=question, by=by, facts={"meeting": str(question.meeting_id), **facts})
