"""Which posts become letters, where mail may say what was said: at once, or in the letter of a day or a week.

A row a member and space says how far they have been written to (Mailed). It moves on in the transaction that puts the
letter into the outbox: a crash writes neither, or both.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.timezone import now

from access import may
from discussions.models import Mention, Post, Reader, Unnamed
from members.models import Member
from notifications import ways
from notifications.models import DeadAddress, Hearing, Letter, Mailed, Notice
from notifications.notices import has_read
from spaces.kinds import all_space_kinds, space_kind
from spaces.models import Membership, Space

MOST_SINGLE = 10  # posts at once that still come as letters of their own
MOST_IN_ONE = 300  # posts that one letter tells of; the oldest are left out


class News:
    """What was said in a space after a number, up to another, who wrote it and whom it names: for all its readers."""

    def __init__(self, space: Space, after: int, upto: int) -> None:
        self.space = space
        posts = (
            space.posts.kept()
            .filter(seq__gt=after, seq__lte=upto, moved_at=None, imported_at=None)
            .select_related("thread", "reply_to")
            .order_by("-seq")
        )
        self.posts: list[Post] = list(posts[:MOST_IN_ONE])[::-1]
        ids = [post.pk for post in self.posts]
        asked = ids + [post.reply_to_id for post in self.posts if post.reply_to_id]
        self.owners: dict[UUID, UUID] = dict(Unnamed.objects.filter(post__in=asked).values_list("post", "member"))
        self.named = set(Mention.objects.filter(post__in=ids).values_list("post", "member"))

    def for_member(self, membership: Membership, hearing: Hearing, after: int) -> Iterator[Post]:
        """Those that the member is to be written to about. Who wants each post wants it read or not."""
        member, way = membership.member, ways.way_of(membership, hearing)
        readers = Reader.objects.filter(member=member, thread__in={post.thread_id for post in self.posts})
        by_thread = {reader.thread_id: reader for reader in readers}
        for post in self.posts:
            reader = by_thread.get(post.thread_id)
            if post.seq <= after or self._owner(post) == member.pk:
                continue
            kind = ways.hears(
                way,
                meant=(post.pk, member.pk) in self.named
                or bool(post.reply_to and self._owner(post.reply_to) == member.pk),
                followed=bool(reader and reader.followed_at),
                muted=bool(reader and reader.muted_at),
            )
            if kind and (way == ways.Way.EACH or not has_read(post, membership, reader)):
                yield post

    def _owner(self, post: Post) -> UUID | None:
        return self.owners.get(post.pk) if post.unnamed else post.author_id


def keep_up() -> int:
    """Give all members their Hearing, and memberships of telling spaces their Mailed, from now on; follow the zones."""
    new = [ways.on_time(Hearing(member=member)) for member in Member.objects.filter(hearing=None)[:500]]
    Hearing.objects.bulk_create(new, ignore_conflicts=True)
    memberships = Membership.objects.filter(space__kind__in=_telling(), left_at=None, mailed=None)
    begun = [Mailed(membership=one, seq=one.space.last_seq) for one in memberships.select_related("space")[:500]]
    Mailed.objects.bulk_create(begun, ignore_conflicts=True)
    moved = list(Hearing.objects.exclude(zone=F("member__time_zone")).select_related("member")[:500])
    for hearing in moved:
        ways.on_time(hearing).save(update_fields=["zone", "daily_at", "weekly_at"])
    return len(new) + len(begun) + len(moved)


def write_at_once() -> int:
    """Write to those who want to hear at once, and whose quiet hours do not hold."""
    return sum(_write_of(space) for space in Space.objects.filter(kind__in=_telling()))


def _write_of(space: Space) -> int:
    newest = space.posts.kept().aggregate(seq=Max("seq"))["seq"] or 0
    behind = Membership.objects.filter(space=space, left_at=None, mailed__seq__lt=newest)
    behind = behind.annotate(way=ways.way_in(space.kind)).filter(way__in=ways.AT_ONCE)
    moment = now()
    listening = [
        membership
        for membership in behind.select_related("member__hearing", "mailed")
        if not ways.is_quiet(_hearing(membership), moment)
    ]
    if not listening:
        return 0
    news = News(space, min(membership.mailed.seq for membership in listening), newest)
    return sum(_write_to(membership, news, newest) for membership in listening)


@transaction.atomic
def _write_to(membership: Membership, news: News, newest: int) -> int:
    """What waited through quiet hours, or is a lot, comes as one letter; else each post as its own."""
    mailed = Mailed.objects.select_for_update().get(pk=membership.pk)
    membership.space, hearing = news.space, _hearing(membership)
    told = list(news.for_member(membership, hearing, mailed.seq)) if mailed.seq < newest else []
    if told and _may_write_to(membership.member) and may(membership.member, "space.read", news.space):
        held = sum(ways.is_quiet(hearing, post.created_at) for post in told)
        if held > 1 or len(told) > MOST_SINGLE:
            _put(membership.member, told)
        else:
            for post in told:
                _put(membership.member, [post], Letter.Kind.POST)
    mailed.seq = max(mailed.seq, newest)
    mailed.save(update_fields=["seq"])
    return len(told)


def write_digests() -> int:
    """Write the letters of a day and a week that are due."""
    return sum(
        _write_digest(pk, way, due)
        for way, due in ((ways.Way.DAILY, "daily_at"), (ways.Way.WEEKLY, "weekly_at"))
        for pk in list(Hearing.objects.filter(**{f"{due}__lte": now()}).values_list("pk", flat=True)[:500])
    )


@transaction.atomic
def _write_digest(pk: UUID, way: str, due: str) -> int:
    """One letter for all spaces that one hears of in this way, with what one has not read."""
    hearing = Hearing.objects.select_for_update(of=("self",)).select_related("member").get(pk=pk)
    member, moment = hearing.member, now()
    if getattr(hearing, due) > moment:
        return 0
    setattr(hearing, due, _next(hearing, way, moment))
    hearing.save(update_fields=[due])
    memberships = member.memberships.filter(left_at=None).select_related("space", "mailed", "member")
    chosen = [one for one in memberships if ways.way_of(one, hearing) == way and one.space.kind != Space.Kind.INBOX]
    posts: list[Post] = []
    for membership in chosen:
        posts += _news_of(membership, hearing)
    quiet = [one.space_id for one in chosen if not space_kind(one.space.kind).tells_content]
    unread = Notice.objects.filter(member=member, space__in=quiet, read_at=None, mailed_at=None)
    elsewhere = unread.exists()
    unread.update(mailed_at=moment)
    if (posts or elsewhere) and _may_write_to(member):
        _put(member, posts, elsewhere=elsewhere)
    return 1


def _news_of(membership: Membership, hearing: Hearing) -> list[Post]:
    """Moves on past them, too."""
    space, mailed = membership.space, getattr(membership, "mailed", None)
    if mailed is None or not space_kind(space.kind).tells_content:
        return []
    news = News(space, mailed.seq, space.last_seq)
    posts = (
        list(news.for_member(membership, hearing, mailed.seq)) if may(membership.member, "space.read", space) else []
    )
    Mailed.objects.filter(pk=mailed.pk, seq__lt=space.last_seq).update(seq=space.last_seq)
    return posts


def _next(hearing: Hearing, way: str, after: datetime) -> datetime:
    weekday = hearing.weekday if way == ways.Way.WEEKLY else None
    return ways.next_time(hearing.hour, hearing.member.time_zone, after, weekday)


def _put(member: Member, posts: list[Post], kind: str = Letter.Kind.DIGEST, *, elsewhere: bool = False) -> None:
    ids = [str(post.pk) for post in posts]
    Letter.objects.create(kind=kind, member=member, to=member.email, posts=ids, elsewhere=elsewhere)


def _may_write_to(member: Member) -> bool:
    return member.is_active and not DeadAddress.objects.filter(email=member.email.lower()).exists()


def _hearing(membership: Membership) -> Hearing:
    return getattr(membership.member, "hearing", None) or ways.on_time(Hearing(member=membership.member))


def _telling() -> list[str]:
    return [kind.name for kind in all_space_kinds() if kind.tells_content]
