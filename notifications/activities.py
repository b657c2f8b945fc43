"""What shows on a member's pages when their notices change: the badge in the header."""

from django.db.models import OuterRef

from members.models import Member
from notifications.notices import unread_of
from spaces.kinds import Kind, register


def _with_unread(ids):
    return Member.objects.annotate(unread_notices=unread_of(OuterRef("pk"))).in_bulk(list(ids))


register(
    Kind(
        name="notices.changed",
        op="replace",
        element="inbox-badge-{id}",
        load=_with_unread,
        partial="notifications/_badge.html",
    )
)
