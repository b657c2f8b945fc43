"""How often something may be done: a person never notices, a script is told."""

from typing import Any

from django.conf import settings
from django.core.cache import cache

from access.permissions import Refusal

MINUTE = 60  # seconds


def insist_on_pace(member: Any) -> None:
    """Take one of the turns that a member has to write in any minute. Raises Refusal where none is left."""
    if not take_turn(f"turn:{member.pk}", settings.WRITES_A_MINUTE, MINUTE):
        raise Refusal("That was a lot within a minute. Nothing is lost: wait a moment, and send it again.")


def take_turn(name: str, most: int, seconds: int) -> bool:
    """Take one of the turns that there are of this name in so many seconds; false where none is left.

    A turn is a key of the shared cache that only one request can add, so that many at once get no more of them.
    """
    turns = [f"{name}:{number}" for number in range(most)]
    taken = cache.get_many(turns)
    return any(cache.add(turn, True, seconds) for turn in turns if turn not in taken)
