"""What a member does to a space itself: reading it."""

from typing import Any

from django.db import transaction

from spaces.inbox import inbox_of
from spaces.log import record
from spaces.models import Activity, Membership, Space


@transaction.atomic
def mark_read(*, space: Space, member: Any, seq: int) -> int:
    """Note that the member has read up to `seq`, never back and never past the head. Gives what is unread now.

    Their other devices hear of it in the inbox. Somebody who reads without belonging has nothing to keep.
    """
    membership = Membership.objects.select_for_update().filter(space=space, member=member, left_at=None).first()
    if membership is None:
        return 0
    reached = Activity.objects.filter(space=space, seq__lte=seq).order_by("-seq").values("seq", "count").first()
    if reached and reached["seq"] > membership.read_seq:
        was = membership.read_count
        membership.read_seq, membership.read_count = reached["seq"], reached["count"]
        membership.save(update_fields=["read_seq", "read_count"])
        if membership.read_count != was and space.kind != Space.Kind.INBOX:
            record(inbox_of(member), "read.moved", membership, by=member)
    return Membership.objects.with_unread().get(pk=membership.pk).unread
