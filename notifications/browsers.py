"""Which of a member's browsers this one is. A cookie says so: sessions end while nobody looks, and pushes go on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from notifications import actions

COOKIE = "__Host-browser" if settings.PRODUCTION else "browser"
YEAR = 365 * 24 * 3600  # seconds


def this_browser(request: HttpRequest) -> UUID | None:
    """The id of the pushed browser that it was told to be."""
    try:
        return UUID(request.COOKIES.get(COOKIE, ""))
    except ValueError:
        return None


def remember(response: HttpResponse, pk: UUID) -> None:
    response.set_cookie(COOKIE, str(pk), max_age=YEAR, httponly=True, samesite="Lax", secure=settings.PRODUCTION)


class ThisBrowser:
    """Notes who is signed in where pushes are shown, once a session: whoever signs out there ends them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        pk = this_browser(request)
        if pk and request.user.is_authenticated:
            noted = [str(pk), request.session.session_key]
            if request.session.get("browser") != noted:
                actions.meet_browser(pk=pk, by=request.user, session_key=request.session.session_key)
                request.session["browser"] = noted
        return self.get_response(request)
