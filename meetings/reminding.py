"""Reminding of meetings: once each, also those who have not answered, and nobody who said no."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import now

from meetings.asked import asked_to
from meetings.coming import everyones_answers
from meetings.models import Answer, Lead, Meeting, MeetingQuerySet, Reminder, ReminderChoice
from members.models import Member
from worker.letters import send
from worker.queues import first_free

# How long before: no earlier than the first, no later than the second, so that what was planned or moved at short
# notice, or a worker that stood still, brings no reminder that has lost its sense.
LEADS = {
    Lead.WEEK: (timedelta(days=7), timedelta(days=2)),
    Lead.DAY: (timedelta(days=1), timedelta(hours=2)),
    Lead.HOUR: (timedelta(hours=1), timedelta()),
}
AT_ONCE = 50  # letters in one transaction


def remind() -> int:
    """Send what is due. Gives how many letters."""
    return sum(_remind(lead, pk) for lead in Lead for pk in _due(lead).values_list("pk", flat=True))


def _due(lead: Lead) -> MeetingQuerySet:
    first, last = LEADS[lead]
    return Meeting.objects.on().filter(starts_at__lte=now() + first, starts_at__gt=now() + last)


def _remind(lead: Lead, pk: UUID) -> int:
    """Of one meeting, some letters at a time, so that a crash repeats none that went."""
    sent = 0
    while True:
        with transaction.atomic():
            meeting = first_free(_due(lead).filter(pk=pk).select_related("series__space"))
            if meeting is None:
                return sent
            members = _to_remind(meeting, lead)[:AT_ONCE]
            Reminder.objects.bulk_create(
                Reminder(meeting=meeting, member=member, lead=lead, starts_at=meeting.starts_at) for member in members
            )
            for member in members:
                _write(member, meeting)
        if not members:
            return sent
        sent += len(members)


def _to_remind(meeting: Meeting, lead: Lead) -> list[Member]:
    members = asked_to(meeting)
    done = set(meeting.reminders.filter(lead=lead, starts_at=meeting.starts_at).values_list("member", flat=True))
    not_coming = {one.member_id for one in everyones_answers(meeting) if one.answer == Answer.NO}
    chosen = dict(ReminderChoice.objects.filter(member__in=members).values_list("member", "leads"))
    return [
        member
        for member in members
        if member.pk not in done | not_coming and lead in chosen.get(member.pk, ReminderChoice.USUAL)
    ]


def _write(member: Member, meeting: Meeting) -> None:
    """What it is called only where everyone eligible may know; never how to join: that is behind our own page."""
    with timezone.override(member.time_zone):
        context = {
            "member": member,
            "title": "" if meeting.series.space_id else meeting.series.title,
            "starts_at": meeting.starts_at,
            "url": settings.SITE_URL + meeting.get_absolute_url(),
        }
        send(member.email, "meeting_ahead", context)
