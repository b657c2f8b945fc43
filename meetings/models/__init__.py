"""Series of meetings, who comes to them, and what became of each."""

from meetings.models.accommodations import Accommodation
from meetings.models.agenda import AgendaItem
from meetings.models.attendance import Attendance
from meetings.models.coming import Answer, CalendarAddress, Lead, Reminder, ReminderChoice, Rsvp
from meetings.models.follow_ups import FollowUp
from meetings.models.imports import Participant, ReportImport
from meetings.models.materials import Material, MaterialQuerySet, Recording
from meetings.models.notes import NoteSection, Scribe
from meetings.models.polls import RoomBallot, RoomPoll, RoomPollOption
from meetings.models.questions import Question, QuestionQuerySet, QuestionVote, UnnamedAsker
from meetings.models.room import Hand, Overflow, RoomReaction
from meetings.models.series import Meeting, MeetingChange, MeetingChangeQuerySet, MeetingQuerySet, MeetingSeries
from meetings.models.towns import Responder, SessionChoice, TownMeeting

__all__ = [
    "Accommodation",
    "AgendaItem",
    "Answer",
    "Attendance",
    "CalendarAddress",
    "FollowUp",
    "Hand",
    "Lead",
    "Material",
    "MaterialQuerySet",
    "Meeting",
    "MeetingChange",
    "MeetingChangeQuerySet",
    "MeetingQuerySet",
    "MeetingSeries",
    "NoteSection",
    "Overflow",
    "Participant",
    "Question",
    "QuestionQuerySet",
    "QuestionVote",
    "Recording",
    "Reminder",
    "ReminderChoice",
    "ReportImport",
    "Responder",
    "RoomBallot",
    "RoomPoll",
    "RoomPollOption",
    "RoomReaction",
    "Rsvp",
    "Scribe",
    "SessionChoice",
    "TownMeeting",
    "UnnamedAsker",
]
