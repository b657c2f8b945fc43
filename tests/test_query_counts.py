"""A list page asks the database as often with one row as with fifty. A line a page: who looks, what makes a row."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from discussions.actions import accept_answer, decide, decline, flag_post, open_forum, react, start_thread, write_post
from discussions.models import Bookmark, Forum, Thread
from files import actions as files
from groups.models import BreakGlass, Covenant, JoinRequest, Signature
from mailroom.models import Archive, Incoming
from meetings import feeds
from meetings.actions import answer_meeting, answer_series, cancel_meeting, move_meeting
from meetings.models import (
    AgendaItem,
    Attendance,
    FollowUp,
    Hand,
    Material,
    Meeting,
    NoteSection,
    Participant,
    Question,
    ReportImport,
    RoomPoll,
    Rsvp,
    TownMeeting,
)
from meetings.rooms import room_of
from members.models import Application, Discipline, Invitation, Member
from notifications.models import DeadAddress, Notice
from spaces.models import Membership
from symposium.actions import admit, set_learner
from symposium.models import (
    Assignment,
    Certificate,
    Details,
    Edition,
    Evaluated,
    Format,
    Proposal,
    Registration,
    RegistrationDesk,
    Release,
    ReleasedSession,
    Session,
    Workshop,
    WorkshopPlace,
)
from symposium.posters import thread_of
from symposium.schedules import as_scheduled
from tests.access_table import a_desk, a_doubtful_mail, a_meeting, a_review, an_edition
from tests.people import make_group, make_member, make_organisation, sign_in
from tests.symposium import live_days
from tests.symposium.programmes import session as a_symposium_session
from tests.symposium.programmes import with_parts

pytestmark = pytest.mark.django_db

MANY = 50


def a_group(cast, number: int) -> None:
    make_group(f"Topic {number}", participants=[cast.member], facilitators=[cast.facilitator])


def a_person(cast, number: int) -> Member:
    member = make_member(f"Person {number}", make_organisation(f"Organisation {number}"))
    member.disciplines.add(Discipline.objects.get_or_create(name=f"Discipline {number}")[0])
    return member


def a_participant(cast, number: int) -> None:
    member = a_person(cast, number)
    Membership.objects.create(space=cast.group.space, member=member)
    Signature.objects.create(covenant=Covenant.objects.current(), group=cast.group, member=member, name=member.name)


def a_request(cast, number: int) -> None:
    states = [JoinRequest.State.ASKED, JoinRequest.State.WAITLISTED, JoinRequest.State.INVITED]
    JoinRequest.objects.create(
        group=cast.group, member=a_person(cast, number), state=states[number % 3], note="A note."
    )


def a_covenant(cast, number: int) -> None:
    Covenant.objects.create(version=number + 100, text="We keep confidence.", published_by=cast.staff)


def a_break_glass(cast, number: int) -> None:
    BreakGlass.objects.create(
        group=make_group(f"Topic {number}"),
        asked_by=cast.admin,
        reason="Harm.",
        refused_at=now(),
        refused_by=cast.privacy_officer,
    )


def a_post(cast, number: int) -> None:
    """Said by somebody else each time, with a file, an answer, a reaction, and a bookmark of the member's."""
    space = cast.group.space
    thread = Thread.objects.get(space=space)
    author = [cast.member, cast.colleague, cast.facilitator][number % 3]
    file = a_file(cast, number, by=author, share=False)
    post = write_post(thread=thread, by=author, body=f"Said {number}.", client_id=uuid4(), files=[file.pk])
    write_post(thread=thread, by=cast.colleague, body="An answer.", client_id=uuid4(), reply_to=post.pk)
    Bookmark.objects.create(post=post, member=cast.member)


def a_file(cast, number: int, by: Member | None = None, *, share: bool = True):
    by, space = by or cast.member, cast.group.space
    upload = SimpleUploadedFile(f"agenda-{number}.txt", f"An agenda, {number}.".encode())
    file = files.receive(space=space, upload=upload, by=by, client_id=uuid4())
    if share:
        files.attach(files=[file.pk], space=space, by=by)
    return file


def a_listed_member(cast, number: int) -> None:
    member = a_person(cast, number)
    Member.objects.filter(pk=member.pk).update(listed_at=now())


def an_application(cast, number: int) -> None:
    Application.objects.create(
        name=f"Applicant {number}",
        email=f"applicant.{number}@example.org",
        organisation=make_organisation(f"Organisation {number}"),
        token_hash=f"hash-{number}",
        token_expires_at=now() + timedelta(days=30),
        confirmed_at=now(),
    )


def a_forum(cast, number: int) -> None:
    said = {"name": f"Research {number}", "slug": f"research-{number}", "topics": ["Methods"]}
    open_forum(by=cast.staff, **said)


def a_first_post(cast, number: int) -> None:
    """One that waits, and one that was declined."""
    Forum.objects.update(hold_first=True)
    for is_declined in (False, True):
        question = {"kind": "question", "title": f"Question {number}", "body": "What first?", "client_id": uuid4()}
        first = start_thread(space=cast.commons.space, by=cast.member, **question)
        cache.clear()  # so much at once is for a test only
        if is_declined:
            decline(first=first, by=cast.staff, note="Ask it elsewhere.")


def a_thread(cast, number: int) -> None:
    """One in the commons and one in the group, with a topic, a reply and an accepted answer."""
    for space in (cast.commons.space, cast.group.space):
        asker = [cast.member, cast.colleague][number % 2]
        thread = start_thread(
            space=space,
            by=asker,
            kind="question",
            title=f"Question {number}",
            body="What do you ask first?",
            client_id=uuid4(),
            topics=cast.commons.topics.all()[:1],
            unnamed=space == cast.commons.space and number % 3 == 0,
        )
        answer = write_post(thread=thread, by=cast.colleague, body="An answer.", client_id=uuid4())
        accept_answer(post=answer, by=asker)


def the_thread(cast) -> Thread:
    """A question of the member's in the commons, made where it is missing."""
    return start_thread(
        space=cast.commons.space,
        by=cast.member,
        kind="question",
        title="What do you ask first?",
        body="In the first minutes.",
        client_id=cast.commons.pk,
    )


def a_reply(cast, number: int) -> None:
    author = [cast.colleague, cast.outsider, cast.member][number % 3]
    post = write_post(thread=the_thread(cast), by=author, body=f"Said {number}.", client_id=uuid4())
    react(post=post, by=cast.colleague, sign="idea")


def a_flag(cast, number: int) -> None:
    """One that waits, and one that was decided on."""
    thread = Thread.objects.get(space=cast.group.space, kind="chat")
    for decided in (False, True):
        post = write_post(thread=thread, by=cast.member, body=f"Said {number}.", client_id=uuid4())
        flag_post(post=post, by=a_reader(cast, 2 * number + decided), reason="elsewhere")
        if decided:
            decide(post=post, by=cast.facilitator, outcome="keep")


def a_reader(cast, number: int) -> Member:
    """Another one each time: nobody reports many messages a day."""
    member = a_person(cast, number)
    Membership.objects.get_or_create(space=cast.group.space, member=member)
    signed = {"covenant": Covenant.objects.current(), "group": cast.group, "member": member, "name": member.name}
    Signature.objects.get_or_create(**signed)
    return member


def an_invitation(cast, number: int) -> None:
    Invitation.objects.create(
        email=f"invited.{number}@example.org",
        organisation=make_organisation(f"Organisation {number}"),
        token_hash=f"hash-{number}",
        invited_by=cast.staff,
        expires_at=now() + timedelta(days=7),
    )


def an_organisation(cast, number: int) -> None:
    make_organisation(f"Organisation {number}", ends_in=20)


def a_notice(cast, number: int) -> None:
    """A read one: of unread ones there is one a space and kind. A member is in few spaces, each of which is asked."""
    kept = {"kind": Notice.Kind.MENTION, "first_seq": number, "seq": number, "read_at": now()}
    Notice.objects.create(member=cast.member, space=cast.group.space, **kept)


def a_dead_address(cast, number: int) -> None:
    DeadAddress.objects.create(email=a_person(cast, number).email, said="550 5.1.1")


def a_mail(cast, number: int) -> None:
    fate = {"fate": "refused", "reason": "empty", "settled_at": now()}
    Incoming.objects.create(member=a_person(cast, number), place="a reply", size=100, **fate)


def an_archive(cast, number: int) -> None:
    Archive.objects.create(forum=cast.commons, by=a_person(cast, number), digest=str(number))


def what_waits(cast, number: int) -> None:
    a_doubtful_mail(cast)


def a_town_meeting(cast, number: int) -> None:
    """One to come, one cancelled, and one of the group's: answered by somebody else."""
    once = {"pattern": "once"}
    meeting = a_meeting(cast, title=f"Town meeting {number}", **once)
    cancel_meeting(meeting=a_meeting(cast, **once), by=cast.specialist, message="A holiday.")
    session = a_meeting(cast, audience="space", space=cast.group.space, by=cast.facilitator, **once)
    answer_series(series=meeting.series, by=cast.member, answer="yes")
    answer_meeting(meeting=session, by=cast.member, answer="no")


def a_past_meeting(cast, number: int) -> None:
    meeting = a_meeting(cast, pattern="once")
    meeting.put(meeting.wall - timedelta(days=30), 75)
    meeting.save()


def an_answer(cast, number: int) -> None:
    """Of another one each time, with a change of the date."""
    meeting = the_meeting(cast)
    Rsvp.objects.create(meeting=meeting, member=a_person(cast, number), answer="yes", note="I bring two.")
    what_is_written(cast, number, meeting)
    wall = meeting.wall + timedelta(minutes=1)
    move_meeting(meeting=meeting, wall=wall, minutes=60, by=cast.specialist, message="Later.")


def the_meeting(cast):
    found = Meeting.objects.select_related("series").order_by("recurrence_id").first()
    return found or a_meeting(cast)


def an_attendee(cast, number: int) -> None:
    meeting, member = the_meeting(cast), a_person(cast, number)
    stay = {"from_at": meeting.starts_at, "until_at": meeting.ends_at}
    organisation = member.affiliations.get().organisation
    Attendance.objects.create(meeting=meeting, member=member, organisation=organisation, **stay)


def the_held_meeting(cast):
    held = the_meeting(cast)
    times = {"starts_at": now() - timedelta(minutes=5), "ends_at": now() + timedelta(minutes=55)}
    Meeting.objects.filter(pk=held.pk).update(**times)
    room_of(held)
    return held


def what_is_written(cast, number: int, meeting: Meeting | None = None) -> None:
    """An item of the agenda, a section of the notes and a follow-up, each of another one's."""
    meeting, member = meeting or the_held_meeting(cast), a_person(cast, 1000 + number)
    begun = {"begun_at": now(), "ended_at": now()}
    item = {"title": "Waiting lists", "kind": "discussion", "minutes": 5, "owner": member}
    AgendaItem.objects.create(meeting=meeting, position=number, **item | (begun if number % 2 else {}))
    section = {"heading": "Waiting lists", "body": "Decision: one list.", "claimed_by": member, "saved_by": member}
    NoteSection.objects.create(meeting=meeting, position=number, **section, saved_at=now(), claimed_at=now())
    FollowUp.objects.create(meeting=meeting, what="Share the list", owner=member, done_by=member, done_at=now())


def a_poll_and_a_hand(cast, number: int) -> None:
    meeting = the_held_meeting(cast)
    Hand.objects.create(meeting=meeting, member=a_person(cast, number))
    what_is_written(cast, number, meeting)
    poll = RoomPoll.objects.create(meeting=meeting, question="When?", kind="one", shows="live", opened_at=now())
    poll.options.create(text="Mornings")


def one_who_waits(cast, number: int, meeting: Meeting | None = None) -> Participant:
    """Of an import each, with a member of nearly that name, and one who is decided on."""
    meeting = meeting or the_meeting(cast)
    imported = ReportImport.objects.create(meeting=meeting, room="zoom", digest=str(number), imported_by=cast.staff)
    stay = {"meeting": meeting, "source": "import", "from_at": meeting.starts_at, "until_at": meeting.ends_at}
    matched = {"outcome": "member", "member": a_person(cast, number), "decided_at": now(), "decided_by": cast.staff}
    for key, terms in (("decided", matched), ("waits", {"name": f"P. {number}", "email": f"person@{number}.example"})):
        one = Participant.objects.create(imported=imported, key=f"{key} {number}", **terms)
        Attendance.objects.create(participant=one, member=one.member, **stay)
    return one


def the_first_who_waits(cast) -> list:
    one = one_who_waits(cast, MANY)
    return [one.imported.meeting_id, one.pk]


def a_held_meeting(cast, number: int) -> None:
    """Of this half-year, for everyone or for one organisation, to which somebody came whom a report names."""
    terms = {"audience": "organisations"} if number % 2 else {}
    meeting = a_meeting(cast, pattern="once", **terms)
    meeting.series.organisations.set([cast.home])
    meeting.starts_at, meeting.ends_at = now() - timedelta(minutes=2), now() - timedelta(minutes=1)
    meeting.save()
    one_who_waits(cast, number, meeting)


def a_question(cast, number: int) -> None:
    """One that is open, one that is answered and published, one that waits: each asked and voted for by another one."""
    meeting, member = the_held_meeting(cast), a_person(cast, number)
    Meeting.objects.filter(pk=meeting.pk).update(answers_published_at=now())
    for more in ({"let_in_at": now()}, {"let_in_at": now(), "answered_at": now(), "answer": "This."}, {}):
        asked = {"meeting": meeting, "asker": member, "text": "Which first?", "client_id": uuid4(), **more}
        Question.objects.create(**asked, answered_by=member).votes.create(member=member)


def the_town(cast):
    return TownMeeting.objects.first() or TownMeeting.objects.create(first=a_meeting(cast), second=a_meeting(cast))


def the_desk(cast: SimpleNamespace) -> RegistrationDesk:
    return RegistrationDesk.objects.first() or a_desk(cast)


def its_slug(cast: SimpleNamespace) -> list:
    return [the_desk(cast).edition.slug]


def a_registered_person(cast, number: int) -> None:
    """In turn confirmed, offered a seat, and on the waitlist; each with what they need."""
    desk = the_desk(cast)
    said = [
        {"state": "confirmed", "confirmed_at": now()},
        {"state": "offered", "offered_until": now() + timedelta(days=1)},
        {"state": "waitlisted", "position": number + 1},
    ]
    for one, more in enumerate(said):
        member = a_person(cast, 10 * number + one)
        made = Registration.objects.create(of=desk, member=member, category=desk.categories.first(), **more)
        Details.objects.create(registration=made, accommodation="Captions")


def a_colleague(cast, number: int) -> None:
    """One whom the contact can register, and one whom they did."""
    make_member(f"Colleague {number}", cast.home)
    other, desk = make_member(f"Registered {number}", cast.home), the_desk(cast)
    said = {"state": "confirmed", "confirmed_at": now(), "registered_by": cast.contact}
    Registration.objects.create(of=desk, member=other, category=desk.categories.first(), **said)


def a_workshop(cast, number: int) -> None:
    """With somebody in it, and the member on its waitlist."""
    edition = the_desk(cast).edition
    form, _ = Format.objects.get_or_create(edition=edition, name="Workshop", kind="workshop")
    session = Session.objects.create(edition=edition, title=f"Workshop {number}", format=form, minutes=45)
    workshop = Workshop.objects.create(session=session, seats=1)
    WorkshopPlace.objects.create(of=workshop, member=cast.colleague, state="confirmed", confirmed_at=now())
    WorkshopPlace.objects.create(of=workshop, member=cast.member, state="waitlisted", position=1)


def group(cast: SimpleNamespace) -> list:
    return [cast.group.pk]


def this_month(cast: SimpleNamespace) -> list:
    return [f"{now() + timedelta(days=14):%Y-%m}"]


def a_calendar(cast: SimpleNamespace) -> list:
    address = feeds.make_address(offer=feeds.offers(cast.member)[0], by=cast.member)
    return [address.split("/")[-1].removesuffix(".ics")]


def a_sent_proposal(cast, number: int) -> None:
    """Of another one each time and one of the member's, with a co-presenter, reviewed, declined without a letter."""
    review = Assignment.objects.first() or a_review(cast)
    edition, author = review.reviewer.edition, a_person(cast, number)
    parts = {"edition": edition, "track": edition.tracks.get(), "format": edition.formats.get()}
    said = {"title": f"Sleep {number}", "abstract": "What helps.", "decision": "declined", "decided_at": now()}
    for submitter in (author, cast.member):
        one = Proposal.objects.create(submitter=submitter, submitted_at=now(), **parts, **said)
        asked = {"email": f"pat{number}@example.org", "token_hash": f"{one.pk}", "accepted_at": now()}
        one.presenters.create(member=a_person(cast, number + 1000) if submitter == author else cast.colleague, **asked)
        done = one.assignments.create(reviewer=review.reviewer, done_at=now() if number % 2 else None, comment="Yes.")
        done.scores.create(criterion=edition.criteria.get(), value=3)
        done.notes.create(text="I agree.")


def a_reviewer_more(cast, number: int) -> None:
    edition = (Assignment.objects.first() or a_review(cast)).reviewer.edition
    edition.reviewers.create(member=a_person(cast, number))
    a_sent_proposal(cast, 2000 + number)


def the_review(cast) -> list:
    return ["2027", (Assignment.objects.first() or a_review(cast)).pk]


def the_proposal(cast) -> list:
    return ["2027", (Assignment.objects.first() or a_review(cast)).proposal_id]


def a_review_of_it(cast, number: int) -> None:
    """Of the same proposal, by another one."""
    review = Assignment.objects.first()
    reviewer = review.reviewer.edition.reviewers.create(member=a_person(cast, number))
    one = review.proposal.assignments.create(reviewer=reviewer, done_at=now(), comment="Yes.", for_author="Thanks.")
    one.scores.create(criterion=review.reviewer.edition.criteria.get(), value=3)
    one.notes.create(text="I agree.")
    asked = {"email": f"pat{number}@example.org", "token_hash": f"{number}", "accepted_at": now()}
    review.proposal.presenters.create(member=a_person(cast, number + 1000), **asked)


def the_called(cast) -> list:
    return ["2027"] if Assignment.objects.exists() else [a_review(cast).reviewer.edition.slug]


def the_edition(cast: SimpleNamespace) -> Edition:
    edition = Edition.objects.first()
    if edition is None:
        edition = with_parts(an_edition(cast), cast)
        Release.objects.create(edition=edition, number=1)
        admit(edition=edition, member=cast.member)
    return edition


def a_released_session(cast: SimpleNamespace, number: int) -> None:
    """Of another speaker each time, chosen by the member, beside the others; and one that waits for its time."""
    edition, person = the_edition(cast), a_person(cast, number)
    release = edition.releases.get()
    one = a_symposium_session(edition, cast, f"Session {number}", "Cedar 10:00", speakers=[person])
    a_symposium_session(edition, cast, f"Other session {number}", speakers=[person])
    slot = as_scheduled(one)
    slot.release, slot.parts = release, [*slot.parts, [str(cast.colleague.pk), "chair"]]
    slot.save()
    once = {"pattern": "once", "audience": "space", "space": edition.space, "by": cast.staff, "by_choice": True}
    one.meeting = a_meeting(cast, **once)
    one.save()
    answer_meeting(meeting=one.meeting, by=cast.member, answer="yes")


def a_poster(cast: SimpleNamespace, number: int) -> None:
    """With a file's address, and its thread."""
    a_released_session(cast, number)
    session = Session.objects.get(title=f"Session {number}")
    ReleasedSession.objects.filter(session=session).update(
        format=Format.objects.get_or_create(edition=session.edition, name="Poster", kind="poster")[0]
    )
    link = {"url": "https://example.org/poster", "client_id": uuid4()}
    Material.objects.create(meeting=session.meeting, title="Poster", **link)
    thread_of(session)


def symposium(cast: SimpleNamespace) -> list:
    return [the_edition(cast).slug]


def the_session(cast: SimpleNamespace) -> list:
    edition = the_edition(cast)
    a_released_session(cast, MANY)
    return [edition.slug, ReleasedSession.objects.get().session_id]


def the_speaker(cast: SimpleNamespace) -> list:
    return [the_edition(cast).slug, cast.colleague.pk]


def nothing(cast: SimpleNamespace) -> list:
    return []


def the_held_edition(cast) -> list[str]:
    """One that was held, where credit is given and evaluations were asked for."""
    edition = live_days.held_edition(cast)
    live_days.ask_for_evaluations(cast, edition)
    live_days.say_terms(cast, edition)
    rule = live_days.a_rule(cast, edition)
    set_learner(edition=edition, by=cast.member, name="Mara", rules=[rule])
    return [edition.slug]


def a_session_that_was_held(cast, number: int) -> None:
    """At which the member was, and somebody else, who has a certificate."""
    edition = Edition.objects.get()
    session = live_days.a_session(cast, edition, f"Session {number}")
    other = a_person(cast, number)
    set_learner(edition=edition, by=other, name=other.name, rules=edition.credit_rules.all())
    for member in (cast.member, other):
        live_days.was_there(session, member)
        Evaluated.objects.create(edition=edition, session=session, member=member)
    says = {"title": edition.title, "first_on": edition.first_on, "last_on": edition.last_on, "held_as": "Online"}
    Certificate.objects.create(
        edition=edition, member=other, name=other.name, hours=1, sessions=[], signed_by="Nour", **says
    )
    edition.credit_rules.create(profession=f"Profession {number}", minimum_minutes=45, statement="Invented.")


def a_session_that_is_on(cast, number: int) -> None:
    """And an announcement of it."""
    edition = Edition.objects.select_related("space").get()
    session = live_days.a_session(cast, edition, f"Session {number}", ended=timedelta(minutes=-30))
    announcement = {"text": f"{session} begins.", "client_id": uuid4(), "made_by": cast.staff}
    edition.announcements.create(**announcement)


def a_person_at_a_table(cast, number: int) -> None:
    edition = Edition.objects.get()
    table = edition.tables.create(topic=f"Topic {number}", client_id=uuid4())
    table.sitting.create(member=a_person(cast, number), number=1)


# name: who looks, arguments of the address, what makes one row more, and how often it asks the database at most
PAGES: dict[str, tuple[str, Callable, Callable, int]] = {
    "home": ("member", nothing, a_group, 17),
    "symposium:index": ("member", nothing, lambda cast, number: an_edition(cast, slug=f"year-{number}"), 10),
    "symposium:archive": ("staff", the_held_edition, a_session_that_was_held, 14),
    "symposium:report": ("staff", the_held_edition, a_session_that_was_held, 16),
    "symposium:lobby": ("staff", the_held_edition, a_session_that_is_on, 24),
    "symposium:my_certificates": ("member", the_held_edition, a_session_that_was_held, 24),
    "symposium:credit": ("staff", the_held_edition, a_session_that_was_held, 14),
    "symposium:credit_people": ("staff", the_held_edition, a_session_that_was_held, 18),
    "symposium:evaluations": ("staff", the_held_edition, a_session_that_was_held, 14),
    "symposium:call": ("member", the_called, a_sent_proposal, 16),
    "symposium:proposals": ("staff", the_called, a_sent_proposal, 20),
    "symposium:tell_decisions": ("staff", the_called, a_sent_proposal, 16),
    "symposium:reviewing": ("staff", the_called, a_reviewer_more, 24),
    "symposium:desk": ("outsider", the_called, a_sent_proposal, 24),
    "symposium:review": ("outsider", the_review, a_review_of_it, 36),
    "symposium:proposal": ("staff", the_proposal, a_review_of_it, 20),
    "symposium:programme": ("member", symposium, a_released_session, 10),
    "symposium:agenda": ("member", symposium, a_released_session, 10),
    "symposium:session": ("member", the_session, a_released_session, 11),
    "symposium:speaker": ("member", the_speaker, a_released_session, 11),
    "symposium:changes": ("member", symposium, a_released_session, 9),
    "symposium:tables": ("staff", the_held_edition, a_person_at_a_table, 12),
    "symposium:posters": ("staff", symposium, a_poster, 10),
    "symposium:schedule": ("staff", symposium, a_released_session, 18),
    "symposium:release": ("staff", symposium, a_released_session, 18),
    "symposium:registered": ("staff", its_slug, a_registered_person, 18),
    "symposium:needs": ("staff", its_slug, a_registered_person, 10),
    "symposium:colleagues": ("contact", its_slug, a_colleague, 18),
    "symposium:workshops": ("member", its_slug, a_workshop, 14),
    "groups:index": ("member", nothing, a_group, 13),
    "groups:roster": ("member", group, a_participant, 10),
    "groups:room": ("member", group, a_post, 10),
    "groups:sessions": ("member", group, a_town_meeting, 12),
    "groups:files": ("member", group, a_file, 10),
    "meetings:index": ("member", nothing, a_town_meeting, 12),
    "meetings:past": ("member", nothing, a_past_meeting, 12),
    "meetings:month": ("member", this_month, a_town_meeting, 12),
    "meetings:feed": ("member", a_calendar, a_town_meeting, 9),  # two of them for the session, which calendars have not
    "meetings:meeting": ("specialist", lambda cast: [the_meeting(cast).pk], an_answer, 20),
    "meetings:series": ("member", lambda cast: [the_meeting(cast).series_id], an_answer, 12),
    "meetings:programmes": ("specialist", lambda cast: [the_town(cast).first_id], a_person, 18),
    "meetings:room": ("member", lambda cast: [the_held_meeting(cast).pk], a_poll_and_a_hand, 22),
    "meetings:questions": ("member", lambda cast: [the_held_meeting(cast).pk], a_question, 18),
    "meetings:waiting": ("specialist", lambda cast: [the_held_meeting(cast).pk], a_question, 12),
    "meetings:answers": ("member", lambda cast: [the_held_meeting(cast).pk], a_question, 12),
    "meetings:agenda": ("specialist", lambda cast: [the_held_meeting(cast).pk], what_is_written, 20),
    "meetings:notes": ("specialist", lambda cast: [the_held_meeting(cast).pk], what_is_written, 20),
    "meetings:follow_ups": ("specialist", lambda cast: [the_held_meeting(cast).pk], what_is_written, 20),
    "meetings:polls": ("specialist", lambda cast: [the_held_meeting(cast).pk], a_poll_and_a_hand, 12),
    "meetings:report": ("specialist", lambda cast: [the_meeting(cast).pk], an_attendee, 24),
    "meetings:import_report": ("specialist", lambda cast: [the_meeting(cast).pk], one_who_waits, 18),
    "meetings:match": ("specialist", the_first_who_waits, one_who_waits, 16),
    "meetings:this_half": ("specialist", nothing, a_held_meeting, 20),
    "groups:facilitate": ("facilitator", group, a_request, 16),
    "groups:covenants": ("staff", nothing, a_covenant, 7),
    "groups:glass": ("privacy_officer", nothing, a_break_glass, 7),
    "discussions:forum": ("member", lambda cast: ["commons"], a_thread, 18),
    "discussions:thread": ("member", lambda cast: [the_thread(cast).pk], a_reply, 26),
    "groups:threads": ("member", group, a_thread, 18),
    "discussions:moderation": ("facilitator", lambda cast: [cast.group.space_id], a_flag, 16),
    "discussions:bookmarks": ("member", nothing, a_post, 12),
    "members:directory": ("member", nothing, a_listed_member, 17),
    "members:applications": ("staff", nothing, an_application, 8),
    "members:invitations": ("staff", nothing, an_invitation, 7),
    "members:organisations": ("staff", nothing, an_organisation, 9),
    "members:lapses": ("staff", nothing, an_organisation, 9),
    "members:members": ("staff", nothing, a_person, 10),
    "members:trail": ("admin", nothing, a_covenant, 7),
    "notifications:inbox": ("member", nothing, a_notice, 10),
    "notifications:refused": ("staff", nothing, a_dead_address, 7),
    "mailroom:traces": ("staff", nothing, a_mail, 7),
    "discussions:forums": ("staff", nothing, a_forum, 8),
    "mailroom:imports": ("staff", nothing, an_archive, 7),
    "mailroom:doubtful": ("staff", nothing, what_waits, 7),
}


def queries(client: Client, path: str) -> list[str]:
    client.get(path)  # after a while a page notes in the session that somebody was here
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("name", PAGES)
def test_as_many_queries_with_one_row_as_with_fifty(cast, name):
    insist(cast, name, *PAGES[name])


def test_as_many_with_one_first_post_that_waits_as_with_fifty(cast):
    insist(cast, "discussions:moderation", "staff", lambda cast: [cast.commons.space_id], a_first_post, 20)
    insist(cast, "discussions:forum", "member", lambda cast: ["commons"], a_first_post, 20)


def insist(cast, name: str, person: str, arguments: Callable, make: Callable, ceiling: int) -> None:
    client = Client()
    sign_in(client, getattr(cast, person))
    path = reverse(name, args=arguments(cast))
    make(cast, 0)
    with_one = queries(client, path)
    for number in range(1, MANY):
        make(cast, number)
    with_many = queries(client, path)
    assert len(with_many) == len(with_one), "\n".join(query[:200] for query in with_many)
    assert len(with_many) <= ceiling, "\n".join(query[:200] for query in with_many)
