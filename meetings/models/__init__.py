"""Series of meetings, who comes to them, and what became of each."""

from meetings.models.attendance import Attendance
from meetings.models.coming import Answer, CalendarAddress, Lead, Reminder, ReminderChoice, Rsvp
from meetings.models.imports import Participant, ReportImport
from meetings.models.polls import RoomBallot, RoomPoll, RoomPollOption
from meetings.models.questions import Question, QuestionQuerySet, QuestionVote, UnnamedAsker
from meetings.models.room import Hand
from meetings.models.series import Meeting, MeetingChange, MeetingChangeQuerySet, MeetingQuerySet, MeetingSeries
from meetings.models.towns import Responder, SessionChoice, TownMeeting

__all__ = [
    "Answer",
    "Attendance",
    "CalendarAddress",
    "Hand",
    "Lead",
    "Meeting",
    "MeetingChange",
    "MeetingChangeQuerySet",
    "MeetingQuerySet",
    "MeetingSeries",
    "Participant",
    "Question",
    "QuestionQuerySet",
    "QuestionVote",
    "Reminder",
    "ReminderChoice",
    "ReportImport",
    "Responder",
    "RoomBallot",
    "RoomPoll",
    "RoomPollOption",
    "Rsvp",
    "SessionChoice",
    "TownMeeting",
    "UnnamedAsker",
]
