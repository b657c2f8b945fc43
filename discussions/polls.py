"""The poll of a thread as one member's page shows it, and what of it a member takes away of their data."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from access import may
from discussions.models import Answer, Ballot, Poll, Thread
from members.models import Member


@dataclass
class PollPage:
    """What a member sees of a poll: the answers to choose from, the result, or why there is neither."""

    poll: Poll
    thread: Thread
    member: Member

    @cached_property
    def ballot(self) -> Ballot | None:
        return self.poll.ballots.filter(member=self.member).first()

    @property
    def may_vote(self) -> bool:
        """Whether they may vote now, or choose otherwise."""
        is_over = self.poll.closed_at or (self.ballot and self.poll.anonymous)
        return not is_over and may(self.member, "thread.vote", self.thread)

    @property
    def sees_results(self) -> bool:
        """Of an anonymous poll once it is closed: two looks, before and after a vote, would tell that vote."""
        return bool(self.poll.closed_at or (self.ballot and not self.poll.anonymous))

    @cached_property
    def answers(self) -> list[Answer]:
        return self.poll.results() if self.sees_results else list(self.poll.answers.all())

    @cached_property
    def chosen(self) -> set[int]:
        """The positions of what they chose; empty where nobody can know."""
        return set(self.ballot.answers.values_list("position", flat=True)) if self.ballot else set()

    @property
    def may_arrange(self) -> bool:
        return may(self.member, "thread.poll", self.thread)


def poll_page(thread: Thread, member: Member) -> PollPage | None:
    """Of a thread with what ThreadQuerySet.polled() brings; None where it has no poll."""
    return PollPage(thread.poll, thread, member) if hasattr(thread, "poll") else None


def votes_of(member: Member) -> list[dict[str, Any]]:
    """Where a member has voted, and what, where that is known."""
    ballots = Ballot.objects.filter(member=member).select_related("poll").prefetch_related("answers")
    return [
        {
            "question": ballot.poll.question,
            "anonymous": ballot.poll.anonymous,
            "answers": [answer.text for answer in ballot.answers.all()],
        }
        for ballot in ballots.order_by("poll__created_at", "pk")
    ]
