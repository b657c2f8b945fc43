"""What is done with series of meetings and with their dates."""

from meetings.actions.dates import cancel_meeting, move_meeting, restore_meeting
from meetings.actions.rsvp import answer_meeting, answer_series
from meetings.actions.series import change_series, end_series, plan_series, write_ahead

__all__ = [
    "answer_meeting",
    "answer_series",
    "cancel_meeting",
    "change_series",
    "end_series",
    "move_meeting",
    "plan_series",
    "restore_meeting",
    "write_ahead",
]
