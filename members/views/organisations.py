"""An organisation's page: for its people, and for its contact, who lets people in and out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from access import Refusal, may, require
from access.requests import MemberRequest
from members.actions import joining, organisations
from members.eligibility import organisation_standing
from members.forms.joining import ApproveForm, InviteForm, RefuseForm
from members.forms.staff import EndAffiliationForm
from members.models import Affiliation, Application, Invitation, Organisation
from members.roles import is_staff


def organisation(request: MemberRequest, pk: str) -> HttpResponse:
    """What it is eligible for; and for those who may, its people and who waits to join them."""
    found = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    return _organisation_page(request, found, InviteForm())


def invite(request: MemberRequest, pk: str) -> HttpResponse:
    """The contact invites a colleague."""
    found = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require(request.user, "invitation.send", found)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _invited(request, found, form):
        return redirect(found)
    return _organisation_page(request, found, form)


@require_POST
def invitation_resend(request: MemberRequest, pk: str) -> HttpResponse:
    found = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    require(request.user, "invitation.resend", found)
    joining.resend(invitation=found, by=request.user)
    messages.success(request, "A new link is on its way. The older one no longer works.")
    return redirect(found.organisation or "members:invitations")


@require_POST
def invitation_revoke(request: MemberRequest, pk: str) -> HttpResponse:
    found = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    require(request.user, "invitation.revoke", found)
    joining.revoke(invitation=found, by=request.user)
    messages.success(request, "The invitation is withdrawn: its link no longer works.")
    return redirect(found.organisation or "members:invitations")


def application(request: MemberRequest, pk: str) -> HttpResponse:
    found = _application(request, pk)
    return _application_page(request, found, _approve_form(request, found), RefuseForm())


@require_POST
def application_approve(request: MemberRequest, pk: str) -> HttpResponse:
    found = _application(request, pk)
    require(request.user, "application.decide", found)
    form = _approve_form(request, found, request.POST)
    if form and not form.is_valid():
        return _application_page(request, found, form, RefuseForm())
    values = form.cleaned_data if form else {"organisation": found.organisation, "roles": []}
    joining.approve(application=found, by=request.user, organisation=values["organisation"], roles=values["roles"])
    messages.success(request, "Approved. An invitation is on its way to them.")
    return redirect(_queue(request, found))


@require_POST
def application_refuse(request: MemberRequest, pk: str) -> HttpResponse:
    found = _application(request, pk)
    require(request.user, "application.decide", found)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _application_page(request, found, _approve_form(request, found), form)
    joining.refuse(application=found, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, "Refused. They get the reason by mail, and may reply.")
    return redirect(_queue(request, found))


def affiliation_end(request: MemberRequest, pk: int) -> HttpResponse:
    """They no longer work here: asks for the last day, then does it."""
    of_mine = Affiliation.objects.filter(organisation__in=Organisation.objects.visible_to(request.user))
    found = get_object_or_404(of_mine.select_related("member", "organisation"), pk=pk)
    require(request.user, "organisation.manage", found.organisation)
    form = EndAffiliationForm(request.POST or None, initial={"last_day": found.organisation.today()})
    if request.method == "POST" and form.is_valid() and _ended(request, found, form):
        return redirect(found.organisation)
    context = {"affiliation": found, "form": form}
    return render(request, "members/affiliation_end.html", context, status=422 if form.errors else 200)


def _organisation_page(request: MemberRequest, found: Organisation, form: InviteForm) -> HttpResponse:
    manages = may(request.user, "organisation.manage", found)
    roster = manages or may(request.user, "organisations.browse")
    people = found.affiliations.current().filter(member__deactivated_at=None).select_related("member")
    contacts = found.role_grants.current().values_list("member", flat=True)
    context = {
        "organisation": found,
        "standing_now": organisation_standing(found),
        "bases": found.bases.all(),
        "people": people.order_by("member__name") if roster else people.exclude(member__listed_at=None),
        "contacts": set(contacts),
        "roster": roster,
        "manages": manages,
        "invites": may(request.user, "invitation.send", found),
        "edits": may(request.user, "organisation.edit", found),
        "invitations": found.invitations.waiting() if manages else [],
        "applications": found.applications.undecided() if manages else [],
        "form": form,
    }
    return render(request, "members/organisation.html", context, status=422 if form.errors else 200)


def _invited(request: MemberRequest, found: Organisation, form: InviteForm) -> bool:
    values = form.cleaned_data
    try:
        joining.invite(
            email=values["email"], organisation=found, by=request.user, name=values["name"], title=values["title"]
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "The invitation is on its way. It works once, for this address.")
    return True


def _ended(request: MemberRequest, found: Affiliation, form: EndAffiliationForm) -> bool:
    values = form.cleaned_data
    try:
        organisations.end_affiliation(
            affiliation=found, last_day=values["last_day"], by=request.user, reason=values["reason"]
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"{found.member} is no longer linked to {found.organisation} after that day.")
    return True


def _application(request: MemberRequest, pk: str) -> Application:
    mine = Application.objects.visible_to(request.user).select_related("organisation", "decided_by")
    return get_object_or_404(mine, pk=pk)


def _approve_form(request: MemberRequest, found: Application, data=None) -> ApproveForm | None:
    """NCB staff choose the organisation; a contact approves for their own."""
    if not is_staff(request.user):
        return None
    return ApproveForm(data, initial={"organisation": found.organisation or joining.suggestion_for(found)})


def _application_page(request: MemberRequest, found: Application, approve, refuse: RefuseForm) -> HttpResponse:
    context = {
        "application": found,
        "decides": may(request.user, "application.decide", found),
        "approve_form": approve,
        "refuse_form": refuse,
    }
    wrong = refuse.errors or (approve and approve.errors)
    return render(request, "members/application.html", context, status=422 if wrong else 200)


def _queue(request: MemberRequest, found: Application) -> str:
    if is_staff(request.user) or not found.organisation:
        return reverse("members:applications")
    return found.organisation.get_absolute_url()
