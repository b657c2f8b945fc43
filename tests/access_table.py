"""Who gets what from every address: one row or more for each, compared with the site by test_access_table.py.

A row says how to make the address from the cast, and the answer for each kind of person: an HTTP status, or SIGN_IN
where they are sent to sign in. `others` is the answer for everyone whom the row does not name. NOBODY is a visitor who
has not signed in; a deactivated person's session counts for nothing, so they get the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from discussions.actions import decide, flag_post, put_poll, start_thread, write_post
from discussions.models import Decision, Forum, Post, Thread
from files import actions as files
from groups import actions
from groups.models import JoinRequest
from groups.years import this_year
from mailroom.models import Archive, ArchivedMail, DoubtfulMail
from meetings import feeds as calendars
from meetings.actions import announce_recording, ask_for_accommodation, cancel_meeting, pair_sessions, plan_series
from meetings.models import (
    AgendaItem,
    Attendance,
    FollowUp,
    Hand,
    Material,
    Meeting,
    MeetingSeries,
    NoteSection,
    Participant,
    Question,
    ReportImport,
    RoomPoll,
    Scribe,
)
from meetings.rooms import room_of
from members.actions.joining import issue_invitation
from members.models import Application, EligibilityRule
from members.tokens import hash_of
from notifications import actions as hearing
from notifications import addresses, stopping
from spaces.inbox import inbox_of
from symposium.actions import (
    add_part,
    announce,
    assign,
    call_for_proposals,
    give_seats,
    invite_guest,
    make_grace_link,
    name_reviewer,
    open_edition,
    open_table,
    publish_edition,
    register,
    release_programme,
    set_post_test,
    set_up_desk,
    start_proposal,
    submit_proposal,
    take_seat,
)
from symposium.models import (
    Assignment,
    CallQuestion,
    Certificate,
    CoPresenter,
    CreditRule,
    Criterion,
    Edition,
    Format,
    Proposal,
    Registration,
    RegistrationDesk,
    Reviewer,
    ReviewPhase,
    Room,
    Session,
    Speaker,
    TechCheck,
    Track,
    WorkshopPlace,
)
from tests.files.conftest import PDF_PAGE, picture
from tests.notifications.push_service import turn_on
from tests.people import make_group

SIGN_IN = "sign in"
INSIDE = ("member", "facilitator")
BELONGING = ("unsigned", *INSIDE)
OUTSIDE = ("outsider", "contact", "expert")  # the expert is of no organisation, so that groups are closed to them
NOT_ELIGIBLE = ("lapsed", "expert")
STAFF = ("staff", "admin")
CONVENERS = ("specialist", "staff", "admin")
OVERSIGHT = ("specialist", "staff", "admin", "privacy_officer")
ELIGIBLE = ("unsigned", *INSIDE, "outsider", "contact", *OVERSIGHT)  # for discussions
ASKING = tuple(person for person in ELIGIBLE if person not in CONVENERS)  # who see what is convened, and no more
PEOPLE = ("nobody", "deactivated", "unsigned", "lapsed", *INSIDE, *OUTSIDE, *OVERSIGHT)
NOT_THERE = UUID(int=0)

NAMING = dict.fromkeys(("contact", *CONVENERS), 200)

Answer = int | str
Data = dict | Callable[[], dict]


@dataclass(frozen=True)
class Row:
    """One address, asked by one method, with some data, as each kind of person."""

    path: Callable[[SimpleNamespace], str]
    method: str = "get"
    data: Callable[[], dict] = dict
    answers: dict[str, Answer] = field(default_factory=dict)


def get(path: Callable[[SimpleNamespace], str] | str, others: Answer, **people: Answer) -> Row:
    return _row("get", path, dict, others, people)


def post(path: Callable[[SimpleNamespace], str] | str, others: Answer, *, data: Data = dict, **people: Answer) -> Row:
    """`data` is made anew for each person where it is a function: a file is read once."""
    return _row("post", path, data, others, people)


def these(names: tuple[str, ...], answer: Answer) -> dict[str, Answer]:
    """Several people with the same answer, to be unpacked into a row."""
    return dict.fromkeys(names, answer)


def _row(method: str, path, data: Data, others: Answer, people: dict[str, Answer]) -> Row:
    if unknown := set(people) - set(PEOPLE):
        raise ValueError(f"Not in the cast: {unknown}")
    visitor = people.get("nobody", SIGN_IN)
    answers = dict.fromkeys(PEOPLE, others) | {"nobody": visitor, "deactivated": visitor} | people
    return Row(path if callable(path) else lambda cast: path, method, data if callable(data) else lambda: data, answers)


def named(name: str, *args: object) -> Callable[[SimpleNamespace], str]:
    """The address of a name. An argument may be a function of the cast."""
    return lambda cast: reverse(name, args=[arg(cast) if callable(arg) else arg for arg in args])


def polled(cast: SimpleNamespace) -> UUID:
    """A thread of the contact's with a poll, for whoever is asked as."""
    thread = asked(cast)
    put_poll(thread=thread, by=cast.contact, question="When?", answers=["Mornings", "Evenings"])
    return thread.pk


def pushed(cast: SimpleNamespace) -> UUID:
    """A browser of the member's."""
    return turn_on(cast.member).pk


def an_edition(cast: SimpleNamespace, **terms) -> Edition:
    """Next year's symposium, published, with a track."""
    first_on = (now() + timedelta(days=60)).date()
    usual = {"title": "Threads of Care", "slug": "2027", "description": "", "zone": "America/New_York"}
    when = {"first_on": first_on, "last_on": first_on + timedelta(days=1)}
    edition = open_edition(by=cast.staff, **usual | when | terms)
    publish_edition(edition=edition, by=cast.staff)
    return edition


def a_symposium(cast: SimpleNamespace) -> str:
    return an_edition(cast).slug


def called_for(cast: SimpleNamespace) -> Edition:
    """An edition whose call for proposals is open, with a track and a format."""
    edition = an_edition(cast)
    for part in (Track(edition=edition, name="Legal"), Format(edition=edition, name="Workshop", kind="workshop")):
        add_part(part=part, by=cast.staff)
    times = {"opens_at": now() - timedelta(days=1), "closes_at": now() + timedelta(days=9)}
    call_for_proposals(edition=edition, by=cast.staff, blind=True, **times)
    return edition


def a_call(cast: SimpleNamespace) -> str:
    return called_for(cast).slug


def a_proposal(cast: SimpleNamespace) -> Proposal:
    """The member's, sent in."""
    edition = called_for(cast)
    said = {"title": "Sleep", "abstract": "What helps.", "outline": "", "answers": {}}
    parts = {"track": edition.tracks.get(), "format": edition.formats.get()}
    draft = start_proposal(edition=edition, by=cast.member)
    return submit_proposal(proposal=draft, by=cast.member, said=said | parts)


def a_review(cast: SimpleNamespace) -> Assignment:
    """The outsider's, of the member's proposal, while all review together."""
    edition = a_proposal(cast).edition
    Criterion.objects.create(edition=edition, name="Need")
    times = {"opens_at": now() - timedelta(hours=1), "closes_at": now() + timedelta(days=5)}
    ReviewPhase.objects.create(edition=edition, name="Together", kind="together", **times)
    name_reviewer(edition=edition, by=cast.staff, member=cast.outsider)
    assign(edition=edition, by=cast.staff, each=1)
    return Assignment.objects.get()


def on_call(name: str, thing: Callable[[SimpleNamespace], Any]) -> Callable[[SimpleNamespace], str]:
    """An address of the call's edition, about what this makes."""
    return lambda cast: reverse(f"symposium:{name}", args=["2027", thing(cast).pk])


def a_call_question(cast: SimpleNamespace) -> CallQuestion:
    return called_for(cast).call.questions.create(label="In which language?")


def a_draft(cast: SimpleNamespace) -> Proposal:
    return start_proposal(edition=called_for(cast), by=cast.member)


def a_grace_link(cast: SimpleNamespace) -> str:
    token = make_grace_link(call=called_for(cast).call, by=cast.staff, until=now() + timedelta(days=20))
    return reverse("symposium:come_late", args=["2027", token])


def a_co_presenter(cast: SimpleNamespace, **more) -> CoPresenter:
    usual = {"email": "pat@example.org", "token_hash": hash_of("symposium.present", "a-token")}
    return a_proposal(cast).presenters.create(**usual | more)


def to_present(cast: SimpleNamespace) -> str:
    a_co_presenter(cast)
    return reverse("symposium:present", args=["2027", "a-token"])


def without_presenter(cast: SimpleNamespace) -> str:
    asked = a_co_presenter(cast)
    return reverse("symposium:leave_presenter_out", args=["2027", asked.proposal_id, asked.pk])


def set_up(name: str, answer: Answer, data: Data | None = None, path=None) -> list[Row]:
    """What staff do with a call and its review; others who see the edition are refused."""
    path = path or named(f"symposium:{name}", a_call)
    asked_by = [get(path, 404, **these(ELIGIBLE, 403) | these(STAFF, 200))] if data is not None else []
    return [*asked_by, post(path, 404, data=data or {}, **these(ELIGIBLE, 403) | these(STAFF, answer))]


def own_proposal(name: str, answer: Answer, data: Data | None = None, thing=a_proposal) -> list[Row]:
    """What only the one who proposes does; also staff do not."""
    path = on_call(name, thing)
    asked_by = [get(path, 404, member=200)] if data is not None else []
    return [*asked_by, post(path, 404, data=data or {}, member=answer)]


def of_review(name: str, answer: Answer, data: Data | None = None) -> list[Row]:
    """What only the reviewer does to whom it was given."""
    path = on_call(name, a_review)
    asked_by = [get(path, 404, outsider=200)] if data is not None else []
    return [*asked_by, post(path, 404, data=data or {}, outsider=answer)]


def a_desk(cast: SimpleNamespace, *, edition: Edition | None = None, **said) -> RegistrationDesk:
    """Registration for an edition, open now."""
    usual = {"opens_at": now() - timedelta(days=1), "closes_at": None, "seats": None, "offer_hours": 48}
    return set_up_desk(edition=edition or an_edition(cast), by=cast.staff, **usual | said)


def a_registration(cast: SimpleNamespace, **said) -> Registration:
    """The member's."""
    desk = a_desk(cast, **said)
    return register(desk=desk, category=desk.categories.get(name="Grantee staff"), by=cast.member)


def registering(name: str, *args: object) -> Callable[[SimpleNamespace], str]:
    return named(name, lambda cast: a_desk(cast).edition.slug, *args)


def registered(name: str, *, pk: bool = False, **now_is) -> Callable[[SimpleNamespace], str]:
    """An address for who is registered, here the member; or about their registration."""

    def path(cast: SimpleNamespace) -> str:
        made = a_registration(cast)
        Registration.objects.filter(pk=made.pk).update(**now_is)
        return reverse(name, args=[made.of.edition.slug, *([made.pk] if pk else [])])

    return path


def guest_link(cast: SimpleNamespace) -> str:
    desk = a_desk(cast)
    guests = desk.categories.get(name="Invited guests")
    return reverse(
        "symposium:guest",
        args=[desk.edition.slug, invite_guest(category=guests, email="new@example.org", by=cast.staff)[1]],
    )


def an_open_pass(cast: SimpleNamespace) -> str:
    """The address for withdrawing a guest's link."""
    guests = a_desk(cast).categories.get(name="Invited guests")
    made, _ = invite_guest(category=guests, email="new@example.org", by=cast.staff)
    return reverse("symposium:withdraw_guest", args=[guests.desk.edition.slug, made.pk])


def a_category(cast: SimpleNamespace) -> str:
    one = a_desk(cast).categories.get(name="Grantee staff")
    return reverse("symposium:change_category", args=[one.desk.edition.slug, one.pk])


def in_workshop(name: str, *, takes: bool = False, **now_is) -> Callable[[SimpleNamespace], str]:
    """An address of a session with seats, for who is registered, here the member; with a seat where they take one."""

    def path(cast: SimpleNamespace) -> str:
        edition = a_registration(cast).of.edition
        workshop = Format.objects.create(edition=edition, name="Workshop", kind="workshop")
        session = Session.objects.create(edition=edition, title="Sleep groups", format=workshop, minutes=45)
        give_seats(session=session, by=cast.staff, seats=5, offer_hours=24)
        if takes:
            take_seat(workshop=session.workshop, by=cast.member)
            WorkshopPlace.objects.update(**now_is)
        return reverse(name, args=[edition.slug] if name == "symposium:workshops" else [edition.slug, session.pk])

    return path


OFFERED = {"state": "offered", "offered_until": now() + timedelta(days=2)}
WAITING = {"state": "waitlisted", "position": 1}


def staff_only(path: Callable[[SimpleNamespace], str], method: str, answer: Answer, data: Data = dict) -> Row:
    """Others who see the edition are refused."""
    return _row(method, path, data, 404, these(ELIGIBLE, 403) | these(STAFF, answer))


def a_track(cast: SimpleNamespace) -> list:
    edition = an_edition(cast)
    return [edition.slug, "tracks", add_part(part=Track(edition=edition, name="Legal"), by=cast.staff).pk]


SESSION, ROOM, FORMAT, CHECK = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)
SPEAKING = these(ELIGIBLE, 403)  # but for the member, who speaks


def a_schedule(cast: SimpleNamespace) -> str:
    """A symposium with one session, in a room, in which the member speaks."""
    edition = an_edition(cast)
    room = add_part(part=Room(pk=ROOM, edition=edition, name="Cedar"), by=cast.staff)
    talk = add_part(part=Format(pk=FORMAT, edition=edition, name="Talk", kind="lightning"), by=cast.staff)
    held = {"room": room, "starts_at": now() + timedelta(days=60), "minutes": 45}
    session = Session.objects.create(pk=SESSION, edition=edition, title="Sleep groups", format=talk, **held)
    Speaker.objects.create(session=session, member=cast.member)
    TechCheck.objects.create(pk=CHECK, edition=edition, starts_at=now() + timedelta(days=50), minutes=15)
    return edition.slug


def a_programme(cast: SimpleNamespace) -> str:
    """The same, released."""
    slug = a_schedule(cast)
    release_programme(edition=Edition.objects.get(slug=slug), by=cast.staff, number=1)
    return slug


def at_a_table(name: str) -> Callable[[SimpleNamespace], str]:
    """Of an edition to which the member is admitted."""

    def address(cast: SimpleNamespace) -> str:
        edition = Edition.objects.get(slug=a_programme(cast))
        said = {"topic": "Sleep", "seats": 6, "room_url": "", "client_id": uuid4()}
        return reverse(f"symposium:{name}", args=[edition.slug, open_table(edition=edition, by=cast.staff, **said).pk])

    return address


def a_poster(cast: SimpleNamespace) -> str:
    """The same, with a poster in it."""
    slug = a_schedule(cast)
    Format.objects.filter(pk=FORMAT).update(kind="poster")
    release_programme(edition=Edition.objects.get(slug=slug), by=cast.staff, number=1)
    return slug


def a_cancelled_session(cast: SimpleNamespace) -> str:
    slug = a_schedule(cast)
    Session.objects.update(cancelled_at=now())
    return slug


def a_place() -> dict[str, str]:
    return {"room": str(ROOM), "on": str((now() + timedelta(days=60)).date()), "at": "10:00", "minutes": "30"}


def a_meeting(cast: SimpleNamespace, **terms) -> Meeting:
    """The first of a town meeting series of the specialist's."""
    by = terms.pop("by", cast.specialist)
    usual = {"title": "Virtual Town Meeting", "audience": "eligible", "pattern": "weekly", "zone": "America/New_York"}
    when = {"first_on": (now() + timedelta(days=14)).date(), "begins_at": time(14), "minutes": 75}
    return plan_series(series=MeetingSeries(**usual | when | terms), by=by).meetings.earliest("starts_at")


def town_meeting(cast: SimpleNamespace) -> UUID:
    return a_meeting(cast).pk


def a_meeting_now(cast: SimpleNamespace) -> UUID:
    """One that has begun, with a video room and captions."""
    there = "https://video.example.org/room"
    meeting = a_meeting(cast, room_url=there, captions_url=there)
    meeting.put(now().astimezone(meeting.series.tz).replace(tzinfo=None) - timedelta(minutes=10), 75)
    meeting.save()
    return meeting.pk


def a_session(cast: SimpleNamespace) -> UUID:
    """The first of the sessions of the group."""
    return a_meeting(cast, title="Session", audience="space", space=cast.group.space, by=cast.facilitator).pk


def held(meeting: Callable[[SimpleNamespace], UUID]) -> Callable[[SimpleNamespace], UUID]:
    """The same, held now."""

    def now_held(cast: SimpleNamespace) -> UUID:
        pk = meeting(cast)
        times = {"starts_at": now() - timedelta(minutes=5), "ends_at": now() + timedelta(minutes=55)}
        Meeting.objects.filter(pk=pk).update(**times)
        return pk

    return now_held


def a_question() -> dict:
    return {"text": "What comes first?", "client_id": str(uuid4())}


def in_room(method: str, name: str, answer: Answer) -> list[Row]:
    """A page or a verb of a room: of a town meeting, and of a group's session, both held now."""
    return [
        *everyone(method, named(name, held(town_meeting)), answer),
        *inside(method, named(name, held(a_session)), answer),
    ]


def a_hand(cast: SimpleNamespace) -> str:
    """The colleague's, at a town meeting that is held now."""
    pk = held(town_meeting)(cast)
    hand = Hand.objects.get_or_create(meeting_id=pk, member=cast.colleague, lowered_at=None)[0]
    return reverse("meetings:has_spoken", args=[pk, hand.pk])


def of_poll(name: str, answer: Answer, *, is_open: bool = True, data: Data = dict, others: Answer = 403) -> list[Row]:
    """A verb on a poll of a room: for those who convene, and where `others` says so for everyone in it."""

    def poll(meeting: Callable[[SimpleNamespace], UUID]) -> Callable[[SimpleNamespace], str]:
        def path(cast: SimpleNamespace) -> str:
            pk = held(meeting)(cast)
            opened = {"opened_at": now()} if is_open else {}
            poll = RoomPoll.objects.create(meeting_id=pk, question="When?", kind="one", shows="closed", **opened)
            return reverse(name, args=[pk, poll.pk])

        return path

    return [
        post(poll(town_meeting), 404, data=data, **these(ELIGIBLE, others) | these(CONVENERS, answer)),
        post(poll(a_session), 404, data=data, **these(INSIDE, others) | {"facilitator": answer}),
    ]


def on_question(name: str, meeting: Callable[[SimpleNamespace], UUID] = town_meeting, *, by: str = "colleague", **more):
    """An address of a question of this person's, at a meeting to come."""

    def path(cast: SimpleNamespace) -> str:
        asked = {"meeting_id": meeting(cast), "text": "What first?", "asker": getattr(cast, by), "client_id": uuid4()}
        question = Question.objects.create(**{**asked, "let_in_at": now(), **more})
        return reverse(name, args=[question.meeting_id, question.pk])

    return path


def convened_question(name: str, data: Data, answer: Answer = 303, **more) -> list[Row]:
    """What is done with a question by who convenes: a page of its own, then done."""
    town, session = on_question(name, **more), on_question(name, a_session, **more)
    return [
        get(town, 404, **these(ELIGIBLE, 403) | these(CONVENERS, 200)),
        post(town, 404, data=data, **these(ELIGIBLE, 403) | these(CONVENERS, answer)),
        get(session, 404, member=403, facilitator=200),
        post(session, 404, data=data, member=403, facilitator=answer),
        *everyone("get", named(name, town_meeting, NOT_THERE), 404),
    ]


def with_answers(cast: SimpleNamespace) -> UUID:
    """A meeting that was held, with an answer."""
    pk = held(town_meeting)(cast)
    said = {"state": "live", "answered_at": now(), "let_in_at": now()}
    Question.objects.create(meeting_id=pk, text="What first?", client_id=uuid4(), **said)
    return pk


def published(cast: SimpleNamespace) -> UUID:
    pk = with_answers(cast)
    Meeting.objects.filter(pk=pk).update(answers_published_at=now())
    return pk


def an_item(cast: SimpleNamespace, meeting: UUID) -> UUID:
    return AgendaItem.objects.create(meeting_id=meeting, position=1, title="Welcome", kind="welcome", minutes=5).pk


def a_section(cast: SimpleNamespace, meeting: UUID) -> UUID:
    """Of notes for which the member is a scribe."""
    Scribe.objects.get_or_create(meeting_id=meeting, member=cast.member)
    return NoteSection.objects.create(meeting_id=meeting, position=1, heading="Waiting lists").pk


def a_follow_up(cast: SimpleNamespace, meeting: UUID) -> UUID:
    """The member's."""
    return FollowUp.objects.create(meeting_id=meeting, what="Share the list", owner=cast.member).pk


def a_material(cast: SimpleNamespace, meeting: UUID) -> UUID:
    return Material.objects.create(
        meeting_id=meeting, title="Slides", url="https://example.org/slides", client_id=uuid4()
    ).pk


def a_recorded_meeting(cast: SimpleNamespace) -> UUID:
    meeting = a_meeting(cast)
    announce_recording(meeting=meeting, by=cast.specialist)
    return meeting.pk


def an_accommodation(cast: SimpleNamespace) -> UUID:
    return ask_for_accommodation(meeting=a_meeting(cast), by=cast.member, needs="ASL").pk


def a_scribe(cast: SimpleNamespace, meeting: UUID) -> UUID:
    a_section(cast, meeting)
    return cast.member.pk


def session_b(cast: SimpleNamespace) -> UUID:
    """Of a town meeting whose session A has an agenda."""
    first = Meeting.objects.get(pk=a_town(cast))
    an_item(cast, first.pk)
    return first.town_as_first.second_id


def of_meeting(method: str, name: str, thing: Callable, answer: Answer, data: Data = dict, **people: Answer) -> list:
    """An address of a thing of a town meeting, and of a group's session: for those who convene, and for `people`."""

    def path(meeting: Callable[[SimpleNamespace], UUID]) -> Callable[[SimpleNamespace], str]:
        def path(cast: SimpleNamespace) -> str:
            pk = meeting(cast)
            return reverse(name, args=[pk, thing(cast, pk)])

        return path

    town = these(ELIGIBLE, 403) | these(CONVENERS, answer) | people
    session = these(INSIDE, 403) | {"facilitator": answer} | people
    return [
        _row(method, path(town_meeting), data, 404, town),
        _row(method, path(a_session), data, 404, session),
    ]


def a_cancelled_meeting(cast: SimpleNamespace) -> UUID:
    return cancel_meeting(meeting=a_meeting(cast), by=cast.specialist).pk


def a_town(cast: SimpleNamespace) -> UUID:
    """Session A of a town meeting that is held twice."""
    first, second = a_meeting(cast), a_meeting(cast, title="Session B")
    pair_sessions(first=first.series, second=second.series, by=cast.specialist)
    return first.pk


def of_import(name: str, of: str) -> Callable[[SimpleNamespace], str]:
    """An address about somebody who waits to be matched, or (`of`) about their import."""

    def path(cast: SimpleNamespace) -> str:
        meeting = a_meeting(cast)
        imported = ReportImport.objects.create(meeting=meeting, room="zoom", digest="of the file")
        waits = Participant.objects.create(imported=imported, key="of a name", name="Roberta Guest")
        stay = {"source": "import", "from_at": meeting.starts_at, "until_at": meeting.ends_at}
        Attendance.objects.create(meeting=meeting, participant=waits, **stay)
        return reverse(f"meetings:{name}", args=[meeting.pk, getattr(waits, of)])

    return path


def a_series(cast: SimpleNamespace) -> UUID:
    return a_meeting(cast).series_id


def as_planned(**more: str) -> dict[str, str]:
    """What the form of a series sends."""
    usual = {"title": "Town Meeting", "audience": "eligible", "zone": "America/New_York", "pattern": "weekly"}
    first_on = (now() + timedelta(days=28)).date().isoformat()
    return {**usual, "every": "6", "first_on": first_on, "begins_at": "14:00", "minutes": "75", **more}


def moved_to(days: int) -> dict[str, str]:
    return {"on": (now() + timedelta(days=days)).date().isoformat(), "begins_at": "10:00", "minutes": "60"}


def convened(name: str, data: Data = dict, answer: Answer = 302, path=town_meeting) -> list[Row]:
    """Asked first, then done: by those who convene for the network; of a session by its facilitator."""
    return [
        get(named(name, path), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 200)),
        post(named(name, path), 404, data=data, **these(ELIGIBLE, 403) | these(CONVENERS, answer)),
    ]


def convened_in_space(name: str, data: Data = dict, answer: Answer = 302) -> list[Row]:
    return [
        get(named(name, a_session), 404, member=403, facilitator=200),
        post(named(name, a_session), 404, data=data, member=403, facilitator=answer),
    ]


def a_doubtful_mail(cast: SimpleNamespace) -> UUID:
    """A mail of an archive that waits for a decision."""
    archive, _ = Archive.objects.get_or_create(forum=cast.commons, digest="of the file")
    known = {"thread": uuid4(), "matched": False, "held": True, "left_out": 0}
    mail = ArchivedMail.objects.create(archive=archive, digest=uuid4().hex, **known)
    at, findings = now() - timedelta(days=3000), [["phone", 7, 19]]
    return DoubtfulMail.objects.create(mail=mail, seq=1, body="Call 612-555-0142", at=at, findings=findings).pk


def group(cast: SimpleNamespace) -> UUID:
    return cast.group.pk


def space_of_group(cast: SimpleNamespace) -> UUID:
    return cast.group.space_id


def elsewhere(cast: SimpleNamespace) -> UUID:
    """Another group, with the same facilitator."""
    return make_group("Sleep", facilitators=[cast.facilitator]).pk


def membership_of(person: str) -> Callable[[SimpleNamespace], UUID]:
    return lambda cast: cast.group.space.memberships.get(member=getattr(cast, person)).pk


def request_of(person: str) -> Callable[[SimpleNamespace], UUID]:
    """An open request of this person to join the group."""
    return lambda cast: actions.ask_to_join(group=cast.group, by=getattr(cast, person)).pk


def asked_by(person: str) -> Callable[[SimpleNamespace], UUID]:
    """The group, which this person has asked to join."""
    return lambda cast: actions.ask_to_join(group=cast.group, by=getattr(cast, person)).group_id


def invited(person: str) -> Callable[[SimpleNamespace], UUID]:
    """The group, into which this person is invited."""
    return lambda cast: (
        JoinRequest.objects.create(
            group=cast.group, member=getattr(cast, person), state=JoinRequest.State.INVITED
        ).group_id
    )


def glass_of(person: str) -> Callable[[SimpleNamespace], UUID]:
    """A break-glass that this person asked for."""
    return lambda cast: actions.ask_glass(group=cast.group, by=getattr(cast, person), reason="A report of harm.").pk


def opened_to(person: str) -> Callable[[SimpleNamespace], UUID]:
    """The group, opened to this person by a break-glass."""

    def group_of_glass(cast: SimpleNamespace) -> UUID:
        glass = actions.ask_glass(group=cast.group, by=getattr(cast, person), reason="A report of harm.")
        return actions.open_glass(glass=glass, by=cast.privacy_officer).group_id

    return group_of_glass


def file_in_group(content: bytes = b"An agenda.", name: str = "agenda.txt") -> Callable[[SimpleNamespace], UUID]:
    """A file that the member has put into the group."""

    def put(cast: SimpleNamespace) -> UUID:
        upload, space = SimpleUploadedFile(name, content), cast.group.space
        file = files.receive(space=space, upload=upload, by=cast.member, client_id=uuid4())
        files.attach(files=[file.pk], space=space, by=cast.member)
        return file.pk

    return put


def photo_of(person: str) -> Callable[[SimpleNamespace], str]:
    """The address of this person's photo."""

    def photo(cast: SimpleNamespace) -> str:
        member = getattr(cast, person)
        files.set_photo(member=member, upload=SimpleUploadedFile("me.png", picture("PNG")))
        return reverse("files:photo", args=[member.pk, member.photo_version])

    return photo


def page(name: str, *args: object, others: Answer = 200, **people: Answer) -> list[Row]:
    """A page for everyone who is signed in, unless people are named."""
    return [get(named(name, *args), others, **people)]


def inside(method: str, path: Callable[[SimpleNamespace], str], answer: Answer, *, data=None, **people) -> list[Row]:
    """An address within the group: not there for everyone who does not read it."""
    answers = these(INSIDE, answer) | people
    return [_row(method, path, data or {}, 404, answers)]


def chat(cast: SimpleNamespace) -> Thread:
    return cast.group.space.threads.get()


def said(cast: SimpleNamespace, who: str = "member") -> UUID:
    """The id of a message by this person, made where it is missing."""
    author = getattr(cast, who)
    client_id = uuid5(NOT_THERE, who)
    return write_post(thread=chat(cast), by=author, body="A thought", client_id=client_id).pk


def reported(cast: SimpleNamespace) -> UUID:
    """A message of the member's that the colleague reported."""
    post = Post.objects.get(pk=said(cast))
    flag_post(post=post, by=cast.colleague, reason="harms")
    return post.pk


def unnamed(cast: SimpleNamespace) -> UUID:
    """An answer in the commons that the outsider wrote without a name."""
    more = {"body": "I did.", "client_id": uuid5(NOT_THERE, "unnamed"), "unnamed": True}
    return write_post(thread=asked(cast), by=cast.outsider, **more).pk


def first_post(cast: SimpleNamespace) -> UUID:
    """A text of the outsider's that waits in the commons, which holds first posts."""
    thread = asked(cast)
    Forum.objects.filter(space=thread.space).update(hold_first=True)
    return write_post(thread=thread, by=cast.outsider, body="I did.", client_id=uuid5(NOT_THERE, "first")).pk


def decided(cast: SimpleNamespace) -> Decision:
    """What the facilitator decided about it: its author and those who moderate see it."""
    post = Post.objects.get(pk=reported(cast))
    return decide(post=post, by=cast.facilitator, outcome="hold", note="It names a town.")


def everyone(method: str, path: Callable[[SimpleNamespace], str], answer: Answer, *, data=None, **people) -> list[Row]:
    """An address within the commons: for all eligible members, and those who run the house."""
    answers = these(ELIGIBLE, answer) | people
    return [_row(method, path, data or {}, 404, answers)]


def sent(method: str, verb: str, answer: Answer, **more) -> list[Row]:
    """What is done about a first post that waits: for its author and those who moderate."""
    return everyone(method, lambda cast: f"/first-posts/{first_post(cast)}/{verb}", answer, **more)


def stop_link(cast: SimpleNamespace) -> str:
    """The link of one member that stops letters about the commons: it works for whoever has it, signed in or not."""
    return urlsplit(stopping.url(cast.member, f"space:{cast.commons.space_id}")).path


def calendar_of_member(cast: SimpleNamespace) -> str:
    """The address of one member's calendar."""
    return urlsplit(calendars.make_address(offer=calendars.offers(cast.member)[0], by=cast.member)).path


def feed_of_member(cast: SimpleNamespace) -> str:
    """The address of one member's feed."""
    hearing.make_feed(by=cast.member)
    return urlsplit(addresses.feed_url(cast.member)).path


def asked(cast: SimpleNamespace) -> Thread:
    """A question of the contact's in the commons, made where it is missing."""
    return start_thread(
        space=cast.commons.space,
        by=cast.contact,
        kind="question",
        title="What do you ask first?",
        body="In the first minutes.",
        client_id=uuid5(NOT_THERE, "asked"),
    )


def answered(cast: SimpleNamespace) -> UUID:
    """The id of a reply to it, by the outsider."""
    client_id = uuid5(NOT_THERE, "answered")
    return write_post(thread=asked(cast), by=cast.outsider, body="I would wait.", client_id=client_id).pk


NOWHERE = {"to": NOT_THERE, "into": NOT_THERE, "posts": [NOT_THERE]}
REASON = {"reason": "Somebody is in danger."}
HARMS = {"reason": "harms"}
KEEP = {"outcome": "keep"}
QUESTION = {
    "kind": "question",
    "title": "Who waits with them?",
    "body": "Before the interview.",
    "client_id": "11111111-1111-4111-8111-111111111112",
}
WORDS = {"body": "Another thought", "client_id": "11111111-1111-4111-8111-111111111111", "version": ""}
# Who belongs here and may not read any more, or not yet, is told why, with what they typed.
TOLD_WHY = {"lapsed": 409, "unsigned": 409}


def of_home(name: str) -> list[Row]:
    """A form of NCB staff about `home`: its people know the organisation, but may not; others do not know it."""
    people = these(("unsigned", *INSIDE, "contact", "specialist"), 403)
    return [get(named(name, lambda cast: cast.home.pk), 404, **people, **these(STAFF, 200))]


def of_basis(name: str) -> list[Row]:
    people = these(("unsigned", *INSIDE, "contact", "specialist"), 403)
    return [get(named(name, lambda cast: cast.home.bases.get().pk), 404, **people, **these(STAFF, 200))]


def role_of(name: str) -> Callable[[SimpleNamespace], int]:
    return lambda cast: getattr(cast, name).role_grants.get().pk


def invitation(cast: SimpleNamespace) -> UUID:
    return issue_invitation(email="new@example.org", organisation=cast.home, by=cast.contact)[0].pk


def application(cast: SimpleNamespace) -> UUID:
    return Application.objects.create(
        name="Nia New",
        email="nia.new@example.org",
        organisation=cast.home,
        token_hash="-",
        token_expires_at=now(),
        confirmed_at=now(),
    ).pk


EDITION = {"title": "Threads of Care", "slug": "2028", "zone": "America/New_York"} | {
    "first_on": "2028-04-05",
    "last_on": "2028-04-06",
}


def of_edition(name: str, answer: Answer, *args: object, data: Data | None = None) -> list[Row]:
    """An address of an edition for staff; others who see it are refused."""
    path = named(name, a_symposium, *args)
    asked_by = [get(path, 404, **these(ELIGIBLE, 403) | these(STAFF, 200))] if data is not None else []
    return [*asked_by, post(path, 404, data=data or {}, **these(ELIGIBLE, 403) | these(STAFF, answer))]


def for_staff(name: str) -> list[Row]:
    """A page of an edition for staff; others who see it are refused."""
    return [get(named(name, a_symposium), 404, **these(ELIGIBLE, 403) | these(STAFF, 200))]


def of_programme(name: str, *args: object) -> list[Row]:
    """A page of a released programme, for everyone who sees the edition."""
    return [get(named(name, a_programme, *args), 404, **these(ELIGIBLE, 200))]


def of_schedule(name: str, answer: Answer, *args: object, data: Data | None = None, path=a_schedule) -> list[Row]:
    """An address of the schedule, for staff; where it takes something it is a page of its own, too."""
    address = named(name, path, *args)
    asked_by = [get(address, 404, **these(ELIGIBLE, 403) | these(STAFF, 200))] if data is not None else []
    return [*asked_by, post(address, 404, data=data or {}, **these(ELIGIBLE, 403) | these(STAFF, answer))]


def of_track(name: str, answer: Answer, data: Data | None = None) -> list[Row]:
    def path(cast: SimpleNamespace) -> str:
        return reverse(name, args=a_track(cast))

    asked_by = [get(path, 404, **these(ELIGIBLE, 403) | these(STAFF, 200))] if data is not None else []
    return [*asked_by, post(path, 404, data=data or {}, **these(ELIGIBLE, 403) | these(STAFF, answer))]


def of_rule(name: str, answer: Answer, data: Data | None = None) -> list[Row]:
    """An address of a rule for CE credit, for staff."""

    def path(cast: SimpleNamespace) -> str:
        edition = an_edition(cast)
        rule = CreditRule.objects.create(
            edition=edition, profession="Nurses", minimum_minutes=45, statement="Invented."
        )
        return reverse(name, args=[edition.slug, rule.pk])

    asked_by = [get(path, 404, **these(ELIGIBLE, 403) | these(STAFF, 200))] if data is not None else []
    return [*asked_by, post(path, 404, data=data or {}, **these(ELIGIBLE, 403) | these(STAFF, answer))]


def a_certificate(cast: SimpleNamespace) -> Certificate:
    """The member's."""
    edition = an_edition(cast)
    says = {"title": edition.title, "first_on": edition.first_on, "last_on": edition.last_on, "held_as": "Online"}
    return Certificate.objects.create(
        edition=edition, member=cast.member, name="Mara", hours=4, sessions=[], signed_by="Nour Director", **says
    )


def a_symposium_session(cast: SimpleNamespace) -> str:
    """The address for evaluating one that is not held yet."""
    edition = an_edition(cast)
    talk = add_part(part=Format(edition=edition, name="Talk", kind="lightning", minutes=15), by=cast.staff)
    meeting = a_meeting(cast, by=cast.staff, pattern="once", audience="space", space=edition.space, by_choice=True)
    session = Session.objects.create(edition=edition, title="Sleep groups", format=talk, minutes=15, meeting=meeting)
    return reverse("symposium:evaluate_session", args=[edition.slug, session.pk])


def a_post_test(cast: SimpleNamespace) -> str:
    """The address for taking one whose recording is not published yet."""
    session = Session.objects.get(pk=a_symposium_session(cast).split("/")[-2])
    session.edition = Edition.objects.get(pk=session.edition_id)
    set_post_test(session=session, by=cast.staff, questions="Who?\n* We\n- They", percent=80, attempts=3)
    return reverse("symposium:take_test", args=[session.edition.slug, session.pk])


def an_announcement(cast: SimpleNamespace) -> str:
    """The address for taking it back."""
    edition = an_edition(cast)
    told = announce(edition=edition, by=cast.staff, text="Track B moves.", client_id=uuid4())
    return reverse("symposium:take_back", args=[edition.slug, told.pk])


A_POST_TEST = {"questions": "Who?\n* We\n- They", "percent": "80", "attempts": "3"}
TERMS = {"participation_minutes": "60", "held_as": "Live and online", "signed_by": "Nour Director"}
QUESTIONS = {"of_session": "It was good.", "overall": "All was good.", "closes_on": "2099-04-05"}
CALL = {"opens_on": "2027-01-10", "closes_on": "2027-01-31", "blind": "on"}
PHASE = {"name": "First look", "kind": "alone", "opens_on": "2027-02-01", "closes_on": "2027-02-15"}


def a_phase(cast: SimpleNamespace) -> ReviewPhase:
    return a_review(cast).reviewer.edition.phases.get()


def a_criterion(cast: SimpleNamespace) -> Criterion:
    return a_review(cast).reviewer.edition.criteria.get()


def a_reviewer(cast: SimpleNamespace) -> Reviewer:
    return a_review(cast).reviewer


TABLE: dict[str, list[Row]] = {
    # cop
    "home": page("home", nobody=200),
    "healthz": page("healthz", nobody=200),
    "readyz": page("readyz", nobody=200),
    "metrics": page("metrics", others=404, nobody=404),
    "favicon": page("favicon", others=302, nobody=302),
    "theme": [
        post(named("theme"), 302, data={"theme": "dark"}, nobody=302),
        post(named("theme"), 302, data={"theme": "dark", "next": "-1"}, nobody=302),
    ],
    "step_done": [post(named("step_done", "profile"), 302), post(named("step_done", "no-such-step"), 404)],
    "about": page("about", nobody=200),
    "accessibility": page("accessibility", nobody=200),
    "privacy": page("privacy", nobody=200),
    "style": page("style", others=404, nobody=404),
    # finding: everybody finds what they may read, be it nothing
    "finding:search": [get("/search/?q=thought", 200)],
    # signing in: django-allauth's pages
    "account_login": page("account_login", others=302, nobody=200),
    "account_logout": page("account_logout", nobody=302),
    "account_inactive": page("account_inactive", nobody=200),
    "account_signup": page("account_signup", others=302, nobody=200),
    "account_reauthenticate": page("account_reauthenticate", others=200),
    "account_email": page("account_email"),
    "account_email_verification_sent": page("account_email_verification_sent", others=302, nobody=302),
    "account_change_password": page("account_change_password"),
    "account_set_password": page("account_set_password", others=302),
    "account_reset_password": page("account_reset_password", nobody=200),
    "account_confirm_login_code": page("account_confirm_login_code", others=302, nobody=302),
    "account_confirm_password_reset_code": page("account_confirm_password_reset_code", others=302, nobody=302),
    "account_complete_password_reset": page("account_complete_password_reset", others=302, nobody=302),
    "account_password_reset_completed": page("account_password_reset_completed", nobody=200),
    "account_request_login_code": page("account_request_login_code", others=302, nobody=200),
    "mfa_index": page("mfa_index"),
    "mfa_authenticate": page("mfa_authenticate", others=302, nobody=302),
    "mfa_reauthenticate": page("mfa_reauthenticate", others=302),
    "mfa_activate_totp": page("mfa_activate_totp"),
    "mfa_deactivate_totp": page("mfa_deactivate_totp", others=404),
    "mfa_view_recovery_codes": page("mfa_view_recovery_codes", others=404),
    "mfa_generate_recovery_codes": page("mfa_generate_recovery_codes"),
    "mfa_download_recovery_codes": page("mfa_download_recovery_codes", others=404),
    "mfa_list_webauthn": page("mfa_list_webauthn"),
    "mfa_add_webauthn": page("mfa_add_webauthn"),
    "mfa_edit_webauthn": page("mfa_edit_webauthn", 1, others=404),
    "mfa_remove_webauthn": page("mfa_remove_webauthn", 1, others=404),
    "mfa_reauthenticate_webauthn": page("mfa_reauthenticate_webauthn", others=302),
    "mfa_login_webauthn": page("mfa_login_webauthn", others=302, nobody=302),
    # members: their own sign-in, and each other
    "members:security": page("members:security"),
    "members:sessions": page("members:sessions"),
    "members:end_session": [post(named("members:end_session", 0), 404)],
    "members:end_sessions": [post(named("members:end_sessions"), 302)],
    "members:fresh": page("members:fresh"),
    "members:session": page("members:session"),
    "members:session_stay": [post(named("members:session_stay"), 200)],
    "members:directory": page("members:directory", **these(NOT_ELIGIBLE, 403)),
    "members:person": [
        get(named("members:person", lambda cast: cast.colleague.pk), 404, **these(INSIDE, 200)),
        get(named("members:person", NOT_THERE), 404),
    ],
    "members:profile": page("members:profile"),
    "members:my_data": page("members:my_data"),
    "members:download_my_data": page("members:download_my_data"),
    "members:deactivate": page("members:deactivate"),
    # members: the ways in
    "members:apply": page("members:apply", nobody=200),
    "members:apply_sent": page("members:apply_sent", nobody=200),
    "members:apply_received": page("members:apply_received", nobody=200),
    "members:confirm": page("members:confirm", "no-token", others=410, nobody=410),
    "members:appeal": page("members:appeal", "no-token", others=410, nobody=410),
    "members:invitation": page("members:invitation", "no-token", others=410, nobody=410),
    # members: an organisation and its contact
    "members:organisation": [
        get(
            named("members:organisation", lambda cast: cast.home.pk),
            404,
            **these(("unsigned", *INSIDE, "contact", "specialist", *STAFF), 200),
        ),
        get(
            named("members:organisation", lambda cast: cast.gone.pk),
            404,
            lapsed=200,
            specialist=200,
            staff=200,
            admin=200,
        ),
    ],
    "members:invite": [
        get(
            named("members:invite", lambda cast: cast.home.pk),
            404,
            **these(("unsigned", *INSIDE, "specialist"), 403),
            **these(("contact", *STAFF), 200),
        ),
    ],
    "members:invitation_resend": [
        post(named("members:invitation_resend", invitation), 404, **these(("contact", *STAFF), 302)),
        get(named("members:invitation_resend", NOT_THERE), 405),
    ],
    "members:invitation_revoke": [
        post(named("members:invitation_revoke", invitation), 404, **these(("contact", *STAFF), 302)),
        get(named("members:invitation_revoke", NOT_THERE), 405),
    ],
    "members:application": [get(named("members:application", application), 404, **these(("contact", *STAFF), 200))],
    "members:application_approve": [
        post(named("members:application_approve", application), 404, contact=302, **these(STAFF, 422)),
    ],
    "members:application_refuse": [
        post(named("members:application_refuse", application), 404, **these(("contact", *STAFF), 422)),
    ],
    "members:affiliation_end": [
        get(
            named("members:affiliation_end", lambda cast: cast.member.affiliations.get().pk),
            404,
            **these(("unsigned", *INSIDE, "specialist"), 403),
            **these(("contact", *STAFF), 200),
        ),
    ],
    # members: the staff area
    "members:staff": page("members:staff", others=403, **these(OVERSIGHT, 200)),
    "members:applications": page("members:applications", others=403, **these(STAFF, 200)),
    "members:invitations": page("members:invitations", others=403, **these(STAFF, 200)),
    "members:staff_invite": page("members:staff_invite", others=403, **these(STAFF, 200)),
    "members:organisations": page("members:organisations", others=403, **these(("specialist", *STAFF), 200)),
    "members:organisation_add": page("members:organisation_add", others=403, **these(STAFF, 200)),
    "members:organisation_edit": of_home("members:organisation_edit"),
    "members:award_add": of_home("members:award_add"),
    "members:membership_add": of_home("members:membership_add"),
    "members:basis_edit": of_basis("members:basis_edit"),
    "members:basis_end": of_basis("members:basis_end"),
    "members:rules": page("members:rules", others=403, **these(STAFF, 200)),
    "members:rule_add": page("members:rule_add", others=403, **these(STAFF, 200)),
    "members:rule_edit": page(
        "members:rule_edit", lambda cast: EligibilityRule.objects.first().pk, others=403, **these(STAFF, 200)
    ),
    "members:lapses": page("members:lapses", others=403, **these(("specialist", *STAFF), 200)),
    "members:members": page("members:members", others=403, **these(STAFF, 200)),
    "members:member": page("members:member", lambda cast: cast.member.pk, others=403, **these(STAFF, 200)),
    "members:role_give": page("members:role_give", lambda cast: cast.member.pk, others=403, **these(STAFF, 200)),
    "members:affiliation_add": page(
        "members:affiliation_add", lambda cast: cast.member.pk, others=403, **these(STAFF, 200)
    ),
    "members:role_end": [
        get(named("members:role_end", role_of("facilitator")), 403, **these(STAFF, 200)),
        get(named("members:role_end", role_of("staff")), 403, admin=200),
    ],
    "members:member_deactivate": [
        get(named("members:member_deactivate", lambda cast: cast.member.pk), 403, **these(STAFF, 200)),
        get(named("members:member_deactivate", lambda cast: cast.staff.pk), 403, admin=200),
    ],
    "members:member_reactivate": [
        get(named("members:member_reactivate", lambda cast: cast.deactivated.pk), 403, **these(STAFF, 200)),
    ],
    "members:import": page("members:import", others=403, **these(STAFF, 200)),
    "members:import_confirm": [post(named("members:import_confirm"), 403, **these(STAFF, 302))],
    "members:export": [post(named("members:export"), 403, **these(STAFF, 200))],
    "members:trail": page("members:trail", others=403, admin=200, privacy_officer=200),
    # spaces
    "spaces:activities": [
        get(lambda cast: f"/spaces/{cast.group.space_id}/activities/?after=0", 404, **these(INSIDE, 200)),
        get(named("spaces:activities", NOT_THERE), 404),
    ],
    "spaces:read": [
        post(lambda cast: f"/spaces/{cast.group.space_id}/read/", 404, data={"seq": 0}, **these(INSIDE, 200)),
        post(named("spaces:read", NOT_THERE), 404, data={"seq": 0}),
    ],
    # groups: finding one, and getting in
    "groups:index": page("groups:index"),
    "groups:about": page("groups:about", group, lapsed=404, expert=404),
    "groups:ask": [
        # Who is in already is told so (422), who oversees groups never gets in.
        post(named("groups:ask", group), 302, lapsed=404, expert=404, **these(OVERSIGHT, 403), **these(BELONGING, 422)),
        post(named("groups:ask", NOT_THERE), 404),
    ],
    "groups:withdraw": [
        post(named("groups:withdraw", group), 404),
        post(named("groups:withdraw", asked_by("outsider")), 404, outsider=302),
    ],
    "groups:accept_invitation": [
        post(named("groups:accept_invitation", group), 404, **these(OVERSIGHT, 403)),
        post(named("groups:accept_invitation", invited("contact")), 404, contact=302, **these(OVERSIGHT, 403)),
    ],
    # groups: the room
    "groups:room": [
        get(named("groups:room", group), 404, unsigned=302, **these(INSIDE, 200)),
        get(named("groups:room", opened_to("admin")), 404, unsigned=302, admin=200, **these(INSIDE, 200)),
        get(named("groups:room", NOT_THERE), 404),
    ],
    "groups:threads": [
        get(named("groups:threads", group), 404, **these(INSIDE, 200), unsigned=302),
        get(named("groups:threads", opened_to("admin")), 404, **these(INSIDE, 200), unsigned=302, admin=200),
    ],
    "groups:sessions": [
        get(named("groups:sessions", group), 404, unsigned=302, **these(INSIDE, 200)),
        get(named("groups:sessions", opened_to("admin")), 404, unsigned=302, admin=200, **these(INSIDE, 200)),
    ],
    "groups:files": [get(named("groups:files", group), 404, unsigned=302, **these(INSIDE, 200))],
    "groups:search": [get(named("groups:search", group), 404, unsigned=302, **these(INSIDE, 200))],
    "groups:roster": [
        get(
            named("groups:roster", group),
            404,
            unsigned=302,
            **these(INSIDE, 200),
            **these(("staff", "admin", "specialist"), 200),
        )
    ],
    "groups:covenant": [
        get(named("groups:covenant", group), 404, unsigned=200, **these(INSIDE, 200)),
        post(named("groups:covenant", group), 404, data={"name": "Uma Unsigned"}, unsigned=302, **these(INSIDE, 422)),
    ],
    "groups:leave": [
        get(named("groups:leave", group), 404, lapsed=200, **these(BELONGING, 200)),
        post(named("groups:leave", group), 404, lapsed=302, **these(BELONGING, 302)),
    ],
    # groups: a facilitator's desk
    "groups:facilitate": [get(named("groups:facilitate", group), 404, member=403, facilitator=200)],
    "groups:keep_for": [get(named("groups:keep_for", group), 404, member=403, facilitator=200)],
    "groups:accept": [
        post(named("groups:accept", group, request_of("outsider")), 404, member=403, facilitator=302),
        post(named("groups:accept", elsewhere, request_of("outsider")), 404),
    ],
    "groups:decline": [
        get(named("groups:decline", group, request_of("outsider")), 404, member=403, facilitator=200),
        post(
            named("groups:decline", group, request_of("outsider")),
            404,
            data={"reason": "Full of physicians."},
            member=403,
            facilitator=302,
        ),
    ],
    "groups:mute": [
        get(named("groups:mute", group, membership_of("member")), 404, member=403, facilitator=200),
        post(
            named("groups:mute", group, membership_of("member")), 404, data={"hours": 24}, member=403, facilitator=302
        ),
    ],
    "groups:unmute": [post(named("groups:unmute", group, membership_of("member")), 404, member=403, facilitator=302)],
    "groups:remove": [
        get(named("groups:remove", group, membership_of("member")), 404, member=403, facilitator=200),
        post(
            named("groups:remove", group, membership_of("member")),
            404,
            data={"reason": "Broke the covenant."},
            member=403,
            facilitator=302,
        ),
    ],
    "groups:describe": [
        post(named("groups:describe", group), 404, data={"description": "New."}, member=403, facilitator=302)
    ],
    "groups:close": [
        get(named("groups:close", group), 404, member=403, facilitator=200, staff=200, admin=200),
        post(named("groups:close", group), 404, member=403, facilitator=302, staff=302, admin=302),
    ],
    "groups:reopen": [  # an open group: 409 is "it is open already"
        post(named("groups:reopen", group), 404, member=403, facilitator=409, staff=409, admin=409)
    ],
    # groups: oversight
    "groups:open": [
        get(named("groups:open"), 404, staff=200, admin=200),
        post(
            named("groups:open"),
            404,
            data={"topic": "Sleep", "fiscal_year": this_year(), "seats": 12},
            staff=302,
            admin=302,
        ),
    ],
    "groups:appoint": [get(named("groups:appoint", group), 404, staff=200, admin=200)],
    "groups:dismiss": [
        post(named("groups:dismiss", group, membership_of("facilitator")), 404, staff=302, admin=302),
    ],
    "groups:follow": [
        get(named("groups:follow", group), 404, staff=200, admin=200),
        post(named("groups:follow", group), 404, staff=302, admin=302),
    ],
    "groups:covenants": [
        get(named("groups:covenants"), 404, staff=200, admin=200),
        post(named("groups:covenants"), 404, data={"text": "New.", "publish": ""}, staff=302, admin=302),
    ],
    "groups:glass": [get(named("groups:glass"), 404, admin=200, privacy_officer=200)],
    "groups:glass_ask": [
        get(named("groups:glass_ask", group), 404, admin=200, privacy_officer=200),
        post(
            named("groups:glass_ask", group), 404, data={"reason": "A report of harm."}, admin=302, privacy_officer=302
        ),
    ],
    "groups:glass_consent": [
        post(named("groups:glass_consent", glass_of("admin")), 404, admin=403, privacy_officer=302)
    ],
    "groups:glass_refuse": [post(named("groups:glass_refuse", glass_of("admin")), 404, admin=403, privacy_officer=302)],
    "groups:glass_end": [post(named("groups:glass_end", glass_of("admin")), 404, admin=302, privacy_officer=302)],
    # discussions: a thread and a post of it are made by the table's own cast
    "discussions:write": [
        post(lambda cast: f"/threads/{chat(cast).pk}/posts/", 404, data=WORDS, **these(INSIDE, 303), **TOLD_WHY),
        post(named("discussions:write", NOT_THERE), 404, data=WORDS),
    ],
    "discussions:draft": inside("post", lambda cast: f"/threads/{chat(cast).pk}/draft/", 204, data={"body": "Half"}),
    "discussions:index": page("discussions:index", others=302, lapsed=200, expert=200),
    "discussions:forums": page("discussions:forums", others=403, **these(STAFF, 200)),
    "discussions:open_forum": [
        get(named("discussions:open_forum"), 403, **these(STAFF, 200)),
        post(
            named("discussions:open_forum"),
            403,
            data={"name": "Research", "slug": "research", "unnamed": "no"},
            **these(STAFF, 302),
        ),
    ],
    "discussions:change_forum": [
        get(named("discussions:change_forum", lambda cast: cast.commons.pk), 403, **these(STAFF, 200)),
        post(
            named("discussions:change_forum", lambda cast: cast.commons.pk),
            403,
            data={"name": "Commons", "unnamed": "no", "topics": "Law"},
            **these(STAFF, 302),
        ),
    ],
    "discussions:forum": [
        *everyone("get", lambda cast: "/discussions/commons/", 200),
        get("/discussions/nowhere/", 404),
    ],
    "discussions:thread": [
        *everyone("get", lambda cast: f"/threads/{asked(cast).pk}/", 200),
        *inside("get", lambda cast: f"/threads/{chat(cast).pk}/", 302),
        get(named("discussions:thread", NOT_THERE), 404),
    ],
    "discussions:start": [
        *everyone("get", lambda cast: f"/spaces/{cast.commons.space_id}/threads/new/", 200),
        *everyone("post", lambda cast: f"/spaces/{cast.commons.space_id}/threads/new/", 302, data=QUESTION),
        *inside("post", lambda cast: f"/spaces/{cast.group.space_id}/threads/new/", 302, data=QUESTION),
    ],
    "discussions:start_draft": everyone("post", lambda cast: f"/spaces/{cast.commons.space_id}/threads/draft/", 204),
    "discussions:similar": everyone("get", lambda cast: f"/spaces/{cast.commons.space_id}/threads/similar/", 200),
    "discussions:read_all": [
        *everyone("post", lambda cast: f"/spaces/{cast.commons.space_id}/threads/read/", 302),
        *inside("post", lambda cast: f"/spaces/{cast.group.space_id}/threads/read/", 302),
    ],
    "discussions:unread": everyone("post", lambda cast: f"/spaces/{cast.commons.space_id}/threads/unread/", 302),
    "discussions:thread_edit": [
        *everyone("get", lambda cast: f"/threads/{asked(cast).pk}/edit/", 403, contact=200, **these(STAFF, 200)),
        *everyone("post", lambda cast: f"/threads/{asked(cast).pk}/edit/", 403, contact=422, **these(STAFF, 422)),
    ],
    "discussions:thread_read": everyone("post", lambda cast: f"/threads/{asked(cast).pk}/read/", 204, data={"seq": 1}),
    "discussions:poll": everyone("get", lambda cast: f"/threads/{polled(cast)}/poll/", 200),
    "discussions:poll_vote": everyone(
        "post", lambda cast: f"/threads/{polled(cast)}/poll/vote/", 302, data={"answer": "0"}
    ),
    "discussions:poll_edit": [
        *everyone("get", lambda cast: f"/threads/{asked(cast).pk}/poll/edit/", 403, contact=200, **these(STAFF, 200)),
        *everyone("post", lambda cast: f"/threads/{asked(cast).pk}/poll/edit/", 403, contact=422, **these(STAFF, 422)),
    ],
    "discussions:poll_close": everyone(
        "post", lambda cast: f"/threads/{polled(cast)}/poll/close/", 403, contact=302, **these(STAFF, 302)
    ),
    "discussions:poll_take_away": everyone(
        "post", lambda cast: f"/threads/{polled(cast)}/poll/take-away/", 403, contact=302, **these(STAFF, 302)
    ),
    "discussions:thread_pin": everyone(
        "post", lambda cast: f"/threads/{asked(cast).pk}/pin/", 403, **these(STAFF, 302)
    ),
    "discussions:thread_unpin": everyone(
        "post", lambda cast: f"/threads/{asked(cast).pk}/unpin/", 403, **these(STAFF, 302)
    ),
    "discussions:thread_move": [
        *everyone("get", lambda cast: f"/threads/{asked(cast).pk}/move/", 403, **these(STAFF, 200)),
        *everyone("post", lambda cast: f"/threads/{asked(cast).pk}/move/", 403, data=NOWHERE, **these(STAFF, 422)),
    ],
    "discussions:thread_merge": [
        *everyone("get", lambda cast: f"/threads/{asked(cast).pk}/merge/", 403, **these(STAFF, 200)),
        *everyone("post", lambda cast: f"/threads/{asked(cast).pk}/merge/", 403, data=NOWHERE, **these(STAFF, 422)),
    ],
    "discussions:thread_split": [
        *everyone("get", lambda cast: f"/threads/{asked(cast).pk}/split/", 403, **these(STAFF, 200)),
        *everyone("post", lambda cast: f"/threads/{asked(cast).pk}/split/", 403, data=NOWHERE, **these(STAFF, 422)),
    ],
    "discussions:follow": everyone("post", lambda cast: f"/threads/{asked(cast).pk}/follow/", 302),
    "discussions:mute": everyone("post", lambda cast: f"/threads/{asked(cast).pk}/mute/", 302),
    "discussions:hear": everyone("post", lambda cast: f"/threads/{asked(cast).pk}/hear/", 302),
    "discussions:accept": everyone(
        "post", lambda cast: f"/posts/{answered(cast)}/accept/", 403, contact=303, **these(STAFF, 303)
    ),
    "discussions:unaccept": everyone(
        "post", lambda cast: f"/threads/{asked(cast).pk}/unaccept/", 403, contact=302, **these(STAFF, 302)
    ),
    "discussions:foot": inside("get", lambda cast: f"/threads/{chat(cast).pk}/foot/", 200),
    "discussions:close": inside("post", lambda cast: f"/threads/{chat(cast).pk}/close/", 403, facilitator=302),
    "discussions:reopen": inside("post", lambda cast: f"/threads/{chat(cast).pk}/reopen/", 403, facilitator=302),
    "discussions:post": inside("get", lambda cast: f"/posts/{said(cast)}/", 302),
    "discussions:tools": inside("get", lambda cast: f"/posts/{said(cast)}/tools/", 200),
    "discussions:edit": [
        *inside("get", lambda cast: f"/posts/{said(cast)}/edit/", 403, member=200),
        *inside("post", lambda cast: f"/posts/{said(cast)}/edit/", 403, member=303, data=WORDS),
    ],
    "discussions:remove": [
        *inside("get", lambda cast: f"/posts/{said(cast)}/remove/", 200),
        *inside("get", lambda cast: f"/posts/{said(cast, 'facilitator')}/remove/", 200, member=403),
    ],
    "discussions:history": inside("get", lambda cast: f"/posts/{said(cast, 'facilitator')}/history/", 200, member=403),
    "discussions:react": [
        *inside("get", lambda cast: f"/posts/{said(cast)}/react/", 200),
        *inside("post", lambda cast: f"/posts/{said(cast)}/react/", 303, data={"sign": "seen"}),
    ],
    "discussions:flag": [
        *inside("get", lambda cast: f"/posts/{said(cast)}/flag/", 200, member=403),
        *inside("post", lambda cast: f"/posts/{said(cast)}/flag/", 302, data=HARMS, member=403),
        *everyone("get", lambda cast: f"/posts/{asked(cast).opening_id}/flag/", 200, contact=403),
    ],
    "discussions:reveal": [
        *everyone("get", lambda cast: f"/posts/{unnamed(cast)}/reveal/", 403, **these(STAFF, 200)),
        *everyone("post", lambda cast: f"/posts/{unnamed(cast)}/reveal/", 403, data=REASON, **these(STAFF, 200)),
        *inside("get", lambda cast: f"/posts/{said(cast)}/reveal/", 403),
    ],
    "discussions:moderation": [
        *inside("get", lambda cast: f"/spaces/{cast.group.space_id}/moderation/", 403, facilitator=200),
        *everyone("get", lambda cast: f"/spaces/{cast.commons.space_id}/moderation/", 403, **these(STAFF, 200)),
    ],
    "discussions:decide": [
        *inside("get", lambda cast: f"/posts/{reported(cast)}/decide/", 403, facilitator=200),
        *inside("post", lambda cast: f"/posts/{reported(cast)}/decide/", 403, data=KEEP, facilitator=302),
        *inside("get", lambda cast: f"/posts/{said(cast, 'facilitator')}/decide/", 403),
    ],
    "discussions:decision": inside("get", lambda cast: f"/decisions/{decided(cast).pk}/", 200),
    "discussions:undo": inside("post", lambda cast: f"/decisions/{decided(cast).pk}/undo/", 403, facilitator=302),
    "discussions:first_post": sent("get", "", 404, outsider=200, **these(STAFF, 200)),
    "discussions:first_post_decide": [
        *sent("get", "decide/", 404, outsider=403, **these(STAFF, 302)),
        *sent("post", "decide/", 404, data={"outcome": "release"}, outsider=403, **these(STAFF, 302)),
    ],
    "discussions:first_post_undo": sent("post", "undo/", 404, outsider=403, **these(STAFF, 302)),
    "discussions:first_post_back": sent("post", "back/", 404, outsider=302, **these(STAFF, 403)),
    "discussions:pin": inside("post", lambda cast: f"/posts/{said(cast)}/pin/", 403, facilitator=303),
    "discussions:unpin": inside("post", lambda cast: f"/posts/{said(cast)}/unpin/", 403, facilitator=303),
    "discussions:bookmark": inside("post", lambda cast: f"/posts/{said(cast)}/bookmark/", 303),
    "discussions:unbookmark": inside("post", lambda cast: f"/posts/{said(cast)}/unbookmark/", 303),
    "discussions:replies": inside("get", lambda cast: f"/posts/{said(cast)}/replies/", 302),
    "discussions:bookmarks": page("discussions:bookmarks"),
    "discussions:mentionable": inside("get", lambda cast: f"/spaces/{cast.group.space_id}/mentionable/", 200),
    # files
    "files:upload": [
        post(
            named("files:upload", space_of_group),
            404,
            data=lambda: {"file": SimpleUploadedFile("agenda.txt", b"An agenda."), "client_id": uuid4()},
            **these(INSIDE, 201),
        ),
        post(named("files:upload", NOT_THERE), 404),
    ],
    "files:file": [
        get(named("files:file", file_in_group()), 404, **these(INSIDE, 200)),
        get(named("files:file", NOT_THERE), 404),
    ],
    "files:preview": [get(named("files:preview", file_in_group()), 404, **these(INSIDE, 200))],
    "files:text": [get(named("files:text", file_in_group()), 404, **these(INSIDE, 200))],
    "files:page": [get(named("files:page", file_in_group(PDF_PAGE, "page.pdf"), 1), 404, **these(INSIDE, 200))],
    "files:thumbnail": [
        get(named("files:thumbnail", file_in_group(picture("PNG"), "sign.png")), 404, **these(INSIDE, 200))
    ],
    "files:replace": [
        get(named("files:replace", file_in_group()), 404, **these(INSIDE, 200)),
        post(named("files:replace", file_in_group()), 404, **these(INSIDE, 422)),
    ],
    "files:remove": [
        get(named("files:remove", file_in_group()), 404, **these(INSIDE, 200)),
        post(named("files:remove", file_in_group()), 404, **these(INSIDE, 302)),
    ],
    "files:photo": [get(photo_of("member"), 404, **these(INSIDE, 200))],
    "files:own_photo": page("files:own_photo"),
    # notifications
    "notifications:inbox": page("notifications:inbox"),
    "notifications:read_all": [post(named("notifications:read_all"), 302)],
    "notifications:open": [post(named("notifications:open", NOT_THERE), 404)],
    "notifications:settings": [
        *page("notifications:settings"),
        post(named("notifications:settings"), 422, data={"hour": "25", "weekday": 0}),
    ],
    "notifications:try_again": [post(named("notifications:try_again"), 302)],
    "notifications:revoke_replies": [post(named("notifications:revoke_replies"), 302)],
    "notifications:make_feed": [post(named("notifications:make_feed"), 302)],
    "notifications:end_feed": [post(named("notifications:end_feed"), 302)],
    "notifications:feed": [
        get(named("notifications:feed", "made-up"), 404, nobody=404),
        get(feed_of_member, 200, nobody=200),  # whoever has its address
    ],
    "notifications:turn_on_pushes": [post(named("notifications:turn_on_pushes"), 302)],
    "notifications:try_pushes": [post(named("notifications:try_pushes"), 302)],
    "notifications:turn_off_pushes": [post(named("notifications:turn_off_pushes", pushed), 404, member=302)],
    "notifications:push_worker": [get(named("notifications:push_worker"), 200, nobody=200)],
    "notifications:why": [
        *inside("get", lambda cast: f"/notifications/why/{said(cast)}/", 200),
        *everyone("get", lambda cast: f"/notifications/why/{asked(cast).opening_id}/", 200),
    ],
    "notifications:stop": [
        get(named("notifications:stop", "made-up"), 404, nobody=404),
        get(stop_link, 200, nobody=200),
        post(stop_link, 200, nobody=200),
    ],
    "notifications:refused": page("notifications:refused", others=403, **these(STAFF, 200)),
    # symposium
    "symposium:index": page("symposium:index"),
    "symposium:open": [
        get(named("symposium:open"), 403, **these(STAFF, 200)),
        post(named("symposium:open"), 403, data=EDITION, **these(STAFF, 302)),
    ],
    "symposium:edition": [get(named("symposium:edition", a_symposium), 404, **these(ELIGIBLE, 200))],
    "symposium:organise": for_staff("symposium:organise"),
    "symposium:change": of_edition("symposium:change", 302, data=EDITION),
    "symposium:publish": of_edition("symposium:publish", 302),
    "symposium:parts": [get(named("symposium:parts", a_symposium), 404, **these(ELIGIBLE, 403) | these(STAFF, 200))],
    "symposium:add_part": of_edition("symposium:add_part", 302, "tracks", data={"name": "Legal"}),
    "symposium:part": of_track("symposium:part", 302, data={"name": "Leadership"}),
    "symposium:remove_part": of_track("symposium:remove_part", 302),
    "symposium:verify": [
        get(named("symposium:verify", lambda cast: a_certificate(cast).serial), 200, nobody=200),
        get(named("symposium:verify", "AAAA-AAAA-AAAA"), 404, nobody=404),
    ],
    "symposium:certificate": [
        get(named("symposium:certificate", lambda cast: a_certificate(cast).pk), 404, **these(("member", *STAFF), 200))
    ],
    "symposium:revoke": [
        get(named("symposium:revoke", lambda cast: a_certificate(cast).pk), 404, **these(STAFF, 200)),
        post(
            named("symposium:revoke", lambda cast: a_certificate(cast).pk),
            404,
            data={"reason": "Another Mara."},
            **these(STAFF, 302),
        ),
    ],
    "symposium:reissue": [
        post(named("symposium:reissue", lambda cast: a_certificate(cast).pk), 404, **these(STAFF, 302))
    ],
    "symposium:copy": of_edition("symposium:copy", 302, data=EDITION),
    "symposium:archive": [get(named("symposium:archive", a_symposium), 404, **these(ELIGIBLE, 200))],
    "symposium:report": [
        get(named("symposium:report", a_symposium), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 200))
    ],
    "symposium:export_report": [
        post(named("symposium:export_report", a_symposium), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 200))
    ],
    "symposium:lobby": [
        get(named("symposium:lobby", a_symposium), 404, **these(STAFF, 200)),
        post(named("symposium:lobby", a_symposium), 404, **these(STAFF, 422)),
    ],
    "symposium:on_now": [get(named("symposium:on_now", a_symposium), 404, **these(STAFF, 200))],
    "symposium:quiet": [get(named("symposium:quiet", a_symposium), 404, **these(STAFF, 200))],
    "symposium:set_lobby": of_edition("symposium:set_lobby", 302, data={"help_text": "Ask Nour."}),
    "symposium:take_back": [post(an_announcement, 404, **these(ELIGIBLE, 403) | these(STAFF, 302))],
    "symposium:posters": [get(named("symposium:posters", a_symposium), 404, **these(STAFF, 200))],
    "symposium:poster": [
        get(named("symposium:poster", a_poster, SESSION), 404, **these(("member", *STAFF), 200)),
        get(named("symposium:poster", a_programme, SESSION), 404),
    ],
    "symposium:tables": [
        get(named("symposium:tables", a_symposium), 404, **these(STAFF, 200)),
        post(named("symposium:tables", a_symposium), 404, **these(STAFF, 422)),
        post(named("symposium:tables", a_programme), 404, member=403, **these(STAFF, 422)),
    ],
    "symposium:keep_seat": [post(named("symposium:keep_seat", a_symposium), 404, **these(STAFF, 409))],
    "symposium:stand_up": [post(named("symposium:stand_up", a_symposium), 404, **these(STAFF, 302))],
    "symposium:sit_down": [post(at_a_table("sit_down"), 404, **these(("member", *STAFF), 302))],
    "symposium:table_video": [get(at_a_table("table_video"), 404, **these(("member", *STAFF), 302))],
    "symposium:close_table": [post(at_a_table("close_table"), 404, **these(ELIGIBLE, 403) | these(STAFF, 302))],
    "symposium:my_certificates": [
        get(named("symposium:my_certificates", a_symposium), 404, **these(ELIGIBLE, 200)),
        post(named("symposium:my_certificates", a_symposium), 404, data={"name": "Mara, LCSW"}, **these(ELIGIBLE, 302)),
    ],
    "symposium:evaluate": [
        get(named("symposium:evaluate", a_symposium), 404, **these(ELIGIBLE, 200)),
        post(named("symposium:evaluate", a_symposium), 404, **these(ELIGIBLE, 422)),
    ],
    "symposium:evaluate_session": [
        get(a_symposium_session, 404, **these(ELIGIBLE, 200)),
        post(a_symposium_session, 404, **these(ELIGIBLE, 422)),
    ],
    "symposium:evaluations": for_staff("symposium:evaluations"),
    "symposium:export_evaluations": of_edition("symposium:export_evaluations", 200),
    "symposium:questionnaire": of_edition("symposium:questionnaire", 302, data=QUESTIONS),
    "symposium:credit": for_staff("symposium:credit"),
    "symposium:terms": of_edition("symposium:terms", 302, data=TERMS),
    "symposium:issue": of_edition("symposium:issue", 302),
    "symposium:run": for_staff("symposium:run"),
    "symposium:credit_people": for_staff("symposium:credit_people"),
    "symposium:export_people": of_edition("symposium:export_people", 200),
    "symposium:post_tests": for_staff("symposium:post_tests"),
    "symposium:post_test": of_schedule("symposium:post_test", 302, SESSION, data=A_POST_TEST),
    "symposium:take_test": [
        get(a_post_test, 404, **these(ELIGIBLE, 200)),
        post(a_post_test, 404, **these(ELIGIBLE, 422)),
    ],
    "symposium:add_rule": of_edition("symposium:add_rule", 422, data={"profession": "Nurses"}),
    "symposium:credit_rule": of_rule("symposium:credit_rule", 422, data={"profession": "Nurses"}),
    "symposium:remove_rule": of_rule("symposium:remove_rule", 302),
    "symposium:call": [get(named("symposium:call", a_call), 404, **these(ELIGIBLE, 200))],
    "symposium:call_settings": set_up("call_settings", 302, CALL),
    "symposium:add_call_question": set_up("add_call_question", 302, {"label": "Which?", "kind": "text"}),
    "symposium:call_question": set_up(
        "", 302, {"label": "Which?", "kind": "text"}, on_call("call_question", a_call_question)
    ),
    "symposium:remove_call_question": set_up("", 302, path=on_call("remove_call_question", a_call_question)),
    "symposium:grace_link": set_up("grace_link", 200, {"until": "2029-01-31"}),
    "symposium:come_late": [
        get(a_grace_link, 404, **these(ELIGIBLE, 200)),
        post(a_grace_link, 404, **these(ELIGIBLE, 302)),
    ],
    "symposium:propose": [post(named("symposium:propose", a_call), 404, **these(ELIGIBLE, 302))],
    "symposium:present": [
        get(to_present, 200),
        post(to_present, 302, data={"yes": "1"}, member=422),
    ],
    "symposium:proposal": [
        get(on_call("proposal", a_proposal), 404, **these(("member", *STAFF), 200)),
        get(on_call("proposal", a_draft), 404, member=200),
    ],
    "symposium:write_proposal": own_proposal("write_proposal", 302, {"keep": "1"}, a_draft),
    "symposium:keep_proposal": own_proposal("keep_proposal", 204, thing=a_draft),
    "symposium:withdraw_proposal": own_proposal("withdraw_proposal", 302, {}),
    "symposium:invite_presenter": own_proposal("invite_presenter", 302, {"email": "pat@example.org"}),
    "symposium:leave_presenter_out": [post(without_presenter, 404, member=302)],
    "symposium:proposals": [get(named("symposium:proposals", a_call), 404, **these(ELIGIBLE, 403) | these(STAFF, 200))],
    "symposium:export_proposals": set_up("export_proposals", 200),
    "symposium:decide_proposals": set_up("decide_proposals", 302),
    "symposium:tell_decisions": set_up("tell_decisions", 302, {}),
    "symposium:feedback": set_up("", 302, {"feedback": "Thank you."}, on_call("feedback", a_proposal)),
    "symposium:reviewing": [get(named("symposium:reviewing", a_call), 404, **these(ELIGIBLE, 403) | these(STAFF, 200))],
    "symposium:add_phase": set_up("add_phase", 302, PHASE),
    "symposium:add_criterion": set_up("add_criterion", 302, {"name": "Need", "weight": "2"}),
    "symposium:name_reviewer": set_up("name_reviewer", 302, {"email": "olive.outsider@example.org"}),
    "symposium:remove_phase": set_up("", 302, path=on_call("remove_phase", a_phase)),
    "symposium:remove_criterion": set_up("", 302, path=on_call("remove_criterion", a_criterion)),
    "symposium:unname_reviewer": set_up("", 302, path=on_call("unname_reviewer", a_reviewer)),
    "symposium:assign": set_up("assign", 302, path=named("symposium:assign", lambda cast: a_review(cast) and "2027")),
    "symposium:desk": [get(named("symposium:desk", lambda cast: a_review(cast) and "2027"), 404, outsider=200)],
    "symposium:review": of_review("review", 422, {}),
    "symposium:step_aside": of_review("step_aside", 302, {}),
    "symposium:say_to_reviewers": of_review("say_to_reviewers", 302, {"text": "I agree."})[1:],
    "symposium:programme": of_programme("symposium:programme"),
    "symposium:changes": of_programme("symposium:changes"),
    "symposium:session": of_programme("symposium:session", SESSION),
    "symposium:agenda": of_programme("symposium:agenda"),
    "symposium:speaker": of_programme("symposium:speaker", lambda cast: cast.member.pk),
    "symposium:choose": [  # who is not admitted is told why not; who speaks is admitted
        post(
            named("symposium:choose", a_programme),
            404,
            data={"choose": str(SESSION)},
            **these(ELIGIBLE, 409) | these(("member", *STAFF), 302),
        )
    ],
    "symposium:schedule": [
        get(named("symposium:schedule", a_schedule), 404, **these(ELIGIBLE, 403) | these(STAFF, 200))
    ],
    "symposium:programme_settings": of_schedule(
        "symposium:programme_settings",
        302,
        data={"day_begins_at": "10:00", "day_ends_at": "15:00", "break_minutes": "10"},
    ),
    "symposium:release": of_schedule("symposium:release", 302, data={"number": "1"}),
    "symposium:add_session": of_schedule(
        "symposium:add_session", 302, data={"title": "Fee waivers", "format": str(FORMAT), "minutes": "30"}
    ),
    "symposium:change_session": of_schedule(
        "symposium:change_session", 302, SESSION, data={"title": "Sleep", "format": str(FORMAT), "minutes": "30"}
    ),
    "symposium:place": of_schedule("symposium:place", 302, SESSION, data=a_place),
    "symposium:video": of_schedule("symposium:video", 302, SESSION, data={"room_url": ""}, path=a_programme),
    "symposium:take_out": of_schedule("symposium:take_out", 302, SESSION),
    "symposium:cancel_session": of_schedule("symposium:cancel_session", 302, SESSION),
    "symposium:speakers": [
        get(named("symposium:speakers", a_schedule), 404, **these(ELIGIBLE, 403) | these(STAFF, 200))
    ],
    "symposium:offer_tech_checks": of_schedule(
        "symposium:offer_tech_checks",
        302,
        data=lambda: {"on": str((now() + timedelta(days=9)).date()), "at": "10:00", "minutes": "15", "number": "2"},
    ),
    "symposium:withdraw_tech_check": of_schedule("symposium:withdraw_tech_check", 302, CHECK),
    "symposium:speaking": [get(named("symposium:speaking", a_schedule), 404, **SPEAKING | {"member": 200})],
    "symposium:confirm_speaking": [
        post(named("symposium:confirm_speaking", a_schedule), 404, **SPEAKING | {"member": 302})
    ],
    "symposium:bio": [
        get(named("symposium:bio", a_schedule), 404, **SPEAKING | {"member": 200}),
        post(named("symposium:bio", a_schedule), 404, data={"bio": "A therapist."}, **SPEAKING | {"member": 302}),
    ],
    "symposium:take_tech_check": [
        post(named("symposium:take_tech_check", a_schedule, CHECK), 404, **SPEAKING | {"member": 302})
    ],
    "symposium:leave_tech_check": [
        post(named("symposium:leave_tech_check", a_schedule), 404, **SPEAKING | {"member": 302})
    ],
    "symposium:hold_session": of_schedule("symposium:hold_session", 302, SESSION, path=a_cancelled_session),
    "symposium:registration": [
        get(registering("symposium:registration"), 404, **these(ELIGIBLE, 200)),
        post(registering("symposium:registration"), 404, **these(ELIGIBLE, 302)),
    ],
    "symposium:change_registration": [
        get(registered("symposium:change_registration"), 404, member=200),
        post(registered("symposium:change_registration"), 404, member=302),
    ],
    "symposium:take_offer": [post(registered("symposium:take_offer", **OFFERED), 404, member=302)],
    "symposium:cancel_registration": [
        get(registered("symposium:cancel_registration"), 404, member=200),
        post(registered("symposium:cancel_registration"), 404, member=302),
    ],
    "symposium:colleagues": [
        get(registering("symposium:colleagues"), 404, **these(ELIGIBLE, 403) | {"contact": 200}),
        post(registering("symposium:colleagues"), 404, **these(ELIGIBLE, 403) | {"contact": 422}),
    ],
    "symposium:guest": [
        get(guest_link, 403, nobody=200),
        post(guest_link, 403, nobody=422),
        get(registering("symposium:guest", "no-such-link"), 410, nobody=410),
    ],
    "symposium:registered": [staff_only(registered("symposium:registered"), "get", 200)],
    "symposium:export_registrations": [staff_only(registered("symposium:export_registrations"), "post", 200)],
    "symposium:needs": [staff_only(registered("symposium:needs"), "get", 200)],
    "symposium:export_needs": [staff_only(registered("symposium:export_needs"), "post", 200)],
    "symposium:set_up_registration": [
        staff_only(named("symposium:set_up_registration", a_symposium), "get", 200),
        staff_only(
            named("symposium:set_up_registration", a_symposium),
            "post",
            302,
            lambda: {"opens_on": now().date(), "offer_hours": "48"},
        ),
    ],
    "symposium:invite_guest": [
        staff_only(registering("symposium:invite_guest"), "get", 200),
        staff_only(registering("symposium:invite_guest"), "post", 422),
    ],
    "symposium:withdraw_guest": [staff_only(an_open_pass, "post", 302)],
    "symposium:add_category": [
        staff_only(registering("symposium:add_category"), "get", 200),
        staff_only(registering("symposium:add_category"), "post", 302, {"name": "Press", "opened_by": "invitation"}),
    ],
    "symposium:change_category": [
        staff_only(a_category, "get", 200),
        staff_only(a_category, "post", 302, {"name": "Programmes"}),
    ],
    "symposium:move_up": [
        staff_only(registered("symposium:move_up", pk=True, **WAITING), "get", 200),
        staff_only(registered("symposium:move_up", pk=True, **WAITING), "post", 302, {"reason": "She chairs."}),
    ],
    "symposium:cancel_for": [
        staff_only(registered("symposium:cancel_for", pk=True), "get", 200),
        staff_only(registered("symposium:cancel_for", pk=True), "post", 302, {"reason": "They rang."}),
    ],
    "symposium:workshops": [get(in_workshop("symposium:workshops"), 404, **these(ELIGIBLE, 200))],
    "symposium:seats": [
        staff_only(in_workshop("symposium:seats"), "get", 200),
        staff_only(in_workshop("symposium:seats"), "post", 302, {"seats": "20", "offer_hours": "24"}),
    ],
    "symposium:take_seat": [
        post(in_workshop("symposium:take_seat"), 404, **these(ELIGIBLE, 409) | {"member": 302}),
    ],
    "symposium:take_offered_seat": [
        post(in_workshop("symposium:take_offered_seat", takes=True, **OFFERED), 404, member=302),
    ],
    "symposium:give_seat_up": [post(in_workshop("symposium:give_seat_up", takes=True), 404, member=302)],
    # meetings
    "meetings:index": page("meetings:index"),
    "meetings:past": page("meetings:past"),
    "meetings:this_month": page("meetings:this_month"),
    "meetings:month": [*page("meetings:month", "2026-03"), get(named("meetings:month", "2026-13"), 404)],
    "meetings:this_week": page("meetings:this_week"),
    "meetings:week": [*page("meetings:week", "2026-03-09"), get(named("meetings:week", "0001-01-01"), 404)],
    "meetings:plan": [
        get(named("meetings:plan"), 403, **these(CONVENERS, 200)),
        post(named("meetings:plan"), 403, **these(CONVENERS, 422)),
        post(named("meetings:plan"), 403, data=as_planned, **these(CONVENERS, 200)),
        post(named("meetings:plan"), 403, data=lambda: as_planned(save=""), **these(CONVENERS, 302)),
    ],
    "meetings:plan_in_space": [
        get(named("meetings:plan_in_space", space_of_group), 404, member=403, facilitator=200),
        get(named("meetings:plan_in_space", lambda cast: cast.commons.space_id), 404),
        get(named("meetings:plan_in_space", NOT_THERE), 404),
        post(
            named("meetings:plan_in_space", space_of_group),
            404,
            data=lambda: as_planned(save=""),
            member=403,
            facilitator=302,
        ),
    ],
    "meetings:calendars": page("meetings:calendars"),
    "meetings:make_calendar": [
        post(named("meetings:make_calendar"), 200, data={"key": "all"}),
        post(named("meetings:make_calendar"), 404, data=lambda: {"key": NOT_THERE}),
    ],
    "meetings:end_calendar": [post(named("meetings:end_calendar"), 302, data={"key": "town"})],
    "meetings:feed": [
        get(named("meetings:feed", "made-up"), 404, nobody=404),
        get(calendar_of_member, 200, nobody=200),  # whoever has its address
    ],
    "meetings:ics": [
        *everyone("get", named("meetings:ics", town_meeting), 200),
        *inside("get", named("meetings:ics", a_session), 200),
    ],
    "meetings:series": everyone("get", named("meetings:series", a_series), 200),
    "meetings:meeting": [
        *everyone("get", named("meetings:meeting", town_meeting), 200),
        *inside("get", named("meetings:meeting", a_session), 200),
        get(named("meetings:meeting", NOT_THERE), 404),
    ],
    "meetings:answer": [
        *everyone("post", named("meetings:answer", town_meeting), 302, data={"answer": "yes"}),
        *everyone("post", named("meetings:answer", town_meeting), 422, data={"answer": "perhaps"}),
        *inside("post", named("meetings:answer", a_session), 302, data={"answer": "no", "every": "on"}),
    ],
    "meetings:move": [
        *convened("meetings:move", lambda: moved_to(21)),
        *convened_in_space("meetings:move", lambda: moved_to(21)),
    ],
    "meetings:cancel": [*convened("meetings:cancel"), *convened_in_space("meetings:cancel")],
    "meetings:restore": convened("meetings:restore", path=a_cancelled_meeting),
    "meetings:change": [
        *convened("meetings:change", lambda: as_planned(save="")),
        *convened_in_space("meetings:change", lambda: as_planned(save="")),
    ],
    "meetings:change_following": [
        *convened("meetings:change_following", lambda: as_planned(save="")),
        *convened_in_space("meetings:change_following", lambda: as_planned(save="")),
    ],
    "meetings:end": [*convened("meetings:end"), *convened_in_space("meetings:end")],
    "meetings:join": everyone("post", named("meetings:join", town_meeting), 302),
    "meetings:room": [
        *everyone("get", named("meetings:room", town_meeting), 302),
        *in_room("get", "meetings:room", 200),
    ],
    "meetings:chat": in_room("get", "meetings:chat", 200),
    "meetings:raise_hand": [
        *in_room("post", "meetings:raise_hand", 302),
        *everyone("post", named("meetings:raise_hand", town_meeting), 409),
    ],
    "meetings:lower_hand": in_room("post", "meetings:lower_hand", 302),
    "meetings:has_spoken": [
        post(a_hand, 404, **these(ELIGIBLE, 403) | these(CONVENERS, 302)),
        *everyone("post", named("meetings:has_spoken", held(town_meeting), NOT_THERE), 404),
    ],
    "meetings:react": [
        post(named("meetings:react", held(town_meeting)), 404, data={"sign": "thanks"}, **these(ELIGIBLE, 302)),
        post(named("meetings:react", held(a_session)), 404, data={"sign": "thanks"}, **these(INSIDE, 302)),
        *everyone("post", named("meetings:react", town_meeting), 409),
    ],
    "meetings:polls": [
        get(named("meetings:polls", town_meeting), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 200)),
        post(
            named("meetings:polls", town_meeting),
            404,
            data={"question": ""},
            **these(ELIGIBLE, 403) | these(CONVENERS, 422),
        ),
        get(named("meetings:polls", a_session), 404, member=403, facilitator=200),
    ],
    "meetings:export_polls": [
        post(named("meetings:export_polls", town_meeting), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 200)),
        post(named("meetings:export_polls", a_session), 404, member=403, facilitator=200),
    ],
    "meetings:open_poll": of_poll("meetings:open_poll", 302, is_open=False),
    "meetings:close_poll": of_poll("meetings:close_poll", 302),
    "meetings:drop_poll": [*of_poll("meetings:drop_poll", 302, is_open=False), *of_poll("meetings:drop_poll", 409)],
    "meetings:vote": [
        *of_poll("meetings:vote", 422, others=422),
        *of_poll("meetings:vote", 404, is_open=False, others=404),
    ],
    "meetings:video": [
        *everyone("get", named("meetings:video", town_meeting), 302),  # back to the meeting: it has not begun
        *everyone("get", named("meetings:video", a_meeting_now), 302),
        *inside("get", named("meetings:video", a_session), 302),
    ],
    "meetings:captions": [
        *everyone("get", named("meetings:captions", a_meeting_now), 302),
        *inside("get", named("meetings:captions", a_session), 302),
    ],
    "meetings:questions": [
        *everyone("get", named("meetings:questions", town_meeting), 200),
        *inside("get", named("meetings:questions", a_session), 200),
        *everyone("post", named("meetings:questions", town_meeting), 303, data=a_question),
        *inside("post", named("meetings:questions", a_session), 303, data=a_question),
        *everyone("post", named("meetings:questions", town_meeting), 422, data={"text": ""}),
    ],
    "meetings:vote_for_question": [
        *everyone("post", on_question("meetings:vote_for_question"), 303),
        *inside("post", on_question("meetings:vote_for_question", a_session), 303),
        *everyone("post", on_question("meetings:vote_for_question", let_in_at=None), 404),
        *everyone("post", on_question("meetings:vote_for_question", refused_at=now()), 404),
    ],
    "meetings:take_question_back": [
        *everyone("get", on_question("meetings:take_question_back", by="contact"), 404, contact=200),
        *everyone("post", on_question("meetings:take_question_back", by="contact"), 404, contact=302),
    ],
    "meetings:question_state": convened_question("meetings:question_state", {"state": "parked"}),
    "meetings:answer_question": convened_question("meetings:answer_question", {"answer": "This."}),
    "meetings:merge_question": convened_question("meetings:merge_question", {"into": NOT_THERE}, 422),
    "meetings:refuse_question": convened_question("meetings:refuse_question", dict, 302, let_in_at=None),
    "meetings:let_question_in": [
        post(
            on_question("meetings:let_question_in", let_in_at=None),
            404,
            **these(ELIGIBLE, 403) | these(CONVENERS, 302),
        ),
        post(on_question("meetings:let_question_in", a_session, let_in_at=None), 404, member=403, facilitator=302),
    ],
    "meetings:waiting": [
        get(named("meetings:waiting", town_meeting), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 200)),
        get(named("meetings:waiting", a_session), 404, member=403, facilitator=200),
    ],
    "meetings:moderation": [
        post(named("meetings:moderation", town_meeting), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 302)),
        post(named("meetings:moderation", a_session), 404, member=403, facilitator=302),
    ],
    "meetings:take_over": [
        post(named("meetings:take_over", a_town), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 409))
    ],
    "meetings:answers": [
        get(named("meetings:answers", with_answers), 404, **these(CONVENERS, 200)),
        *everyone("get", named("meetings:answers", published), 200),
    ],
    "meetings:publish_answers": [
        post(named("meetings:publish_answers", with_answers), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 302)),
        post(named("meetings:publish_answers", town_meeting), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 409)),
    ],
    "meetings:agenda": [
        *convened("meetings:agenda", {"minutes": ""}, 422),
        *convened_in_space("meetings:agenda", {"minutes": ""}, 422),
    ],
    "meetings:copy_agenda": [
        post(named("meetings:copy_agenda", session_b), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 302)),
        post(named("meetings:copy_agenda", a_session), 404, member=403, facilitator=404),  # there is none to copy
    ],
    "meetings:item": [
        *of_meeting("get", "meetings:item", an_item, 200),
        *of_meeting("post", "meetings:item", an_item, 422, {"minutes": ""}),
        get(named("meetings:item", town_meeting, NOT_THERE), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 404)),
    ],
    "meetings:item_up": of_meeting("post", "meetings:item_up", an_item, 302),
    "meetings:item_down": of_meeting("post", "meetings:item_down", an_item, 302),
    "meetings:remove_item": of_meeting("post", "meetings:remove_item", an_item, 302),
    "meetings:begin_item": of_meeting("post", "meetings:begin_item", an_item, 302),
    "meetings:end_item": of_meeting("post", "meetings:end_item", an_item, 302),
    "meetings:notes": [
        *everyone("get", named("meetings:notes", town_meeting), 200),
        *inside("get", named("meetings:notes", a_session), 200),
        *in_room("get", "meetings:notes", 200),
    ],
    "meetings:add_section": [
        post(named("meetings:add_section", town_meeting), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 422)),
        post(named("meetings:add_section", a_session), 404, member=403, facilitator=422),
    ],
    "meetings:name_scribe": [
        post(named("meetings:name_scribe", town_meeting), 404, **these(ELIGIBLE, 403) | these(CONVENERS, 422)),
        post(named("meetings:name_scribe", a_session), 404, member=403, facilitator=422),
    ],
    "meetings:unname_scribe": of_meeting("post", "meetings:unname_scribe", a_scribe, 302),
    "meetings:section": [
        *of_meeting("get", "meetings:section", a_section, 200, member=200),
        *of_meeting("post", "meetings:section", a_section, 422, member=422),
    ],
    "meetings:claim_section": of_meeting("post", "meetings:claim_section", a_section, 302, member=302),
    "meetings:renew_section": of_meeting("post", "meetings:renew_section", a_section, 204, member=204),
    "meetings:take_over_section": of_meeting("post", "meetings:take_over_section", a_section, 302),
    "meetings:let_go": of_meeting("post", "meetings:let_go", a_section, 302, member=302),
    "meetings:remove_section": of_meeting("post", "meetings:remove_section", a_section, 302, member=302),
    "meetings:follow_ups": [
        *convened("meetings:follow_ups", {"what": ""}, 422),
        *convened_in_space("meetings:follow_ups", {"what": ""}, 422),
    ],
    "meetings:follow_up": [
        *of_meeting("get", "meetings:follow_up", a_follow_up, 200),
        *of_meeting("post", "meetings:follow_up", a_follow_up, 422, {"what": ""}),
    ],
    "meetings:remove_follow_up": of_meeting("post", "meetings:remove_follow_up", a_follow_up, 302),
    "meetings:finish_follow_up": of_meeting("post", "meetings:finish_follow_up", a_follow_up, 302, member=302),
    "meetings:reopen_follow_up": of_meeting("post", "meetings:reopen_follow_up", a_follow_up, 302, member=302),
    "meetings:here": [
        *everyone("post", named("meetings:here", town_meeting), 409),
        *inside("post", named("meetings:here", a_session), 409),
    ],
    "meetings:programmes": [
        *everyone("get", named("meetings:programmes", a_town), 200),
        get(named("meetings:programmes", town_meeting), 404),
    ],
    "meetings:choose_session": everyone("post", named("meetings:choose_session", a_town), 302),
    "meetings:speak": everyone("post", named("meetings:speak", a_town), 302),
    "meetings:stop_speaking": everyone("post", named("meetings:stop_speaking", a_town), 302),
    "meetings:responder": [
        *everyone("get", named("meetings:responder", a_town, lambda cast: cast.home.pk), 403, **NAMING),
        *everyone(
            "post",
            named("meetings:responder", a_town, lambda cast: cast.home.pk),
            403,
            data={"member": ""},
            **these(tuple(NAMING), 422),
        ),
        get(named("meetings:responder", a_town, NOT_THERE), 404),
    ],
    "meetings:move_organisation": everyone(
        "post",
        named("meetings:move_organisation", a_town, lambda cast: cast.home.pk),
        403,
        **these(CONVENERS, 302),
    ),
    "meetings:free_organisation": everyone(
        "post",
        named("meetings:free_organisation", a_town, lambda cast: cast.home.pk),
        403,
        **these(CONVENERS, 302),
    ),
    "meetings:part": [*convened("meetings:part", path=a_town), get(named("meetings:part", town_meeting), 404)],
    "meetings:accommodations": [get(named("meetings:accommodations"), 403, **these(STAFF, 200))],
    "meetings:reply_to_accommodation": [
        get(named("meetings:reply_to_accommodation", an_accommodation), 403, **these(STAFF, 200)),
        post(
            named("meetings:reply_to_accommodation", an_accommodation), 403, data={"reply": "Yes."}, **these(STAFF, 302)
        ),
    ],
    "meetings:accommodation": [
        get(named("meetings:accommodation", town_meeting), 404, **these(ELIGIBLE, 200)),
        post(named("meetings:accommodation", town_meeting), 404, data={"needs": "ASL"}, **these(ELIGIBLE, 302)),
    ],
    "meetings:take_accommodation_back": [
        post(named("meetings:take_accommodation_back", town_meeting), 404, **these(ELIGIBLE, 302))
    ],
    "meetings:materials": [
        get(named("meetings:materials", town_meeting), 404, **these(ASKING, 403) | these(CONVENERS, 200)),
        post(named("meetings:materials", town_meeting), 404, **these(ASKING, 403) | these(CONVENERS, 422)),
    ],
    "meetings:remove_material": of_meeting("post", "meetings:remove_material", a_material, 302),
    "meetings:recording": [
        get(named("meetings:recording", a_recorded_meeting), 404, **these(ASKING, 403) | these(CONVENERS, 200)),
        post(
            named("meetings:recording", a_recorded_meeting),
            404,
            data={"client_id": NOT_THERE},
            **these(ASKING, 403) | these(CONVENERS, 302),
        ),
    ],
    "meetings:announce_recording": [
        post(named("meetings:announce_recording", town_meeting), 404, **these(ASKING, 403) | these(CONVENERS, 302))
    ],
    **{
        f"meetings:{verb}_recording": [
            post(
                named(f"meetings:{verb}_recording", a_recorded_meeting),
                404,
                **these(ASKING, 403) | these(CONVENERS, 302),
            )
        ]
        for verb in ("publish", "withdraw", "forgo")
    },
    "meetings:pair": [
        *convened("meetings:pair", lambda: {"second": NOT_THERE}, 422),
        *convened_in_space("meetings:pair", lambda: {"second": NOT_THERE}, 422),
    ],
    "meetings:report": [
        *everyone("get", named("meetings:report", town_meeting), 403, **these(CONVENERS, 200)),
        *inside("get", named("meetings:report", a_session), 403, facilitator=200),
    ],
    "meetings:export_report": everyone(
        "post", named("meetings:export_report", town_meeting), 403, **these(CONVENERS, 200)
    ),
    "meetings:import_report": [
        *everyone("get", named("meetings:import_report", town_meeting), 403, **these(CONVENERS, 200)),
        *everyone("post", named("meetings:import_report", town_meeting), 403, **these(CONVENERS, 422)),
        *inside("get", named("meetings:import_report", a_session), 403, facilitator=200),
        *inside("post", named("meetings:import_report", a_session), 403, facilitator=422),
    ],
    "meetings:undo_import": [
        *everyone("get", of_import("undo_import", "imported_id"), 403, **these(CONVENERS, 200)),
        *everyone("post", of_import("undo_import", "imported_id"), 403, **these(CONVENERS, 302)),
        get(named("meetings:undo_import", town_meeting, NOT_THERE), 404, **these(ASKING, 403)),
    ],
    "meetings:match": [
        *everyone("get", of_import("match", "pk"), 403, **these(CONVENERS, 200)),
        *everyone("post", of_import("match", "pk"), 403, data={"member": NOT_THERE}, **these(CONVENERS, 422)),
        get(named("meetings:match", town_meeting, NOT_THERE), 404, **these(ASKING, 403)),
    ],
    "meetings:set_aside": everyone(
        "post", of_import("set_aside", "pk"), 403, data={"outcome": "guest"}, **these(CONVENERS, 302)
    ),
    "meetings:decide_anew": everyone("post", of_import("decide_anew", "pk"), 403, **these(CONVENERS, 302)),
    "meetings:this_half": page("meetings:this_half", others=403, **these(CONVENERS, 200)),
    "meetings:half": [
        *page("meetings:half", "2025-10", others=403, **these(CONVENERS, 200)),
        *page("meetings:half", "2025-11", others=403, **these(CONVENERS, 404)),
    ],
    "meetings:export_half": [
        post(named("meetings:export_half", "2025-10"), 403, **these(CONVENERS, 200)),
        post(named("meetings:export_half", "now"), 403, **these(CONVENERS, 404)),
    ],
    "meetings:reminders": [
        *page("meetings:reminders"),
        post(named("meetings:reminders"), 302, data={"leads": ["week"]}),
        post(named("meetings:reminders"), 422, data={"leads": ["never"]}),
    ],
    # mailroom
    "mailroom:mail_in": [post(named("mailroom:mail_in"), 404, nobody=404)],
    "mailroom:traces": page("mailroom:traces", others=403, **these(STAFF, 200)),
    "mailroom:archives": page("mailroom:archives", others=403, **these(STAFF, 200)),
    "mailroom:imports": page("mailroom:imports", others=403, **these(STAFF, 200)),
    "mailroom:doubtful": [
        get(named("mailroom:doubtful"), 403, **these(STAFF, 200)),
        post(named("mailroom:doubtful"), 403, **these(STAFF, 422)),
        post(named("mailroom:doubtful"), 403, data={"ids": [NOT_THERE], "outcome": "drop"}, **these(STAFF, 409)),
    ],
    "mailroom:review": [
        get(named("mailroom:review", a_doubtful_mail), 403, **these(STAFF, 200)),
        get(named("mailroom:review", NOT_THERE), 403, **these(STAFF, 404)),
        post(named("mailroom:review", a_doubtful_mail), 403, **these(STAFF, 422)),
        post(named("mailroom:review", a_doubtful_mail), 403, data={"outcome": "drop"}, **these(STAFF, 302)),
    ],
    "mailroom:export": [
        post(named("mailroom:export", "commons", "mbox"), 403, **these(STAFF, 200)),
        post(named("mailroom:export", "commons", "pdf"), 403, **these(STAFF, 404)),
        post(named("mailroom:export", "nowhere", "json"), 403, **these(STAFF, 404)),
    ],
}


@dataclass(frozen=True)
class Place:
    """A space, who reads it and who writes in it."""

    space: Callable[[SimpleNamespace], object]
    readers: tuple[str, ...]
    writers: tuple[str, ...]


SPACES: dict[str, Place] = {
    "group": Place(lambda cast: cast.group.space, INSIDE, INSIDE),
    "forum": Place(lambda cast: cast.commons.space, ELIGIBLE, ELIGIBLE),
    "edition": Place(lambda cast: (Edition.objects.first() or an_edition(cast)).space, STAFF, STAFF),
    "meeting": Place(lambda cast: room_of(Meeting.objects.get(pk=town_meeting(cast))), ELIGIBLE, ELIGIBLE),
    "inbox": Place(lambda cast: inbox_of(cast.member), ("member",), ()),
}
