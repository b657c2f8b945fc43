"""Reminding of meetings: once each, also those who have not answered, and nobody who said no."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.timezone import now

from meetings.asked import asked_to
from meetings.calendars import tells
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
    return sum(_remind(lead, meeting) for lead in Lead for meeting in _due(lead))


def _due(lead: Lead) -> MeetingQuerySet:
    first, last = LEADS[lead]
    due = Meeting.objects.on().filter(starts_at__lte=now() + first, starts_at__gt=now() + last)
    return due.select_related("series__space")


def _remind(lead: Lead, meeting: Meeting) -> int:
    """Of one meeting, some letters at a time, so that a crash repeats none that went."""
    members = _to_remind(meeting, lead)
    return sum(_send(lead, meeting, members[at : at + AT_ONCE]) for at in range(0, len(members), AT_ONCE))


@transaction.atomic
def _send(lead: Lead, meeting: Meeting, members: list[Member]) -> int:
    """To some of them, unless it was moved or cancelled meanwhile, or another worker is at it or was."""
    locked = first_free(_due(lead).filter(pk=meeting.pk, starts_at=meeting.starts_at))
    if locked is None:
        return 0
    done = set(_done(locked, lead).filter(member__in=members).values_list("member", flat=True))
    left = [member for member in members if member.pk not in done]
    Reminder.objects.bulk_create(
        Reminder(meeting=locked, member=member, lead=lead, starts_at=locked.starts_at) for member in left
    )
    for member in left:
        _write(member, locked)
    return len(left)


def _done(meeting: Meeting, lead: Lead) -> QuerySet[Reminder]:
    return meeting.reminders.filter(lead=lead, starts_at=meeting.starts_at)


def _to_remind(meeting: Meeting, lead: Lead) -> list[Member]:
    """Asked each minute for days: whoever has theirs, or wants none, is left out before eligibility is looked at."""
    is_usual = lead in ReminderChoice.USUAL
    choices = ReminderChoice.objects.values_list("member", "leads")
    otherwise = [member for member, leads in choices if (lead in leads) != is_usual]
    among = Member.objects.exclude(pk__in=_done(meeting, lead).values("member"))
    among = among.exclude(pk__in=otherwise) if is_usual else among.filter(pk__in=otherwise)
    answers = everyones_answers(meeting)
    if meeting.series.by_choice:
        among = among.filter(pk__in=[one.member_id for one in answers if one.answer != Answer.NO])
    not_coming = {one.member_id for one in answers if one.answer == Answer.NO}
    return [member for member in asked_to(meeting, among) if member.pk not in not_coming]


def _write(member: Member, meeting: Meeting) -> None:
    """What it is called only where everyone eligible may know; never how to join: that is behind our own page."""
    with timezone.override(member.time_zone):
        context = {
            "member": member,
            "title": meeting.series.title if tells(meeting.series) else "",
            "starts_at": meeting.starts_at,
            "url": settings.SITE_URL + meeting.get_absolute_url(),
        }
        send(member.email, "meeting_ahead", context)
