"""The site with what heals it switched off: no tick, no beat, no check. The suite must notice (test_control.py)."""

from cop.asgi import application as healthy
from spaces import hub

NEVER = 1e6  # seconds


async def application(scope, receive, send):
    if hub._hub is None:
        hub.use(hub.Hub(hub.Pace(tick=NEVER, beat=NEVER, recheck=NEVER, overdue=NEVER)))
    await healthy(scope, receive, send)
