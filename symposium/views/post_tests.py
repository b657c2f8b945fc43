"""Post-tests of recordings: written by staff, taken by learners."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from access import MemberRequest, Refusal
from access.forms import carried_out
from symposium import actions
from symposium.credit_forms import PostTestForm, TakeTestForm
from symposium.models import PostTest
from symposium.post_tests import questions_in
from symposium.views.editions import ASK, form_page, managed, seen, tabbed


@require_GET
def post_tests(request: MemberRequest, slug: str) -> HttpResponse:
    """Of which sessions there is one."""
    edition = managed(request, slug)
    sessions = edition.sessions.on().exclude(meeting=None).select_related("post_test", "meeting__recording")
    context = tabbed(request, edition, "credit") | {"sessions": sessions}
    return render(request, "symposium/post_tests.html", context)


@require_http_methods(ASK)
def post_test(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Write that of a session."""
    edition = managed(request, slug)
    session = get_object_or_404(edition.sessions, pk=pk)
    before = PostTest.objects.filter(session=session).first()
    said = {name: getattr(before, name) for name in ("questions", "percent", "attempts")} if before else {}
    form = PostTestForm(request.POST if request.method == "POST" else None, initial=said)
    if carried_out(form, partial(actions.set_post_test, session=session, by=request.user)):
        messages.success(request, "Saved. It is open as soon as the recording is published.")
        return redirect("symposium:post_tests", slug)
    back = reverse("symposium:post_tests", args=[slug])
    return form_page(request, form, f"Post-test: {session}", {"edition": edition, "back": back})


@require_http_methods(ASK)
def take(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Answer its questions, for the credit of somebody who watched the recording."""
    edition = seen(request, slug)
    tests = PostTest.objects.filter(session__in=edition.sessions.on()).select_related("session__meeting__recording")
    test = get_object_or_404(tests, session=pk)
    test.session.edition = edition
    why_not, how = actions.why_not_take_it(test, request.user), actions.how_it_went(test, request.user)
    form = None
    if not why_not:
        form = TakeTestForm(request.POST if request.method == "POST" else None, questions=questions_in(test.questions))
        if form.is_valid():
            try:
                grade = actions.take_post_test(test=test, by=request.user, answers=form.answers)
                (messages.success if grade.has_passed else messages.warning)(request, grade.said)
                return redirect("symposium:my_certificates", slug)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
    context = {"edition": edition, "test": test, "form": form, "why_not": why_not, "how": how}
    return render(request, "symposium/take_test.html", context, status=422 if request.method == "POST" else 200)
