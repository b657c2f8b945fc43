"""What is done with series of meetings and with their dates."""

from meetings.actions.agenda import (
    add_item,
    begin_item,
    change_item,
    copy_agenda,
    end_item,
    move_item,
    remove_item,
)
from meetings.actions.dates import cancel_meeting, move_meeting, restore_meeting
from meetings.actions.follow_ups import (
    add_follow_up,
    change_follow_up,
    finish_follow_up,
    remove_follow_up,
    reopen_follow_up,
)
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
from meetings.actions.notes import (
    add_sections,
    claim_section,
    let_go_of_lapsed_claims,
    let_go_of_section,
    name_scribe,
    remove_section,
    save_section,
    unname_scribe,
)
from meetings.actions.polls import close_poll, drop_poll, open_poll, prepare_poll, tell_of_votes, vote_in_room
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
    "add_follow_up",
    "add_item",
    "add_sections",
    "answer_meeting",
    "answer_series",
    "be_here",
    "begin_item",
    "cancel_meeting",
    "change_follow_up",
    "change_item",
    "change_series",
    "choose_session",
    "claim_section",
    "close_poll",
    "copy_agenda",
    "decide_anew",
    "drop_poll",
    "end_item",
    "end_series",
    "finish_follow_up",
    "forget_participants",
    "import_report",
    "let_go_of_lapsed_claims",
    "let_go_of_section",
    "lower_hand",
    "match_participant",
    "move_item",
    "move_meeting",
    "move_organisation",
    "name_responder",
    "name_scribe",
    "open_poll",
    "pair_sessions",
    "plan_series",
    "prepare_poll",
    "raise_hand",
    "remove_follow_up",
    "remove_item",
    "remove_section",
    "reopen_follow_up",
    "restore_meeting",
    "save_section",
    "set_aside",
    "speak_for_us",
    "stop_speaking",
    "tell_of_votes",
    "undo_import",
    "unname_scribe",
    "vote_in_room",
    "write_ahead",
]
