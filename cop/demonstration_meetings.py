"""The meetings of the demonstration: town meetings, sessions of two groups, and office hours that are on now."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from meetings import actions
from meetings.asked import asked_to
from meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries, TownMeeting
from meetings.recurrence import write_event
from members.eligibility import eligibilities
from members.models import Member

Audience, Pattern = MeetingSeries.Audience, MeetingSeries.Pattern
EASTERN = "America/New_York"
TUESDAY, THURSDAY = 1, 3
TOWN_MEETING = """What is new at ORR, what programmes ask, and what one programme does that others can use.

Welcome and captions check; ORR update and reporting calendar; eligibility clarifications; programme spotlight; \
discussion; partner news; open Q&A; close and pulse poll. One responder speaks for each programme. Nothing is \
recorded: notes and answers are published to all."""


def load_meetings(people: dict[str, Member], groups: dict[str, Any]) -> None:
    orla, faye = people["Orla Specialist"], people["Faye Facilitator"]
    day = _next(TUESDAY, 12)
    town = _plan(orla, "Virtual Town Meeting, session A", day, 14, 75, every=6, description=TOWN_MEETING)
    other = _plan(
        orla, "Virtual Town Meeting, session B", day + timedelta(days=1), 16, 75, every=6, description=TOWN_MEETING
    )
    actions.pair_sessions(first=town, second=other, by=orla)
    both = TownMeeting.objects.select_related("first", "second").get(first=_upcoming(town)[0])
    actions.choose_session(town=both, meeting=both.first, by=people["Thea Therapist"])
    actions.speak_for_us(town=both, by=people["Connie Contact"])
    _held(town, times=4)
    _came(town)
    _agendas(both, people)
    _written(town.meetings.over().first(), people)
    for name, answer, note in (
        ("Thea Therapist", "yes", ""), ("Petra Physician", "yes", ""), ("Connie Contact", "yes", "I speak for us."),
        ("Dara Director", "maybe", ""), ("Olive Outside", "no", "In court that day."),
    ):  # fmt: skip
        actions.answer_series(series=town, by=people[name], answer=answer, note=note)
    case_work, clinical = groups["Clinical Case Management"].space, groups["Clinical Treatment"].space
    weekly = _plan(faye, "Weekly case consultation", _next(THURSDAY, 2), 13, 60, space=case_work, every=1)
    _held(weekly, times=2)
    first, second, third = _upcoming(weekly)[:3]
    actions.answer_series(series=weekly, by=people["Sol Social-Work"], answer="yes")
    actions.cancel_meeting(meeting=second, by=faye, message="I am on leave. Bring what waits to the week after.")
    actions.move_meeting(
        meeting=third, wall=third.wall + timedelta(days=1, hours=2), minutes=60, by=faye, message="One day later, once."
    )
    sessions = _plan(faye, "Group session", _next(TUESDAY, 5), 12, 90, space=clinical, every=3)
    actions.answer_series(series=sessions, by=people["Petra Physician"], answer="yes")
    nearest = _upcoming(sessions)[0]
    _ask(both.first, people, orla)
    _office_hours(people["Stan Staff"])
    for name, answer, note in (
        ("Thea Therapist", "yes", "I bring a question."),
        ("Nils Nurse", "maybe", "After rounds."),
    ):
        actions.answer_meeting(meeting=nearest, by=people[name], answer=answer, note=note)


def _ask(meeting: Meeting, people: dict[str, Member], orla: Member) -> None:
    """What is asked before a town meeting: one without a name, one that is answered already."""
    wanted, answered = (
        actions.ask_question(meeting=meeting, by=people[name], text=text, client_id=uuid4(), unnamed=unnamed)
        for name, text, unnamed in (
            ("Dara Director", "May interpreters be paid from the training line, or only from direct services?", True),
            (
                "Connie Contact",
                "When is the next performance report due, and is its form the same as last year?",
                False,
            ),
        )
    )
    for name in ("Thea Therapist", "Petra Physician", "Nils Nurse", "Connie Contact"):
        actions.vote_for_question(question=wanted, by=people[name])
    actions.vote_for_question(question=answered, by=people["Thea Therapist"])
    said = "The form is **the same**. It is due thirty days after the half-year ends."
    actions.answer_question(question=answered, by=orla, answer=said)
    actions.tell_of_question_votes()


def _agendas(town: TownMeeting, people: dict[str, Member]) -> None:
    """Of both sessions; item by item as the description says."""
    orla, kind = people["Orla Specialist"], AgendaItem.Kind
    for title, what, minutes, owner, name in (
        ("Welcome and captions check", kind.WELCOME, 5, orla, ""),
        ("ORR update and reporting calendar", kind.UPDATE, 15, orla, ""),
        ("Eligibility clarifications", kind.CLARIFICATION, 10, None, "ORR policy desk"),
        ("Programme spotlight: intake in one visit", kind.SPOTLIGHT, 10, people["Thea Therapist"], ""),
        ("Waiting lists and staff retention: responders, two minutes each", kind.DISCUSSION, 20, orla, ""),
        ("Partner news", kind.PARTNERS, 5, None, "NCB"),
        ("Open Q&A", kind.QUESTIONS, 8, None, ""),
        ("Close and pulse poll", kind.CLOSE, 2, orla, ""),
    ):
        said: dict[str, Any] = {"title": title, "kind": what, "minutes": minutes, "owner": owner, "owner_name": name}
        actions.add_item(meeting=town.first, by=orla, client_id=uuid4(), **said)
    actions.copy_agenda(meeting=town.second, of=town.first, by=orla)


def _written(meeting: Meeting | None, people: dict[str, Member]) -> None:
    """The notes of one that was held, and what is to be done since."""
    assert meeting is not None
    orla = people["Orla Specialist"]
    for heading, body in (
        ("ORR update", "The reporting calendar is on its page. Extensions are asked for in writing, two weeks ahead."),
        (
            "Waiting lists",
            "Programmes told how they keep in touch with those who wait.\n\n- A call every four weeks keeps most.\n"
            "- Groups while waiting help some, and ask for an interpreter.\n\n"
            "Decision: the next meeting compares intake forms.",
        ),
    ):
        actions.add_sections(meeting=meeting, headings=[heading], by=orla)
        section = meeting.notes.get(heading=heading)
        actions.save_section(section=section, heading=heading, body=body, version=0, by=orla)
        actions.let_go_of_section(section=section, by=orla)
    due: dict[str, Any] = {"due_on": now().date() + timedelta(days=10)}
    for what, name in (("Send your intake form", "Thea Therapist"), ("Put the forms side by side", "Dara Director")):
        said: dict[str, Any] = {"what": what, "owner": people[name]}
        actions.add_follow_up(meeting=meeting, by=orla, client_id=uuid4(), **said, **due)


def _office_hours(staff: Member) -> None:
    """One whose room is open when somebody looks around."""
    begins = now().astimezone(ZoneInfo(EASTERN)).replace(second=0, microsecond=0) + timedelta(minutes=10)
    hours = _plan(
        staff, "Open office hours with NCB", begins.date(), begins.hour, 180, minute=begins.minute, pattern=Pattern.ONCE
    )
    meeting = _upcoming(hours)[0]
    poll: dict[str, Any] = {"question": "How are you today?", "kind": "scale", "options": [], "shows": "live"}
    actions.open_poll(poll=actions.prepare_poll(meeting=meeting, by=staff, anonymous=False, **poll), by=staff)
    poll = {"question": "What would help most this quarter?", "kind": "words", "options": [], "shows": "closed"}
    actions.prepare_poll(meeting=meeting, by=staff, anonymous=True, **poll)


def _plan(
    by: Member, title: str, first_on: date, hour: int, minutes: int, *, minute: int = 0, space=None, **terms
) -> MeetingSeries:
    series = MeetingSeries(
        title=title,
        audience=Audience.SPACE if space else Audience.ELIGIBLE,
        space=space,
        zone=EASTERN,
        first_on=first_on,
        begins_at=time(hour, minute),
        minutes=minutes,
        **{"pattern": Pattern.WEEKLY, **terms},
    )
    return actions.plan_series(series=series, by=by)


def _held(series: MeetingSeries, *, times: int) -> None:
    """Dates before the first, which nobody could plan now."""
    for _ in range(times):
        series.first_on -= timedelta(weeks=series.every)
        meeting = Meeting(series=series)
        meeting.plan(datetime.combine(series.first_on, series.begins_at))
        meeting.put(meeting.planned, series.minutes)
        meeting.save()
    write_event(series)
    series.save()


def _came(series: MeetingSeries) -> None:
    """First half of those who were asked came to what was held, then more each time."""
    held = series.meetings.over().order_by("starts_at").select_related("series")
    for number, meeting in enumerate(held, start=2):
        asked = sorted(asked_to(meeting), key=lambda member: member.name)
        answers = eligibilities(asked, "meetings", meeting.starts_at)
        for place, member in enumerate(asked):
            answer, late = answers[member.pk], timedelta(minutes=place % 7)
            if place % number:
                there = {"from_at": meeting.starts_at + late, "until_at": meeting.ends_at}
                came = {"organisation": answer.organisation, "basis": answer.on_record(), **there}
                Attendance.objects.create(meeting=meeting, member=member, **came)


def _next(weekday: int, least: int) -> date:
    """The first such weekday that is so many days ahead at least."""
    day = now().astimezone(ZoneInfo(EASTERN)).date() + timedelta(days=least)
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _upcoming(series: MeetingSeries) -> list[Meeting]:
    return list(series.meetings.upcoming().select_related("series"))
