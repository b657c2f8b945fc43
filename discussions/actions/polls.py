"""What members do with the poll of a thread. Nothing of it says in the log or the trail who voted, or what."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, insist_on_pace, require
from audit.trail import append
from discussions.access import wrote
from discussions.actions.posts import insist_on_writing, locked_thread, screened, signing, write_down
from discussions.models import Answer, Ballot, Poll, Thread
from discussions.people import mentionable
from members.models import Member
from spaces.log import record

FEWEST_ANSWERS, MOST_ANSWERS = 2, 10
LONGEST_QUESTION, LONGEST_ANSWER = 200, 120  # characters


@transaction.atomic
def put_poll(
    *,
    thread: Thread,
    by: Member,
    question: str,
    answers: Iterable[str],
    several: bool = False,
    anonymous: bool = False,
    closes_at: datetime | None = None,
    doubts: Mapping[str, str] | None = None,
) -> Poll:
    """Put a poll to the readers of a thread, or change the one there is, as long as nobody has voted.

    The identifier check sees the question as the first line of the text. Raises Refusal, or Held with what was found;
    `doubts` is what its author says to that.
    """
    thread = locked_thread(thread.pk)
    insist_on_writing(by, thread.space)
    require(by, "thread.poll", thread)
    insist_on_pace(by)
    text = "\n".join([_line(question), "", *map(_line, answers)])
    text, vouched = screened(text, by, thread.space, mentionable(thread.space), doubts, optional=False)
    question, _, offered = text.partition("\n\n")
    texts = list(dict.fromkeys(filter(None, offered.split("\n"))))
    if not FEWEST_ANSWERS <= len(texts) <= MOST_ANSWERS:
        raise Refusal(f"A poll has {FEWEST_ANSWERS} to {MOST_ANSWERS} different answers; here are {len(texts)}.")
    if len(question) > LONGEST_QUESTION or any(len(text) > LONGEST_ANSWER for text in texts):
        raise Refusal(
            f"A question has {LONGEST_QUESTION} characters at most, and an answer {LONGEST_ANSWER}. Say the rest in "
            "the thread."
        )
    if closes_at and closes_at <= now():
        raise Refusal("The closing date is over. Choose a later one, or none.")
    poll = poll_of(thread) or Poll(thread=thread)
    _insist_on_no_votes(poll)
    poll.question, poll.several, poll.anonymous, poll.closes_at = question, several, anonymous, closes_at
    poll.offered, poll.closed_at = " · ".join(texts), None
    poll.save()
    poll.answers.all().delete()
    Answer.objects.bulk_create(Answer(poll=poll, position=at, text=text) for at, text in enumerate(texts))
    _write_down("poll.put", thread, by)
    write_down(vouched, thread, signing(thread.opening, by) if thread.opening else by)
    record(thread.space, "poll.changed", thread)
    return poll


@transaction.atomic
def take_poll_away(*, thread: Thread, by: Member) -> None:
    """As long as nobody has voted."""
    thread = locked_thread(thread.pk)
    require(by, "thread.poll", thread)
    if poll := poll_of(thread):
        _insist_on_no_votes(poll)
        poll.delete()
        _write_down("poll.taken_away", thread, by)
        record(thread.space, "poll.changed", thread)


@transaction.atomic
def close_poll(*, thread: Thread, by: Member) -> None:
    """Stop voting, for good, and show everybody the result."""
    thread = locked_thread(thread.pk)
    require(by, "thread.poll", thread)
    if (poll := poll_of(thread)) and not poll.closed_at:
        _write_down("poll.closed", thread, by)
        _close(poll, thread)


@transaction.atomic
def vote(*, thread: Thread, by: Member, answers: Iterable[int]) -> None:
    """Choose among the answers of the thread's poll, by their positions.

    Voting again changes one's vote where it has a name. In an anonymous poll nobody can tell which one it was.
    """
    thread = locked_thread(thread.pk)
    insist_on_writing(by, thread.space)
    require(by, "thread.vote", thread)
    insist_on_pace(by)
    poll = poll_of(thread)
    if poll is None:
        raise Refusal("The poll was taken away. Load the thread again to see what is there now.")
    if poll.closed_at or (poll.closes_at and poll.closes_at <= now()):
        raise Refusal("The poll is closed. Its result is in the thread.")
    asked = set(answers)  # any number, also one that no column holds
    chosen = [answer for answer in poll.answers.all() if answer.position in asked]
    if not chosen:
        raise Refusal("Choose an answer first.")
    if len(chosen) > 1 and not poll.several:
        raise Refusal("Choose one answer: this poll takes one from each.")
    ballot, new = Ballot.objects.get_or_create(poll=poll, member=by)
    if poll.anonymous and not new:
        raise Refusal("You have voted. Nobody knows which vote is yours, so it cannot be changed.")
    if poll.anonymous:
        poll.count(chosen)
    else:
        ballot.answers.set(chosen)
    record(thread.space, "poll.voted", thread)


def close_due_polls() -> int:
    """Close every poll whose time has come. How many."""
    closed = 0
    for pk in Poll.objects.filter(closed_at=None, closes_at__lte=now()).values_list("thread", flat=True):
        with transaction.atomic():
            thread = locked_thread(pk)
            poll = poll_of(thread)
            if poll and not poll.closed_at and poll.closes_at and poll.closes_at <= now():
                _close(poll, thread)
                closed += 1
    return closed


def poll_of(thread: Thread) -> Poll | None:
    """Read anew: whoever asks has locked the thread."""
    return Poll.objects.filter(thread=thread).first()


def _line(text: str) -> str:
    return " ".join(text.split())


def _close(poll: Poll, thread: Thread) -> None:
    poll.closed_at = now()
    poll.save(update_fields=["closed_at"])
    record(thread.space, "poll.changed", thread)


def _insist_on_no_votes(poll: Poll) -> None:
    if poll.ballots.exists():
        raise Refusal(
            "Somebody has voted, so the poll stays as it is. You can close it, and ask anew in another thread."
        )


def _write_down(verb: str, thread: Thread, by: Member) -> None:
    """A moderator's deed on somebody else's thread."""
    if not (thread.opening and wrote(by, thread.opening)):
        append(verb, subject=thread, by=by, facts={"space": str(thread.space_id)})
