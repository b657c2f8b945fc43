"""The ways in: applying, confirming an address, replying to a refusal, accepting an invitation."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from access import Refusal, open_to_all
from access.requests import MemberRequest
from members.actions import joining
from members.forms.joining import AcceptForm, AppealForm, ApplyForm, ConfirmForm, known_addresses
from members.models import Organisation


@never_cache
@open_to_all
def apply(request: MemberRequest) -> HttpResponse:
    """Name and address. Whoever it is, the answer is the same: look into your mail."""
    form = ApplyForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and _within_limits(request, "apply", form, form.cleaned_data["email"])
    ):
        joining.apply(name=form.cleaned_data["name"], email=form.cleaned_data["email"])
        return redirect("members:apply_sent")
    return _page(request, "members/apply.html", {"form": form})


@open_to_all
def apply_sent(request: MemberRequest) -> HttpResponse:
    return render(request, "members/apply_sent.html")


@never_cache
@open_to_all
def confirm(request: MemberRequest, token: str) -> HttpResponse:
    """The address is proven by whoever opens the link and presses the button; opening alone changes nothing."""
    application = joining.application_for(token)
    if not application:
        return _dead_link(request)
    query = request.POST.get("q", "").replace("\x00", "").strip()
    suggested = joining.suggestion_for(application)
    found = _found(suggested, query)
    if "search" in request.POST or request.method == "GET":
        typed = {"organisation": str(suggested.pk) if suggested else "", **request.POST.dict()}
        form = ConfirmForm(found=found, initial=typed)
        if request.method == "POST" and not ratelimit.consume(request, action="open_link", key=str(application.pk)):
            form = ConfirmForm(found=[], initial=typed)
    else:
        form = ConfirmForm(request.POST, found=found)
        if form.is_valid() and _confirmed(token, form):
            return redirect("members:apply_received")
    context = {"form": form, "application": application, "query": query, "found": found, "suggested": suggested}
    return render(request, "members/confirm.html", context, status=422 if form.errors else 200)


@open_to_all
def apply_received(request: MemberRequest) -> HttpResponse:
    return render(request, "members/apply_received.html")


@never_cache
@open_to_all
def appeal(request: MemberRequest, token: str) -> HttpResponse:
    """Reply to a refusal."""
    application = joining.refusal_for(token)
    if not application:
        return _dead_link(request)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        joining.appeal(token=token, text=form.cleaned_data["text"])
        return redirect("members:apply_received")
    return _page(request, "members/appeal.html", {"form": form, "application": application})


@never_cache
@sensitive_post_parameters("password")
@open_to_all
def invitation(request: MemberRequest, token: str) -> HttpResponse:
    """Look at an invitation; POST accepts it, as a new member or as the one who is signed in."""
    invited = joining.invitation_for(token)
    if not invited:
        return _dead_link(request)
    if request.user.is_authenticated:
        return _invitation_of_member(request, token, invited)
    form = AcceptForm(request.POST or None, invitation=invited)
    if request.method == "POST" and form.is_valid() and (member := _accepted(token, form)):
        record_authentication(request, member, "password" if form.cleaned_data["password"] else "code")
        return perform_login(request, member, email_verification="none")
    return _page(request, "members/invitation.html", {"form": form, "invitation": invited})


def _invitation_of_member(request: MemberRequest, token: str, invited) -> HttpResponse:
    theirs = invited.email in known_addresses(request.user)
    if request.method == "POST":
        joining.accept_as_member(token=token, member=request.user)
        messages.success(request, "You have accepted the invitation. Everything that it opens is on this page.")
        return redirect("home")
    return render(request, "members/invitation_of_member.html", {"invitation": invited, "theirs": theirs})


def _accepted(token: str, form: AcceptForm):
    values = form.cleaned_data
    try:
        return joining.accept_as_new(
            token=token, name=values["name"], time_zone=values["time_zone"], password=values["password"]
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


def _confirmed(token: str, form: ConfirmForm) -> bool:
    values = form.cleaned_data
    try:
        joining.confirm_application(
            token=token,
            organisation=values["organisation"],
            organisation_name="" if values["organisation"] else values["organisation_name"],
            title=values["title"],
            message=values["message"],
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _within_limits(request: MemberRequest, action: str, form: ApplyForm, key: str) -> bool:
    if ratelimit.consume(request, action=action, key=key):
        return True
    form.add_error(None, "That was often. Look into your mail, and try again tomorrow if nothing came.")
    return False


def _found(suggested: Organisation | None, query: str) -> list[Organisation]:
    """At most five names, for three letters or more: nobody reads the list of organisations off this page."""
    matches = list(Organisation.objects.filter(name__icontains=query)[:5]) if len(query) >= 3 else []
    return list(dict.fromkeys([*([suggested] if suggested else []), *matches]))


def _dead_link(request: MemberRequest) -> HttpResponse:
    return render(request, "members/dead_link.html", status=410)


def _page(request: MemberRequest, template: str, context: dict) -> HttpResponse:
    wrong = request.method == "POST"
    return render(request, template, context, status=422 if wrong else 200)
