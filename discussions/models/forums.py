"""Forums, their topics, and how each member stands to a thread."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from access import may
from spaces.models import Space

MEMBER = settings.AUTH_USER_MODEL


class ForumQuerySet(models.QuerySet["Forum"]):
    def visible_to(self, member) -> "ForumQuerySet":
        """Those that the member may read now."""
        return self.filter(
            pk__in=[forum.pk for forum in self.select_related("space") if may(member, "space.read", forum.space)]
        )


class Forum(models.Model):
    """A space for threads that every eligible member reads: the commons, and what else NCB opens."""

    class Naming(models.TextChoices):
        """Whether one may ask without one's name, and who can find out whose question it was."""

        NO = "no", "Everybody signs with their name"
        HIDDEN = "hidden", "One may ask without a name; nobody is told whose question it is"
        MODERATORS = "moderators", "One may ask without a name; moderators can find out, and that is written down"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    space = models.OneToOneField(Space, on_delete=models.CASCADE, related_name="forum")
    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=40, unique=True)
    about = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    unnamed = models.CharField(max_length=20, choices=Naming, default=Naming.NO)
    hold_first = models.BooleanField(default=False, help_text="A member's first post waits for a moderator.")
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ForumQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("discussions:forum", args=[self.slug])


class Topic(models.Model):
    """What threads of a forum are about. A thread may have several."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, related_name="topics")
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["forum", "slug"], name="one_topic_a_slug")]

    def __str__(self) -> str:
        return self.name


class Reader(models.Model):
    """How one member stands to one thread: how far they have read, and what they want to hear of it."""

    thread = models.ForeignKey("discussions.Thread", on_delete=models.CASCADE, related_name="readers")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    read_seq = models.PositiveBigIntegerField(default=0, help_text="The last post of the thread that they have seen.")
    read_at = models.DateTimeField(default=timezone.now)
    followed_at = models.DateTimeField(null=True, blank=True)
    muted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "member"], name="one_reader_each"),
            models.CheckConstraint(condition=Q(followed_at=None) | Q(muted_at=None), name="followed_or_muted_not_both"),
        ]
        indexes = [
            models.Index(fields=["member", "-read_at"]),
            models.Index(fields=["member", "followed_at"], condition=~Q(followed_at=None), name="followed_threads"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} reads {self.thread_id}"
