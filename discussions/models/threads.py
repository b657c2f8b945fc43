"""Threads: posts that belong together, in a space."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone

from access import may
from discussions.models.forums import Reader, Topic
from discussions.models.polls import Poll
from discussions.models.posts import Bookmark, Post, PostQuerySet
from discussions.models.traces import Trace
from spaces.kinds import space_kind
from spaces.models import Membership, Space

MEMBER = settings.AUTH_USER_MODEL


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, member) -> "ThreadQuerySet":
        """Threads of the spaces that the member belongs to and may read now."""
        spaces = [space.pk for space in Space.objects.of(member) if may(member, "space.read", space)]
        return self.filter(space__in=spaces)

    def titled(self) -> "ThreadQuerySet":
        """All but a room's chat, and what is left of threads that were merged into others."""
        return self.exclude(kind=Thread.Kind.CHAT).filter(merged_into=None)

    def as_read_by(self, member) -> "ThreadQuerySet":
        """With `read_seq`, how far the member has read, `is_unread`, and `is_followed`, `is_muted`, `is_bookmarked`.

        Whatever came before "mark all read" has been read, and so has what the member wrote themselves.
        """
        mine = Reader.objects.filter(thread=OuterRef("pk"), member=member)
        all_read = Membership.objects.filter(space=OuterRef("space"), member=member, left_at=None)
        return self.annotate(
            read_seq=Greatest(
                Coalesce(Subquery(mine.values("read_seq")[:1]), 0),
                Coalesce(Subquery(all_read.values("threads_read_seq")[:1]), 0),
            ),
            is_followed=Exists(mine.exclude(followed_at=None)),
            is_muted=Exists(mine.exclude(muted_at=None)),
            is_bookmarked=Exists(Bookmark.objects.filter(post=OuterRef("opening"), member=member)),
        ).annotate(is_unread=Case(When(last_seq__gt=F("read_seq"), then=True), default=False))

    def unread(self) -> "ThreadQuerySet":
        """Of as_read_by(): with posts that are new to the member, unless they muted it."""
        return self.filter(is_unread=True, is_muted=False)

    def followed_by(self, member) -> "ThreadQuerySet":
        return self.filter(readers__in=Reader.objects.filter(member=member).exclude(followed_at=None))

    def listed(self) -> "ThreadQuerySet":
        """With all that a line of a list shows, in a fixed number of queries; the liveliest first, pinned above."""
        return (
            self.select_related("opening__author", "last_post__author", "space__forum")
            .prefetch_related(models.Prefetch("topics", Topic.objects.order_by("position", "name")))
            .order_by(F("pinned_at").desc(nulls_last=True), "-last_at", "-pk")
        )

    def traced(self) -> "ThreadQuerySet":
        """With what moderators did with it as a whole."""
        return self.prefetch_related(models.Prefetch("traces", Trace.objects.select_related("by", "other")))

    def polled(self) -> "ThreadQuerySet":
        """With what everybody may see of its poll."""
        return self.prefetch_related(models.Prefetch("poll", Poll.objects.shown()))

    def unanswered(self) -> "ThreadQuerySet":
        """Questions that nobody has answered yet."""
        return self.filter(kind=Thread.Kind.QUESTION, post_count__lte=1, closed_at=None, answer=None)


class Thread(models.Model):
    """Posts that belong together, in a space. A room's chat is one; the others have a title."""

    class Kind(models.TextChoices):
        CHAT = "chat", "Chat"
        QUESTION = "question", "Question"
        DISCUSSION = "discussion", "Discussion"
        ANNOUNCEMENT = "announcement", "Announcement"
        RESOURCE = "resource", "Shared resource"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="threads")
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=160, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="threads")
    opening = models.OneToOneField(
        Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="opens", help_text="Its first post."
    )
    answer = models.OneToOneField(
        Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers", help_text="The accepted answer."
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    post_count = models.PositiveIntegerField(default=0, help_text="Posts that were not removed.")
    last_seq = models.PositiveBigIntegerField(default=0, help_text="The number of its newest post that is news.")
    last_at = models.DateTimeField(default=timezone.now)
    last_post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    pinned_at = models.DateTimeField(null=True, blank=True)
    pinned_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Where its posts are now; its own address leads there.",
    )
    created_at = models.DateTimeField(default=timezone.now)

    read_seq: int  # set by as_read_by()

    objects = ThreadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space"], condition=Q(kind="chat"), name="one_chat_a_space"),
            models.CheckConstraint(condition=Q(kind="chat") | ~Q(title=""), name="thread_has_a_title"),
        ]
        indexes = [
            models.Index(fields=["space", "-last_at"], condition=~Q(kind="chat"), name="latest_threads"),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        if self.kind == self.Kind.CHAT:
            return space_kind(self.space.kind).url(self.space)
        return reverse("discussions:thread", args=[self.pk])

    @property
    def is_chat(self) -> bool:
        return self.kind == self.Kind.CHAT

    @property
    def reply_count(self) -> int:
        return max(0, self.post_count - 1)

    @property
    def order(self) -> str:
        """Where it stands in a list, for a page that is told of it later: pinned first, then the liveliest."""
        top = self.pinned_at or self.last_at
        return f"{0 if self.pinned_at else 1}{10**17 - int(top.timestamp() * 1_000_000):018d}"

    def pins(self) -> PostQuerySet:
        return self.posts.pinned().select_related("author")
