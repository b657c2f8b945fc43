"""The room of a meeting: who is in it, whose hand is up, what is voted, and what is left of its chat."""

import csv
import io
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from access import Refusal, may
from discussions.actions import write_post
from discussions.models import Post
from meetings import polls
from meetings.actions import (
    close_poll,
    drop_poll,
    lower_hand,
    open_poll,
    prepare_poll,
    raise_hand,
    react,
    tell_of_reactions,
    tell_of_votes,
    vote_in_room,
)
from meetings.models import Hand, Meeting, MeetingSeries, RoomBallot, RoomPoll, RoomReaction
from meetings.rooms import room_of
from meetings.tasks import let_old_chats_go
from members.models import Basis
from spaces.models import Activity, Space
from tests.at_once import at_once
from tests.meetings.test_races import unguarded
from tests.meetings.test_towns import planned
from tests.people import make_cast, make_member

Audience, Pattern = MeetingSeries.Audience, MeetingSeries.Pattern


@pytest.fixture
def meeting(plan):
    return plan().meetings.select_related("series").first()


@pytest.fixture
def begun(meeting, time_machine):
    """The meeting, five minutes after it began."""
    time_machine.move_to(meeting.starts_at + timedelta(minutes=5), tick=False)
    return meeting


def kinds(meeting):
    return list(Activity.objects.filter(space=room_of(meeting)).order_by("seq").values_list("kind", flat=True))


def seers_of(cast, ask):
    people = {name: person for name, person in vars(cast).items() if hasattr(person, "email")}
    return {name for name, person in people.items() if ask(type(person).objects.get(pk=person.pk))}


def test_whoever_sees_a_meeting_reads_its_room_and_nobody_else(plan, cast, time_machine):
    Basis.objects.filter(organisation=cast.home).update(ends_on=now().date() + timedelta(days=60))
    plan(pattern=Pattern.WEEKLY, first_on=now().date() + timedelta(days=30))
    plan(audience=Audience.ORGANISATIONS, organisations=[cast.away], pattern=Pattern.ONCE)
    plan(by=cast.facilitator, audience=Audience.SPACE, space=cast.group.space, pattern=Pattern.ONCE)
    for days in (0, 75, 110):
        time_machine.move_to(now() + timedelta(days=days))
        for meeting in [*Meeting.objects.all()[:8], Meeting.objects.last()]:
            seen = seers_of(cast, lambda who, pk=meeting.pk: Meeting.objects.visible_to(who).filter(pk=pk).exists())
            room = Space.objects.get(pk=room_of(meeting).pk)
            assert seers_of(cast, lambda who, room=room: may(who, "space.read", room)) == seen


def test_a_room_is_made_once(meeting):
    first, again = Meeting.objects.get(pk=meeting.pk), Meeting.objects.get(pk=meeting.pk)
    assert room_of(first) == room_of(again) == Meeting.objects.get(pk=meeting.pk).room
    assert room_of(first).threads.get().is_chat


def test_hands_stand_in_the_order_in_which_they_went_up(begun, cast, time_machine):
    for who in (cast.member, cast.outsider, cast.colleague):
        raise_hand(meeting=begun, by=who)
        time_machine.shift(2)
    raise_hand(meeting=begun, by=cast.member)
    lower_hand(meeting=begun, member=cast.outsider, by=cast.specialist)
    lower_hand(meeting=begun, member=cast.outsider, by=cast.specialist)
    assert [hand.member for hand in Hand.objects.up()] == [cast.member, cast.colleague]
    assert kinds(begun) == ["hands.changed"] * 4


def test_nobody_lowers_somebody_elses_hand_or_raises_theirs_before_the_room_opens(meeting, cast, client, time_machine):
    with pytest.raises(Refusal, match="opens 15 minutes before"):
        raise_hand(meeting=meeting, by=cast.member)
    time_machine.move_to(meeting.starts_at)
    hand = raise_hand(meeting=meeting, by=cast.member)
    client.force_login(cast.colleague)
    assert client.post(f"/meetings/{meeting.pk}/hand/{hand.pk}/").status_code == 403
    client.force_login(cast.member)
    assert client.post(f"/meetings/{meeting.pk}/hand/lower/").status_code == 302
    assert not Hand.objects.up()


def test_reactions_are_told_together_and_nothing_says_whose_they_are(begun, cast, client, settings):
    for who, sign in ((cast.member, "applause"), (cast.outsider, "applause"), (cast.member, "me-too")):
        react(meeting=begun, by=who, sign=sign)
    assert kinds(begun) == []
    assert (tell_of_reactions(), tell_of_reactions()) == (1, 0)
    assert list(Activity.objects.filter(space=room_of(begun)).values_list("kind", "actor")) == [
        ("reactions.changed", None)
    ]
    assert {field.name for field in RoomReaction._meta.get_fields()} == {"id", "meeting", "sign", "counted", "untold"}
    client.force_login(cast.member)
    page = client.get(f"/meetings/{begun.pk}/room/").content.decode()
    assert '<span class="visually-hidden">Applause: </span><b>2</b>' in page
    with pytest.raises(Refusal, match="no such reaction"):
        react(meeting=begun, by=cast.member, sign="laughter")
    settings.WRITES_A_MINUTE = 3
    react(meeting=begun, by=cast.member, sign="thanks")
    with pytest.raises(Refusal, match="a lot within a minute"):
        react(meeting=begun, by=cast.member, sign="thanks")


def test_no_reaction_comes_before_the_room_opens(meeting, cast):
    with pytest.raises(Refusal, match="opens 15 minutes before"):
        react(meeting=meeting, by=cast.member, sign="applause")


def prepared(meeting, cast, **more):
    terms = {"question": "When?", "kind": "one", "options": ["Mornings", "Evenings"], "shows": "closed"}
    return prepare_poll(meeting=meeting, by=cast.specialist, **{**terms, "anonymous": False, **more})


def opened(meeting, cast, **more):
    poll = prepared(meeting, cast, **more)
    open_poll(poll=poll, by=cast.specialist)
    return RoomPoll.objects.get(pk=poll.pk)


def key(poll, text):
    return poll.options.get(text=text).pk


def counts(poll):
    return {option.text: option.counted for option in RoomPoll.objects.get(pk=poll.pk).result}


def test_a_vote_with_a_name_can_be_changed_and_counts_once(begun, cast):
    poll = opened(begun, cast)
    vote_in_room(poll=poll, by=cast.member, chosen=[key(poll, "Mornings")])
    vote_in_room(poll=poll, by=cast.member, chosen=[key(poll, "Evenings")])
    vote_in_room(poll=poll, by=cast.outsider, chosen=[key(poll, "Evenings")])
    assert counts(poll) == {"Mornings": 0, "Evenings": 2}
    assert polls.votes_of(cast.member) == [{"question": "When?", "anonymous": False, "answers": ["Evenings"]}]


def test_an_anonymous_vote_stays_and_nothing_links_it(begun, cast):
    poll = opened(begun, cast, anonymous=True)
    vote_in_room(poll=poll, by=cast.member, chosen=[key(poll, "Mornings")])
    with pytest.raises(Refusal, match="cannot be changed"):
        vote_in_room(poll=poll, by=cast.member, chosen=[key(poll, "Evenings")])
    assert counts(poll) == {"Mornings": 1, "Evenings": 0}
    assert not RoomBallot.objects.get().options.exists()
    assert ["When?", "Mornings", "1", "1", ""] in [[str(cell) for cell in row] for row in polls.rows(begun)]
    with pytest.raises(Refusal, match="once the poll is closed"):
        prepared(begun, cast, anonymous=True, shows="live")


def test_words_are_counted_whoever_gives_them(begun, cast):
    poll = opened(begun, cast, kind="words", options=[], shows="live")
    vote_in_room(poll=poll, by=cast.member, words=["Hope", " tired ", ""])
    vote_in_room(poll=poll, by=cast.outsider, words=["hope"])
    assert counts(poll) == {"hope": 2, "tired": 1}
    vote_in_room(poll=poll, by=cast.member, words=["rest"])
    assert counts(poll) == {"hope": 1, "rest": 1}
    for words in (["one", "two", "three", "four"], ["x" * 31]):
        with pytest.raises(Refusal, match="3 words at most"):
            vote_in_room(poll=poll, by=cast.member, words=words)


@pytest.mark.parametrize(
    ("terms", "chosen", "says"),
    [
        ({}, ["Mornings", "Evenings"], "takes one"),
        ({}, [], "Choose an answer"),
        ({"kind": "words", "options": []}, [], "Write a word"),
        ({"kind": "scale", "options": []}, ["1", "5"], "takes one"),
    ],
)
def test_a_vote_that_does_not_fit_says_so(begun, cast, terms, chosen, says):
    poll = opened(begun, cast, **terms)
    with pytest.raises(Refusal, match=says):
        vote_in_room(poll=poll, by=cast.member, chosen=[key(poll, text) for text in chosen])
    assert not RoomBallot.objects.exists()


def test_a_poll_is_voted_between_its_opening_and_its_close(begun, cast):
    poll = prepared(begun, cast, kind="several")
    both = [option.pk for option in poll.options.all()]
    with pytest.raises(Refusal, match="is closed"):
        vote_in_room(poll=poll, by=cast.member, chosen=both)
    open_poll(poll=poll, by=cast.specialist)
    vote_in_room(poll=poll, by=cast.member, chosen=both)
    close_poll(poll=poll, by=cast.specialist)
    with pytest.raises(Refusal, match="is closed"):
        vote_in_room(poll=poll, by=cast.outsider, chosen=both)
    with pytest.raises(Refusal, match="stays on record"):
        drop_poll(poll=poll, by=cast.specialist)


@pytest.mark.parametrize("count", [1, 11])
def test_a_poll_offers_two_to_ten_answers(begun, cast, count):
    with pytest.raises(Refusal, match="Give 2 to 10"):
        prepared(begun, cast, options=[str(number) for number in range(count)])


def test_many_votes_are_told_together(begun, cast):
    polled = [opened(begun, cast, question=f"When, {number}?") for number in range(2)]
    before = len(kinds(begun))
    for poll in polled:
        for who in (cast.member, cast.outsider, cast.colleague):
            vote_in_room(poll=poll, by=who, chosen=[key(poll, "Mornings")])
    assert len(kinds(begun)) == before
    assert (tell_of_votes(), tell_of_votes()) == (2, 0)
    assert kinds(begun)[before:] == ["room_poll.voted"] * 2


def voting(client, meeting, poll, **data):
    return client.post(f"/meetings/{meeting.pk}/polls/{poll.pk}/vote/", data, headers={"accept": "application/json"})


def test_a_vote_asks_the_database_little(begun, cast, client):
    first, second = [opened(begun, cast, question=f"When, {number}?") for number in range(2)]
    client.force_login(cast.member)
    voting(client, begun, first, **{f"option-{first.pk}": key(first, "Mornings")})  # notes that the session is used
    chosen = {f"option-{second.pk}": key(second, "Mornings")}
    with CaptureQueriesContext(connection) as asked:
        assert voting(client, begun, second, **chosen).status_code == 204
    assert len(asked) <= 17, "hundreds vote at the same moment (docs/decisions/0141)"


def test_the_room_shows_a_result_when_it_may(begun, cast, client):
    client.force_login(cast.member)
    for shows, while_open, closed in (("live", True, True), ("closed", False, True), ("never", False, False)):
        poll = opened(begun, cast, shows=shows)
        assert voting(client, begun, poll, **{f"option-{poll.pk}": key(poll, "Mornings")}).status_code == 204
        page = f"/meetings/{begun.pk}/room/"
        tally = f'id="tally-{poll.pk}"'
        assert ("poll-results" in client.get(page).content.decode().split(tally)[1].split("</li>")[0]) == while_open
        close_poll(poll=poll, by=cast.specialist)
        assert ("poll-results" in client.get(page).content.decode().split(tally)[1].split("</li>")[0]) == closed


def test_whoever_convenes_prepares_opens_and_takes_the_result_along(begun, cast, client):
    page = f"/meetings/{begun.pk}/polls/"
    form = {"question": "=HYPERLINK(1)", "kind": "one", "options": "Yes\nNo", "shows": "closed"}
    client.force_login(cast.member)
    assert client.post(page, form).status_code == 403
    client.force_login(cast.specialist)
    assert client.post(page, {**form, "options": "Yes"}).status_code == 422
    assert client.post(page, {**form, "question": "A 098 765 432?"}).status_code == 422
    client.post(page, form)
    poll = RoomPoll.objects.get()
    assert "put it to the room" in client.get(page).content.decode().lower()
    client.post(f"{page}{poll.pk}/open/")
    vote_in_room(poll=poll, by=cast.member, chosen=[key(poll, "Yes")])
    exported = client.post(f"{page}export/").content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(exported)))[1] == ["'=HYPERLINK(1)", "Yes", "1", "1", cast.member.name]


def test_what_is_sent_in_vain_is_answered_in_words(begun, cast, client):
    client.force_login(cast.member)
    poll = opened(begun, cast)
    assert voting(client, begun, poll, **{f"option-{poll.pk}": "no key"}).status_code == 400
    assert "Choose an answer" in voting(client, begun, poll, **{f"option-{poll.pk}": str(uuid4())}).json()["refusal"]
    words = opened(begun, cast, kind="words", options=[])
    told = voting(client, begun, words, **{f"words-{words.pk}": "A-098 765 432"})
    assert (told.status_code, "identify" in told.json()["refusal"]) == (409, True)
    page = client.post(f"/meetings/{begun.pk}/polls/{words.pk}/vote/", {f"words-{words.pk}": "a, b, c, d"})
    assert (page.status_code, page.content.decode().count("Give 3 words at most")) == (422, 1)
    assert 'value="a, b, c, d"' in page.content.decode(), "without a script nothing that was typed is lost either"
    prepared_only = prepared(begun, cast)
    assert voting(client, begun, prepared_only).status_code == 404


def test_the_chat_is_open_with_the_room_and_gone_a_month_later(begun, cast, client, time_machine):
    chat = room_of(begun).threads.get()
    write_post(thread=chat, by=cast.member, body="The captions work.", client_id=UUID(int=1))
    client.force_login(cast.colleague)
    assert "The captions work." in client.get(f"/meetings/{begun.pk}/chat/").content.decode()
    time_machine.move_to(begun.ends_at + timedelta(minutes=31))
    with pytest.raises(Refusal, match="is over"):
        write_post(thread=chat, by=cast.member, body="Too late.", client_id=UUID(int=2))
    assert let_old_chats_go() == 0
    time_machine.move_to(begun.ends_at + timedelta(days=31))
    assert let_old_chats_go() == 1
    assert not Post.objects.exists()


CROWD = 20  # connections at once; two hundred votes come in ten waves


@pytest.fixture
def crowd(transactional_db, time_machine):
    """A poll of a town meeting that is held, and two hundred who vote."""
    time_machine.move_to("2025-12-01 15:00Z")
    cast = make_cast()
    meeting = planned(cast).first
    time_machine.move_to(meeting.starts_at + timedelta(minutes=5))
    return opened(meeting, cast, anonymous=True), [make_member(f"Person {number}", cast.home) for number in range(200)]


def twice(poll, who):
    """Whether somebody votes twice who comes twice at once, without the guard: both look first and find nothing."""
    looked = Barrier(2)

    def vote():
        if not RoomBallot.objects.filter(poll=poll, member=who).exists():
            looked.wait(20)
            RoomBallot.objects.create(poll=poll, member=who)

    at_once(vote, vote)
    return RoomBallot.objects.filter(poll=poll, member=who).count() == 2


def test_two_hundred_votes_at_once_are_one_each(crowd, monkeypatch):
    poll, people = crowd
    with unguarded(RoomBallot, "one_room_ballot_each", monkeypatch):
        assert twice(poll, people[0]), "without the guard there are two"
        RoomBallot.objects.all().delete()
    options = [option.pk for option in poll.options.all()]
    acts = [
        lambda who=who, number=number: vote_in_room(poll=poll, by=who, chosen=[options[number % 2]])
        for number, who in enumerate(people)
        for _ in range(2)
    ]
    refused = []
    for start in range(0, len(acts), CROWD):
        refused += [one for one in at_once(*acts[start : start + CROWD]) if isinstance(one, Refusal)]
    connections.close_all()
    assert (RoomBallot.objects.count(), len(refused)) == (200, 200)
    assert counts(poll) == {"Mornings": 100, "Evenings": 100}
