"""How often something may be done: a person never notices, a script is told."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.timezone import now

from access.permissions import Refusal

MINUTE = 60  # seconds
# In one statement, so that many at once get no more turns than there are. The period before counts for the part of it
# that is less than a whole period ago.
TAKE = """
INSERT INTO access_turns (name, period, before, taken, over_at) VALUES (%(name)s, %(period)s, 0, 1, %(over_at)s)
ON CONFLICT (name) DO UPDATE SET
    before = CASE access_turns.period WHEN %(period)s THEN access_turns.before
        WHEN %(last)s THEN access_turns.taken ELSE 0 END,
    taken = CASE access_turns.period WHEN %(period)s THEN access_turns.taken ELSE 0 END + 1,
    period = excluded.period,
    over_at = excluded.over_at
WHERE CASE access_turns.period WHEN %(period)s THEN access_turns.before * %(share)s + access_turns.taken
    WHEN %(last)s THEN access_turns.taken * %(share)s ELSE 0 END + 1 <= %(most)s
"""


def insist_on_pace(member: Any) -> None:
    """Take one of the turns that a member has to write in any minute. Raises Refusal where none is left."""
    if not take_turn(f"turn:{member.pk}", settings.WRITES_A_MINUTE, MINUTE):
        raise Refusal("That was a lot within a minute. Nothing is lost: wait a moment, and send it again.")


def take_turn(name: str, most: int, seconds: int) -> bool:
    """Take one of the turns that there are of this name in so many seconds; false where none is left. In one query."""
    period, into = divmod(now().timestamp(), seconds)
    said: dict[str, Any] = {
        "name": name,
        "period": int(period),
        "last": int(period) - 1,
        "share": 1 - into / seconds,
        "most": most,
        "over_at": now() + timedelta(seconds=2 * seconds),
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, said)
        return cursor.rowcount == 1
