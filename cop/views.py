"""The front door: a page for strangers, and a member's home."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access import open_to_all


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """What is new for a member; for a stranger, what this is and how one joins."""
    return render(request, "cop/home.html" if request.user.is_authenticated else "cop/welcome.html")


@open_to_all
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """For the proxy: 200 where this process reaches its database, 503 where not, and nothing more."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("no database\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
