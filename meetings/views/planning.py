"""Planning a series: say it, look at its dates by many clocks, save it."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from access import MemberRequest, Refusal, may, require
from meetings import actions
from meetings.clocks import zone_name
from meetings.forms import SeriesForm
from meetings.lists import place_of
from meetings.models import Meeting, MeetingSeries
from meetings.preview import dates_of, warn
from spaces.kinds import space_kind
from spaces.models import Space

SHOWN = 10


@require_http_methods(["GET", "POST"])
def plan(request: MemberRequest) -> HttpResponse:
    """Plan meetings for the network."""
    require(request.user, "series.plan")
    return _plan(request, None, "")


@require_http_methods(["GET", "POST"])
def plan_in_space(request: MemberRequest, space_pk: UUID) -> HttpResponse:
    """Plan the sessions of a space, as who moderates it."""
    space = get_object_or_404(Space, pk=space_pk)
    if space_kind(space.kind).is_open or not may(request.user, "space.read", space):
        raise Http404  # an open space has no circle to be asked
    require(request.user, "series.plan", MeetingSeries(space=space))
    return _plan(request, space, space_kind(space.kind).title(space))


def _plan(request: MemberRequest, space: Space | None, place: str) -> HttpResponse:
    usual = {"zone": request.user.time_zone, "minutes": 60 if space else 75}
    form = SeriesForm(request.POST if request.method == "POST" else None, initial=usual, space=space)

    def save(series: MeetingSeries, invited: Iterable) -> Meeting:
        series.uid = form.cleaned_data["client_id"] or series.uid
        try:
            actions.plan_series(
                series=series, by=request.user, organisations=invited, message=form.cleaned_data["message"]
            )
        except IntegrityError:  # sent twice
            series = get_object_or_404(MeetingSeries, uid=series.uid, created_by=request.user)
        messages.success(request, "Planned. Everyone whom it is for sees it among their meetings.")
        return series.meetings.earliest("starts_at")

    keep = f"series-{space.pk if space else 'new'}"
    context = {"title": "Plan sessions" if space else "Plan a meeting", "place": place, "keep": keep}
    return planned(request, form, context, save)


def planned(
    request: MemberRequest,
    form: SeriesForm,
    context: dict,
    save: Callable[[MeetingSeries, Iterable], Meeting],
    besides: MeetingSeries | None = None,
) -> HttpResponse:
    """The form; what it would come to; and, once that is confirmed, the meeting that it led to."""
    context |= {"form": form}
    if not form.is_valid() or "back" in request.POST:
        return render(request, "meetings/plan.html", context, status=422 if form.errors else 200)
    series = form.series
    if "save" in request.POST:
        try:
            return redirect(save(series, form.invited))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return render(request, "meetings/plan.html", context, status=422)
    dates = dates_of(series, request.user)
    warn(dates, series, form.invited, besides)
    context |= {
        "series": series,
        "invited": form.invited,
        "dates": dates[:SHOWN],
        "further": len(dates) - SHOWN,
        "later": [one for one in dates[SHOWN:] if one.warnings],
        "warned": sum(bool(one.warnings) for one in dates),
        "zone_name": zone_name(series.zone),
        "place": place_of(series),
        "mine": request.user.time_zone,
    }
    return render(request, "meetings/preview.html", context)
