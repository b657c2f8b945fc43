"""What is done with series of meetings and with their dates."""

from meetings.actions.dates import cancel_meeting, move_meeting, restore_meeting
from meetings.actions.hands import lower_hand, raise_hand
from meetings.actions.imports import (
    decide_anew,
    forget_participants,
    import_report,
    match_participant,
    set_aside,
    undo_import,
)
from meetings.actions.joining import be_here
from meetings.actions.polls import close_poll, drop_poll, open_poll, prepare_poll, tell_of_votes, vote_in_room
from meetings.actions.questions import (
    answer_question,
    ask_question,
    let_question_in,
    look_at_questions_first,
    merge_question,
    publish_answers,
    refuse_question,
    set_question_state,
    take_question_back,
    take_questions_over,
    tell_of_question_votes,
    vote_for_question,
)
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
    "answer_meeting",
    "answer_question",
    "answer_series",
    "ask_question",
    "be_here",
    "cancel_meeting",
    "change_series",
    "choose_session",
    "close_poll",
    "decide_anew",
    "drop_poll",
    "end_series",
    "forget_participants",
    "import_report",
    "let_question_in",
    "look_at_questions_first",
    "lower_hand",
    "match_participant",
    "merge_question",
    "move_meeting",
    "move_organisation",
    "name_responder",
    "open_poll",
    "pair_sessions",
    "plan_series",
    "prepare_poll",
    "publish_answers",
    "raise_hand",
    "refuse_question",
    "restore_meeting",
    "set_aside",
    "set_question_state",
    "speak_for_us",
    "stop_speaking",
    "take_question_back",
    "take_questions_over",
    "tell_of_question_votes",
    "tell_of_votes",
    "undo_import",
    "vote_for_question",
    "vote_in_room",
    "write_ahead",
]
