"""What one can do with a group. Every change of its seats goes through the lock on the group's row."""

from groups.actions.covenant import publish_covenant, sign
from groups.actions.glass import ask_glass, end_expired, end_glass, open_glass, refuse_glass
from groups.actions.joining import accept, accept_invitation, ask_to_join, decline, withdraw
from groups.actions.membership import leave, mute, remove, unmute
from groups.actions.opening import appoint, close, describe, dismiss, follow, keep_for, open_group, reopen

__all__ = [
    "accept",
    "accept_invitation",
    "appoint",
    "ask_glass",
    "ask_to_join",
    "close",
    "decline",
    "describe",
    "dismiss",
    "end_expired",
    "end_glass",
    "follow",
    "keep_for",
    "leave",
    "mute",
    "open_glass",
    "open_group",
    "publish_covenant",
    "refuse_glass",
    "remove",
    "reopen",
    "sign",
    "unmute",
    "withdraw",
]
