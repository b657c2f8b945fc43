"""Polls in the room of a meeting. Nothing of it says in the log or the trail who voted, or what."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from access import Refusal, insist_on_pace, require, still_there
from audit.trail import append
from meetings.models import Meeting, RoomBallot, RoomPoll, RoomPollOption
from meetings.rooms import insist_on_joining, room_of
from members.models import Member
from spaces.log import record, record_each

FEWEST_OPTIONS, MOST_OPTIONS = 2, 10
MOST_WORDS, LONGEST_WORD = 3, 30
SCALE = ["1", "2", "3", "4", "5"]
Kind, Shows = RoomPoll.Kind, RoomPoll.Shows


@transaction.atomic
def prepare_poll(
    *, meeting: Meeting, by: Member, question: str, kind: str, options: Iterable[str], shows: str, anonymous: bool
) -> RoomPoll:
    """Write a poll down for a meeting; the room sees it once it is opened. Raises Refusal."""
    require(by, "series.change", meeting.series)
    if anonymous and shows == Shows.LIVE:
        raise Refusal("An anonymous result can show once the poll is closed: while votes come in it would tell them.")
    texts = SCALE if kind == Kind.SCALE else [] if kind == Kind.WORDS else list(dict.fromkeys(filter(None, options)))
    if kind in {Kind.ONE, Kind.SEVERAL} and not FEWEST_OPTIONS <= len(texts) <= MOST_OPTIONS:
        raise Refusal(f"Give {FEWEST_OPTIONS} to {MOST_OPTIONS} different answers; here are {len(texts)}.")
    poll = RoomPoll.objects.create(meeting=meeting, question=question, kind=kind, shows=shows, anonymous=anonymous)
    RoomPollOption.objects.bulk_create(
        RoomPollOption(poll=poll, position=number, text=text) for number, text in enumerate(texts)
    )
    append("room_poll.prepared", subject=poll, by=by)
    return poll


@transaction.atomic
def open_poll(*, poll: RoomPoll, by: Member) -> None:
    """Put it to the room. Opened already, nothing happens."""
    poll = _locked(poll)
    require(by, "series.change", poll.meeting.series)
    if poll.opened_at is None:
        _stamp(poll, by, "opened")


@transaction.atomic
def close_poll(*, poll: RoomPoll, by: Member) -> None:
    """Take no more votes, for good. Closed already, nothing happens."""
    poll = _locked(poll)
    require(by, "series.change", poll.meeting.series)
    if poll.is_open:
        _stamp(poll, by, "closed")


@transaction.atomic
def drop_poll(*, poll: RoomPoll, by: Member) -> None:
    """Let go of a poll that the room has not seen."""
    poll = _locked(poll)
    require(by, "series.change", poll.meeting.series)
    if poll.opened_at:
        raise Refusal("This poll was put to the room, so it stays on record. You can close it.")
    append("room_poll.dropped", subject=poll, by=by)
    poll.delete()


@transaction.atomic
def vote_in_room(*, poll: RoomPoll, by: Member, chosen: Iterable[UUID] = (), words: Iterable[str] = ()) -> None:
    """Choose options by their keys, or give words of one's own. Again, it changes a vote that has a name.

    Open pages are told by `tell_of_votes`. Raises Refusal where the room or the poll is closed to them.
    """
    insist_on_joining(poll.meeting, by)
    insist_on_pace(by)
    poll = still_there(RoomPoll.objects.select_for_update(), poll.pk)  # hundreds wait here: what can is done before
    if not poll.is_open:
        raise Refusal("This poll is closed.")
    options = _words_of(poll, words) if poll.kind == Kind.WORDS else list(poll.options.filter(pk__in=chosen))
    if not options:
        raise Refusal("Choose an answer first." if poll.kind != Kind.WORDS else "Write a word first.")
    if len(options) > 1 and not poll.takes_several:
        raise Refusal("Choose one answer: this poll takes one from each.")
    before = RoomBallot.objects.filter(poll=poll, member=by).first()  # nobody else writes one: the poll is locked
    if before and poll.anonymous:
        raise Refusal("You have voted. Nobody knows which vote is yours, so it cannot be changed.")
    if before:
        poll.count(list(before.options.all()), -1)
        before.options.set(options)
    else:
        ballot = RoomBallot.objects.create(poll=poll, member=by)
        if not poll.anonymous:
            ballot.options.add(*options)
    poll.count(options)
    if poll.kind == Kind.WORDS and before:
        poll.options.filter(counted=0).delete()
    if not poll.untold:
        RoomPoll.objects.filter(pk=poll.pk).update(untold=True)


@transaction.atomic
def tell_of_votes() -> int:
    """Tell open pages of the votes that came since they were told last. How many polls."""
    polls = RoomPoll.objects.filter(untold=True).select_for_update(of=["self"])  # waits for votes that are under way
    found = list(polls.select_related("meeting__room").order_by("pk"))
    RoomPoll.objects.filter(pk__in=[poll.pk for poll in found]).update(untold=False)
    of_room: dict = {}
    for poll in found:
        of_room.setdefault(room_of(poll.meeting), []).append(poll.pk)
    for room in sorted(of_room, key=lambda room: room.pk):
        record_each(room, "room_poll.voted", of_room[room])
    return len(found)


def _locked(poll: RoomPoll) -> RoomPoll:
    found = RoomPoll.objects.select_related("meeting__series__space", "meeting__room")
    return still_there(found.select_for_update(of=["self"]), poll.pk)


def _stamp(poll: RoomPoll, by: Member, what: str) -> None:
    setattr(poll, f"{what}_at", now())
    poll.save(update_fields=[f"{what}_at"])
    append(f"room_poll.{what}", subject=poll, by=by)
    record(room_of(poll.meeting), f"room_poll.{what}", poll, by=by)


def _words_of(poll: RoomPoll, words: Iterable[str]) -> list[RoomPollOption]:
    """The options of these words, made where nobody has given them before."""
    said = list(dict.fromkeys(filter(None, (" ".join(word.split()).casefold() for word in words))))
    if len(said) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in said):
        raise Refusal(f"Give {MOST_WORDS} words at most, of {LONGEST_WORD} letters at most each.")
    return [RoomPollOption.objects.get_or_create(poll=poll, text=word)[0] for word in said]
