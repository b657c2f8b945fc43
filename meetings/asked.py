"""Who is asked to a meeting: by their eligibility on its day, and by membership where it is of a space."""

from django.db.models import QuerySet

from access import may
from meetings.models import Meeting, MeetingSeries
from members.eligibility import eligibilities
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
