"""What one can do with an edition of the symposium."""

from symposium.actions.certificates import go_on_with_a_run, reissue, revoke, start_run
from symposium.actions.credit import remove_rule, set_learner, set_rule, set_terms
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

__all__ = [
    "add_part",
    "admit",
    "change_edition",
    "change_part",
    "dismiss",
    "evaluate",
    "go_on_with_a_run",
    "open_edition",
    "publish_edition",
    "reissue",
    "remove_part",
    "remove_rule",
    "revoke",
    "set_learner",
    "set_questionnaire",
    "set_rule",
    "set_terms",
    "start_run",
    "why_not_evaluate",
]
