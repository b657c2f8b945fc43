"""Posts, and what members do with them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from access import may
from files.models import File
from spaces.models import Space

MEMBER = settings.AUTH_USER_MODEL


class Sign(models.TextChoices):
    """The reactions: few, and each with a name that can be read aloud."""

    THANKS = "thanks", "Thank you"
    WITH_YOU = "with-you", "With you"
    AGREE = "agree", "I agree"
    IDEA = "idea", "Good idea"
    QUESTION = "question", "I have a question"
    SEEN = "seen", "Seen"


class Intensity(models.IntegerChoices):
    """How hard a text may be to read."""

    PLAIN = 0, "Nothing that needs a warning"
    SOME = 1, "Some may find it hard"
    STRONG = 2, "Hard: folded until a reader opens it"
    SEVERE = 3, "Very hard: folded until a reader opens it"


def written_by(member, path: str = "") -> Q:
    """Posts that are a member's own, also where they stand without a name; `path` leads to them (`post__`)."""
    return Q(**{f"{path}author": member}) | Q(**{f"{path}asked_by__member": member})


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, member) -> "PostQuerySet":
        """Posts of the spaces that the member belongs to and may read now."""
        spaces = [space.pk for space in Space.objects.of(member) if may(member, "space.read", space)]
        return self.filter(space__in=spaces)

    def roots(self) -> "PostQuerySet":
        """What stands in the list itself, not under another post."""
        return self.filter(reply_to=None)

    def kept(self) -> "PostQuerySet":
        """Neither removed nor hidden by a moderator."""
        return self.filter(removed_at=None, held_at=None)

    def pinned(self) -> "PostQuerySet":
        return self.kept().exclude(pinned_at=None).order_by("-pinned_at")

    def shown(self) -> "PostQuerySet":
        """With all that the partial of a post asks for, in a fixed number of queries."""
        replies = Post.objects.kept().filter(reply_to=OuterRef("pk")).order_by()
        return (
            self.select_related("author", "removed_by", "reply_to", "thread")
            .prefetch_related(
                Prefetch("reactions", Reaction.objects.select_related("member").order_by("created_at", "pk")),
                Prefetch("files", File.objects.shown().order_by("uploaded_at", "pk")),
            )
            .annotate(
                reply_count=Coalesce(Subquery(replies.values("reply_to").annotate(n=Count("pk")).values("n")), 0),
                last_reply_seq=Subquery(replies.order_by("-seq").values("seq")[:1]),
                last_reply_at=Subquery(replies.order_by("-seq").values("created_at")[:1]),
            )
        )


class Post(models.Model):
    """What somebody said, once. Removed, it leaves a tombstone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.ForeignKey("discussions.Thread", on_delete=models.CASCADE, related_name="posts")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="posts", help_text="The thread's.")
    author = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="posts")
    client_id = models.UUIDField(help_text="Made by the author's page: the same again is the same post.")
    seq = models.PositiveBigIntegerField(help_text="The number of the activity that brought it.")
    reply_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="replies",
        help_text="The root it answers.",
    )
    announcement = models.BooleanField(default=False, help_text="Said by a facilitator to everyone.")
    unnamed = models.BooleanField(default=False, help_text="Asked without a name: it has no author, see Unnamed.")
    intensity = models.PositiveSmallIntegerField(
        default=0,
        choices=Intensity,
        help_text="How hard it may be to read; from 2 on it is folded and never previewed.",
    )
    content_note = models.CharField(max_length=160, blank=True, help_text="What a reader should know before.")
    body = models.TextField(blank=True, help_text="As it was written.")
    html = models.TextField(blank=True, help_text="The body, rendered when it was written.")
    files = models.ManyToManyField(File, blank=True, related_name="posts")
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField(
        null=True, blank=True, help_text="When it came from another forum: nobody is written to of it again."
    )
    imported_at = models.DateTimeField(
        null=True, blank=True, help_text="When it came with a list's archive: it is news to nobody."
    )
    pinned_at = models.DateTimeField(null=True, blank=True)
    pinned_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    held_at = models.DateTimeField(null=True, blank=True, help_text="When a moderator hid it until it is decided.")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    removal_reason = models.TextField(blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["author", "space", "client_id"], name="one_post_per_client_id"),
            models.UniqueConstraint(fields=["space", "seq"], name="one_post_per_seq"),
            models.CheckConstraint(condition=Q(unnamed=False) | Q(author=None), name="unnamed_has_no_author"),
            models.CheckConstraint(condition=Q(intensity__lte=3), name="intensity_up_to_three"),
        ]
        indexes = [
            models.Index(fields=["thread", "seq"], condition=Q(reply_to=None), name="thread_roots"),
            models.Index(fields=["reply_to", "seq"]),
            models.Index(fields=["space", "created_at"], condition=Q(reply_to=None), name="roots_by_age"),
            models.Index(fields=["-created_at"], name="newest_posts"),
            models.Index(fields=["space"], condition=~Q(held_at=None), name="hidden_posts"),
            models.Index(fields=["thread", "pinned_at"], condition=~Q(pinned_at=None), name="pinned_posts"),
        ]

    def __str__(self) -> str:
        return f"Post {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("discussions:post", args=[self.pk])

    @property
    def root(self) -> "Post":
        return self.reply_to or self

    @property
    def by(self) -> str:
        """Who wrote it, as everybody may read it."""
        if self.unnamed:
            return "A member"
        if self.author:
            return self.author.name
        return "A former list member" if self.imported_at else "A former member"

    @property
    def stands(self) -> bool:
        """Whether its readers can read it."""
        return self.removed_at is None and self.held_at is None

    @property
    def is_folded(self) -> bool:
        return self.intensity >= Intensity.STRONG

    @property
    def version(self) -> str:
        """Which text this is; an edit names the one that it started from."""
        return self.edited_at.isoformat() if self.edited_at else ""

    def signs(self) -> list[dict]:
        """The reactions by sign, in the order of the signs: {sign, label, members}."""
        members: dict[str, list] = {}
        for reaction in self.reactions.all():
            members.setdefault(reaction.sign, []).append(reaction.member)
        return [{"sign": sign, "label": sign.label, "members": members[sign]} for sign in Sign if sign in members]


class Unnamed(models.Model):
    """Whose post it is that stands there without a name. Asked by its author's own verbs, and by moderators who may."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="asked_by")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+", help_text="The post's.")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    client_id = models.UUIDField(help_text="The post's.")
    knowable = models.BooleanField(
        default=False, db_default=False, help_text="The asker was told that moderators can find out."
    )

    class Meta:
        verbose_name_plural = "unnamed"
        constraints = [
            models.UniqueConstraint(fields=["member", "space", "client_id"], name="one_unnamed_post_per_client_id"),
        ]

    def __str__(self) -> str:
        return f"Who asked {self.post_id}"


class PostVersion(models.Model):
    """What a post said before it was edited or removed; for its author and the space's facilitators."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    body = models.TextField()
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["replaced_at"]

    def __str__(self) -> str:
        return f"{self.post} until {self.replaced_at:%F %T}"


class Reaction(models.Model):
    """One sign, by one member, on one post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reactions")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    sign = models.CharField(max_length=20, choices=Sign)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["post", "member", "sign"], name="one_reaction_each")]

    def __str__(self) -> str:
        return f"{self.sign} on {self.post_id}"


class Mention(models.Model):
    """A post names a member of its space."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="one_mention_each")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.post_id}"


class Bookmark(models.Model):
    """A member wants to find a post again; nobody else knows."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="bookmarks")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="bookmarks")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="one_bookmark_each")]

    def __str__(self) -> str:
        return f"{self.member_id} marks {self.post_id}"


class Draft(models.Model):
    """What a member has typed and not yet sent: in a thread, or of a thread that they have not started yet."""

    thread = models.ForeignKey(
        "discussions.Thread", null=True, blank=True, on_delete=models.CASCADE, related_name="drafts"
    )
    space = models.ForeignKey(
        Space, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="Where it would start."
    )
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="drafts")
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "member"], name="one_draft_each"),
            models.UniqueConstraint(fields=["space", "member"], name="one_first_draft_each"),
            models.CheckConstraint(
                condition=Q(thread=None, space__isnull=False) | Q(thread__isnull=False, space=None),
                name="draft_of_a_thread_or_of_a_new_one",
            ),
        ]

    def __str__(self) -> str:
        return f"Draft of {self.member_id}"
