"""What one can do with an edition of the symposium."""

from symposium.actions.calls import (
    ask_no_more,
    ask_of_proposals,
    call_for_proposals,
    come_late,
    make_grace_link,
)
from symposium.actions.certificates import go_on_with_a_run, purge_certificates, reissue, revoke, start_run
from symposium.actions.copying import copy_edition
from symposium.actions.credit import remove_rule, set_learner, set_rule, set_terms
from symposium.actions.decisions import decide_proposals, give_feedback, tell_decisions
from symposium.actions.editions import (
    add_part,
    admit,
    change_edition,
    change_part,
    dismiss,
    open_edition,
    publish_edition,
    remove_part,
)
from symposium.actions.evaluation import evaluate, set_questionnaire, why_not_evaluate
from symposium.actions.lobby import announce, set_lobby, take_back
from symposium.actions.proposals import (
    answer_to_present,
    invite_presenter,
    leave_presenter_out,
    save_draft,
    start_proposal,
    submit_proposal,
    withdraw_proposal,
)
from symposium.actions.review import (
    add_criterion,
    add_phase,
    assign,
    name_reviewer,
    remove_criterion,
    remove_phase,
    review,
    say_to_reviewers,
    step_aside,
    unname_reviewer,
)

__all__ = [
    "add_criterion",
    "add_part",
    "add_phase",
    "admit",
    "announce",
    "answer_to_present",
    "ask_no_more",
    "ask_of_proposals",
    "assign",
    "call_for_proposals",
    "change_edition",
    "change_part",
    "come_late",
    "copy_edition",
    "decide_proposals",
    "dismiss",
    "evaluate",
    "give_feedback",
    "go_on_with_a_run",
    "invite_presenter",
    "leave_presenter_out",
    "make_grace_link",
    "name_reviewer",
    "open_edition",
    "publish_edition",
    "purge_certificates",
    "reissue",
    "remove_criterion",
    "remove_part",
    "remove_phase",
    "remove_rule",
    "review",
    "revoke",
    "save_draft",
    "say_to_reviewers",
    "set_learner",
    "set_lobby",
    "set_questionnaire",
    "set_rule",
    "set_terms",
    "start_proposal",
    "start_run",
    "step_aside",
    "submit_proposal",
    "take_back",
    "tell_decisions",
    "unname_reviewer",
    "why_not_evaluate",
    "withdraw_proposal",
]
