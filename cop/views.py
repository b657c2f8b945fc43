"""The front door: a page for strangers, and a member's home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from access import open_to_all


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """What is new for a member; for a stranger, what this is and how one joins."""
    return render(request, "cop/home.html" if request.user.is_authenticated else "cop/welcome.html")
