from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class MemberRequest(HttpRequest):
    """A request that came through the gate: `user` is a signed-in member, never an AnonymousUser. For annotations."""

    user: Any
    htmx: HtmxDetails
