"""The symposium of the demonstration: "Threads of Care", two half-days, released, with what some have chosen."""

from datetime import date, time, timedelta

from django.utils.timezone import now

from members.models import Member
from symposium import actions
from symposium.models import Edition, Format, Room, Session, Track

ABOUT = """Two half-days of learning from one another. All of it is invented: demonstration data.

Each session has its room here, with questions, polls and captions. Choose what you come to, and it stands in your \
agenda and in your calendar."""
TRACKS = (
    "Clinical & body-based healing",
    "Integrated & medical care",
    "Legal, forensic & advocacy",
    "Community, culture & interpreters",
    "Data, evaluation & research",
    "Leadership, sustainability & staff wellness",
)
FORMATS = (
    ("Keynote", "keynote", 45),
    ("Workshop", "workshop", 60),
    ("Lightning talk", "lightning", 15),
    ("Case clinic", "clinic", 60),
    ("Poster", "poster", 15),
    ("Wellness break", "break", 15),
)
ROOMS = ("Main hall", "Cedar room", "Juniper room")
# title, what it is about, track (from 0) or none, format, day, time, room, who speaks, who chairs
SESSIONS: tuple[tuple[str, str, int | None, str, int, str, str, list[str], list[str]], ...] = (
    ("Threads of care: what holds", "What has carried survivors and those who walk with them, and what we carry on.",
     None, "Keynote", 0, "11:00", "Main hall", ["Dara Director"], ["Stan Staff"]),
    ("Sleep groups: how many sessions?", "Six weeks or ten? Two programmes compare what changed, and for whom.",
     0, "Workshop", 0, "12:00", "Cedar room", ["Thea Therapist"], ["Faye Facilitator"]),
    ("Fee-waiver letters that are read", "What an adjudicator looks for, with letters to take apart together.",
     2, "Workshop", 0, "12:00", "Juniper room", ["Amara Attorney"], []),
    ("Breathe, stretch, look out of the window", "Fifteen minutes without a screen.",
     None, "Wellness break", 0, "13:10", "Main hall", [], []),
    ("Stomach pain with clean tests", "A composite case: how do clinic and therapist share one plan?",
     1, "Case clinic", 0, "13:40", "Cedar room", ["Petra Physician"], ["Faye Facilitator"]),
    ("A five-minute interpreter debrief", "What to ask before everyone hangs up, and why it pays.",
     3, "Lightning talk", 0, "13:40", "Juniper room", ["Ines Interpreter"], []),
    ("Warm hand-off scripts for the front desk", "Words that the first person at the door can keep in a pocket.",
     3, "Lightning talk", 0, "14:05", "Juniper room", ["Cory Casework"], []),
    ("Measuring well-being without exhausting clients", "Fewer questions, asked better; what we stopped asking.",
     4, "Keynote", 1, "11:00", "Main hall", ["Emil Evaluator"], ["Stan Staff"]),
    ("When the only private room is a car", "Telehealth from shared rooms: how privacy is kept, step by step.",
     0, "Workshop", 1, "12:00", "Cedar room", ["Thea Therapist"], []),
    ("Counting family members as secondary survivors", "What the definitions say, what programmes do, what it costs.",
     4, "Workshop", 1, "12:00", "Juniper room", ["Dara Director"], []),
    ("A case manager dreading a visit", "A composite case: what is mine, what is theirs?",
     5, "Case clinic", 1, "13:15", "Cedar room", ["Petra Physician"], ["Faye Facilitator"]),
    ("Close: what we take with us", "One sentence from each of us, and thanks.",
     5, "Keynote", 1, "14:30", "Main hall", ["Faye Facilitator"], ["Stan Staff"]),
)  # fmt: skip


def load_symposium(people: dict[str, Member]) -> Edition:
    staff, first_on = people["Stan Staff"], _tuesday()
    edition = actions.open_edition(
        by=staff,
        title="Threads of Care",
        slug=str(first_on.year),
        description=ABOUT,
        zone="America/New_York",
        first_on=first_on,
        last_on=first_on + timedelta(days=1),
    )
    tracks = [Track(edition=edition, name=name) for name in TRACKS]
    formats = {name: Format(edition=edition, name=name, kind=kind, minutes=minutes) for name, kind, minutes in FORMATS}
    rooms = {name: Room(edition=edition, name=name) for name in ROOMS}
    parts: list[Track | Format | Room] = [*tracks, *formats.values(), *rooms.values()]
    for part in parts:
        actions.add_part(part=part, by=staff)
    for title, abstract, track, held, day, at, room, speakers, chairs in SESSIONS:
        session = actions.add_session(
            edition=edition,
            by=staff,
            title=title,
            abstract=abstract,
            track=None if track is None else tracks[track],
            format=formats[held],
            minutes=formats[held].minutes,
            speakers=[people[name] for name in speakers],
            chairs=[people[name] for name in chairs],
        )
        actions.place_session(
            session=session, room=rooms[room], on=edition.days[day], at=time.fromisoformat(at), by=staff
        )
    actions.publish_edition(edition=edition, by=staff)
    actions.release_programme(edition=edition, by=staff, number=1, message="The first version. Choose your agenda.")
    chosen = {"Thea Therapist": (1, 4, 7, 8), "Petra Physician": (0, 4, 10), "Connie Contact": (2, 9)}
    for name, numbers in chosen.items():
        actions.admit(edition=edition, member=people[name])
        for number in numbers:
            session = Session.objects.get(edition=edition, title=SESSIONS[number][0])
            actions.choose_session(session=session, by=people[name], comes=True)
    return edition


def _tuesday() -> date:
    """The first at least three months ahead."""
    day = now().date() + timedelta(days=90)
    return day + timedelta(days=(1 - day.weekday()) % 7)
