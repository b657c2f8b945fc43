"""What staff do in the lobby: say who helps, and tell everybody something."""

from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from access import insist_on_pace, require
from audit.trail import append
from members.models import Member
from spaces.log import record
from symposium.models import Announcement, Edition, Lobby, Session


@transaction.atomic
def set_lobby(
    *, edition: Edition, by: Member, help_text: str, desk: Session | None = None, quiet_text: str = ""
) -> None:
    """Say who helps, and in which room; and what stands in the quiet room."""
    require(by, "edition.manage", edition)
    Lobby.objects.update_or_create(
        edition=edition, defaults={"help_text": help_text, "desk": desk, "quiet_text": quiet_text}
    )
    append("lobby.set", subject=edition, by=by)


@transaction.atomic
def announce(*, edition: Edition, by: Member, text: str, client_id: UUID) -> Announcement:
    """Tell everybody in the lobby. The same client_id again gives the first."""
    require(by, "edition.manage", edition)
    insist_on_pace(by)
    announcement, new = Announcement.objects.get_or_create(
        edition=edition, client_id=client_id, defaults={"text": text, "made_by": by}
    )
    if new:
        append("announcement.made", subject=announcement, by=by)
        record(edition.space, "announcements.changed", edition, by=by)
    return announcement


@transaction.atomic
def take_back(*, announcement: Announcement, by: Member) -> None:
    """Its words are gone, on every open page too."""
    edition = announcement.edition
    require(by, "edition.manage", edition)
    standing = Announcement.objects.standing().filter(pk=announcement.pk)
    if standing.update(removed_at=now(), removed_by=by, text=""):
        append("announcement.removed", subject=announcement, by=by)
        record(edition.space, "announcements.changed", edition, by=by)
