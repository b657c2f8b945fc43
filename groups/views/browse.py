"""Finding a group and getting in."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from access import MemberRequest, may, require
from access.forms import carried_out
from groups import actions
from groups.browsing import as_seen_by, listed
from groups.forms import Ask, Find
from groups.models import Group, JoinRequest
from members.eligibility import eligibility


@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """The groups of a year, each with its seats, its facilitators and how I stand to it."""
    eligible = eligibility(request.user, "groups")
    groups = Group.objects.all() if eligible.may_read else Group.objects.none()
    years = list(groups.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct())
    find = Find(request.GET, years=years)
    found = listed(groups, request.user, find.cleaned_data if find.is_valid() else {})
    context = {"groups": found, "find": find, "eligible": eligible, "filtered": any(request.GET.values())}
    return render(request, "groups/index.html", context | _tools(request))


@require_GET
def about(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What a group is about, and how to get in."""
    return _about(request, _seen(request, pk), Ask())


@require_POST
def ask(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask the facilitators for a seat."""
    group = _seen(request, pk)
    require(request.user, "group.ask", group)
    form = Ask(request.POST)
    if carried_out(form, partial(actions.ask_to_join, group=group, by=request.user)):
        messages.success(request, "The facilitators have your request. You will get a mail when they have answered.")
        return redirect("groups:about", pk)
    return _about(request, group, form)


@require_POST
def withdraw(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take back my request, or decline my invitation."""
    actions.withdraw(request=_my_request(request, pk), by=request.user)
    messages.success(request, "Done. You can ask again whenever you like.")
    return redirect("groups:about", pk)


@require_POST
def accept_invitation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Come back into this year's group."""
    require(request.user, "group.ask", _seen(request, pk))
    answered = actions.accept_invitation(request=_my_request(request, pk), by=request.user)
    if answered.state == JoinRequest.State.WAITLISTED:
        messages.info(request, "All seats are taken. You are on the waitlist, and will get a mail when one is free.")
    else:
        messages.success(request, "You are in. Read and sign the covenant to enter the room.")
    return redirect("groups:about", pk)


def _about(request: MemberRequest, group: Group, form: Ask) -> HttpResponse:
    context = {
        "group": as_seen_by(request.user, [group])[0],
        "form": form,
        "eligible": eligibility(request.user, "groups"),
        "may_ask": may(request.user, "group.ask", group),
    }
    return render(request, "groups/about.html", context | _tools(request), status=422 if form.errors else 200)


def _tools(request: MemberRequest) -> dict[str, bool]:
    """What the visitor may do besides joining."""
    member = request.user
    return {
        "may_open": may(member, "group.open"),
        "may_ask_glass": may(member, "glass.ask"),
        "sees_rosters": may(member, "rosters.see"),
    }


def _seen(request: MemberRequest, pk: UUID) -> Group:
    return get_object_or_404(Group.objects.visible_to(request.user).with_people(), pk=pk)


def _my_request(request: MemberRequest, pk: UUID) -> JoinRequest:
    return get_object_or_404(
        JoinRequest.objects.open().select_related("group"), group=_seen(request, pk), member=request.user
    )
