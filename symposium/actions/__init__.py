"""What one can do with an edition of the symposium."""

from symposium.actions.certificates import go_on_with_a_run, purge_certificates, reissue, revoke, start_run
from symposium.actions.copying import copy_edition
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
from symposium.actions.lobby import announce, set_lobby, take_back

__all__ = [
    "add_part",
    "admit",
    "announce",
    "change_edition",
    "change_part",
    "copy_edition",
    "dismiss",
    "evaluate",
    "go_on_with_a_run",
    "open_edition",
    "publish_edition",
    "purge_certificates",
    "reissue",
    "remove_part",
    "remove_rule",
    "revoke",
    "set_learner",
    "set_lobby",
    "set_questionnaire",
    "set_rule",
    "set_terms",
    "start_run",
    "take_back",
    "why_not_evaluate",
]
