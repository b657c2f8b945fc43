"""Certificates: one's own, whether one is valid, and what staff do about them and about credit."""

from functools import partial
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, may, open_to_all, passive, take_turn
from access.forms import carried_out
from audit.trail import append
from meetings.sheets import file_of
from symposium import actions
from symposium.credit_forms import LearnerForm, RevokeForm, RuleForm, TermsForm
from symposium.models import Certificate, CertificateTerms, CreditRule, Edition, Learner
from symposium.papers import drawn
from symposium.people import rows_of, who_earned
from symposium.standing import standings, who_was_there
from symposium.views.editions import ASK, form_page, managed, saying_why_not, seen, tabbed

A_PAGE = 50  # people
AN_HOUR, HOUR = 60, 3600  # certificates that a network address asks about; seconds


@require_http_methods(ASK)
def mine(request: MemberRequest, slug: str) -> HttpResponse:
    """My certificates, what they say of me, and what is missing for them."""
    edition = seen(request, slug)
    learner = Learner.objects.filter(edition=edition, member=request.user).first()
    form = LearnerForm(
        request.POST if request.method == "POST" else None,
        instance=learner,
        initial={} if learner and learner.name else {"name": request.user.name},
        edition=edition,
    )
    if carried_out(form, partial(actions.set_learner, edition=edition, by=request.user)):
        messages.success(request, "Kept. It stands on certificates that are issued from now on.")
        return redirect("symposium:my_certificates", slug)
    standing = standings(edition, [request.user]).get(request.user.pk)
    rules = list(learner.rules.prefetch_related("formats")) if learner else []
    context = tabbed(request, edition, "certificates") | {
        "form": form,
        "terms": CertificateTerms.objects.filter(edition=edition).first(),
        "certificates": Certificate.objects.visible_to(request.user).filter(edition=edition),
        "attended": standing,
        "credits": [(rule, standing.credits(rule)) for rule in rules] if standing else [],
        "asks": hasattr(edition, "questionnaire"),
        "tests": actions.tests_open_to(edition, request.user, rules),
        "overall": not actions.why_not_evaluate(edition, None, request.user),
    }
    return render(request, "symposium/certificates.html", context, status=422 if form.errors else 200)


@require_GET
def pdf(request: MemberRequest, pk: UUID) -> HttpResponse:
    """My certificate; staff take it too, for whoever asks them."""
    certificate = get_object_or_404(Certificate.objects.select_related("edition"), pk=pk)
    if certificate.member_id != request.user.pk and not may(request.user, "edition.manage", certificate.edition):
        raise Http404
    headers = {
        "Content-Disposition": f'attachment; filename="certificate-{certificate.serial}.pdf"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(drawn(certificate), content_type="application/pdf", headers=headers)


@open_to_all  # whoever has a certificate in their hands asks whether it is valid
@require_GET
def verify(request: HttpRequest, serial: str) -> HttpResponse:
    """Whether a certificate is valid: its title and its date, and nothing of whose it is."""
    if not take_turn(f"verify:{get_adapter().get_client_ip(request)}", AN_HOUR, HOUR):
        return render(request, "429.html", status=429)
    certificate = Certificate.objects.filter(serial=serial.upper()).first()
    return render(
        request,
        "symposium/verify.html",
        {"certificate": certificate, "serial": serial},
        status=200 if certificate else 404,
    )


@require_GET
def credit(request: MemberRequest, slug: str) -> HttpResponse:
    """What credit takes, what certificates say, and issuing them."""
    edition = managed(request, slug)
    context = tabbed(request, edition, "credit") | {
        "terms": CertificateTerms.objects.filter(edition=edition).first(),
        "rules": edition.credit_rules.prefetch_related("formats"),
        "questionnaire": getattr(edition, "questionnaire", None),
        "run": edition.runs.first(),
    }
    return render(request, "symposium/credit.html", context)


@passive
@require_GET
def run(request: MemberRequest, slug: str) -> HttpResponse:
    """How far the issuing is; the page asks by itself."""
    edition = managed(request, slug)
    return render(request, "symposium/_run.html", {"edition": edition, "run": edition.runs.first()})


@require_POST
def issue(request: MemberRequest, slug: str) -> HttpResponse:
    """Have all certificates issued that are earned by now."""
    with saying_why_not(request):
        actions.start_run(edition=managed(request, slug), by=request.user)
    return redirect("symposium:credit", slug)


@require_http_methods(ASK)
def terms(request: MemberRequest, slug: str) -> HttpResponse:
    """What certificates say, and what one of participation takes."""
    edition = managed(request, slug)
    form = TermsForm(
        request.POST if request.method == "POST" else None,
        instance=CertificateTerms.objects.filter(edition=edition).first(),
    )
    if carried_out(form, partial(actions.set_terms, edition=edition, by=request.user)):
        return redirect("symposium:credit", slug)
    return asked(request, edition, form, "What certificates say")


@require_http_methods(ASK)
def add_rule(request: MemberRequest, slug: str) -> HttpResponse:
    """Give credit to one more profession."""
    edition = managed(request, slug)
    return _rule(request, edition, CreditRule(edition=edition), "A rule for CE credit")


@require_http_methods(ASK)
def change_rule(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    edition = managed(request, slug)
    return _rule(request, edition, get_object_or_404(edition.credit_rules, pk=pk), "Change this rule")


@require_POST
def remove_rule(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    edition = managed(request, slug)
    actions.remove_rule(rule=get_object_or_404(edition.credit_rules, pk=pk), by=request.user)
    return redirect("symposium:credit", slug)


@require_GET
def people(request: MemberRequest, slug: str) -> HttpResponse:
    """Who earned what, and why not; and the certificates that are out."""
    edition = managed(request, slug)
    page = Paginator(who_was_there(edition).order_by("name", "pk"), A_PAGE).get_page(request.GET.get("page"))
    context = tabbed(request, edition, "credit") | {"people": who_earned(edition, list(page)), "page": page}
    return render(request, "symposium/people.html", context)


@require_POST
def export_people(request: MemberRequest, slug: str) -> HttpResponse:
    """The same as CSV or XLSX. On record."""
    edition = managed(request, slug)
    append("credit.exported", subject=edition, by=request.user)
    return file_of({"Credit": rows_of(edition)}, f"credit-{edition.slug}", request.POST.get("as", "csv"))


@require_http_methods(ASK)
def revoke(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say why, and it is not valid any more."""
    certificate = _managed_certificate(request, pk)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if carried_out(form, partial(actions.revoke, certificate=certificate, by=request.user)):
        return redirect("symposium:credit_people", certificate.edition.slug)
    context = {"certificate": certificate, "form": form}
    return render(request, "symposium/revoke.html", context, status=422 if form.errors else 200)


@require_POST
def reissue(request: MemberRequest, pk: UUID) -> HttpResponse:
    """With what is so now, under a new number."""
    certificate = _managed_certificate(request, pk)
    with saying_why_not(request):
        new = actions.reissue(certificate=certificate, by=request.user)
        messages.success(request, f"Issued anew: {new.serial}. The old one is not valid any more.")
    return redirect("symposium:credit_people", certificate.edition.slug)


def asked(request: MemberRequest, edition: Edition, form: Any, title: str) -> HttpResponse:
    """A form that goes back to the credit of its edition."""
    back = reverse("symposium:credit", args=[edition.slug])
    return form_page(request, form, title, {"edition": edition, "back": back})


def _rule(request: MemberRequest, edition: Edition, rule: CreditRule, title: str) -> HttpResponse:
    form = RuleForm(request.POST if request.method == "POST" else None, instance=rule, edition=edition)
    if carried_out(form, partial(actions.set_rule, rule=rule, by=request.user)):
        return redirect("symposium:credit", edition.slug)
    return asked(request, edition, form, title)


def _managed_certificate(request: MemberRequest, pk: UUID) -> Certificate:
    """For staff; to others, the learner too, this address is not there."""
    certificate = get_object_or_404(Certificate.objects.select_related("edition__space", "member"), pk=pk)
    if not may(request.user, "edition.manage", certificate.edition):
        raise Http404
    return certificate
