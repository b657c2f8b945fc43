"""Saying whether one comes."""

from django.db import transaction
from django.utils.timezone import now

from access import Refusal
from meetings.access import why_not_come
from meetings.actions.town import choose_session, choose_sessions
from meetings.models import Answer, Meeting, MeetingSeries, Rsvp
from meetings.towns import town_of
from members.eligibility import eligibility
from members.models import Member


@transaction.atomic
def answer_meeting(*, meeting: Meeting, by: Member, answer: str, note: str = "") -> Rsvp:
    """Say whether one comes to this date; it goes before what one said for the series. The last word counts.

    Whoever comes to a session of a town meeting first, binds their organisation to it.
    """
    meeting = Meeting.objects.select_related("series").select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
    if meeting.is_over:
        raise Refusal("This meeting is over. Choose one to come.")
    if meeting.cancelled_at:
        raise Refusal("This meeting is cancelled, so nobody needs to answer.")
    _insist_that_they_may(by, meeting.series)
    town = town_of(meeting)
    if town and answer != Answer.NO and eligibility(by, "meetings").organisation:
        choose_session(town=town, meeting=meeting, by=by)
    said = {"answer": answer, "note": note, "answered_at": now()}
    return Rsvp.objects.update_or_create(meeting=meeting, member=by, defaults=said)[0]


@transaction.atomic
def answer_series(*, series: MeetingSeries, by: Member, answer: str, note: str = "") -> Rsvp:
    """Say it for every date of a series for which one says nothing else.

    Whoever comes to sessions of town meetings first, binds their organisation to them: also where their dates are
    written later.
    """
    _insist_that_they_may(by, series)
    if not series.space_id and answer != Answer.NO and eligibility(by, "meetings").organisation:
        choose_sessions(series=series, by=by)
    said = {"answer": answer, "note": note, "answered_at": now()}
    return Rsvp.objects.update_or_create(series=series, member=by, defaults=said)[0]


def _insist_that_they_may(member: Member, series: MeetingSeries) -> None:
    why_not = why_not_come(member, series)
    if why_not:
        raise Refusal(why_not)
