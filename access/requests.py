from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class MemberRequest(HttpRequest):
    """A request that came through the gate: `user` is a signed-in member, never an AnonymousUser. For annotations."""

    user: Any
    htmx: HtmxDetails
    signed_out: bool  # set where the member has just been signed out, so that the browser forgets everything


def passive(view: Callable) -> Callable:
    """Mark a view that pages ask by themselves, such as a poll: it does not keep a session alive."""
    view.passive = True  # type: ignore[attr-defined]
    return view
