"""Who hears what in their inbox. The same activities that feed the pages make the notices."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from access import may
from discussions.models import Decision, FirstPost, Mention, Post, Reader, Thread, Unnamed, written_by
from members.models import Member
from notifications import pushes, ways
from notifications.models import Hearing, Letter, Notice, Told
from spaces.inbox import inbox_of
from spaces.kinds import space_kind
from spaces.log import record
from spaces.models import Activity, Membership, Space

MAIL_AFTER = timedelta(minutes=5)
WHY = {
    Notice.Kind.MENTION: "Somebody named you, or answered you.",
    Notice.Kind.REPLIES: "You follow this thread: you wrote in it, or chose to.",
    Notice.Kind.MESSAGES: "You chose to hear of every message here.",
}


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
    changed: set[Member] = set()
    for activity in activities:
        if activity.kind in {"post.created", "reply.created"}:
            changed |= _tell_of_post(told.space, activity.target)
        elif activity.kind in {"post.removed", "post.held"}:
            changed |= _take_back(told.space, activity.target)
        elif activity.kind == "thread.left":
            changed |= _go_along(activity.target)
    if activities:
        told.seq = activities[-1].seq
        told.save()
    for member in sorted(changed, key=lambda one: one.pk):
        record(inbox_of(member), "notices.changed", member)
    return len(activities)


def _tell_of_post(space: Space, pk) -> set[Member]:
    """One unread line a thread (a room's chat is one) and kind: a new one, or the old one tells of this post too."""
    post = Post.objects.kept().select_related("thread", "reply_to").filter(pk=pk).first()
    if post is None:
        return set()
    told = set()
    thread = None if post.thread.is_chat else post.thread
    for membership, hearing, kind in _hearers(space, post):
        member = membership.member
        unread = Notice.objects.filter(member=member, space=space, thread=thread, kind=kind, read_at=None)
        if not unread.update(seq=post.seq):
            way = ways.way_of(membership, hearing)
            mail_at = now() + MAIL_AFTER if way in ways.AT_ONCE else None
            Notice.objects.create(
                member=member, space=space, thread=thread, kind=kind, first_seq=post.seq, seq=post.seq, mail_at=mail_at
            )
            if ways.is_pushed(kind, way):
                pushes.put(member, space)
        elif thread is None:
            continue  # the line shows no number: nothing about it changed
        told.add(member)
    return told


def _hearers(space: Space, post: Post) -> Iterable[tuple[Membership, Hearing, str]]:
    """Those who hear of a post in their inbox. In a forum a list shows what else is new, so its readers do not."""
    meant = meant_by(post)
    readers = {reader.member_id: reader for reader in Reader.objects.filter(thread=post.thread)}
    memberships = space.memberships.filter(left_at=None, member__deactivated_at=None)
    in_forum = space_kind(space.kind).tells_content
    if in_forum:
        following = [member for member, reader in readers.items() if reader.followed_at]
        memberships = memberships.filter(member__in=[*meant, *following])
    author = author_of(post)
    for membership in memberships.select_related("member__hearing", "space"):
        member, reader = membership.member, readers.get(membership.member_id)
        if member.pk == author or has_read(post, membership, reader):
            continue
        hearing = getattr(member, "hearing", None) or Hearing(member=member)
        kind = ways.hears(
            ways.way_of(membership, hearing),
            meant=member.pk in meant,
            followed=bool(reader and reader.followed_at),
            muted=bool(reader and reader.muted_at),
        )
        if kind and not (in_forum and kind == Notice.Kind.MESSAGES) and may(member, "space.read", space):
            yield membership, hearing, kind


def meant_by(post: Post) -> set:
    """The ids of those whom a post names or answers. Who asked without a name is answered like anybody."""
    meant = set(Mention.objects.filter(post=post).values_list("member_id", flat=True))
    if post.reply_to:
        meant.add(author_of(post.reply_to))
    return meant - {None}


def author_of(post: Post):
    """The id of whoever wrote it, whether it shows or not: for leaving them out, never for telling others."""
    if post.unnamed:
        return Unnamed.objects.filter(post=post).values_list("member_id", flat=True).first()
    return post.author_id


def has_read(post: Post, membership: Membership, reader: Reader | None) -> bool:
    if post.thread.is_chat:
        return membership.read_seq >= post.seq
    return max(membership.threads_read_seq, reader.read_seq if reader else 0) >= post.seq


def _take_back(space: Space, pk) -> set[Member]:
    """A post was removed: lines that tell of nothing else go, and the others count one less."""
    post = Post.objects.filter(pk=pk).select_related("thread").first()
    if post is None:
        return set()
    thread = None if post.thread.is_chat else post.thread
    told = Notice.objects.filter(space=space, thread=thread, read_at=None, first_seq__lte=post.seq, seq__gte=post.seq)
    changed = set()
    for notice in told.select_related("member"):
        left = Post.objects.kept().filter(thread=post.thread, seq__range=(notice.first_seq, notice.seq))
        if notice.kind == Notice.Kind.MENTION:
            mine = written_by(notice.member, "reply_to__")
            left = left.filter(Q(mentions__member=notice.member) | mine)
        if not left.exclude(written_by(notice.member)).exists():
            notice.delete()
        changed.add(notice.member)
    return changed


def _go_along(pk) -> set[Member]:
    """A thread was moved, or merged: unread lines tell of what is still unread where it is now."""
    left = Thread.objects.select_related("space", "merged_into__space").get(pk=pk)
    thread = left.merged_into or left
    read = dict(thread.readers.values_list("member", "read_seq"))
    changed = set()
    for notice in Notice.objects.filter(thread=left, read_at=None).select_related("member"):
        there = Notice.objects.filter(member=notice.member, thread=thread, kind=notice.kind, read_at=None)
        if there.exclude(pk=notice.pk).exists():
            notice.read_at = now()
        notice.thread, notice.space = thread, thread.space
        notice.first_seq, notice.seq = read.get(notice.member_id, 0) + 1, thread.last_seq
        notice.save()
        changed.add(notice.member)
    return changed


def mail_unread() -> int:
    """Write to those who have not looked for a while: that there is something, and where; nothing else."""
    due = Notice.objects.filter(read_at=None, mailed_at=None, mail_at__lte=now())
    members = list(due.values_list("member", flat=True).distinct()[:100])
    return sum(_mail(member) for member in members)


@transaction.atomic
def _mail(member_id) -> int:
    """A letter that there is something unread in spaces that tell no content. Quiet hours and digests put it off."""
    unread = Notice.objects.filter(member=member_id, read_at=None, mailed_at=None, mail_at__isnull=False)
    notices = list(unread.select_for_update(of=("self",)).select_related("member", "space"))
    if not notices:  # another worker was quicker
        return 0
    hearing = ways.hearing_of(notices[0].member)
    if ways.is_quiet(hearing, now()):
        later = ways.next_time(hearing.quiet_until or 0, hearing.member.time_zone, now())
        return Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mail_at=later)
    memberships = hearing.member.memberships.filter(left_at=None).select_related("space")
    found = {membership.space_id: ways.way_of(membership, hearing) for membership in memberships}
    waiting = [notice for notice in notices if found.get(notice.space_id) in ways.IN_DIGESTS]
    Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(mail_at=None)
    told = [notice for notice in notices if notice not in waiting]
    if any(not space_kind(notice.space.kind).tells_content for notice in told):
        Letter.objects.create(kind=Letter.Kind.DIGEST, member=hearing.member, to=hearing.member.email, elsewhere=True)
    Notice.objects.filter(pk__in=[notice.pk for notice in told]).update(mailed_at=now())
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
    """The member's notices of spaces that they may still read, newest first, at most 100.

    Each has a `title`, `why` it came, and `count`: how many posts by others it tells of that still stand there.
    """
    posts = Post.objects.kept().filter(thread=OuterRef("thread"), seq__range=(OuterRef("first_seq"), OuterRef("seq")))
    others = posts.exclude(written_by(member)).order_by().values("thread")
    counted = Coalesce(Subquery(others.annotate(n=Count("pk")).values("n")), 0)
    notices: list[Any] = list(member.notices.select_related("space", "thread").annotate(count=counted)[:100])
    spaces = {notice.space_id: notice.space for notice in notices}
    allowed = {pk for pk, space in spaces.items() if may(member, "space.read", space)}
    titles = {pk: space_kind(spaces[pk].kind).title(spaces[pk]) for pk in allowed}
    kept = [notice for notice in notices if notice.space_id in allowed]
    for notice in kept:
        title = titles[notice.space_id]
        notice.title = f"{notice.thread.title} ({title})" if notice.thread else title
        notice.why = WHY[Notice.Kind(notice.kind)]
    return kept


def unread_of(member: Any) -> Any:
    """How much waits in a member's inbox, as an expression; `member` is one, or where a query finds them."""
    unread = [
        Notice.objects.filter(member=member, read_at=None),
        Decision.objects.filter(written_by(member, "post__"), seen_at=None),
        FirstPost.objects.declined().filter(member=member, seen_at=None),
    ]
    count = Func(F("pk"), function="COUNT", output_field=IntegerField())
    notices, decisions, declined = [
        Subquery(those.order_by().annotate(number=count).values("number")) for those in unread
    ]
    return notices + decisions + declined


def decisions_about(member: Member) -> QuerySet[Decision]:
    """What moderators decided about the member's posts, the newest first; not that one was kept which stood anyway."""
    mine = Decision.objects.filter(written_by(member, "post__"))
    return mine.exclude(outcome=Decision.Outcome.KEEP, told_at=None)[:20]


def declined_of(member: Member) -> QuerySet[FirstPost]:
    """The member's first posts that a moderator did not post, the newest first."""
    return FirstPost.objects.declined().filter(member=member).order_by("-declined_at")[:20]


def tell_authors() -> int:
    """Have the open pages of those whose posts were decided on show it."""
    fresh = Decision.objects.filter(told_at=None, seen_at=None).select_related("post")
    declined = FirstPost.objects.declined().filter(told_at=None).select_related("member")
    return sum(_tell_author(decision) for decision in fresh[:100]) + sum(map(_tell_declined, declined[:100]))


@transaction.atomic
def _tell_declined(first: FirstPost) -> int:
    if not FirstPost.objects.declined().filter(pk=first.pk, told_at=None).update(told_at=now()):
        return 0
    record(inbox_of(first.member), "notices.changed", first.member)
    return 1


@transaction.atomic
def _tell_author(decision: Decision) -> int:
    if not Decision.objects.filter(pk=decision.pk, told_at=None).update(told_at=now()):
        return 0
    member = Member.objects.filter(pk=author_of(decision.post)).first()
    if member:
        record(inbox_of(member), "notices.changed", member)
    return 1


def settle() -> int:
    """Mark those notices read whose posts their member has meanwhile read where they stand."""
    unread = Notice.objects.filter(read_at=None).select_related("member")
    mine = {"space__memberships__member": F("member"), "space__memberships__left_at": None}
    in_chat = unread.filter(thread=None, **mine, space__memberships__read_seq__gte=F("seq"))
    all_read = unread.exclude(thread=None).filter(**mine, space__memberships__threads_read_seq__gte=F("seq"))
    in_thread = unread.filter(thread__readers__member=F("member"), thread__readers__read_seq__gte=F("seq"))
    by_member: dict[Member, list[Notice]] = {}
    for seen in (in_chat, all_read, in_thread):
        for notice in seen[:500]:
            by_member.setdefault(notice.member, []).append(notice)
    for member, notices in by_member.items():
        mark_read(member=member, notices=notices)
    return len(by_member)


def place_of(notice: Notice) -> str:
    """Where it leads."""
    thread: Thread | None = notice.thread
    return thread.get_absolute_url() if thread else space_kind(notice.space.kind).url(notice.space)
