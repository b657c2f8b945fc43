"""The front door: a page for strangers, a member's home, and what everyone may read about this place."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_POST, require_safe

from access import open_to_all
from access.requests import MemberRequest
from cop.home import home_of, mark_done
from cop.models import FirstStep


@open_to_all
def home(request: MemberRequest) -> HttpResponse:
    """What is new for a member; for a stranger, what this is and how one joins."""
    if request.user.is_authenticated:
        return render(request, "cop/home.html", home_of(request.user))
    return render(request, "cop/welcome.html")


@require_POST
def step_done(request: MemberRequest, step: str) -> HttpResponse:
    """Take a step off the first checklist."""
    if step not in FirstStep.Step.values:
        raise Http404
    mark_done(member=request.user, step=step)
    return redirect("home")


@open_to_all
def about(request: MemberRequest) -> HttpResponse:
    """What this is, for whom, and who pays for it."""
    return render(request, "cop/about.html")


@open_to_all
def accessibility(request: MemberRequest) -> HttpResponse:
    """What we do so that everyone can use this, and whom to tell where it fails."""
    return render(request, "cop/accessibility.html")


@open_to_all
def privacy(request: MemberRequest) -> HttpResponse:
    """Who can read what, what is kept and for how long."""
    return render(request, "cop/privacy.html")


@open_to_all
@require_safe
def favicon(request: MemberRequest) -> HttpResponse:
    """Where browsers look for a mark by themselves, on pages that name none, such as a download."""
    return redirect(static("images/favicon.svg"))
