"""Who hears what. The same activities that feed the pages make the notices."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from access import may
from discussions.models import Mention, Post
from members.models import Member
from notifications.models import Notice, Told
from spaces.inbox import inbox_of
from spaces.kinds import space_kind
from spaces.log import record
from spaces.models import Activity, Membership, Space
from worker import letters

MAIL_AFTER = timedelta(minutes=5)


def tell() -> int:
    """Make the notices of everything that happened since the last time, once each."""
    Told.objects.bulk_create(
        [Told(space=space) for space in Space.objects.exclude(kind=Space.Kind.INBOX).filter(told=None)[:500]],
        ignore_conflicts=True,
    )
    behind = Told.objects.filter(space__last_seq__gt=F("seq")).values_list("space_id", flat=True)
    return sum(_tell_of(space) for space in list(behind[:100]))


@transaction.atomic
def _tell_of(space_id) -> int:
    told = Told.objects.select_for_update().select_related("space").get(pk=space_id)
    activities = list(Activity.objects.filter(space=told.space, seq__gt=told.seq).order_by("seq")[:200])
    notices: dict[tuple, Notice] = {}
    posts = [activity for activity in activities if activity.kind in {"post.created", "reply.created"}]
    for activity in posts:
        for member, kind in _hearers(told.space, activity):
            notices[member.pk, kind] = Notice(member=member, space=told.space, kind=kind, seq=activity.seq)
    unread = set(Notice.objects.filter(space=told.space, read_at=None).values_list("member_id", "kind"))
    made = [notice for key, notice in notices.items() if key not in unread]
    Notice.objects.bulk_create(made)
    if activities:
        told.seq = activities[-1].seq
        told.save()
    for notice in sorted(made, key=lambda one: one.member_id):
        record(inbox_of(notice.member), "notices.changed", notice.member)
    return len(activities)


def _hearers(space: Space, activity: Activity) -> Iterable[tuple[Member, str]]:
    mentioned = set(Mention.objects.filter(post=activity.target).values_list("member_id", flat=True))
    thread_root = Post.objects.filter(pk=activity.target).values_list("reply_to__author_id", flat=True).first()
    for membership in space.memberships.filter(left_at=None).select_related("member"):
        member = membership.member
        if member.pk == activity.actor_id or membership.read_seq >= activity.seq or not member.is_active:
            continue
        if membership.notify == Membership.Notify.NONE:
            continue
        if member.pk in mentioned or member.pk == thread_root:
            yield member, Notice.Kind.MENTION
        elif membership.notify == Membership.Notify.ALL:
            yield member, Notice.Kind.MESSAGES


def mail_unread() -> int:
    """Write to those who have not looked for a while: that there is something, and where; nothing else."""
    due = Notice.objects.filter(read_at=None, mailed_at=None, created_at__lte=now() - MAIL_AFTER)
    members = list(due.values_list("member", flat=True).distinct()[:100])
    return sum(_mail(member) for member in members)


@transaction.atomic
def _mail(member_id) -> int:
    notices = list(
        Notice.objects.select_for_update()
        .filter(member=member_id, read_at=None, mailed_at=None)
        .select_related("member", "space")
    )
    if any(may(notice.member, "space.read", notice.space) for notice in notices):
        letters.send(notices[0].member.email, "something_new", {"member": notices[0].member})
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=now())
    return len(notices)


@transaction.atomic
def mark_read(*, member: Member, notices: Iterable[Notice] | None = None) -> None:
    """Mark these notices read, or all of them. Any page of the member that is open shows it."""
    unread = member.notices.filter(read_at=None)
    if notices is not None:
        unread = unread.filter(pk__in=[notice.pk for notice in notices])
    if unread.update(read_at=now()):
        record(inbox_of(member), "notices.changed", member, by=member)


def readable(member: Member) -> list[Notice]:
    """The member's notices of spaces that they may still read, newest first, at most 100, each with a `title`."""
    notices = list(member.notices.select_related("space")[:100])
    spaces = {notice.space_id: notice.space for notice in notices}
    allowed = {pk for pk, space in spaces.items() if may(member, "space.read", space)}
    titles = {pk: space_kind(spaces[pk].kind).title(spaces[pk]) for pk in allowed}
    kept = [notice for notice in notices if notice.space_id in allowed]
    for notice in kept:
        notice.title = titles[notice.space_id]
    return kept


def settle() -> int:
    """Mark those notices read whose activity their member has meanwhile read in the space itself."""
    seen = Notice.objects.filter(
        read_at=None,
        space__memberships__member=F("member"),
        space__memberships__left_at=None,
        space__memberships__read_seq__gte=F("seq"),
    ).select_related("member")
    by_member: dict[Member, list[Notice]] = {}
    for notice in seen[:500]:
        by_member.setdefault(notice.member, []).append(notice)
    for member, notices in by_member.items():
        mark_read(member=member, notices=notices)
    return len(by_member)
