"""Every request gets a number, is timed, and leaves one line in the log: its route, never its path or who asked."""

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from cop.logs import request_id, route_of

REQUESTS = Counter("cop_http_requests", "Answers, by route and class of status.", ["route", "status"])
SECONDS = Histogram(
    "cop_http_request_seconds",
    "Until the answer was made, by route.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
SHAPE = re.compile(r"[0-9a-f]{12,32}")
BY_ITSELF = {"/healthz", "/readyz", "/metrics", "/static/"}  # asked every few seconds, or with every page

logger = logging.getLogger(__name__)


class Requests:
    """Numbers and times a request. Outermost: what comes after may refuse it, and that is counted too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = request_id.set(number(request.META.get("HTTP_X_REQUEST_ID", "")))
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            seconds = time.perf_counter() - begun
            route = "/static/" if request.path.startswith(settings.STATIC_URL) else route_of(request)
            REQUESTS.labels(route, f"{response.status_code // 100}xx").inc()
            SECONDS.labels(route).observe(seconds)
            logger.log(
                logging.DEBUG if route in BY_ITSELF else logging.INFO,
                "%s %s answered %s in %d ms",
                request.method,
                route,
                response.status_code,
                seconds * 1000,
                extra={"route": route, "status": response.status_code, "ms": round(seconds * 1000)},
            )
            response.headers["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(before)


def numbered(live: Any) -> Any:
    """The socket, with a number too: that of its handshake."""

    async def application(scope: dict[str, Any], receive: Callable, send: Callable) -> None:
        headers = dict(scope["headers"])
        request_id.set(number(headers.get(b"x-request-id", b"").decode("latin1")))
        await live(scope, receive, send)

    return application


def number(given: str) -> str:
    """The number that our proxy gave, if it looks like one; else a new one, short enough to be read out."""
    return given if settings.BEHIND_PROXY and SHAPE.fullmatch(given) else secrets.token_hex(6)
