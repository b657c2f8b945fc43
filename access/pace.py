"""How fast one member may write, whatever it is: a person never notices, a script is told."""

from typing import Any

from django.conf import settings
from django.core.cache import cache

from access.permissions import Refusal

MINUTE = 60  # seconds


def insist_on_pace(member: Any) -> None:
    """Take one of the turns that a member has in any minute. Raises Refusal where none is left.

    A turn is a key of the shared cache that only one request can add, so that many at once get no more of them.
    """
    turns = [f"turn:{member.pk}:{number}" for number in range(settings.WRITES_A_MINUTE)]
    taken = cache.get_many(turns)
    if not any(cache.add(turn, True, MINUTE) for turn in turns if turn not in taken):
        raise Refusal("That was a lot within a minute. Nothing is lost: wait a moment, and send it again.")
