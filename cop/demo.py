"""Being one of the invented people by one click, and reading their mail: in the demonstration only.

These addresses exist where settings.DEMO is on and nowhere else; each view asks again; production refuses to start.
"""

from email import message_from_bytes, policy
from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from access import open_to_all
from cop.demonstration import PERSONAS
from members.models import Member
from members.signin import AccountAdapter
from notifications.models import Letter

LETTERS = 50


@open_to_all
@require_http_methods(["GET", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """The invented people; a click makes the visitor one of them."""
    _in_the_demonstration_only()
    if request.method == "POST":
        _become(request, get_object_or_404(_invented(), name=request.POST.get("name", "")))
        return redirect("home")
    found = {member.name: member for member in _invented().prefetch_related("affiliations__organisation")}
    people = [(found[name], who) for name, who in PERSONAS if name in found]
    return render(request, "cop/demo.html", {"people": people})


@open_to_all
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """The letters that would have been sent, newest first."""
    _in_the_demonstration_only()
    letters = [_opened(letter) for letter in Letter.objects.order_by("-created_at")[:LETTERS]]
    return render(request, "cop/demo_outbox.html", {"letters": letters})


urlpatterns = [path("demo/", demo, name="demo"), path("demo/outbox/", outbox, name="demo_outbox")]


def _in_the_demonstration_only() -> None:
    if not settings.DEMO:
        raise Http404


def _invented():
    names = [name for name, _ in PERSONAS]
    return Member.objects.filter(email__endswith="@example.org", name__in=names, deactivated_at=None)


def _become(request: HttpRequest, member: Member) -> None:
    logout(request)
    record_authentication(request, member, "persona")
    AccountAdapter().login(request, member)
    request.session["persona"] = True


def _opened(letter: Letter) -> SimpleNamespace:
    mail = message_from_bytes(bytes(letter.message), policy=policy.default)
    text = mail.get_body(("plain",)) if letter.message else None
    return SimpleNamespace(
        to=letter.to, subject=letter.subject, at=letter.created_at, text=text.get_content() if text else ""
    )
