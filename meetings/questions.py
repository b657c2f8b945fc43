"""The questions of a meeting, as one member sees them."""

from functools import cached_property
from typing import Any

from access import may
from meetings.activities import load_waiting
from meetings.models import Meeting, Question, QuestionVote
from meetings.rooms import room_of, why_not
from meetings.towns import town_of
from members.models import Member


class Questions:
    """What somebody sees of them, and may do there. Each part is looked up once, when a page asks for it."""

    def __init__(self, meeting: Meeting, member: Member) -> None:
        self.meeting, self.member = meeting, member
        self.leads = may(member, "series.change", meeting.series)
        self.why_not = why_not(member, room_of(meeting))

    @cached_property
    def waiting(self) -> Meeting:
        """The meeting, with how many wait for a convener."""
        return load_waiting([self.meeting.pk])[self.meeting.pk]

    @cached_property
    def standing(self) -> list[Question]:
        return list(Question.objects.standing().filter(meeting=self.meeting).shown().in_order())

    @cached_property
    def voted(self) -> str:
        """The ids of those for which they voted. The rows are the same for everybody: the page says it beside them."""
        mine = QuestionVote.objects.filter(member=self.member, question__meeting=self.meeting)
        return " ".join(str(pk) for pk in mine.values_list("question", flat=True))

    @cached_property
    def own(self) -> list[Question]:
        """All that they asked, with their name or without."""
        return list(Question.objects.asked_by(self.member).filter(meeting=self.meeting).select_related("meeting"))

    @property
    def own_ids(self) -> str:
        return " ".join(str(one.pk) for one in self.own)

    @property
    def own_apart(self) -> list[Question]:
        """Those of theirs that nobody else reads: they wait, or were taken away."""
        return [one for one in self.own if one.waits or one.refused_at]

    @cached_property
    def other(self) -> tuple[str, Meeting] | None:
        """The other session of the same town meeting, and its letter."""
        town = town_of(self.meeting)
        return town.other_of(self.meeting.pk) if town else None

    @cached_property
    def answered_elsewhere(self) -> list[Question]:
        """What the other session has answered."""
        if not self.other:
            return []
        return list(Question.objects.answered().filter(meeting=self.other[1]).shown().in_order())

    @cached_property
    def left_elsewhere(self) -> int:
        """How many the other session left without an answer, where they may be asked in this one."""
        if not (self.other and self.leads and self.other[1].is_over and not self.meeting.is_over):
            return 0
        return Question.objects.left().filter(meeting=self.other[1]).count()


def kept_of(member: Member) -> list[dict[str, Any]]:
    """What a member asked at meetings, and for what they voted, for them to take away."""
    asked = Question.objects.asked_by(member).select_related("meeting__series").order_by("asked_at", "pk")
    voted = Question.objects.standing().filter(votes__member=member).select_related("meeting__series")
    return [
        {
            "meeting": str(one.meeting),
            "asked": one.text,
            "without_a_name": one.unnamed,
            "at": one.asked_at,
            "answer": one.answer,
        }
        for one in asked
    ] + [{"meeting": str(one.meeting), "voted_for": one.text} for one in voted.order_by("asked_at", "pk")]
