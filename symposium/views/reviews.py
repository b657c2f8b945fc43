"""A reviewer's desk. What is proposed comes here as symposium.presenters.Shown, never as the proposal itself."""

from functools import partial
from re import Pattern
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, Refusal
from access.forms import carried_out
from symposium import actions
from symposium.actions.review import phase_now
from symposium.calls import call_of
from symposium.discussing import others_of, said_of
from symposium.models import Assignment, Edition, Reviewer, ReviewPhase
from symposium.presenters import Shown, assigned_to, hidden_from_reviewers, shown_to_reviewers
from symposium.review_forms import NoteForm, ReviewForm
from symposium.views.editions import ASK, form_page


@require_GET
def desk(request: MemberRequest, slug: str) -> HttpResponse:
    """What one is to review: the open ones first."""
    reviewer = _reviewer(request, slug)
    mine = assigned_to(reviewer)
    shown = _shown(reviewer.edition, mine, _hidden(reviewer.edition))
    lines = [(one, shown[one.proposal_id]) for one in mine]
    context = {
        "edition": reviewer.edition,
        "phase": phase_now(reviewer.edition),
        "open": [line for line in lines if not line[0].done_at],
        "done": [line for line in lines if line[0].done_at],
    }
    return render(request, "symposium/desk.html", context)


@require_http_methods(ASK)
def review(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Read one, score it, and go on to the next."""
    edition, mine, assignment = _one(request, slug, pk)
    form = ReviewForm(
        request.POST if request.method == "POST" else None,
        assignment=assignment,
        criteria=list(edition.criteria.all()),
    )
    if form.is_valid():
        try:
            actions.review(assignment=assignment, by=request.user, **form.said)
            messages.success(request, "Kept. You can change it until the phase ends.")
            following = next((one for one in mine if not one.done_at and one.pk != pk), None)
            return redirect("symposium:review", slug, following.pk) if following else redirect("symposium:desk", slug)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _page(request, edition, mine, assignment, form)


@require_http_methods(ASK)
def step_aside(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say that one should not review it."""
    edition, _, assignment = _one(request, slug, pk)
    form = Form(request.POST if request.method == "POST" else None)
    if carried_out(form, partial(actions.step_aside, assignment=assignment, by=request.user)):
        messages.success(request, "Thank you. Somebody else reviews it.")
        return redirect("symposium:desk", slug)
    text = "You need not say why. What you have said of it goes, and you do not see it again."
    back = reverse("symposium:review", args=[slug, pk])
    more = {"edition": edition, "text": text, "submit": "Leave it to somebody else", "back": back}
    return form_page(request, form, "Should you not review it?", more)


@require_POST
def say(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say something to the others who review it."""
    edition, mine, assignment = _one(request, slug, pk)
    note = NoteForm(request.POST)
    if carried_out(note, partial(actions.say_to_reviewers, assignment=assignment, by=request.user)):
        return redirect(f"{reverse('symposium:review', args=[slug, pk])}#discussion")
    form = ReviewForm(assignment=assignment, criteria=list(edition.criteria.all()))
    return _page(request, edition, mine, assignment, form, note)


def _page(
    request: MemberRequest,
    edition: Edition,
    mine: list[Assignment],
    assignment: Assignment,
    form: ReviewForm,
    note: NoteForm | None = None,
) -> HttpResponse:
    phase = phase_now(edition)
    hidden = _hidden(edition)
    together = phase is not None and phase.kind == ReviewPhase.Kind.TOGETHER
    context = {
        "edition": edition,
        "assignment": assignment,
        "shown": _shown(edition, [assignment], hidden)[assignment.proposal_id],
        "form": form,
        "phase": phase,
        "left": sum(not one.done_at for one in mine),
        "together": together,
        "others": others_of(assignment, hidden) if together else [],
        "notes": said_of(assignment, hidden) if together else [],
        "note": note or NoteForm(),
    }
    bad = form.errors or (note and note.errors)
    return render(request, "symposium/review.html", context, status=422 if bad else 200)


def _reviewer(request: MemberRequest, slug: str) -> Reviewer:
    found = Reviewer.objects.select_related("edition", "member")
    return get_object_or_404(found, edition__slug=slug, member=request.user)


def _one(request: MemberRequest, slug: str, pk: UUID) -> tuple[Edition, list[Assignment], Assignment]:
    """One that this reviewer was given and may see, among all of theirs."""
    reviewer = _reviewer(request, slug)
    mine = assigned_to(reviewer)
    found = next((one for one in mine if one.pk == pk), None)
    if found is None:
        raise Http404
    found.reviewer = reviewer
    return reviewer.edition, mine, found


def _shown(edition: Edition, assignments: list[Assignment], hidden: Pattern[str] | None) -> dict[UUID, Shown]:
    return shown_to_reviewers([one.proposal for one in assignments], hidden, blind=_is_blind(edition))


def _hidden(edition: Edition) -> Pattern[str] | None:
    return hidden_from_reviewers(edition.pk) if _is_blind(edition) else None


def _is_blind(edition: Edition) -> bool:
    call = call_of(edition)
    return call is None or call.blind
