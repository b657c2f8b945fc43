"""What shows on a member's pages when their notices change: the badge in the header."""

from django.db.models import Count, Q

from members.models import Member
from spaces.kinds import Kind, register


def _with_unread(ids):
    unread = Count("notices", filter=Q(notices__read_at=None))
    return Member.objects.annotate(unread_notices=unread).in_bulk(list(ids))


register(
    Kind(
        name="notices.changed",
        op="replace",
        element="inbox-badge-{id}",
        load=_with_unread,
        partial="notifications/_badge.html",
    )
)
