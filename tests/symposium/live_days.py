"""An edition that was held: its sessions with their meetings, who was there and when."""

from datetime import timedelta

from django.utils.timezone import now

from meetings.models import Attendance, Meeting
from symposium.actions import evaluate, set_questionnaire, set_rule, set_terms
from symposium.credit_forms import OPEN_FOR
from symposium.models import CreditRule, Format, Room, Session, Track
from symposium.models.evaluation import OF_SESSION, OVERALL
from tests.access_table import an_edition
from tests.symposium.test_editions import a_session as a_meeting_of

RULE = {"minimum_percent": 80, "late_by": 15, "early_by": 15, "longest_gap": 10, "evaluation_within": 48}
SAYS = {"participation_minutes": 45, "held_as": "Live and online", "signed_by": "Nour Director, NCB", "statement": ""}


def held_edition(cast, **terms):
    """One of today, with a track, two formats and a room."""
    edition = an_edition(cast, **{"first_on": now().date(), "last_on": now().date() + timedelta(days=1), **terms})
    Track.objects.create(edition=edition, name="Legal")
    Format.objects.create(edition=edition, name="Workshop", kind="workshop", minutes=60)
    Format.objects.create(edition=edition, name="Pause", kind="break", minutes=15)
    Room.objects.create(edition=edition, name="Cedar")
    return edition


def a_session(cast, edition, title="Sleep groups", *, ended=timedelta(hours=2), minutes=60, kind="workshop"):
    """A session of an hour that ended so long ago."""
    meeting = a_meeting_of(cast, edition)
    end = (now() - ended).replace(second=0, microsecond=0)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=end - timedelta(minutes=minutes), ends_at=end)
    meeting.refresh_from_db()
    return Session.objects.create(
        edition=edition,
        title=title,
        track=edition.tracks.first(),
        format=edition.formats.get(kind=kind),
        minutes=minutes,
        room=edition.rooms.get(),
        starts_at=meeting.starts_at,
        meeting=meeting,
    )


def was_there(session, member, *stays):
    """From a minute of the session to another; all of it where none is said."""
    start = session.meeting.starts_at
    for begins, ends in stays or [(0, session.minutes)]:
        Attendance.objects.create(
            meeting=session.meeting,
            member=member,
            organisation=member.affiliations.first().organisation if member.affiliations.exists() else None,
            from_at=start + timedelta(minutes=begins),
            until_at=start + timedelta(minutes=ends),
        )


def a_rule(cast, edition, profession="Social workers", **terms):
    said = {**RULE, "profession": profession, "statement": "Approved provider 0000 (invented).", **terms}
    formats = edition.formats.exclude(kind="break")
    return set_rule(rule=CreditRule(edition=edition), by=cast.staff, formats=formats, **said)


def ask_for_evaluations(cast, edition, closes_at=None):
    closes_at = closes_at or now() + OPEN_FOR
    set_questionnaire(edition=edition, by=cast.staff, of_session=OF_SESSION, overall=OVERALL, closes_at=closes_at)


def say_terms(cast, edition, **terms):
    return set_terms(edition=edition, by=cast.staff, **{**SAYS, **terms})


def say(session, member, *ratings, text="", edition=None):
    evaluate(edition=edition or session.edition, session=session, by=member, ratings=ratings or (5, 4, 3), text=text)
