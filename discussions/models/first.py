"""What members say first in a forum that asks a moderator before it stands there."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from discussions.models.posts import Intensity, Post
from discussions.models.threads import Thread
from files.models import File
from spaces.models import Space

MEMBER = settings.AUTH_USER_MODEL


class FirstPostQuerySet(models.QuerySet["FirstPost"]):
    def waiting(self) -> "FirstPostQuerySet":
        return self.filter(released_at=None, declined_at=None)

    def declined(self) -> "FirstPostQuerySet":
        return self.exclude(declined_at=None)

    def for_moderators(self, member, spaces) -> "FirstPostQuerySet":
        """Those of these spaces, but for the member's own."""
        return self.filter(space__in=spaces).exclude(member=member).select_related("member", "space", "thread")


class FirstPost(models.Model):
    """A text that waits for a moderator. It is no post until it is released: nothing that shows posts knows of it.

    Released, its words are in the post; what is left here says that its author need not wait again. Declined, its
    author reads the note, and the words are destroyed after a month.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="first_posts")
    thread = models.ForeignKey(
        Thread, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="None: it would start one."
    )
    reply_to = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="first_posts")
    client_id = models.UUIDField(help_text="The post's, once it is one.")
    kind = models.CharField(max_length=20, blank=True, choices=Thread.Kind, help_text="Of the thread it would start.")
    title = models.CharField(max_length=160, blank=True)
    topics = models.ManyToManyField("discussions.Topic", blank=True, related_name="+")
    body = models.TextField(blank=True)
    files = models.ManyToManyField(File, blank=True, related_name="+")
    answers = models.JSONField(default=dict, blank=True, help_text="What its author said to the identifier check.")
    unnamed = models.BooleanField(default=False)
    knowable = models.BooleanField(default=False, help_text="The asker was told that moderators can find out.")
    intensity = models.PositiveSmallIntegerField(default=0, choices=Intensity)
    content_note = models.CharField(max_length=160, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=1000, blank=True, help_text="For the author.")
    told_at = models.DateTimeField(null=True, blank=True, help_text="When it came into the author's inbox.")
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When the author looked at it.")

    objects = FirstPostQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at"]
        constraints = [
            models.UniqueConstraint(fields=["member", "space", "client_id"], name="one_first_post_per_client_id"),
            models.CheckConstraint(condition=Q(released_at=None) | Q(title="", body=""), name="released_without_words"),
            models.CheckConstraint(condition=Q(released_at=None) | Q(declined_at=None), name="released_or_declined"),
            models.CheckConstraint(condition=Q(declined_at=None) | ~Q(note=""), name="declined_with_a_note"),
        ]

    def __str__(self) -> str:
        return f"First post {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("discussions:first_post", args=[self.pk])

    @property
    def by(self) -> str:
        """Who wrote it, as those who moderate may read it."""
        return "A member" if self.unnamed else self.member.name

    @property
    def waits(self) -> bool:
        return self.released_at is None and self.declined_at is None

    @property
    def is_folded(self) -> bool:
        return self.intensity >= Intensity.STRONG
