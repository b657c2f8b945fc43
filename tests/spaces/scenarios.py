"""What can happen in a space, for the proof that a socket shows what a reload would: one scenario or more a kind.

A scenario says which kinds it records in its space, makes what it needs (`before`, not watched), then lets it happen
(`play`), and gives the address of the page that is looked at, as `reader`. A new kind needs one.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from discussions import actions
from discussions.models import Decision, FirstPost, Forum, Poll, Post, Thread
from discussions.retention import purge_posts
from files import actions as files
from files.models import File
from groups.actions import covenant, glass, joining, opening
from groups.actions.membership import leave
from groups.models import BreakGlass, Covenant
from meetings import actions as meetings
from meetings.models import (
    AgendaItem,
    Hand,
    Material,
    Meeting,
    MeetingSeries,
    NoteSection,
    Question,
    RoomPoll,
)
from meetings.rooms import room_of
from members.models import RoleGrant
from notifications import notices
from spaces.actions import mark_read
from spaces.inbox import access_changed, inbox_of
from spaces.models import Membership, Space
from symposium import actions as symposium
from symposium.models import Announcement, Edition, Table
from tests.people import make_forum

Cast = SimpleNamespace


@dataclass(frozen=True)
class Scenario:
    name: str
    kinds: tuple[str, ...]
    before: Callable[[Cast], Any]
    play: Callable[[Cast, Any], None]
    page: Callable[[Cast, Any], str]
    reader: str = "member"
    space: Callable[[Cast], Space] = lambda cast: cast.group.space


def thread(cast: Cast) -> Thread:
    return cast.group.space.threads.get()


def ask(cast: Cast, title: str = "What do you ask first?") -> Thread:
    return actions.start_thread(
        space=cast.commons.space,
        by=cast.contact,
        kind="question",
        title=title,
        body="In the first minutes.",
        client_id=uuid.uuid4(),
    )


def two_asked(cast: Cast) -> Thread:
    first = ask(cast)
    ask(cast, "And what last?")
    return first


def answer(cast: Cast, thread: Thread) -> Post:
    return actions.write_post(thread=thread, by=cast.outsider, body="I would wait.", client_id=uuid.uuid4())


def imported(cast: Cast, pk: uuid.UUID, *posts: actions.OldPost) -> Thread:
    """In a thread of this id, from the archive of a list."""
    posts = posts or (actions.OldPost(author=None, body="Long ago.", at=now() - timedelta(days=3000)),)
    actions.import_posts(forum=cast.commons, thread=pk, title="On waiting", posts=posts, by=cast.staff)
    return Thread.objects.get(pk=pk)


def held_above(cast: Cast) -> tuple[Thread, actions.OldPost]:
    old = [actions.OldPost(author=None, body="Long ago.", at=now() - timedelta(days=3000 - n)) for n in range(2)]
    held = replace(old[0], is_held=True)
    return imported(cast, uuid.uuid4(), held, old[1]), held


def show_held(cast: Cast, thread: Thread, held: actions.OldPost) -> None:
    known = {"forum": cast.commons, "thread": thread.pk, "title": "On waiting long", "by": cast.staff}
    actions.import_held(post=held, seq=thread.opening.seq - 1, **known)


def put_poll(cast: Cast, thread: Thread, **more) -> None:
    more = {"closes_at": now() + timedelta(days=1)} | more
    actions.put_poll(thread=thread, by=cast.contact, question="When?", answers=["Mornings", "Evenings"], **more)


def polled(cast: Cast, **more) -> Thread:
    thread = ask(cast)
    put_poll(cast, thread, **more)
    return thread


def vote(cast: Cast, thread: Thread) -> None:
    actions.vote(thread=thread, by=cast.outsider, answers=[1])


def voted(cast: Cast) -> Thread:
    """By the reader too, who then sees the result."""
    thread = polled(cast)
    actions.vote(thread=thread, by=cast.member, answers=[0])
    return thread


def close_when_due(cast: Cast, thread: Thread) -> None:
    Poll.objects.update(closes_at=now())
    actions.close_due_polls()


def page_of(cast: Cast, thread: Thread) -> str:
    return thread.get_absolute_url()


def asked_and_answered(cast: Cast) -> Post:
    return answer(cast, ask(cast))


def earlier_and_later(cast: Cast) -> tuple[Thread, Thread]:
    """Two threads, each with a reply that came after the other's opening."""
    threads = ask(cast), ask(cast, "And what last?")
    for thread in threads:
        answer(cast, thread)
    return threads


def merged(cast: Cast, thread: Thread, into: Thread) -> None:
    actions.merge_thread(thread=thread, into=into, by=cast.staff)


def moved_away(cast: Cast, thread: Thread) -> None:
    actions.move_thread(thread=thread, to=make_forum(), by=cast.staff)


def split_off(cast: Cast, post: Post) -> None:
    actions.split_thread(thread=post.thread, posts=[post], kind="discussion", title="On waiting", by=cast.staff)


def commons(cast: Cast, _: Any = None) -> str:
    return "/discussions/commons/"


def commons_space(cast: Cast) -> Space:
    return cast.commons.space


def say(cast: Cast, who: str = "colleague", body: str = "A thought, @Mara Member", **more) -> Post:
    by = getattr(cast, who)
    return actions.write_post(thread=thread(cast), by=by, body=body, client_id=uuid.uuid4(), **more)


def pinned(cast: Cast) -> Post:
    post = say(cast)
    actions.pin(post=post, by=cast.facilitator)
    return post


def answered(cast: Cast) -> Post:
    root = say(cast)
    say(cast, "facilitator", "A reply", reply_to=root.pk)
    return root


def closed(cast: Cast) -> Thread:
    actions.close_thread(thread=thread(cast), by=cast.facilitator)
    return thread(cast)


def room(cast: Cast, post: Any = None) -> str:
    return f"/groups/{cast.group.pk}/"


def beside(cast: Cast, root: Post) -> str:
    return f"/groups/{cast.group.pk}/?replies={root.pk}"


def edit(cast: Cast, post: Post) -> None:
    actions.edit_post(post=post, by=cast.colleague, body="Said *differently*", version="")


def remove(cast: Cast, post: Post) -> None:
    actions.remove_post(post=post, by=cast.colleague)


def reply(cast: Cast, root: Post) -> None:
    say(cast, "facilitator", "A reply", reply_to=root.pk)


def file_said(cast: Cast) -> File:
    upload = SimpleUploadedFile("agenda.txt", b"An agenda.")
    file = files.receive(space=cast.group.space, upload=upload, by=cast.colleague, client_id=uuid.uuid4())
    say(cast, files=[file.pk])
    file.refresh_from_db()
    return file


def let_in(cast: Cast, request) -> None:
    joining.accept(request=request, by=cast.facilitator)
    covenant.sign(covenant=Covenant.objects.get(), group=cast.group, by=cast.outsider, name=cast.outsider.name)


def appoint(cast: Cast, _) -> None:
    RoleGrant.objects.create(member=cast.colleague, role=RoleGrant.Role.FACILITATOR)
    opening.appoint(group=cast.group, member=cast.colleague, by=cast.staff)


def ask_glass(cast: Cast) -> BreakGlass:
    return glass.ask_glass(group=cast.group, by=cast.admin, reason="An invented reason, in a sentence that is long.")


def open_glass(cast: Cast, asked: BreakGlass | None = None) -> BreakGlass:
    return glass.open_glass(glass=asked or ask_glass(cast), by=cast.privacy_officer)


def close_group(cast: Cast, _=None) -> None:
    opening.close(group=cast.group, by=cast.facilitator)


def reported(cast: Cast, post: Post | None = None) -> Post:
    post = post or say(cast)
    actions.flag_post(post=post, by=cast.member, reason="harms")
    return post


def reported_root(cast: Cast) -> Post:
    return reported(cast, answered(cast))


def hide(cast: Cast, post: Post) -> Decision:
    return actions.decide(post=post, by=cast.facilitator, outcome="hold", note="It names a town.")


def hidden(cast: Cast) -> Decision:
    return hide(cast, reported(cast))


def waits(cast: Cast) -> FirstPost:
    Forum.objects.filter(space=cast.commons.space).update(hold_first=True)
    question = {"kind": "question", "title": "Where is it private?", "body": "In a car.", "client_id": uuid.uuid4()}
    return actions.start_thread(space=cast.commons.space, by=cast.member, **question)


def waits_in_thread(cast: Cast) -> FirstPost:
    thread = ask(cast)
    Forum.objects.filter(space=cast.commons.space).update(hold_first=True)
    return actions.write_post(thread=thread, by=cast.colleague, body="In a car.", client_id=uuid.uuid4())


def release(cast: Cast, first: FirstPost) -> None:
    actions.release(first=first, by=cast.staff)


def decline(cast: Cast, first: FirstPost) -> None:
    actions.decline(first=first, by=cast.staff, note="Ask it in the thread about cars.")
    notices.tell_authors()


def keep(cast: Cast, post: Post) -> None:
    actions.decide(post=post, by=cast.facilitator, outcome="keep")


def decided_about_me(cast: Cast, _) -> None:
    post = say(cast, "member")
    actions.flag_post(post=post, by=cast.colleague, reason="harms")
    hide(cast, post)
    notices.tell_authors()


def mention(cast: Cast, _) -> None:
    say(cast)
    notices.tell()


def follows(cast: Cast) -> Thread:
    thread = ask(cast)
    actions.belong(member=cast.member, space=thread.space)
    actions.follow(thread=thread, by=cast.member)
    return thread


def replied(cast: Cast, thread: Thread) -> None:
    answer(cast, thread)
    notices.tell()


def told_of_reply(cast: Cast) -> Post:
    post = answer(cast, follows(cast))
    notices.tell()
    return post


def took_back(cast: Cast, post: Post) -> None:
    actions.remove_post(post=post, by=cast.outsider)
    notices.tell()


def nothing(cast: Cast) -> None:
    pass


def roster(cast: Cast, _) -> str:
    return reverse("groups:roster", args=[cast.group.pk])


def about(cast: Cast, _) -> str:
    return reverse("groups:about", args=[cast.group.pk])


def home(cast: Cast, _) -> str:
    return reverse("home")


def inbox(cast: Cast) -> Space:
    return inbox_of(cast.member)


def town_meeting(cast: Cast, _: Any = None) -> Meeting:
    """One whose room is open, made where it is missing."""
    found = Meeting.objects.select_related("series", "room").first()
    if found is None:
        begins = now().astimezone(ZoneInfo("America/New_York")) + timedelta(minutes=5)
        series = MeetingSeries(
            title="Town meeting",
            audience=MeetingSeries.Audience.ELIGIBLE,
            pattern=MeetingSeries.Pattern.ONCE,
            first_on=begins.date(),
            begins_at=begins.time().replace(second=0, microsecond=0),
            zone="America/New_York",
            minutes=75,
        )
        found = meetings.plan_series(series=series, by=cast.specialist).meetings.select_related("series", "room").get()
    return found


def meeting_room(cast: Cast) -> Space:
    return room_of(town_meeting(cast))


def room_page(cast: Cast, _: Any = None) -> str:
    return reverse("meetings:room", args=[town_meeting(cast).pk])


def raised(cast: Cast, _: Any = None) -> Hand:
    return meetings.raise_hand(meeting=town_meeting(cast), by=cast.outsider)


def room_poll(cast: Cast, shows: str = "live") -> RoomPoll:
    terms = {"question": "When?", "kind": "one", "options": ["Mornings", "Evenings"], "anonymous": False}
    return meetings.prepare_poll(meeting=town_meeting(cast), by=cast.specialist, shows=shows, **terms)


def open_room_poll(cast: Cast, shows: str = "live") -> RoomPoll:
    poll = room_poll(cast, shows)
    meetings.open_poll(poll=poll, by=cast.specialist)
    return poll


def clapped(cast: Cast, _: Any = None) -> None:
    for who in (cast.outsider, cast.member):
        meetings.react(meeting=town_meeting(cast), by=who, sign="applause")
    meetings.tell_of_reactions()


def vote_in_room(cast: Cast, poll: RoomPoll) -> None:
    meetings.vote_in_room(poll=poll, by=cast.outsider, chosen=[poll.options.all()[0].pk])
    meetings.tell_of_votes()


def question(cast: Cast, _: Any = None, *, by: str = "outsider", **more) -> Question:
    asked = {"text": "What comes first?", "client_id": uuid.uuid4(), **more}
    return meetings.ask_question(meeting=town_meeting(cast), by=getattr(cast, by), **asked)


def two_questions(cast: Cast) -> tuple[Question, Question]:
    return question(cast), question(cast, by="colleague", text="And what last?", unnamed=True)


def want_to_know(cast: Cast, question: Question) -> None:
    for who in (cast.member, cast.colleague):
        meetings.vote_for_question(question=question, by=who)
    meetings.tell_of_question_votes()


def looked_at_first(cast: Cast) -> Question:
    meetings.look_at_questions_first(meeting=town_meeting(cast), by=cast.specialist, first=True)
    return question(cast)


def questions_page(cast: Cast, _: Any = None) -> str:
    return reverse("meetings:questions", args=[town_meeting(cast).pk])


def agenda_item(cast: Cast, _: Any = None) -> AgendaItem:
    said = {
        "title": "Waiting lists",
        "kind": "discussion",
        "minutes": 20,
        "owner": cast.outsider,
        "client_id": uuid.uuid4(),
    }
    return meetings.add_item(meeting=town_meeting(cast), by=cast.specialist, **said)


def material(cast: Cast, _: Any = None) -> Material:
    said = {"title": "Slides", "url": "https://example.org/slides", "client_id": uuid.uuid4()}
    return meetings.add_material(meeting=town_meeting(cast), by=cast.specialist, **said)


def begun_and_another(cast: Cast) -> AgendaItem:
    meetings.begin_item(item=agenda_item(cast), by=cast.specialist)
    return agenda_item(cast)


def note_section(cast: Cast, _: Any = None) -> NoteSection:
    meetings.add_sections(meeting=town_meeting(cast), headings=["Waiting lists"], by=cast.specialist)
    return NoteSection.objects.select_related("meeting__series").latest("position")


def two_sections(cast: Cast) -> NoteSection:
    note_section(cast)
    return note_section(cast)


def save_note(cast: Cast, section: NoteSection) -> None:
    said = {"heading": "Waiting", "body": "We spoke.\nDecision: one list.", "version": 0}
    meetings.save_section(section=section, by=cast.specialist, **said)


def notes_page(cast: Cast, _: Any = None) -> str:
    return reverse("meetings:notes", args=[town_meeting(cast).pk])


def an_edition(cast: Cast, _: Any = None) -> Edition:
    """To which the reader is admitted, made where it is missing."""
    found = Edition.objects.select_related("space").first()
    if found is None:
        day = now().date()
        said = {"title": "Threads of Care", "slug": "2027", "zone": "America/New_York", "description": ""}
        found = symposium.open_edition(by=cast.staff, first_on=day, last_on=day, **said)
        symposium.publish_edition(edition=found, by=cast.staff)
        symposium.admit(edition=found, member=cast.member)
    return found


def edition_space(cast: Cast) -> Space:
    return an_edition(cast).space


def lobby(cast: Cast, _: Any = None) -> str:
    return reverse("symposium:lobby", args=[an_edition(cast).slug])


def told(cast: Cast, _: Any = None) -> Announcement:
    said = {"text": "Track B moves to Cedar.", "client_id": uuid.uuid4()}
    return symposium.announce(edition=an_edition(cast), by=cast.staff, **said)


def todays_table(cast: Cast, _: Any = None, *, topic: str = "Sleep") -> Table:
    """Of the edition, which is held today."""
    edition = an_edition(cast)
    today = now().astimezone(edition.tz).date()
    Edition.objects.filter(pk=edition.pk).update(first_on=today, last_on=today)
    said = {"topic": topic, "seats": 6, "room_url": "https://video.example.org/t", "client_id": uuid.uuid4()}
    return symposium.open_table(edition=Edition.objects.get(pk=edition.pk), by=cast.staff, **said)


def sat_down(cast: Cast, table: Table) -> None:
    symposium.sit_down(table=table, by=cast.staff)


def tables_page(cast: Cast, _: Any = None) -> str:
    return reverse("symposium:tables", args=[an_edition(cast).slug])


SCENARIOS = [
    Scenario("the first post", ("post.created",), lambda cast: None, lambda cast, _: say(cast), room),
    Scenario("a post", ("post.created",), say, lambda cast, _: say(cast, "facilitator"), room),
    Scenario(
        "an announcement",
        ("post.created",),
        say,
        lambda cast, _: say(cast, "facilitator", "To all", announcement=True),
        room,
    ),
    Scenario("a reply, seen in the room", ("reply.created", "root.replied"), say, reply, room),
    Scenario("a reply, seen in the thread", ("reply.created", "root.replied"), say, reply, beside),
    Scenario("an edit", ("post.edited", "root.changed"), say, edit, room),
    Scenario("an edit of a root", ("post.edited", "root.changed"), answered, edit, beside),
    Scenario("an edit of what is pinned", ("post.edited", "pins.changed", "root.changed"), pinned, edit, room),
    Scenario("a removal", ("post.removed", "root.changed"), say, remove, room),
    Scenario("a removal of a root", ("post.removed", "root.changed"), answered, remove, beside),
    Scenario("a removal of what is pinned", ("post.removed", "pins.changed", "root.changed"), pinned, remove, room),
    Scenario(
        "a removal by a facilitator",
        ("post.removed", "root.changed"),
        say,
        lambda cast, post: actions.remove_post(post=post, by=cast.facilitator, reason="It names a town."),
        room,
    ),
    Scenario(
        "a removal of a reply",
        ("post.removed", "root.replied"),
        answered,
        lambda cast, root: actions.remove_post(post=root.replies.get(), by=cast.facilitator),
        beside,
    ),
    Scenario(
        "a reaction",
        ("reaction.changed", "reaction.changed"),
        say,
        lambda cast, post: [actions.react(post=post, by=by, sign="idea") for by in (cast.member, cast.facilitator)],
        room,
    ),
    Scenario(
        "a reaction taken back",
        ("reaction.changed", "reaction.changed"),
        say,
        lambda cast, post: [verb(post=post, by=cast.member, sign="idea") for verb in (actions.react, actions.unreact)],
        room,
    ),
    Scenario("a message hidden by a moderator", ("post.held", "root.changed"), reported, hide, room),
    Scenario("a hidden message, seen in its thread", ("post.held", "root.changed"), reported_root, hide, beside),
    Scenario(
        "a message with a file hidden by a moderator",
        ("file.changed", "post.held", "root.changed"),
        lambda cast: reported(cast, file_said(cast).posts.get()),
        hide,
        room,
    ),
    Scenario(
        "a decision taken back",
        ("post.released", "root.changed"),
        hidden,
        lambda cast, decision: actions.undo(decision=decision, by=cast.facilitator),
        room,
    ),
    Scenario(
        "a removal by decision taken back",
        ("post.released", "root.changed"),
        lambda cast: actions.decide(
            post=reported(cast), by=cast.facilitator, outcome="remove", note="It names a town."
        ),
        lambda cast, decision: actions.undo(decision=decision, by=cast.facilitator),
        room,
    ),
    Scenario("a report that is not upheld shows nowhere", (), reported, keep, room),
    Scenario(
        "a pin",
        ("post.pinned", "pins.changed"),
        say,
        lambda cast, post: actions.pin(post=post, by=cast.facilitator),
        room,
    ),
    Scenario(
        "an unpinning",
        ("post.unpinned", "pins.changed"),
        pinned,
        lambda cast, post: actions.unpin(post=post, by=cast.facilitator),
        room,
    ),
    Scenario(
        "a purge",
        ("post.purged",),
        say,
        lambda cast, post: purge_posts(space=post.space, before=post.created_at + timedelta(seconds=1)),
        room,
    ),
    Scenario(
        "a purge of what is pinned",
        ("post.purged", "pins.changed"),
        pinned,
        lambda cast, post: purge_posts(space=post.space, before=post.created_at + timedelta(seconds=1)),
        room,
    ),
    Scenario("a closing", ("thread.closed",), lambda cast: None, lambda cast, _: closed(cast), room),
    Scenario(
        "a reopening",
        ("thread.reopened",),
        closed,
        lambda cast, thread: actions.reopen_thread(thread=thread, by=cast.facilitator),
        room,
    ),
    Scenario(
        "a file taken away",
        ("file.changed",),
        file_said,
        lambda cast, file: files.remove_file(file=file, by=cast.colleague),
        room,
    ),
    Scenario(
        "somebody let in",
        ("member.joined",),
        lambda cast: joining.ask_to_join(group=cast.group, by=cast.outsider),
        let_in,
        roster,
    ),
    Scenario("a new facilitator", ("member.changed",), nothing, appoint, roster),
    Scenario(
        "somebody who leaves",
        ("member.left",),
        lambda cast: Membership.objects.get(space=cast.group.space, member=cast.colleague),
        lambda cast, membership: leave(membership=membership, by=cast.colleague),
        roster,
    ),
    Scenario("a group that closes", ("group.closed",), nothing, close_group, room),
    Scenario(
        "a group that opens again",
        ("group.reopened",),
        close_group,
        lambda cast, _: opening.reopen(group=cast.group, by=cast.facilitator),
        room,
    ),
    Scenario(
        "a new description",
        ("group.described",),
        nothing,
        lambda cast, _: opening.describe(group=cast.group, description="What we are about.", by=cast.facilitator),
        about,
    ),
    Scenario("break-glass", ("glass.opened",), ask_glass, open_glass, room),
    Scenario(
        "the end of break-glass",
        ("glass.ended",),
        open_glass,
        lambda cast, opened: glass.end_glass(glass=opened, by=cast.admin),
        room,
    ),
    Scenario(
        "a thread",
        ("post.created", "thread.changed", "thread.started"),
        ask,
        lambda cast, _: ask(cast, "And what last?"),
        commons,
        space=commons_space,
    ),
    Scenario(
        "a first post that is released, seen in the list",
        ("post.created", "thread.changed", "thread.started"),
        waits,
        release,
        commons,
        "outsider",
        commons_space,
    ),  # fmt: skip
    Scenario(
        "a first post that is released, seen in its thread",
        ("post.created", "thread.changed"),
        waits_in_thread,
        release,
        lambda cast, first: first.thread.get_absolute_url(),
        "outsider",
        commons_space,
    ),  # fmt: skip
    Scenario(
        "a reply, seen in the list, which moves it up",
        ("post.created", "thread.changed"),
        two_asked,
        answer,
        commons,
        space=commons_space,
    ),
    Scenario(
        "a reply, seen in its thread",
        ("post.created", "thread.changed"),
        ask,
        answer,
        lambda cast, thread: thread.get_absolute_url(),
        space=commons_space,
    ),
    Scenario(
        "another title",
        ("thread.changed", "thread.headed"),
        ask,
        lambda cast, thread: actions.edit_thread(
            thread=thread, by=cast.contact, kind="discussion", title="What comes first?", topics=[]
        ),
        lambda cast, thread: thread.get_absolute_url(),
        space=commons_space,
    ),
    Scenario(
        "an accepted answer",
        ("thread.changed", "thread.headed", "thread.answered"),
        asked_and_answered,
        lambda cast, post: actions.accept_answer(post=post, by=cast.contact),
        lambda cast, post: post.thread.get_absolute_url(),
        space=commons_space,
    ),
    Scenario(
        "a thread of a list's archive, seen in the list",
        ("post.imported", "thread.started"),
        ask,
        lambda cast, _: imported(cast, uuid.uuid4()),
        commons,
        space=commons_space,
    ),
    Scenario(
        "what comes with another archive, seen in its thread",
        ("post.came", "thread.changed"),
        lambda cast: imported(cast, uuid.uuid4()),
        lambda cast, thread: imported(cast, thread.pk),
        page_of,
        space=commons_space,
    ),
    Scenario(
        "the first mail of a thread, which waited for staff",
        ("post.came", "thread.changed", "thread.headed"),
        lambda cast: held_above(cast),
        lambda cast, held: show_held(cast, *held),
        lambda cast, held: held[0].get_absolute_url(),
        space=commons_space,
    ),
    Scenario("a poll", ("poll.changed",), ask, put_poll, page_of, space=commons_space),
    Scenario("a vote, seen by who has not voted", ("poll.voted",), polled, vote, page_of, space=commons_space),
    Scenario("a vote, seen by who has", ("poll.voted",), voted, vote, page_of, space=commons_space),
    Scenario(
        "an anonymous vote",
        ("poll.voted",),
        lambda cast: polled(cast, anonymous=True),
        vote,
        page_of,
        space=commons_space,
    ),
    Scenario("a poll whose day is over", ("poll.changed",), polled, close_when_due, page_of, space=commons_space),
    Scenario(
        "a poll that is taken away",
        ("poll.changed",),
        polled,
        lambda cast, thread: actions.take_poll_away(thread=thread, by=cast.contact),
        page_of,
        space=commons_space,
    ),
    Scenario(
        "a merge that brings a poll",
        ("post.came", "thread.traced", "thread.answered", "thread.changed", "poll.changed", "thread.left"),
        lambda cast: (polled(cast), ask(cast, "And what last?")),
        lambda cast, threads: merged(cast, *threads),
        lambda cast, threads: threads[1].get_absolute_url(),
        space=commons_space,
    ),
    Scenario(
        "a thread that moves, seen in the list that it leaves",
        ("thread.left",),
        two_asked,
        moved_away,
        commons,
        space=commons_space,
    ),
    Scenario(
        "a thread that moves, seen in the list that it comes to",
        ("post.came", "post.came", "thread.started"),
        asked_and_answered,
        lambda cast, post: moved_away(cast, post.thread),
        lambda cast, post: make_forum().get_absolute_url(),
        space=lambda cast: make_forum().space,
    ),
    Scenario(
        "a merge, seen in the thread that stays",
        ("post.came", "post.came", "thread.traced", "thread.answered", "thread.changed", "thread.left"),
        earlier_and_later,
        lambda cast, threads: merged(cast, *threads),
        lambda cast, threads: threads[1].get_absolute_url(),
        space=commons_space,
    ),
    Scenario(
        "a merge, seen in the list",
        ("post.came", "post.came", "thread.traced", "thread.answered", "thread.changed", "thread.left"),
        earlier_and_later,
        lambda cast, threads: merged(cast, *threads),
        commons,
        space=commons_space,
    ),
    Scenario(
        "a split, seen in the thread",
        ("post.left", "thread.traced", "thread.answered", "thread.changed", "thread.started"),
        asked_and_answered,
        split_off,
        lambda cast, post: Thread.objects.exclude(opening=post).get(opening__author=cast.contact).get_absolute_url(),
        space=commons_space,
    ),
    Scenario(
        "a split, seen in the list",
        ("post.left", "thread.traced", "thread.answered", "thread.changed", "thread.started"),
        asked_and_answered,
        split_off,
        commons,
        space=commons_space,
    ),
    Scenario(
        "a thread read on another device",
        ("threads.read",),
        ask,
        lambda cast, thread: actions.mark_thread_read(thread=thread, by=cast.member, seq=10**6),
        commons,
        space=inbox,
    ),
    Scenario("a notice", ("notices.changed",), nothing, mention, home, space=inbox),
    Scenario("a first post that is declined", ("notices.changed",), waits, decline, home, space=inbox),
    Scenario("a decision about one's message", ("notices.changed",), nothing, decided_about_me, home, space=inbox),
    Scenario("a reply where one follows", ("notices.changed",), follows, replied, home, space=inbox),
    Scenario("a reply that is taken back", ("notices.changed",), told_of_reply, took_back, home, space=inbox),
    Scenario(
        "other rights",
        ("access.changed",),
        nothing,
        lambda cast, _: access_changed([cast.member]),
        home,
        space=inbox,
    ),
    Scenario(
        "reading on another device",
        ("read.moved",),
        say,
        lambda cast, post: mark_read(space=cast.group.space, member=cast.member, seq=post.seq),
        home,
        space=inbox,
    ),
    Scenario("an announcement in the lobby", ("announcements.changed",), told, told, lobby, space=edition_space),
    Scenario(
        "an announcement that is taken back",
        ("announcements.changed",),
        told,
        lambda cast, told: symposium.take_back(announcement=told, by=cast.staff),
        lobby,
        space=edition_space,
    ),
    Scenario("another table", ("table.opened",), todays_table, todays_table, tables_page, space=edition_space),
    Scenario("somebody sits down", ("table.changed",), todays_table, sat_down, tables_page, space=edition_space),
    Scenario(
        "a table is taken away",
        ("table.closed",),
        todays_table,
        lambda cast, table: symposium.close_table(table=table, by=cast.staff),
        tables_page,
        space=edition_space,
    ),
    Scenario("a hand goes up", ("hands.changed",), town_meeting, raised, room_page, space=meeting_room),
    Scenario(
        "a hand goes down",
        ("hands.changed",),
        raised,
        lambda cast, hand: meetings.lower_hand(meeting=hand.meeting, member=hand.member, by=cast.specialist),
        room_page,
        space=meeting_room,
    ),
    Scenario("applause", ("reactions.changed",), town_meeting, clapped, room_page, space=meeting_room),
    Scenario(
        "a poll is put to the room",
        ("room_poll.opened",),
        room_poll,
        lambda cast, poll: meetings.open_poll(poll=poll, by=cast.specialist),
        room_page,
        space=meeting_room,
    ),
    Scenario("votes in the room", ("room_poll.voted",), open_room_poll, vote_in_room, room_page, space=meeting_room),
    Scenario(
        "votes of which the room learns at the end",
        ("room_poll.voted",),
        lambda cast: open_room_poll(cast, "closed"),
        vote_in_room,
        room_page,
        space=meeting_room,
    ),
    Scenario(
        "a poll of the room is closed",
        ("room_poll.closed",),
        lambda cast: open_room_poll(cast, "closed"),
        lambda cast, poll: meetings.close_poll(poll=poll, by=cast.specialist),
        room_page,
        space=meeting_room,
    ),
    Scenario("a first question", ("question.asked",), town_meeting, question, room_page, space=meeting_room),
    Scenario(
        "a question without a name, on its page before the meeting",
        ("question.asked",),
        question,
        lambda cast, _: question(cast, unnamed=True),
        questions_page,
        space=meeting_room,
    ),
    Scenario("votes for a question", ("question.voted",), question, want_to_know, room_page, space=meeting_room),
    Scenario(
        "a question that is answered now, in place of another",
        ("question.changed", "question.changed"),
        lambda cast: (
            meetings.set_question_state(question=question(cast), by=cast.specialist, state="answering"),
            question(cast),
        ),
        lambda cast, two: meetings.set_question_state(question=two[1], by=cast.specialist, state="answering"),
        room_page,
        space=meeting_room,
    ),
    Scenario(
        "an answer in writing",
        ("question.changed",),
        lambda cast: two_questions(cast)[1],
        lambda cast, asked: meetings.answer_question(question=asked, by=cast.specialist, answer="**This.**"),
        questions_page,
        space=meeting_room,
    ),
    Scenario(
        "two questions that become one",
        ("question.left", "question.changed"),
        two_questions,
        lambda cast, two: meetings.merge_question(question=two[0], into=two[1], by=cast.specialist),
        room_page,
        space=meeting_room,
    ),
    Scenario(
        "a question that waits",
        ("questions.wait",),
        looked_at_first,
        lambda cast, _: question(cast, text="And what last?"),
        room_page,
        space=meeting_room,
    ),
    Scenario(
        "a question that is let in",
        ("question.asked", "questions.wait"),
        looked_at_first,
        lambda cast, asked: meetings.let_question_in(question=asked, by=cast.specialist),
        room_page,
        space=meeting_room,
    ),
    Scenario(
        "a question that is taken away",
        ("question.left",),
        question,
        lambda cast, asked: meetings.refuse_question(question=asked, by=cast.specialist),
        room_page,
        space=meeting_room,
    ),
    Scenario(
        "that a meeting is recorded",
        ("recording.changed",),
        nothing,
        lambda cast, _: meetings.announce_recording(meeting=town_meeting(cast), by=cast.specialist),
        room_page,
        space=meeting_room,
    ),
    Scenario("a material", ("materials.changed",), nothing, material, room_page, space=meeting_room),
    Scenario(
        "a material that is taken away",
        ("materials.changed",),
        material,
        lambda cast, slides: meetings.remove_material(material=slides, by=cast.specialist),
        room_page,
        space=meeting_room,
    ),
    Scenario("an item of the agenda", ("agenda.changed",), agenda_item, agenda_item, room_page, space=meeting_room),
    Scenario(
        "the next item of the agenda begins",
        ("agenda.changed",),
        begun_and_another,
        lambda cast, item: meetings.begin_item(item=item, by=cast.specialist),
        room_page,
        space=meeting_room,
    ),
    Scenario("a section of the notes", ("section.added",), note_section, note_section, notes_page, space=meeting_room),
    Scenario(
        "a section that somebody claims",
        ("section.changed",),
        note_section,
        lambda cast, section: meetings.claim_section(section=section, by=cast.specialist),
        notes_page,
        space=meeting_room,
    ),
    Scenario("a section that is saved", ("section.changed",), note_section, save_note, notes_page, space=meeting_room),
    Scenario(
        "a section that is taken away",
        ("section.removed",),
        two_sections,
        lambda cast, section: meetings.remove_section(section=section, by=cast.specialist),
        notes_page,
        space=meeting_room,
    ),
]
