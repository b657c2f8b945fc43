"""The calendar of what one sees: a list, a month, a week, and what was."""

from datetime import date, datetime, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from access import MemberRequest, may
from meetings.lists import agenda, calendar_of, days_of_month, days_of_week
from meetings.models import Meeting
from members.eligibility import eligibility

YEARS = range(2020, 2100)


@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """What is to come, day by day."""
    meetings = Meeting.objects.of_concern_to(request.user).upcoming()
    return _listed(request, "upcoming", meetings)


@require_GET
def past(request: MemberRequest) -> HttpResponse:
    """What was, the latest first."""
    return _listed(request, "past", Meeting.objects.of_concern_to(request.user).over())


@require_GET
def month(request: MemberRequest, month: str | None = None) -> HttpResponse:
    """A month, by the reader's clock: this one where none is named."""
    first = _day(f"{month}-01") if month else localdate().replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    around = {"before": (first - timedelta(days=1)).strftime("%Y-%m"), "after": after.strftime("%Y-%m")}
    return _drawn(request, "month", days_of_month(first), around, {"first": first, "month": first.month})


@require_GET
def week(request: MemberRequest, day: str | None = None) -> HttpResponse:
    """The week of a day, Sunday to Saturday: this one where none is named."""
    days = days_of_week(_day(day) if day else localdate())
    around = {"before": (days[0] - timedelta(days=7)).isoformat(), "after": (days[0] + timedelta(days=7)).isoformat()}
    return _drawn(request, "week", days, around, {"first": days[0], "last": days[-1]})


def _listed(request: MemberRequest, tab: str, meetings) -> HttpResponse:
    page = agenda(meetings, request.user, request.GET.get("page"))
    return render(request, "meetings/agenda.html", {"tab": tab, "page": page} | _tools(request))


def _drawn(request: MemberRequest, tab: str, days: list[date], around: dict[str, str], more: dict) -> HttpResponse:
    weeks = calendar_of(Meeting.objects.of_concern_to(request.user), request.user, days, more.get("month"))
    context = {
        "tab": tab,
        "weeks": weeks,
        "any": any(day.meetings for week in weeks for day in week),
        **{name: reverse(f"meetings:{tab}", args=[to]) for name, to in around.items()},
    }
    return render(request, "meetings/calendar.html", context | more | _tools(request))


def _tools(request: MemberRequest) -> dict:
    return {
        "may_plan": may(request.user, "series.plan"),
        "may_arrange": may(request.user, "accommodations.arrange"),
        "eligible": eligibility(request.user, "meetings"),
    }


def _day(said: str) -> date:
    try:
        day = datetime.strptime(said, "%Y-%m-%d").date()
    except ValueError:
        raise Http404 from None
    if day.year not in YEARS:
        raise Http404
    return day
