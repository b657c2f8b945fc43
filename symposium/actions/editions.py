"""Opening an edition and showing it, what its programme is made up of, and who is admitted."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.timezone import now

from access import Refusal, require
from audit.trail import append
from members.models import Member
from spaces.inbox import access_changed
from spaces.models import Membership, Space
from symposium.models import Edition, Format, Room, Track

Part = Track | Format | Room


@transaction.atomic
def open_edition(*, by: Member, **said: Any) -> Edition:
    """Begin an edition. Nobody but staff sees it until it is published."""
    require(by, "edition.manage")
    try:
        with transaction.atomic():
            edition = Edition.objects.create(
                space=Space.objects.create(kind=Space.Kind.EDITION), created_by=by, **_in_order(said)
            )
    except IntegrityError as taken:
        raise Refusal(
            f"There is an edition called {said['slug']} already. Give this one another short name."
        ) from taken
    append("edition.opened", subject=edition, by=by)
    return edition


@transaction.atomic
def change_edition(*, edition: Edition, by: Member, **said: Any) -> None:
    """Say something else about it. What is scheduled stays where it is; who is registered is told of other days."""
    require(by, "edition.manage", edition)
    was = Edition.objects.select_for_update(of=("self",), no_key=True).get(pk=edition.pk)
    moved = (was.first_on, was.last_on) != (said["first_on"], said["last_on"])
    edition.days_changed = was.days_changed + moved
    for name, value in _in_order(said).items():
        setattr(edition, name, value)
    try:
        with transaction.atomic():
            edition.save(update_fields=[*said, "days_changed"])
    except IntegrityError as taken:
        raise Refusal(
            f"There is an edition called {said['slug']} already. Give this one another short name."
        ) from taken
    append("edition.changed", subject=edition, by=by)


def _in_order(said: dict[str, Any]) -> dict[str, Any]:
    if said["last_on"] < said["first_on"]:
        raise Refusal("The last day comes before the first. Change one of them.")
    return said


@transaction.atomic
def publish_edition(*, edition: Edition, by: Member) -> None:
    """Show it to all to whom the symposium is open."""
    require(by, "edition.manage", edition)
    if Edition.objects.filter(pk=edition.pk, published_at=None).update(published_at=now()):
        append("edition.published", subject=edition, by=by)


@transaction.atomic
def add_part(*, part: Part, by: Member) -> Part:
    """Add a track, a format or a room, not saved yet, after the others of its edition."""
    require(by, "edition.manage", part.edition)
    part.position = type(part)._default_manager.filter(edition=part.edition).count()
    return _saved(part)


@transaction.atomic
def change_part(*, part: Part, by: Member, **said: Any) -> Part:
    """Call it something else. Sessions that have it follow."""
    require(by, "edition.manage", part.edition)
    for name, value in said.items():
        setattr(part, name, value)
    return _saved(part)


def _saved(part: Part) -> Part:
    try:
        with transaction.atomic():
            part.save()
    except IntegrityError as taken:
        raise Refusal(f"There is one called {part.name} already. Give this one another name.") from taken
    return part


@transaction.atomic
def remove_part(*, part: Part, by: Member) -> None:
    """Take away a track, a format or a room that no session has."""
    require(by, "edition.manage", part.edition)
    try:
        with transaction.atomic():
            part.delete()
    except ProtectedError as used:
        raise Refusal(f"Sessions have {part.name}. Give them another one first.") from used


@transaction.atomic
def admit(*, edition: Edition, member: Member, by: Member | None = None) -> Membership:
    """Let somebody into the sessions of an edition. Twice is once."""
    space = edition.space
    membership, new = Membership.objects.get_or_create(
        space=space, member=member, left_at=None, defaults={"read_seq": space.last_seq, "read_count": space.last_count}
    )
    if new:
        access_changed([member], by=by)
    return membership


@transaction.atomic
def dismiss(*, edition: Edition, member: Member, by: Member | None = None) -> None:
    """They take part no longer: in open tabs too, within seconds. What they did stays on record."""
    if edition.space.memberships.filter(member=member, left_at=None).update(left_at=now(), removed_by=by):
        access_changed([member], by=by)
