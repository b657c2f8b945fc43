"""The member's own sign-in: how, where, for how long."""

from datetime import UTC, datetime

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import passive
from access.requests import MemberRequest
from members.actions.sessions import end_session, send_fresh_code, sign_out_everywhere
from members.codes import new_seed
from members.forms.sessions import FreshCodeForm
from members.sessions import describe, gave_second_factor


@require_GET
def security(request: MemberRequest) -> HttpResponse:
    """Everything that the member signs in with, and what they must or could add."""
    factors = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    of_kind = {kind: [one for one in factors if one.type == kind] for kind in Authenticator.Type.values}
    member = request.user
    held = member.needs_second_factor and not gave_second_factor(member, request.session)
    context = {"factors": of_kind, "sessions": len(_open_sessions(request)), "held": held}
    return render(request, "members/security.html", context)


@require_GET
def sessions(request: MemberRequest) -> HttpResponse:
    """Where the member is signed in."""
    return render(request, "members/sessions.html", {"sessions": _open_sessions(request)})


@require_POST
def end(request: MemberRequest, pk: int) -> HttpResponse:
    """Sign one of the member's devices out."""
    session = get_object_or_404(UserSession.objects.filter(user=request.user), pk=pk)
    end_session(session=session, by=request.user)
    if session.session_key == request.session.session_key:
        logout(request)
        return redirect("account_login")
    messages.success(request, "That device was signed out.")
    return redirect("members:sessions")


@require_POST
def end_everywhere(request: MemberRequest) -> HttpResponse:
    """Sign the member out on every device, this one too."""
    sign_out_everywhere(member=request.user, by=request.user)
    logout(request)
    request.signed_out = True
    messages.success(request, "You are signed out everywhere.")
    return redirect("account_login")


@require_http_methods(["GET", "POST"])
def fresh(request: MemberRequest) -> HttpResponse:
    """Before something sensitive: prove it is you by a code, where there is neither a password nor a second factor."""
    if "send" in request.POST and ratelimit.consume(
        request, app="allauth.account", action="request_login_code", key=request.user.email
    ):
        request.session["fresh_seed"] = new_seed()
        send_fresh_code(member=request.user, seed=request.session["fresh_seed"])
    form = FreshCodeForm(request.POST if "code" in request.POST else None, seed=request.session.get("fresh_seed", ""))
    if form.is_valid():
        del request.session["fresh_seed"]
        record_authentication(request, request.user, "code", reauthenticated=True)
        return resume_request(request) or redirect("members:security")
    return render(request, "members/fresh.html", {"form": form, "sent": "fresh_seed" in request.session})


@passive
@require_GET
def limits(request: MemberRequest) -> JsonResponse:
    """When this session ends. Asking does not prolong it."""
    return _limits(request)


@require_POST
def stay(request: MemberRequest) -> JsonResponse:
    """The person is still there."""
    return _limits(request)


def _limits(request: MemberRequest) -> JsonResponse:
    return JsonResponse({name: _instant(request.session[name]) for name in ("idle_ends", "ends")})


def _open_sessions(request: MemberRequest) -> list[UserSession]:
    rows = sorted(UserSession.objects.purge_and_list(request.user), key=lambda row: row.last_seen_at, reverse=True)
    for row in rows:
        row.where = describe(row.user_agent)
        row.here = row.session_key == request.session.session_key
    return rows


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
