"""Who is here: the directory, a person, and one's own entry."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from access import Refusal, may, require
from access.requests import MemberRequest
from members.actions import people as actions
from members.forms.people import DeactivateForm, PeopleFilter, ProfileForm
from members.kept import kept_elsewhere
from members.models import Affiliation, Member

PAGE = 24


@require_GET
def directory(request: MemberRequest) -> HttpResponse:
    """Everyone who chose to be listed."""
    require(request.user, "directory.read")
    people = Member.objects.visible_to(request.user).listed()
    form = PeopleFilter(request.GET, people=people)
    page = Paginator(_with_entry(form.narrow(people)), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "narrowed": any(form.cleaned_data.values())}
    return render(request, "members/directory.html", context)


@require_GET
def person(request: MemberRequest, pk: str) -> HttpResponse:
    """One person, as far as they show themselves."""
    found = get_object_or_404(_with_entry(Member.objects.visible_to(request.user)), pk=pk)
    whole = may(request.user, "person.see_whole", found)
    return render(request, "members/person.html", {"person": found, "shown": _shown(found, whole=whole)})


@require_http_methods(["GET", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """What I say of myself, and who sees it."""
    member = Member.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=member)
    if form.is_valid():
        actions.edit_profile(member=member, by=request.user, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("members:profile")
    return render(request, "members/profile.html", {"form": form})


@require_GET
def my_data(request: MemberRequest) -> HttpResponse:
    """What this site keeps about me, and how to leave."""
    return render(request, "members/my_data.html", {"kept": _kept(request.user)})


@require_GET
def download_my_data(request: MemberRequest) -> HttpResponse:
    """The same, to take away."""
    answer = JsonResponse(_kept(request.user), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@require_http_methods(["GET", "POST"])
def deactivate(request: MemberRequest) -> HttpResponse:
    """Close my account."""
    form = DeactivateForm(request.POST or None, member=request.user)
    if form.is_valid():
        try:
            actions.deactivate(member=request.user, by=request.user, reason="asked by the member")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)
            request.signed_out = True
            messages.success(request, "Your account is closed. Thank you for what you brought to this community.")
            return redirect("home")
    return render(request, "members/deactivate.html", {"form": form})


def _with_entry(people: QuerySet[Member]) -> QuerySet[Member]:
    """With everything that an entry shows, in a fixed number of queries."""
    current = Affiliation.objects.current().select_related("organisation")
    return people.prefetch_related(
        "disciplines", "languages", Prefetch("affiliations", queryset=current, to_attr="current_affiliations")
    )


def _shown(person: Member, *, whole: bool) -> list[str]:
    return list(Member.SHOWABLE) if whole else person.shown_fields


def _kept(member: Member) -> dict:
    profile = {name: getattr(member, name) for name in ("name", "email", "pronouns", "about", "time_zone")}
    return {
        "taken_at": now().isoformat(),
        "profile": {
            **profile,
            "disciplines": [str(one) for one in member.disciplines.all()],
            "languages": [str(one) for one in member.languages.all()],
            "listed_since": member.listed_at,
            "the_directory_shows": member.shown_fields,
            "joined": member.joined_at,
        },
        "organisations": [
            {"name": one.organisation.name, "title": one.title, "from": one.starts_on, "until": one.ends_on}
            for one in member.affiliations.select_related("organisation")
        ],
        "roles": [
            {"role": grant.get_role_display(), "from": grant.granted_at, "until": grant.ended_at}
            for grant in member.role_grants.all()
        ],
        "groups": [
            {"role": one.get_role_display(), "joined": one.joined_at, "left": one.left_at}
            for one in member.memberships.exclude(space__kind="inbox")
        ],
        "messages_that_wait": [
            {"title": one.title, "text": one.body, "sent": one.sent_at, "declined": one.declined_at, "note": one.note}
            for one in member.first_posts.filter(released_at=None)
        ],
        "signed_in_on": [
            {"since": one.created_at, "address": one.ip, "browser": one.user_agent}
            for one in UserSession.objects.filter(user=member)
        ],
        **kept_elsewhere(member),
    }
