"""The staff area: who waits, who is about to lapse, and what eligibility rests on."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url

from access import Refusal, require
from access.requests import MemberRequest
from members.actions import joining, organisations
from members.eligibility import CLOSED, GRACE, OPEN, organisation_standings
from members.forms.joining import StaffInviteForm
from members.forms.staff import AwardForm, MembershipForm, OrganisationForm, ReasonForm, RuleForm
from members.models import Affiliation, Application, Basis, EligibilityRule, Invitation, Member, Organisation, RoleGrant

PAGE = 25


def home(request: MemberRequest) -> HttpResponse:
    """Counts, and the way to each list."""
    require(request.user, "staff.enter")
    members = Member.objects.filter(deactivated_at=None)
    counts = {
        "applications": Application.objects.waiting().count(),
        "invitations": Invitation.objects.waiting().count(),
        "organisations": Organisation.objects.count(),
        "members": members.count(),
    }
    return render(request, "members/staff/home.html", {"counts": counts, "lapses": _lapses()})


def applications(request: MemberRequest) -> HttpResponse:
    require(request.user, "members.manage")
    waiting = Application.objects.waiting().select_related("organisation", "decided_by")
    decided = Application.objects.confirmed().exclude(decided_at=None).select_related("organisation", "decided_by")
    context = {
        "page": page_of(request, waiting),
        "decided": decided.exclude(pk__in=waiting.values("pk")).order_by("-decided_at")[:10],
    }
    return render(request, "members/staff/applications.html", context)


def invitations(request: MemberRequest) -> HttpResponse:
    require(request.user, "members.manage")
    rows = Invitation.objects.waiting().select_related("organisation", "invited_by")
    return render(request, "members/staff/invitations.html", {"page": page_of(request, rows)})


def staff_invite(request: MemberRequest) -> HttpResponse:
    require(request.user, "members.manage")
    form = StaffInviteForm(
        request.POST or None, by=request.user, initial={"organisation": request.GET.get("organisation")}
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if done(form, lambda: joining.invite(by=request.user, **values)):
            messages.success(request, "The invitation is on its way. It works once, for this address.")
            return redirect("members:invitations")
    return form_page(request, form, title="Invite somebody", submit="Send the invitation", cancel="members:invitations")


def organisation_list(request: MemberRequest) -> HttpResponse:
    require(request.user, "organisations.browse")
    query = request.GET.get("q", "").replace("\x00", "").strip()
    rows = Organisation.objects.annotate(
        people=Count("affiliations", filter=Q(affiliations__in=Affiliation.objects.current()), distinct=True)
    )
    rows = rows.order_by("name")
    page = page_of(request, rows.filter(Q(name__icontains=query) | Q(state__iexact=query)) if query else rows)
    standing_of = organisation_standings(page.object_list)
    context = {"page": page, "query": query, "rows": [(one, standing_of[one.pk]) for one in page]}
    return render(request, "members/staff/organisations.html", context)


def organisation_add(request: MemberRequest) -> HttpResponse:
    return _organisation_form(request, Organisation(), "Add an organisation")


def organisation_edit(request: MemberRequest, pk: str) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    return _organisation_form(request, found, f"Change {found}")


def basis_add(request: MemberRequest, pk: str, kind: str) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    title = f"Add an {'ORR award' if kind == 'award' else 'NCTTP membership'} of {found}"
    return _basis_form(request, Basis(organisation=found, kind=KINDS[kind]), title)


def basis_edit(request: MemberRequest, pk: str) -> HttpResponse:
    found = _basis(request, pk)
    return _basis_form(request, found, f"Correct {found} of {found.organisation}")


def basis_end(request: MemberRequest, pk: str) -> HttpResponse:
    """End an award or a membership early, at once, with a reason."""
    found = _basis(request, pk)
    require(request.user, "organisation.edit", found.organisation)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: organisations.end_basis(basis=found, by=request.user, reason=reason)):
            messages.success(request, "Ended. Open pages of its people close within seconds.")
            return redirect(found.organisation)
    return form_page(
        request,
        form,
        title=f"End {found} of {found.organisation} now",
        text="What rests on it alone closes at once, without the days of grace. Its people get a letter.",
        submit="End it now",
        cancel=found.organisation,
        danger=True,
    )


def rules(request: MemberRequest) -> HttpResponse:
    """Which basis opens which service, and when."""
    require(request.user, "rules.edit")
    return render(request, "members/staff/rules.html", {"rules": EligibilityRule.objects.all()})


def rule_add(request: MemberRequest) -> HttpResponse:
    return _rule_form(request, EligibilityRule(), "Add a rule")


def rule_edit(request: MemberRequest, pk: int) -> HttpResponse:
    require(request.user, "rules.edit")
    return _rule_form(request, get_object_or_404(EligibilityRule, pk=pk), "Change a rule")


def lapses(request: MemberRequest) -> HttpResponse:
    """Whose last basis ends in 60, 30 or 7 days, who is in grace, who is closed."""
    require(request.user, "organisations.browse")
    found = _lapses()
    page = page_of(request, [(title, *pair) for title, pairs in found.items() for pair in pairs])
    prefetch_related_objects(
        [row for _, row, _ in page], Prefetch("role_grants", queryset=_contacts(), to_attr="contact_grants")
    )
    sections = [(title, len(found[title]), [pair for at, *pair in page if at == title]) for title in BUCKETS]
    return render(request, "members/staff/lapses.html", {"sections": sections, "page": page})


def page_of(request: MemberRequest, rows) -> Page:
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def form_page(request: MemberRequest, form, *, title: str, submit: str, cancel, text: str = "", danger: bool = False):
    """One form on a page of its own, with what was typed."""
    context = {"form": form, "title": title, "submit": submit, "text": text, "danger": danger}
    context["cancel"] = resolve_url(cancel)
    return render(request, "members/staff/form.html", context, status=422 if form.errors else 200)


KINDS = {"award": Basis.Kind.ORR_AWARD, "membership": Basis.Kind.NCTTP}
FORMS = {Basis.Kind.ORR_AWARD: AwardForm, Basis.Kind.NCTTP: MembershipForm}


def _basis(request: MemberRequest, pk: str) -> Basis:
    mine = Basis.objects.filter(organisation__in=Organisation.objects.visible_to(request.user))
    return get_object_or_404(mine.select_related("organisation"), pk=pk)


def _organisation_form(request: MemberRequest, found: Organisation, title: str) -> HttpResponse:
    require(request.user, "organisation.edit", found)
    form = OrganisationForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        domains = form.cleaned_data["domains"]
        if done(
            form,
            lambda: organisations.save_organisation(
                organisation=form.instance, domains=domains, by=request.user, seen=form.cleaned_data["seen"]
            ),
        ):
            messages.success(request, "Saved.")
            return redirect(form.instance)
    cancel = "members:organisations" if found._state.adding else found
    return form_page(request, form, title=title, submit="Save", cancel=cancel)


def _basis_form(request: MemberRequest, found: Basis, title: str) -> HttpResponse:
    require(request.user, "organisation.edit", found.organisation)
    form = FORMS[Basis.Kind(found.kind)](request.POST or None, instance=found)
    valid = request.method == "POST" and form.is_valid()
    if valid and done(
        form, lambda: organisations.save_basis(basis=form.instance, by=request.user, seen=form.cleaned_data["seen"])
    ):
        messages.success(request, "Saved. What it opens is open within seconds.")
        return redirect(found.organisation)
    return form_page(request, form, title=title, submit="Save", cancel=found.organisation)


def _rule_form(request: MemberRequest, rule: EligibilityRule, title: str) -> HttpResponse:
    require(request.user, "rules.edit")
    form = RuleForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
        if done(form, lambda: organisations.save_rule(rule=form.instance, by=request.user, reason=reason, seen=seen)):
            messages.success(request, "Saved. Everybody's pages are checked anew.")
            return redirect("members:rules")
    return form_page(request, form, title=title, submit="Save", cancel="members:rules")


def done(form, act) -> bool:
    """Act; where a rule says no, say so at the form, which keeps what was typed."""
    try:
        act()
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _lapses() -> dict[str, list]:
    """Organisations, each with its standing, by how soon they lapse and the soonest first: in two queries."""
    rows = list(Organisation.objects.all())
    standing_of = organisation_standings(rows)
    buckets: dict[str, list] = {title: [] for title in BUCKETS}
    for row in rows:
        title = _bucket(row, standing_of[row.pk])
        if title:
            buckets[title].append((row, standing_of[row.pk]))
    for found in buckets.values():
        found.sort(key=lambda pair: (pair[1].until is None, pair[1].until))
    return buckets


def _contacts():
    return RoleGrant.objects.current().select_related("member")


BUCKETS = ["Within 7 days", "Within 30 days", "Within 60 days", "In grace: read-only", "Closed"]


def _bucket(organisation: Organisation, answer) -> str | None:
    if answer.state == CLOSED:
        return "Closed"
    if answer.state == GRACE:
        return "In grace: read-only"
    left = answer.until - organisation.today() if answer.state == OPEN else timedelta.max
    return next((f"Within {days} days" for days in (7, 30, 60) if left <= timedelta(days=days)), None)
