"""The polls of a meeting as their pages and files show them."""

from typing import Any
from uuid import UUID

from meetings.models import Meeting, RoomBallot, RoomPoll
from meetings.sheets import Rows
from members.models import Member

COLUMNS = ["Question", "Answer", "Votes", "Voters", "Who"]


def polls_put(meeting: Meeting) -> list[RoomPoll]:
    """Those that the room sees, the newest first. In two queries."""
    return list(RoomPoll.objects.shown().put().filter(meeting=meeting))


def voted_in(member: Member, polls: list[RoomPoll]) -> set[UUID]:
    return set(RoomBallot.objects.filter(member=member, poll__in=polls).values_list("poll", flat=True))


def rows(meeting: Meeting) -> Rows:
    """Every option of every poll that was opened, for a spreadsheet; who chose it where the poll had names."""
    yield [*COLUMNS]
    polls = RoomPoll.objects.shown().filter(meeting=meeting).exclude(opened_at=None)
    for poll in polls.prefetch_related("options__ballots__member"):
        for option in poll.result:
            who = "; ".join(
                sorted(one.member.name if one.member else "A former member" for one in option.ballots.all())
            )
            yield [poll.question, option.text, option.counted, poll.voters, who]


def votes_of(member: Member) -> list[dict[str, Any]]:
    """Where a member has voted in meetings, and what, where that is known."""
    ballots = RoomBallot.objects.filter(member=member).select_related("poll").prefetch_related("options")
    return [
        {
            "question": one.poll.question,
            "anonymous": one.poll.anonymous,
            "answers": [str(option) for option in one.options.all()],
        }
        for one in ballots.order_by("poll__created_at", "pk")
    ]
