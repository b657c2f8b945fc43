from typing import Any

import rules
from django.core.exceptions import PermissionDenied


class Refusal(Exception):
    """A rule of the community says no. The message is one sentence for a person, with the way out."""


def may(member: Any, verb: str, thing: Any = None) -> bool:
    """Whether this member may do this to this thing. A verb nobody has a rule for is an error, never a yes."""
    if not rules.perm_exists(verb):
        raise LookupError(f"No rule says who may {verb}.")
    return bool(member.is_authenticated and member.is_active and rules.has_perm(verb, member, thing))


def require(member: Any, verb: str, thing: Any = None) -> None:
    """Raise PermissionDenied (403) unless this member may."""
    if not may(member, verb, thing):
        raise PermissionDenied
