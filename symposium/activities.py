"""What happens in an edition's space."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse

from spaces.kinds import Kind, SpaceKind, register, register_space
from spaces.models import Space
from symposium import access
from symposium.models import Announcement, Edition, Session, Table
from symposium.posters import is_talked_about


def told() -> Prefetch:
    """Gives an edition its announcements, the newest first, as `told`."""
    return Prefetch("announcements", Announcement.objects.standing(), to_attr="told")


def load_told(ids: Iterable[UUID]) -> dict[UUID, Any]:
    return Edition.objects.prefetch_related(told()).in_bulk(list(ids))


def load_tables(ids: Iterable[UUID]) -> dict[UUID, Any]:
    return Table.objects.standing().in_bulk(list(ids))


def page_of_meeting(meeting: Any) -> str:
    """The page of the session that is held in it."""
    session = Session.objects.filter(meeting=meeting).select_related("edition").first()
    return session.get_absolute_url() if session else ""


register_space(
    SpaceKind(
        name=Space.Kind.EDITION,
        may_read=access.may_read,
        may_write=access.may_write,
        may_moderate=access.may_moderate,
        why_not=access.why_not,
        title=lambda space: str(space.edition),
        noun="edition",
        url=lambda space: reverse("symposium:edition", args=[space.edition.slug]),
        names_people=False,
        tells_content=True,
        is_open=True,
        page_of_meeting=page_of_meeting,
        why_not_meet=access.why_not_meet,
        goes_on=is_talked_about,
    )
)
register(Kind("announcements.changed", "replace", "announcements-{id}", load_told, "symposium/_announcements.html"))
TABLE: dict[str, Any] = {"load": load_tables, "element": "table-{id}"}
register(Kind("table.opened", "append", into="tables-{thing.edition_id}", partial="symposium/_table.html", **TABLE))
register(Kind("table.changed", "replace", partial="symposium/_table.html", **TABLE))
register(Kind("table.closed", "remove", **TABLE))
