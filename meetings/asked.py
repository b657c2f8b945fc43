"""Who is asked to a meeting: by their eligibility on its day, and by membership where it is of a space."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from access import may
from meetings.models import Meeting, MeetingSeries
from members.eligibility import eligibilities, organisations_open
from members.models import Member, Organisation

Audience = MeetingSeries.Audience


def asked_to(meeting: Meeting, among: QuerySet[Member] | None = None) -> dict[Member, Organisation | None]:
    """Everyone who may come, and the organisation through which they come; none where it is by their role.

    For a space one question each; else a fixed number of queries.
    """
    series = meeting.series
    everyone = Member.objects.all() if among is None else among
    members = everyone.exclude(deactivated_at__lte=meeting.starts_at)
    if series.space:
        inside = members.filter(deactivated_at=None, memberships__space=series.space, memberships__left_at=None)
        readers = [member for member in inside if may(member, "space.read", series.space)]
        answers = eligibilities(readers, "meetings", meeting.starts_at)
        return {member: answers[member.pk].organisation for member in readers}
    answers = eligibilities(members, "meetings", meeting.starts_at)
    open_to = {member: answers[member.pk].organisation for member in members if answers[member.pk].may_write}
    if series.audience == Audience.ELIGIBLE:
        return open_to
    chosen = {None, *series.organisations.all()}
    return {member: organisation for member, organisation in open_to.items() if organisation in chosen}


def programmes_asked(meetings: Iterable[Meeting]) -> dict[UUID, set[Organisation]]:
    """The organisations that a meeting is for by their eligibility when it begins, with members here or without.

    By the meeting's id, of network meetings only: a space is of people. In three queries, where the organisations of
    their series were fetched before.
    """
    network = [one for one in meetings if not one.series.space_id]
    open_at = organisations_open("meetings", [one.starts_at for one in network])
    return {
        one.pk: open_at[one.starts_at]
        if one.series.audience == Audience.ELIGIBLE
        else open_at[one.starts_at] & set(one.series.organisations.all())
        for one in network
    }
