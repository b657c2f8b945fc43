"""What a member finds at home: what is new in their spaces, what is next, what waits for them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.timezone import localdate

from access import may
from cop.models import FirstStep
from discussions.lists import how_many_wait, unread_threads
from discussions.models import FirstPost, Flag, Forum
from groups.access import memberships as of_groups
from groups.models import BreakGlass, Group, JoinRequest
from meetings.models import Meeting
from members.eligibility import Eligibility, eligibility
from members.models import Application, Member
from spaces.kinds import nouns, space_kind
from spaces.models import Activity, Membership, Space

SOON = timedelta(days=60)
OVERSEES = "You look after groups by your role, so you are in none."


def home_of(member: Member) -> dict:
    """The context of templates/cop/home.html. As many queries with one group as with fifty."""
    standing = eligibility(member, "groups")
    memberships = _memberships(member) if standing.may_read else []
    may_join = may(member, "group.ask", None)
    return {
        "checklist": _checklist(member, memberships, in_groups=bool(memberships) or may_join),
        "spaces": [
            {
                "title": str(membership.space.group),
                "url": membership.space.group.get_absolute_url(),
                "id": membership.pk,
                "unread": membership.unread,
                "membership": membership,
                "last_at": membership.last_at,
                "kind": membership.space.get_kind_display(),
            }
            for membership in memberships
            if membership.signed
        ],
        "forums": _forums(member),
        "meetings": _meetings(member),
        "upcoming": _upcoming(memberships, standing),
        "waiting": _waiting(member, memberships, standing),
        "may_join": may_join,
        "why_in_none": OVERSEES if standing.may_write else standing.why,
    }


def _forums(member: Member) -> list[dict]:
    """The forums that the member reads, with the number of threads that are new to them."""
    forums = list(Forum.objects.visible_to(member))
    unread = unread_threads([forum.space for forum in forums], member) if forums else {}
    return [{"forum": forum, "unread": unread[forum.space_id]} for forum in forums]


def _memberships(member: Member) -> list[Any]:
    """The member's groups with their unread counts and signatures, the liveliest first."""
    last = Activity.objects.filter(space=OuterRef("space"), seq=OuterRef("space__last_seq")).values("created_at")
    groups: Any = of_groups()
    found = list(  # each with `unread`, `signed` and `last_at`
        groups.with_unread()
        .filter(member=member)
        .annotate(last_at=Subquery(last))
        .order_by(F("last_at").desc(nulls_last=True), "pk")
    )
    member.once("memberships", lambda: {one.space_id: one for one in found})  # asked again for each of the spaces
    return found


def _waiting(member: Member, memberships: list[Any], standing: Eligibility) -> list[dict]:
    """What only this member can do: {title, url, why}."""
    lines = [*_of_groups(member, memberships)] if standing.may_read else []
    for application in Application.objects.visible_to(member).waiting().select_related("organisation")[:20]:
        title = f"{application.name} applies to join {application.organisation}"
        url = reverse("members:application", args=[application.pk])
        lines.append({"title": title, "url": url, "why": "You know whether they work there."})
    for space, count in _reports(member):
        title = f"{count} {'message waits' if count == 1 else 'messages wait'} for a moderator in {_title(space)}"
        url = reverse("discussions:moderation", args=[space.pk])
        lines.append({"title": title, "url": url, "why": "Reported, or the first of their authors."})
    if may(member, "glass.ask"):
        for glass in BreakGlass.objects.waiting().exclude(asked_by=member).select_related("group"):
            title, why = f"Break-glass asked for {glass.group}", "It needs a second person."
            lines.append({"title": title, "url": reverse("groups:glass"), "why": why})
    return lines


def _reports(member: Member) -> Iterator[tuple[Space, int]]:
    """The spaces that the member moderates and in which messages were reported or wait, with how many."""
    firsts = FirstPost.objects.waiting().values("space")
    waits = Q(pk__in=Flag.objects.open().values("post__space")) | Q(pk__in=firsts)
    for space in Space.objects.filter(waits).select_related(*nouns()):
        if may(member, "space.moderate", space) and (count := how_many_wait(member, space)):
            yield space, count


def _title(space: Space) -> str:
    return space_kind(space.kind).title(space)


def _of_groups(member: Member, memberships: list[Any]) -> Iterator[dict]:
    for membership in memberships:
        if not membership.signed:
            group = membership.space.group
            url = reverse("groups:covenant", args=[group.pk])
            yield {"title": f"Sign the covenant of {group}", "url": url, "why": "The room opens then."}
    for request in JoinRequest.objects.filter(member=member, state=JoinRequest.State.INVITED).select_related("group"):
        url = reverse("groups:about", args=[request.group_id])
        yield {"title": f"Come back to {request.group}?", "url": url, "why": "You were in it last year."}
    mine = [one.space_id for one in memberships if one.signed and one.role == Membership.Role.FACILITATOR]
    asked = Count("join_requests", filter=Q(join_requests__state=JoinRequest.State.ASKED))
    for group in Group.objects.filter(space__in=mine).annotate(asked=asked).filter(asked__gt=0):
        title = f"{group.asked} {'person asks' if group.asked == 1 else 'people ask'} to join {group}"
        yield {"title": title, "url": reverse("groups:facilitate", args=[group.pk]), "why": "A facilitator decides."}


def _upcoming(memberships: list[Any], standing: Eligibility) -> list[dict]:
    """Days to come within two months: {when, title, url}, the nearest first."""
    today = localdate()
    days = []
    for membership in memberships:
        group = membership.space.group
        days += [(group.starts_on, f"{group} begins", group), (group.ends_on, f"{group} ends", group)]
    lines = [
        {"when": day, "title": title, "url": group.get_absolute_url()}
        for day, title, group in days
        if today <= day <= today + SOON
    ]
    if standing.basis and standing.until and today <= standing.until <= today + SOON:
        url = reverse("members:organisation", args=[standing.basis.organisation_id])
        lines.append({"when": standing.until, "title": f"The last day of {standing.basis}", "url": url})
    return sorted(lines, key=lambda line: line["when"])


def _meetings(member: Member) -> list[Meeting]:
    """The next three that take place."""
    return list(Meeting.objects.of_concern_to(member).on().upcoming().select_related("series")[:3])


def _checklist(member: Member, memberships: list[Any], *, in_groups: bool) -> list[dict]:
    """The first steps: {name, label, why, url, done}. Empty once all are done or were called fine as they are."""
    unsigned = [one for one in memberships if not one.signed]
    has_disciplines, has_factor = _is_done(member)
    steps = [
        ("profile", "Say who you are", "Disciplines and languages help others find you.", reverse("members:profile"),
         has_disciplines),
        ("time_zone", f"Check your time zone: {member.get_time_zone_display()}",
         "Times on these pages are shown in it.", reverse("members:profile"), False),
        ("notifications", "Choose what you hear of", "Each place may have its own way. Quiet is the default.",
         reverse("notifications:settings"), any(one.notify for one in memberships)),
        ("second_factor", "Add a second factor", "A passkey or an authenticator app keeps your rooms yours.",
         reverse("mfa_index"), has_factor),
        ("covenant", "Sign your group's covenant", "A room opens once you have signed.",
         reverse("groups:covenant", args=[unsigned[0].space.group.pk]) if unsigned else reverse("groups:index"),
         bool(memberships) and not unsigned),
    ]  # fmt: skip
    fine = set(FirstStep.objects.filter(member=member).values_list("step", flat=True))
    checklist = [
        {"name": name, "label": label, "why": why, "url": url, "done": done or name in fine}
        for name, label, why, url, done in steps
        if in_groups or name not in {"notifications", "covenant"}
    ]
    return checklist if not all(step["done"] for step in checklist) else []


def _is_done(member: Member) -> tuple[bool, bool]:
    """Whether they named a discipline, and gave a second factor: in one query."""
    disciplines = Member.disciplines.through.objects.filter(member=OuterRef("pk"))
    factors = Authenticator.objects.filter(user=OuterRef("pk"))
    return Member.objects.values_list(Exists(disciplines), Exists(factors)).get(pk=member.pk)


def mark_done(*, member: Member, step: str) -> None:
    """Take a step off the checklist: it is fine as it is."""
    FirstStep.objects.get_or_create(member=member, step=step)
