"""What is done with series of meetings and with their dates."""

from meetings.actions.dates import cancel_meeting, move_meeting, restore_meeting
from meetings.actions.hands import lower_hand, raise_hand
from meetings.actions.joining import be_here
from meetings.actions.rsvp import answer_meeting, answer_series
from meetings.actions.series import change_series, end_series, plan_series, write_ahead
from meetings.actions.town import (
    choose_session,
    move_organisation,
    name_responder,
    pair_sessions,
    speak_for_us,
    stop_speaking,
)

__all__ = [
    "be_here",
    "choose_session",
    "pair_sessions",
    "move_organisation",
    "name_responder",
    "speak_for_us",
    "stop_speaking",
    "answer_meeting",
    "answer_series",
    "cancel_meeting",
    "change_series",
    "end_series",
    "lower_hand",
    "move_meeting",
    "plan_series",
    "raise_hand",
    "restore_meeting",
    "write_ahead",
]
