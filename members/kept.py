"""What rooms above this one keep about a member, for them to look at and to take away."""

from collections.abc import Callable
from typing import Any

from members.models import Member

_kept: dict[str, Callable[[Member], Any]] = {}


def keep(name: str, about: Callable[[Member], Any]) -> None:
    """Say that there is something under this name; `about` gives it, ready for JSON."""
    _kept[name] = about


def kept_elsewhere(member: Member) -> dict[str, Any]:
    return {name: about(member) for name, about in _kept.items()}
