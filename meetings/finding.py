"""Meetings by the title and the description of their series: those of which one sees a date. A hit leads to one."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from finding.index import Index
from finding.kinds import Findable, register
from meetings.models import Meeting, MeetingSeries
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
