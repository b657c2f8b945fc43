"""What staff do for an edition, page by page, in the order of its year."""

from typing import NamedTuple


class Desk(NamedTuple):
    """A page for staff: its address in `symposium.urls`, what it is called, and what it is for."""

    page: str
    name: str
    about: str
    tab: str = ""  # what its pages call themselves, where it stands in the row beneath the tabs, too


ORGANISE = {
    "Setting up": [
        Desk("parts", "Set up", "Tracks, session formats and rooms.", "parts"),
        Desk("call", "The call and its questions", "What members are asked to propose, and until when."),
    ],
    "Choosing": [
        Desk("proposals", "Proposals", "Ranking, ties, decisions.", "selection"),
        Desk("reviewing", "Review", "Phases, criteria, reviewers, and who reads what."),
        Desk("tell_decisions", "Letters", "Looked at before they go to those who proposed."),
    ],
    "The programme": [
        Desk("schedule", "Schedule", "Rooms by time, what clashes, and the version that members see.", "schedule"),
        Desk("speakers", "Speakers", "Who has confirmed, their slides, and tech checks."),
    ],
    "Registration": [
        Desk("registered", "Who comes", "Seats by category, the waitlist, guests.", "registered"),
        Desk("needs", "What people need", "Accommodations and languages, for staff alone."),
        Desk("workshops", "Seats in workshops", "How many, and who has one."),
    ],
    "The live days": [
        Desk("set_lobby", "Help and the quiet room", "Who helps, and what the quiet room says."),
        Desk("tables", "Tables", "Where a few people sit together: topics, seats, video."),
    ],
    "Afterwards": [
        Desk("credit", "Credit", "Rules, certificates, the questionnaire.", "credit"),
        Desk("credit_people", "Who earned what", "For each person, with the reason."),
        Desk("post_tests", "Post-tests", "Questions for who watched a recording."),
        Desk("evaluations", "Evaluations", "What was said, without names."),
        Desk("report", "Report", "What ORR is told, small cells hidden.", "report"),
        Desk("copy", "The next edition", "Begun with what this one is made of."),
    ],
}
IN_A_ROW = [desk for desks in ORGANISE.values() for desk in desks if desk.tab]
