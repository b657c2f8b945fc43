"""What happens by itself: dates are written thirteen months ahead, members are reminded, votes told, chats go."""

from datetime import timedelta

from django.db.models import F, Q
from django.utils.timezone import now

from discussions.retention import purge_posts
from meetings import actions
from meetings.actions.series import AHEAD
from meetings.models import MeetingSeries
from meetings.recurrence import OPEN_ENDED
from meetings.reminding import remind
from spaces.models import Space
from worker.jobs import job

CHAT_KEPT = timedelta(days=30)  # after the meeting; what is to stay goes into its notes and answers


@job(every=3600)
def write_dates_ahead() -> int:
    behind = MeetingSeries.objects.filter(
        Q(last_on=None) | Q(last_on__gt=F("written_until")),
        pattern__in=OPEN_ENDED,
        written_until__lt=now().date() + AHEAD - timedelta(days=1),
    )
    return sum(actions.write_ahead(series=series) for series in behind)


@job(every=60)
def remind_of_meetings() -> int:
    return remind()


@job(every=60)
def end_agendas() -> int:
    return actions.end_agendas()


@job(every=60)
def free_sections_of_notes() -> int:
    return actions.let_go_of_lapsed_claims()


@job(every=3600)
def let_old_chats_go() -> int:
    """What was said in the rooms of meetings that were held long enough ago is destroyed."""
    old = now() - CHAT_KEPT
    rooms = Space.objects.filter(meeting__ends_at__lt=old, posts__isnull=False).distinct()
    return sum([purge_posts(space=room, before=old) for room in rooms])


@job(every=60)
def tell_of_answers() -> int:
    return actions.tell_of_answers()


@job(every=3600)
def destroy_accommodations() -> int:
    return actions.destroy_accommodations(of_meetings_before=now() - CHAT_KEPT)


@job(every=0.5)
def tell_of_votes() -> int:
    """Votes and reactions come by the dozen; open pages hear of them twice a second at most."""
    return actions.tell_of_votes() + actions.tell_of_question_votes() + actions.tell_of_reactions()


@job(every=3600)
def forget_participants_of_imports() -> int:
    return actions.forget_participants()
