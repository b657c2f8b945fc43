"""Asking for what one needs to take part, and what NCB staff say to it."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, require
from audit.trail import append, hash_of
from meetings import letters
from meetings.access import why_not_come
from meetings.models import Accommodation, Meeting
from members.models import Member


@transaction.atomic
def ask_for_accommodation(*, meeting: Meeting, by: Member, needs: str) -> Accommodation:
    """Say what one needs; said again it takes the place of what one said before. Staff are told that somebody asked."""
    if meeting.is_over or meeting.cancelled_at:
        raise Refusal("This meeting is over or cancelled. Ask for a meeting to come.")
    if why_not := why_not_come(by, meeting.series):
        raise Refusal(why_not)
    said = {"needs": needs, "asked_at": now(), "reply": "", "replied_at": None, "replied_by": None}
    asked, _ = Accommodation.objects.update_or_create(meeting=meeting, member=by, defaults=said)
    letters.tell_staff_of_accommodation(asked)
    return asked


@transaction.atomic
def take_accommodation_back(*, meeting: Meeting, by: Member) -> None:
    """Ask for nothing; what was said is gone."""
    Accommodation.objects.filter(meeting=meeting, member=by).delete()


@transaction.atomic
def reply_to_accommodation(*, accommodation: Accommodation, by: Member, reply: str) -> None:
    """Tell who asked what is arranged, by mail and on the meeting's page."""
    require(by, "accommodations.arrange")
    accommodation.reply, accommodation.replied_at, accommodation.replied_by = reply, now(), by
    accommodation.save(update_fields=["reply", "replied_at", "replied_by"])
    letters.tell_of_accommodation(accommodation)


@transaction.atomic
def destroy_accommodations(*, of_meetings_before: datetime) -> int:
    """Destroy what was asked for meetings that ended before then. Leaves a destruction record; gives how many."""
    old = Accommodation.objects.filter(meeting__ends_at__lt=of_meetings_before)
    keys = list(old.values_list("pk", flat=True))
    if keys:
        facts = {"accommodations": len(keys), "sha256": hash_of(keys)}
        append("accommodations.purged", subject=None, facts=facts)
        Accommodation.objects.filter(pk__in=keys).delete()
    return len(keys)
