"""An edition with rooms, a track, formats, and sessions in it."""

from datetime import time
from types import SimpleNamespace

from symposium.actions import add_part, add_session, place_session, release_programme
from symposium.models import Edition, Format, Room, Session, Track


def with_parts(edition: Edition, cast: SimpleNamespace) -> Edition:
    """With a track, two formats and two rooms, where it has none."""
    if not edition.rooms.exists():
        for name in ("Cedar", "Juniper"):
            add_part(part=Room(edition=edition, name=name), by=cast.staff)
        add_part(part=Track(edition=edition, name="Clinical"), by=cast.staff)
        add_part(part=Format(edition=edition, name="Workshop", kind="workshop", minutes=45), by=cast.staff)
        add_part(part=Format(edition=edition, name="Pause", kind="break", minutes=15), by=cast.staff)
    return edition


def session(edition: Edition, cast: SimpleNamespace, title: str = "Sleep groups", at: str = "", **terms) -> Session:
    """One of 45 minutes; `at` is "Cedar 10:00", on the first day unless `day` says which (from 0)."""
    with_parts(edition, cast)
    day, format_ = terms.pop("day", 0), terms.pop("format", "Workshop")
    made = add_session(
        edition=edition,
        by=cast.staff,
        title=title,
        format=edition.formats.get(name=format_),
        **{"minutes": 45, **terms},
    )
    return placed(made, cast, at, day) if at else made


def placed(session: Session, cast: SimpleNamespace, at: str, day: int = 0) -> Session:
    name, clock = at.rsplit(" ", 1)
    room = session.edition.rooms.get(name=name)
    on = session.edition.days[day]
    return place_session(session=session, room=room, on=on, at=time.fromisoformat(clock), by=cast.staff)


def release(edition: Edition, cast: SimpleNamespace, **said):
    number = edition.releases.count() + 1
    return release_programme(edition=edition, by=cast.staff, number=number, **said)
