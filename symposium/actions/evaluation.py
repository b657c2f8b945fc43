"""Evaluating a session, or the whole. Nothing of it says in a log or the trail who said what."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Case, F, When
from django.utils.timezone import now

from access import Refusal, insist_on_pace, require
from audit.trail import append
from meetings.models import Attendance
from members.models import Member
from spaces.screening import screen
from symposium.models import Edition, Evaluated, Questionnaire, Rating, Remark, Session

SCALE = range(1, 6)
BEFORE_THE_END = timedelta(minutes=10)  # so that its chair can ask for it


@transaction.atomic
def set_questionnaire(*, edition: Edition, by: Member, of_session: str, overall: str, closes_at: datetime) -> None:
    """Say what is asked, and until when. Raises Refusal where answers would change their meaning."""
    require(by, "edition.manage", edition)
    said = {"of_session": of_session, "overall": overall}
    before = Questionnaire.objects.select_for_update().filter(edition=edition).first()
    if before and before.is_closed:
        raise Refusal("It has closed, and its results show. What was asked stays as it was.")
    if before and edition.evaluated.exists() and said != {name: getattr(before, name) for name in said}:
        raise Refusal("Some have evaluated already, so the statements stay. You can change until when it is open.")
    Questionnaire.objects.update_or_create(edition=edition, defaults={**said, "closes_at": closes_at})
    append("questionnaire.set", subject=edition, by=by)


def why_not_evaluate(edition: Edition, session: Session | None, member: Member) -> str:
    """Why somebody cannot evaluate this now; empty where they can."""
    questionnaire = Questionnaire.objects.filter(edition=edition).first()
    if questionnaire is None:
        return "Evaluations are not asked for yet."
    if questionnaire.is_closed:
        return "The evaluation has closed."
    there = Attendance.objects.filter(member=member, meeting__symposium_session__edition=edition)
    if session:
        if session.meeting is None or now() < session.meeting.ends_at - BEFORE_THE_END:
            return "It can be evaluated from ten minutes before its end."
        there = there.filter(meeting=session.meeting)
    if not there.exists():
        return "Only who was there can evaluate it."
    if Evaluated.objects.filter(edition=edition, session=session, member=member).exists():
        return "You have evaluated it. Nobody knows which answers are yours, so they cannot be changed."
    return ""


@transaction.atomic
def evaluate(
    *, edition: Edition, by: Member, ratings: Sequence[int], text: str = "", session: Session | None = None
) -> None:
    """Say what one thinks, once: a number for each statement, and words where one has some. Raises Refusal or Held.

    Ratings are counted, and the words stand alone: neither has an author or a time (docs/decisions/0135).
    """
    of: models.QuerySet = Session.objects.filter(pk=session.pk) if session else Edition.objects.filter(pk=edition.pk)
    of.select_for_update(no_key=True).get()  # one after the other, so that nobody is two
    if why_not := why_not_evaluate(edition, session, by):
        raise Refusal(why_not)
    statements = edition.questionnaire.statements(session)
    if len(ratings) != len(statements) or not set(ratings) <= set(SCALE):
        raise Refusal("Choose a number from 1 to 5 for each statement.")
    insist_on_pace(by)
    if text:
        text, _ = screen(text, by=by, space=edition.space)
        Remark.objects.create(edition=edition, session=session, text=text)
    Evaluated.objects.create(edition=edition, session=session, member=by)
    _count(edition, session, ratings)


def _count(edition: Edition, session: Session | None, ratings: Sequence[int]) -> None:
    """Every row is written, also where it does not grow, so that the row versions tell nothing of one member."""
    rows = Rating.objects.filter(edition=edition, session=session)
    if not rows.exists():
        Rating.objects.bulk_create(
            Rating(edition=edition, session=session, statement=number, value=value)
            for number in range(len(ratings))
            for value in SCALE
        )
    given = [When(statement=number, value=value, then=1) for number, value in enumerate(ratings)]
    rows.update(counted=F("counted") + Case(*given, default=0, output_field=models.IntegerField()))
