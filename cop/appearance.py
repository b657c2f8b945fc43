"""Light or dark, and the sheet that shows every part of the design."""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from access import open_to_all
from access.requests import MemberRequest
from cop.sample import sample

YEAR = 365 * 24 * 3600  # seconds


@open_to_all
@require_POST
def choose_theme(request: MemberRequest) -> HttpResponse:
    """Remember light, dark or (empty) what the device says, in a cookie, so that the first paint is right."""
    theme, back = request.POST.get("theme", ""), request.POST.get("next", "/")
    if theme not in {"", "light", "dark"}:
        return HttpResponseBadRequest()
    answer = HttpResponseRedirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/")
    answer.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return answer


@open_to_all
@require_GET
def style_sheet(request: MemberRequest) -> HttpResponse:
    """Every part of the design on one page, in demonstration mode."""
    if not settings.DEMO:
        raise Http404
    return render(request, "cop/style.html", sample())
