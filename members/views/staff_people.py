"""The staff area's people: roles, affiliations, closing and opening accounts."""

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from access import may, require
from access.requests import MemberRequest
from members.actions import organisations, people, roles
from members.eligibility import standings
from members.forms.staff import AffiliationForm, MemberSearchForm, ReasonForm, RoleForm
from members.models import Affiliation, EligibilityRule, Member, RoleGrant
from members.views.staff import done, form_page, page_of


def member_list(request: MemberRequest) -> HttpResponse:
    require(request.user, "members.manage")
    form = MemberSearchForm(request.GET)
    rows = Member.objects.prefetch_related(
        Prefetch("role_grants", RoleGrant.objects.current(), to_attr="current_grants"),
        Prefetch(
            "affiliations", Affiliation.objects.current().select_related("organisation"), to_attr="current_affiliations"
        ),
    )
    page = page_of(request, _found(rows, form.cleaned_data if form.is_valid() else {}))
    return render(request, "members/staff/members.html", {"page": page, "form": form})


def member(request: MemberRequest, pk: str) -> HttpResponse:
    require(request.user, "members.manage")
    return _member_page(request, get_object_or_404(Member, pk=pk), RoleForm(by=request.user), AffiliationForm())


def role_give(request: MemberRequest, pk: str) -> HttpResponse:
    require(request.user, "members.manage")
    found = get_object_or_404(Member, pk=pk)
    form = RoleForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        require(request.user, "role.give", values["role"])
        if done(form, lambda: roles.grant_role(member=found, by=request.user, **values)):
            messages.success(request, f"{found} has the role now.")
            return redirect("members:member", found.pk)
    return _member_page(request, found, form, AffiliationForm())


def role_end(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.user, "members.manage")
    grant = get_object_or_404(RoleGrant.objects.current().select_related("member", "organisation"), pk=pk)
    require(request.user, "role.give", grant.role)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: roles.end_role(grant=grant, by=request.user, reason=reason)):
            messages.success(request, "The role has ended.")
            return redirect("members:member", grant.member_id)
    title = f"End the role of {grant.member}: {grant.get_role_display()}"
    return _reason_page(request, form, title, "End the role", grant.member)


def affiliation_add(request: MemberRequest, pk: str) -> HttpResponse:
    require(request.user, "members.manage")
    found = get_object_or_404(Member, pk=pk)
    form = AffiliationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if done(form, lambda: organisations.start_affiliation(member=found, by=request.user, **values)):
            messages.success(request, f"{found} is linked to {values['organisation']} now.")
            return redirect("members:member", found.pk)
    return _member_page(request, found, RoleForm(by=request.user), form)


def member_deactivate(request: MemberRequest, pk: str) -> HttpResponse:
    require(request.user, "members.manage")
    found = get_object_or_404(Member, pk=pk)
    require(request.user, "member.deactivate", found)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: people.deactivate(member=found, by=request.user, reason=reason)):
            messages.success(request, f"The account of {found} is closed. Their open pages close within seconds.")
            return redirect("members:member", found.pk)
    return _reason_page(request, form, f"Close the account of {found}", "Close the account", found)


def member_reactivate(request: MemberRequest, pk: str) -> HttpResponse:
    require(request.user, "members.manage")
    found = get_object_or_404(Member, pk=pk)
    require(request.user, "member.deactivate", found)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: people.reactivate(member=found, by=request.user, reason=reason)):
            messages.success(request, f"The account of {found} is open again.")
            return redirect("members:member", found.pk)
    return _reason_page(request, form, f"Open the account of {found} again", "Open the account", found, danger=False)


def _found(rows: QuerySet[Member], values: dict) -> QuerySet[Member]:
    if values.get("state") != "all":
        rows = rows.filter(deactivated_at__isnull=values.get("state") != "deactivated")
    if values.get("q"):
        rows = rows.filter(Q(name__icontains=values["q"]) | Q(email__icontains=values["q"]))
    if values.get("role"):
        rows = rows.filter(role_grants__in=RoleGrant.objects.current().filter(role=values["role"]))
    if values.get("organisation"):
        current = Affiliation.objects.current().filter(organisation=values["organisation"])
        rows = rows.filter(affiliations__in=current)
    return rows.distinct()


def _member_page(request: MemberRequest, found: Member, role_form: RoleForm, affiliation_form) -> HttpResponse:
    answers = standings([found])[found.pk]
    grants = found.role_grants.select_related("organisation", "granted_by", "ended_by")
    context = {
        "person": found,
        "grants": [(grant, may(request.user, "role.give", grant.role)) for grant in grants],
        "affiliations": found.affiliations.select_related("organisation"),
        "services": [(EligibilityRule.Service(name).label, answer) for name, answer in answers.items()],
        "may_close": may(request.user, "member.deactivate", found),
        "role_form": role_form,
        "affiliation_form": affiliation_form,
    }
    wrong = role_form.errors or affiliation_form.errors
    return render(request, "members/staff/member.html", context, status=422 if wrong else 200)


def _reason_page(request: MemberRequest, form: ReasonForm, title: str, submit: str, of: Member, danger: bool = True):
    return form_page(request, form, title=title, submit=submit, cancel=_url(of), danger=danger)


def _url(member: Member) -> str:
    return reverse("members:member", args=[member.pk])
