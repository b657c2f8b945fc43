"""What belongs to a meeting to be read, and its recording."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from access import MemberRequest, Refusal, may, require
from access.forms import carried_out
from meetings import actions
from meetings.material_forms import MaterialForm, RecordingForm
from meetings.models import Meeting, Recording
from meetings.views.meeting import convened, seen
from spaces.screening import Held, answers_in


@require_http_methods(["GET", "POST"])
def materials(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All of a meeting's, to be taken away, and a form for one more."""
    meeting = _with_materials(request, pk)
    form = MaterialForm(**_sent(request))
    done, held = _taken(request, form, lambda **said: actions.add_material(meeting=meeting, by=request.user, **said))
    if done:
        return redirect("meetings:materials", pk)
    context = {"meeting": meeting, "materials": meeting.materials.shown()} | _asked(form, held)
    context["convenes"] = may(request.user, "series.change", meeting.series)
    return render(request, "meetings/materials.html", context, status=422 if held or form.errors else 200)


@require_POST
def remove(request: MemberRequest, pk: UUID, material_pk: UUID) -> HttpResponse:
    meeting = _with_materials(request, pk)
    material = get_object_or_404(meeting.materials.select_related("file__space", "meeting__series"), pk=material_pk)
    actions.remove_material(material=material, by=request.user)
    return redirect("meetings:materials", pk)


@require_http_methods(["GET", "POST"])
def recording(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Whether a meeting is recorded; where the recording is, its captions and its transcript."""
    meeting = convened(request, pk)
    recording = Recording.objects.filter(meeting=meeting).select_related("transcript__replaced_by").first()
    if recording is None:
        if request.method == "POST":
            raise Http404
        return render(request, "meetings/recording.html", {"meeting": meeting})
    recording.meeting = meeting
    initial = {"url": recording.url, "captioned": bool(recording.captioned_at)}
    form = RecordingForm(**_sent(request), initial=initial)
    done, held = _taken(
        request, form, lambda **said: actions.complete_recording(recording=recording, by=request.user, **said)
    )
    if done:
        return redirect("meetings:recording", pk)
    context = {"meeting": meeting, "recording": recording} | _asked(form, held)
    return render(request, "meetings/recording.html", context, status=422 if held or form.errors else 200)


@require_POST
def announce(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say before a meeting that it is recorded."""
    meeting = convened(request, pk)
    return _tried(request, pk, lambda: actions.announce_recording(meeting=meeting, by=request.user))


def verb(action: Any) -> Callable[..., HttpResponse]:
    """Do something with the recording of a meeting."""

    @require_POST
    def view(request: MemberRequest, pk: UUID) -> HttpResponse:
        meeting = convened(request, pk)
        recording = get_object_or_404(Recording.objects.select_related("transcript__space"), meeting=meeting)
        recording.meeting = meeting
        return _tried(request, pk, lambda: action(recording=recording, by=request.user))

    return view


publish, withdraw = verb(actions.publish_recording), verb(actions.withdraw_recording)
forgo = verb(actions.forgo_recording)


def _with_materials(request: MemberRequest, pk: UUID) -> Meeting:
    """A meeting that they see, for who may add materials to it; others who see it are refused."""
    meeting = seen(request, pk)
    require(request.user, "materials.add", meeting)
    return meeting


def _sent(request: MemberRequest) -> dict[str, Any]:
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def _taken(request: MemberRequest, form: Any, act: Callable[..., Any]) -> tuple[bool, Held | None]:
    """Whether it was done; else what was found in the file that could identify somebody, or the form says why not."""
    try:
        return carried_out(form, lambda **said: act(answers=answers_in(request.POST), **said)), None
    except Held as held:
        return False, held


def _asked(form: Any, held: Held | None) -> dict[str, Any]:
    return {"form": form, "held": held, "name": form.cleaned_data["upload"].name if held else ""}


def _tried(request: MemberRequest, pk: UUID, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("meetings:recording", pk)
