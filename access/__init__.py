"""The permission question, asked everywhere in the same words, and the way to say no."""

from django.contrib.auth.decorators import login_not_required as open_to_all

from access.pace import insist_on_pace, take_turn
from access.permissions import Refusal, may, require, still_there
from access.requests import MemberRequest, passive

__all__ = [
    "MemberRequest",
    "Refusal",
    "insist_on_pace",
    "may",
    "open_to_all",
    "passive",
    "require",
    "still_there",
    "take_turn",
]
