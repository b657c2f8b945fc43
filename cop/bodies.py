"""How much a request may bring. What is too much is never kept, in memory or on disk, and is answered with 413."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

MEGABYTE = 1024 * 1024
UPLOADS = re.compile(r"/(spaces/[^/]+/files|files/[^/]+/replace|profile/photo)/")
MAIL_IN = "/mail/in/"
FORM = 4 * MEGABYTE
BESIDES = MEGABYTE  # what a form says besides the file that it carries
TOO_LARGE = "That is too large. Nothing was stored: send fewer or smaller files, or a part of it."


def most(path: str) -> int:
    """The bytes that a request to this path may bring."""
    if path == MAIL_IN:
        return settings.MAIL_MOST_MB * MEGABYTE * 3 // 2  # in base64, or escaped
    return settings.MAX_UPLOAD_MB * MEGABYTE + BESIDES if UPLOADS.fullmatch(path) else FORM


def bounded(pages: Any) -> Any:
    """The pages, for any ASGI server: of a body that is too long they see nothing but its length."""

    async def application(scope: dict[str, Any], receive: Callable, send: Callable) -> None:
        left = most(scope["path"])

        async def receive_within() -> dict[str, Any]:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left >= 0:
                return message
            others = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
            scope["headers"] = [*others, (b"content-length", str(most(scope["path"]) - left).encode())]
            while message.get("more_body"):
                message = await receive()
            return {"type": "http.request", "body": b"", "more_body": False}

        await pages(scope, receive_within, send)

    return application


class Bounded:
    """Answers a body that was too long, by what it said of its length."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) <= most(request.path):
            return self.get_response(request)
        if request.accepts("text/html"):
            return render(request, "413.html", status=413)
        return JsonResponse({"refusal": TOO_LARGE}, status=413)
