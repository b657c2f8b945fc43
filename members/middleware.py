"""What stands in front of every page: the limits of a session, sign-in, the second factor, the reader's time."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from members import sessions

# Where those may go who must set up a second factor first.
BEFORE_SECOND_FACTOR = {
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "account_set_password",
    "members:fresh",
    "members:security",
    "members:session",
    "members:session_stay",
}


class SessionLimits:
    """Ends a session that is over, counts what the person does as activity, and cleans up behind a sign-out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and sessions.is_over(request):
            sessions.end(request)
            messages.info(request, "You were signed out because the page was not used for a while. Sign in to go on.")
        response = self.get_response(request)
        if getattr(request, "signed_out", False):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not request.user.is_authenticated:
            return
        if "ends" not in request.session:
            sessions.begin(request)
        elif not _by_itself(request, view):
            sessions.touch(request)


def _by_itself(request: HttpRequest, view: Any) -> bool:
    """Whether the page asks, not the person: a poll, a picture, a list that renews itself (X-By-Itself)."""
    passive = getattr(view, "passive", False) or "X-By-Itself" in request.headers
    return passive or request.headers.get("Sec-Fetch-Dest") == "image"


class Gate(LoginRequiredMiddleware):
    """Every page wants a sign-in unless it says otherwise. What was sent without one is shown again, not lost."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        if not _is_navigation(request):
            response: HttpResponse = JsonResponse({"sign_in": settings.LOGIN_URL}, status=401)
            response.headers["HX-Refresh"] = "true"
            return response
        if request.method not in {"GET", "HEAD"}:
            return render(request, "members/signed_out.html", {"typed": _typed(request)}, status=401)
        return super().handle_no_permission(request, view_func)


class SecondFactor:
    """Those who hold a role, or lead a group, set up a second factor before anything else, and sign in with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        member: Any = request.user
        if not member.is_authenticated or sessions.gave_second_factor(member, request.session):
            return None
        if member.has_second_factor:  # signed in before it was set up, or past it
            sessions.end(request)
            return redirect("account_login")
        if not member.needs_second_factor:
            return None
        request.lacks_factor = (
            True  # no page listens for them yet: their socket would be closed, and the page load anew
        )
        if _is_open(request, view):
            return None
        if _is_navigation(request):
            return redirect("members:security")
        return JsonResponse({"refusal": "Set up a second factor first: see Sign-in and security."}, status=403)


class MemberTime:
    """Shows times in the member's own zone, as things are at this time: what a page asks of them is looked up once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        if request.method in {"GET", "HEAD"}:
            request.user.ask_once()
        with timezone.override(ZoneInfo(request.user.time_zone)):
            return self.get_response(request)


def _is_navigation(request: Any) -> bool:
    """Whether a person opens a page, rather than a script asking for something."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode == "navigate" and request.accepts("text/html") and not request.htmx


def _is_open(request: Any, view: Any) -> bool:
    name = request.resolver_match.view_name
    open_to_strangers = not getattr(view, "login_required", True) and name != "home"
    return name in BEFORE_SECOND_FACTOR or name.startswith("mfa_") or open_to_strangers


def _typed(request: Any) -> list[str]:
    """What the person wrote, longest first: never a password, a code or a hidden value."""
    secret = ("password", "code", "csrf", "client_id", "credential", "token")
    texts = [value for name, value in request.POST.items() if not any(word in name for word in secret)]
    return sorted((text for text in texts if len(text) > 20), key=len, reverse=True)
