"""Who is asked to a meeting: by their eligibility on its day, and by membership where it is of a space."""

from access import may
from meetings.models import Meeting, MeetingSeries
from members.eligibility import eligibilities
from members.models import Member

Audience = MeetingSeries.Audience


def asked_to(meeting: Meeting) -> list[Member]:
    """Everyone who may come. For a space one question each; else a fixed number of queries."""
    series = meeting.series
    members = Member.objects.exclude(deactivated_at__lte=meeting.starts_at)
    if series.space:
        inside = members.filter(deactivated_at=None, memberships__space=series.space, memberships__left_at=None)
        return [member for member in inside if may(member, "space.read", series.space)]
    answers = eligibilities(members, "meetings", meeting.starts_at)
    chosen = set(series.organisations.values_list("pk", flat=True))

    def is_asked(member: Member) -> bool:
        answer = answers[member.pk]
        if not answer.may_write:
            return False
        if answer.organisation is None or series.audience == Audience.ELIGIBLE:  # the first by their role
            return True
        return answer.organisation.pk in chosen

    return [member for member in members if is_asked(member)]
