"""Meetings by the titles and descriptions of their series, a hit leading to a date; and what was answered at them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from discussions.finding import between, signed_by
from finding.index import Index
from finding.kinds import Findable, register
from meetings.models import Meeting, MeetingSeries, Question
from spaces.kinds import nouns


def series(member: Any, spaces: Collection[UUID]) -> QuerySet:
    """Each with the date that it leads to, `date_id`: the next that is held, else the last that the member sees."""
    seen = Meeting.objects.visible_to(member).filter(series=OuterRef("pk"))
    date = Coalesce(
        Subquery(seen.on().upcoming().values("pk")[:1]), Subquery(seen.order_by("-starts_at", "pk").values("pk")[:1])
    )
    found = MeetingSeries.objects.filter(Q(space=None) | Q(space__in=spaces)).filter(Exists(seen))
    return found.annotate(date_id=date)


def shown(found: QuerySet) -> QuerySet:
    date = Meeting.objects.filter(pk=OuterRef("date_id"))
    at = {name: Subquery(date.values(name)[:1]) for name in ("starts_at", "cancelled_at")}
    return found.annotate(**at).select_related(*(f"space__{noun}" for noun in nouns()))


def answers(member: Any, spaces: Collection[UUID]) -> QuerySet:
    """What was answered at the meetings that the member sees, once it is published."""
    seen = Meeting.objects.visible_to(member).filter(Q(series__space=None) | Q(series__space__in=spaces))
    return Question.objects.published().filter(meeting__in=seen)


register(
    Findable(
        name="meetings",
        label="Meetings",
        place=25,
        index=Index("meetings_meetingseries", ("title", "description")),
        visible=series,
        partial="meetings/_found_meeting.html",
        shown=shown,
        narrowed={"space": lambda found, space: found.filter(space=space)},
    )
)
register(
    Findable(
        name="answers",
        label="Answers of meetings",
        place=27,
        index=Index("meetings_question", ("text", "answer")),
        visible=answers,
        partial="meetings/_found_answer.html",
        newest="answered_at",
        shown=lambda questions: questions.select_related("asker", "meeting__series"),
        narrowed={
            "space": lambda questions, space: questions.filter(meeting__series__space=space),
            "by": signed_by("asker"),
            **between("answered_at"),
        },
    )
)
