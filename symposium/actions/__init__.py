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
from symposium.actions.registration import (
    cancel_registration,
    change_registration,
    hand_seats_on,
    invite_guest,
    move_up,
    pass_for,
    register,
    register_colleagues,
    register_guest,
    set_up_desk,
    take_offer,
)
from symposium.actions.workshops import (
    give_seat_up,
    give_seats,
    hand_workshop_seats_on,
    put_into_agenda,
    take_offered_seat,
    take_seat,
)

__all__ = [
    "add_part",
    "admit",
    "announce",
    "cancel_registration",
    "change_edition",
    "change_part",
    "change_registration",
    "copy_edition",
    "dismiss",
    "evaluate",
    "give_seat_up",
    "give_seats",
    "go_on_with_a_run",
    "hand_seats_on",
    "hand_workshop_seats_on",
    "invite_guest",
    "move_up",
    "open_edition",
    "pass_for",
    "publish_edition",
    "purge_certificates",
    "put_into_agenda",
    "register",
    "register_colleagues",
    "register_guest",
    "reissue",
    "remove_part",
    "remove_rule",
    "revoke",
    "set_learner",
    "set_lobby",
    "set_questionnaire",
    "set_rule",
    "set_terms",
    "set_up_desk",
    "start_run",
    "take_back",
    "take_offer",
    "take_offered_seat",
    "take_seat",
    "why_not_evaluate",
]
