"""The questions of a meeting: asking, voting, and, for who convenes, answering and putting them in order."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import MemberRequest, Refusal, may, require
from access.answers import wants_json
from access.forms import carried_out
from meetings import actions
from meetings.models import Meeting, Question
from meetings.question_forms import AnswerForm, MergeForm, QuestionForm, RefuseForm, StateForm
from meetings.questions import Questions
from meetings.rooms import room_of, why_not_join
from meetings.views.meeting import convened, seen
from meetings.views.room import acting
from spaces.screening import Held, answers_in

WAITS = "Your question waits for a convener. Nobody else can read it yet."


@require_http_methods(["GET", "POST"])
def questions(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All of them, with their votes; asking another, until half an hour after the meeting."""
    meeting = seen(request, pk) if request.method == "GET" else acting(request, pk)
    form, held = QuestionForm(request.POST if request.method == "POST" else None), None
    if form.is_valid():
        try:
            asked = {"meeting": meeting, "by": request.user, "answers": answers_in(request.POST)}
            return _asked(request, meeting, actions.ask_question(**asked, **form.cleaned_data))
        except Refusal as no:
            form.add_error(None, str(no))
        except Held as no:
            held = no
    if request.method == "POST" and wants_json(request):
        return _not_asked(request, form, held)
    context = {
        "meeting": meeting,
        "series": meeting.series,
        "space": room_of(meeting),
        "questions": Questions(meeting, request.user),
        "form": form,
        "held": held,
        "room_is_open": not why_not_join(meeting, request.user),
    }
    return render(request, "meetings/questions.html", context, status=422 if form.errors or held else 200)


@require_POST
def vote(request: MemberRequest, pk: UUID, question_pk: UUID) -> HttpResponse:
    """Want to know it too, or no longer. A script says which, so that the same twice is one."""
    meeting = acting(request, pk)
    question = _one(meeting, question_pk)
    said = {"1": True, "0": False}.get(request.POST.get("wanted", ""))
    wanted = actions.vote_for_question(question=question, by=request.user, wanted=said)
    return JsonResponse({"wanted": wanted}) if wants_json(request) else _there(meeting, question)


@require_http_methods(["GET", "POST"])
def take_back(request: MemberRequest, pk: UUID, question_pk: UUID) -> HttpResponse:
    """Ask first, then take one's own question back."""
    meeting = seen(request, pk)
    question = get_object_or_404(Question.objects.asked_by(request.user), meeting=meeting, pk=question_pk)
    form = Form(request.POST if request.method == "POST" else None)
    if carried_out(form, lambda: actions.take_question_back(question=question, by=request.user)):
        messages.success(request, "Taken back.")
        return redirect("meetings:questions", pk)
    return _page(request, meeting, question, form, "Take your question back?", "Take it back", danger=True)


@require_http_methods(["GET", "POST"])
def state(request: MemberRequest, pk: UUID, question_pk: UUID) -> HttpResponse:
    """Say where it stands."""
    meeting, question = _to_change(request, pk, question_pk)
    there = {"state": question.state, "due_on": question.due_on}
    form = StateForm(request.POST if request.method == "POST" else None, initial=there)
    if carried_out(form, lambda **said: actions.set_question_state(question=question, by=request.user, **said)):
        return HttpResponse(status=204) if wants_json(request) else _there(meeting, question)
    return _page(request, meeting, question, form, "Where it stands", "Save")


@require_http_methods(["GET", "POST"])
def answer(request: MemberRequest, pk: UUID, question_pk: UUID) -> HttpResponse:
    """Answer it in writing."""
    meeting, question = _to_change(request, pk, question_pk)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"answer": question.answer})
    held = None

    def write(answer: str) -> None:
        doubts = answers_in(request.POST)
        actions.answer_question(question=question, by=request.user, answer=answer, answers=doubts)

    try:
        if carried_out(form, write):
            return _there(meeting, question)
    except Held as no:
        held = no
    more = {"held": held, "keep": f"answer-{question.pk}"}
    return _page(request, meeting, question, form, "Answer in writing", "Save the answer", **more)


@require_http_methods(["GET", "POST"])
def merge(request: MemberRequest, pk: UUID, question_pk: UUID) -> HttpResponse:
    """Choose another that asks the same: both are one then."""
    meeting, question = _to_change(request, pk, question_pk)
    others = Question.objects.standing().filter(meeting=meeting).exclude(pk=question.pk).shown().in_order()
    form = MergeForm(request.POST if request.method == "POST" else None, others=others)
    if carried_out(form, lambda into: actions.merge_question(question=question, into=into, by=request.user)):
        messages.success(request, "Merged. The question that stays has the votes of both, one a person.")
        return _there(meeting, form.cleaned_data["into"])
    return _page(request, meeting, question, form, "Merge into another question", "Merge")


@require_http_methods(["GET", "POST"])
def refuse(request: MemberRequest, pk: UUID, question_pk: UUID) -> HttpResponse:
    """Ask first, then take it away, or not let it in."""
    meeting, question = _to_change(request, pk, question_pk, Question.objects.filter(refused_at=None, merged_into=None))
    form = RefuseForm(request.POST if request.method == "POST" else None)
    if carried_out(form, lambda note: actions.refuse_question(question=question, by=request.user, note=note)):
        messages.success(request, "Nobody but its asker reads it any more.")
        return redirect("meetings:questions", pk)
    return _page(request, meeting, question, form, "Take this question away?", "Take it away", danger=True)


@require_POST
def let_in(request: MemberRequest, pk: UUID, question_pk: UUID) -> HttpResponse:
    """Have everybody read it."""
    _, question = _to_change(request, pk, question_pk, Question.objects.all())
    actions.let_question_in(question=question, by=request.user)
    return redirect("meetings:waiting", pk)


@require_GET
def waiting(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Those that wait to be let in, and whether questions wait at all."""
    meeting = convened(request, pk)
    found = Question.objects.waiting().filter(meeting=meeting).select_related("asker")
    return render(request, "meetings/waiting.html", {"meeting": meeting, "waiting": found})


@require_POST
def moderation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Have questions wait from now on, or not."""
    meeting = convened(request, pk)
    actions.look_at_questions_first(meeting=meeting, by=request.user, first="on" in request.POST)
    return redirect("meetings:waiting", pk)


@require_POST
def take_over(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask here what the other session did not come to."""
    meeting = convened(request, pk)
    asked = Questions(meeting, request.user)
    if not (asked.other and asked.left_elsewhere):
        raise Refusal("There is nothing to take over now.")
    count = actions.take_questions_over(here=meeting, there=asked.other[1], by=request.user)
    messages.success(request, f"Taken over, with their votes: {count}.")
    return redirect("meetings:questions", pk)


@require_GET
def answers(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What was answered, once it is published; before that for who convenes."""
    meeting = seen(request, pk)
    leads = may(request.user, "series.change", meeting.series)
    if not (meeting.answers_published_at or leads):
        raise Http404
    found = Question.objects.answered().filter(meeting=meeting).shown().in_order()
    context = {"meeting": meeting, "series": meeting.series, "answered": found, "leads": leads}
    return render(request, "meetings/answers.html", context)


@require_POST
def publish(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show everybody who sees the meeting what was answered."""
    meeting = convened(request, pk)
    actions.publish_answers(meeting=meeting, by=request.user)
    messages.success(request, "Published. Everyone who sees the meeting reads them, and search finds them.")
    return redirect("meetings:answers", pk)


def _asked(request: MemberRequest, meeting: Meeting, question: Question) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"id": str(question.pk), "said": WAITS if question.waits else ""}, status=201)
    if question.waits:
        messages.success(request, WAITS)
    return _there(meeting, question)


def _not_asked(request: MemberRequest, form: QuestionForm, held: Held | None) -> HttpResponse:
    if held:
        html = render_to_string("discussions/_held.html", {"held": held}, request)
        return JsonResponse({"html": html}, status=422)
    said = next(iter(form.errors.values()))[0]
    return JsonResponse({"refusal": str(said)}, status=409)


def _there(meeting: Meeting, question: Question) -> HttpResponse:
    response = redirect(f"{reverse('meetings:questions', args=[meeting.pk])}#question-{question.pk}")
    response.status_code = 303
    return response


def _one(meeting: Meeting, question_pk: UUID, among: Any = None) -> Question:
    """A question of a meeting; one that was merged leads to where it lives on."""
    found = Question.objects.filter(let_in_at__isnull=False, refused_at=None) if among is None else among
    question = get_object_or_404(found, meeting=meeting, pk=question_pk)
    question.meeting = meeting
    return question


def _to_change(request: MemberRequest, pk: UUID, question_pk: UUID, among: Any = None) -> tuple[Meeting, Question]:
    """One that stands, for who convenes."""
    meeting = seen(request, pk)
    question = _one(meeting, question_pk, Question.objects.standing() if among is None else among)
    require(request.user, "series.change", meeting.series)
    return meeting, question


def _page(
    request: MemberRequest, meeting: Meeting, question: Question, form: Form, title: str, submit: str, **more: Any
) -> HttpResponse:
    """A page of one form about a question."""
    context = {"meeting": meeting, "question": question, "form": form, "title": title, "submit": submit, **more}
    status = 422 if form.errors or more.get("held") else 200
    return render(request, "meetings/question_form.html", context, status=status)
