"""Letters to those who come, when a date or a series changes; with what their calendar needs to follow (RFC 5546).

A calendar that fetches from us asks every few hours only. Of groups they say neither which nor why.
"""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from icalendar import Event, vCalAddress

from meetings.calendars import dates_of, empty_calendar, end_of, event_of, events_of, tells, title_of, written
from meetings.coming import everyones_answers
from meetings.models import Accommodation, Answer, Meeting, MeetingChange, MeetingSeries, Rsvp
from members.eligibility import look_up_facts
from members.models import Member
from members.roles import staff
from worker.letters import send

What = MeetingChange.What
REQUEST, CANCEL = "REQUEST", "CANCEL"
STATES = {Answer.YES: "ACCEPTED", Answer.MAYBE: "TENTATIVE", "": "NEEDS-ACTION"}


def tell_of_date(change: MeetingChange) -> None:
    """One date was moved, cancelled, or is on again."""
    meeting, series = change.meeting, change.series
    assert meeting is not None  # by those who call it
    for member, answer in _who_comes(series, everyones_answers(meeting)).items():
        if Meeting.objects.visible_to(member).filter(pk=meeting.pk).exists():
            method = CANCEL if meeting.cancelled_at else REQUEST
            context = {"meeting": meeting, "before": change.before, "path": meeting.get_absolute_url()}
            _write(member, answer, series, change.what, change.message, context, (method, [event_of(meeting)]))


def tell_of_series(series: MeetingSeries, what: str, message: str = "") -> None:
    """A series is not what it was, or ended."""
    ahead = Q(meeting__series=series, meeting__starts_at__gt=timezone.now())
    said = list(Rsvp.objects.filter(Q(series=series) | ahead).select_related("member"))
    for member, answer in _who_comes(series, said).items():
        dates = dates_of(Meeting.objects.visible_to(member).filter(series=series)).get(series.pk)
        if dates:
            events = events_of(series, dates, asks=True)
            calendar = (REQUEST, events) if events else (CANCEL, [end_of(series)])
            context = {"path": reverse("meetings:series", args=[series.pk])}
            _write(member, answer, series, what, message, context, calendar)


def tell_of_answers(meeting: Meeting) -> int:
    """What was asked is answered in writing: to who was there, said yes or maybe, or asked with their name."""
    meant = [one.member_id for one in everyones_answers(meeting) if one.answer != Answer.NO]
    came, asked = meeting.attendance.values("member"), meeting.questions.values("asker")
    concerned = Q(pk__in=meant) | Q(pk__in=came) | Q(pk__in=asked)
    members = list(Member.objects.filter(concerned, deactivated_at=None))
    for member in members:
        member.ask_once()
    look_up_facts(members)
    told = [one for one in members if Meeting.objects.visible_to(one).filter(pk=meeting.pk).exists()]
    for member in told:
        _send(member, "answers_published", meeting, reverse("meetings:answers", args=[meeting.pk]))
    return len(told)


def tell_staff_of_accommodation(asked: Accommodation) -> None:
    """That somebody asked for something; who and what is on our own page only."""
    context = {"url": settings.SITE_URL + reverse("meetings:accommodations")}
    for member in staff():
        send(member.email, "accommodation_asked", {"member": member} | context)


def tell_of_accommodation(asked: Accommodation) -> None:
    """Staff have replied; what they say is on the meeting's page."""
    path = reverse("meetings:accommodation", args=[asked.meeting_id])
    _send(asked.member, "accommodation_replied", asked.meeting, path)


def _send(member: Member, template: str, meeting: Meeting, path: str) -> None:
    """A letter about one meeting, which names it only where everyone eligible may know."""
    title = meeting.series.title if tells(meeting.series) else ""
    context = {"member": member, "title": title, "starts_at": meeting.starts_at, "url": settings.SITE_URL + path}
    with timezone.override(member.time_zone):
        send(member.email, template, context)


def _who_comes(series: MeetingSeries, said: list[Rsvp]) -> dict[Member, str]:
    """Who said yes or maybe, and in a space also who did not say no."""
    answers: dict[Member, str] = {}
    for rsvp in said:
        answers[rsvp.member] = min(rsvp.answer, answers.get(rsvp.member, Answer.NO), key=Answer.values.index)
    if series.space and not series.by_choice:
        for one in series.space.memberships.filter(left_at=None).select_related("member"):
            answers.setdefault(one.member, "")
    found = {member: answer for member, answer in answers.items() if member.is_active and answer != Answer.NO}
    for member in found:
        member.ask_once()
    look_up_facts(list(found))
    return found


def _write(
    member: Member,
    answer: str,
    series: MeetingSeries,
    what: str,
    message: str,
    context: dict,
    calendar: tuple[str, list[Event]],
) -> None:
    method, events = calendar
    for event in events:
        event["attendee"] = attendee(member, answer)
    context |= {
        "member": member,
        "title": title_of(series),
        "tells": tells(series),
        "what": what,
        "message": message if tells(series) else "",
        "url": settings.SITE_URL + context["path"],
    }
    with timezone.override(member.time_zone):
        send(
            member.email,
            "meeting_changed",
            context,
            calendar=(method, written(empty_calendar(method), events, series.zone)),
        )


def attendee(member: Member, answer: str) -> vCalAddress:
    """Themselves, and nobody else. An answer by mail would reach nobody, so none is asked for."""
    address = vCalAddress(f"mailto:{member.email}")
    address.params |= {"PARTSTAT": STATES[answer], "ROLE": "REQ-PARTICIPANT", "RSVP": "FALSE"}
    return address
