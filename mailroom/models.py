"""Mail that came in, what became of it, and which of it was posted; archives of mailing lists that were brought in."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from discussions.models import Forum, Post

MEMBER = settings.AUTH_USER_MODEL


class IncomingQuerySet(models.QuerySet["Incoming"]):
    def waiting(self) -> "IncomingQuerySet":
        return self.filter(settled_at=None)


class Incoming(models.Model):
    """A mail that we said yes to, for one of its recipients. Once it is settled a trace is left, without its words."""

    class Fate(models.TextChoices):
        POSTED = "posted", "Posted"
        WAITS = "waits", "Waits for a moderator"
        REFUSED = "refused", "Refused"
        LET_GO = "let go", "Let go"
        HEEDED = "heeded", "Heeded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sender = models.CharField(max_length=254, blank=True, help_text="Of the envelope; empty: a mail server itself.")
    recipient = models.CharField(max_length=254, blank=True, help_text="Of the envelope; emptied when it is settled.")
    place = models.CharField(max_length=60, help_text="What kind of address it came to, without what is secret in it.")
    content = models.BinaryField(default=b"", help_text="The whole mail (RFC 5322); emptied when it is settled.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    next_try_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True, blank=True)
    fate = models.CharField(max_length=20, choices=Fate, blank=True)
    reason = models.CharField(max_length=40, blank=True, help_text="A word of mailroom.refusing.WORDS, or what it was.")
    answered = models.BooleanField(default=False, help_text="Whether its sender was written to about it.")
    member = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    what: str  # in words; set for the page of staff

    objects = IncomingQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "incoming"
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, fate="") | Q(settled_at__isnull=False) & ~Q(fate=""),
                name="settled_with_a_fate",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(content=b"", recipient=""), name="settled_without_words"
            ),
        ]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(settled_at=None), name="mail_to_settle")]

    def __str__(self) -> str:
        return f"Mail {self.pk}"


class PostedMail(models.Model):
    """That a mail of this Message-ID was posted for its sender: for ever, so that it is never posted again."""

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, help_text="SHA-256 of its Message-ID.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "digest"], name="posted_once")]

    def __str__(self) -> str:
        return f"Mail of {self.member_id}"


class Archive(models.Model):
    """The archive of a mailing list that staff brought into a forum."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, related_name="archives")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Empty where it was broken off: run it again.")
    report = models.JSONField(default=dict, help_text="Counts and dates; no words, names or addresses.")

    told: list[str]  # the report in words; set for the page of staff

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "digest"], condition=Q(ended_at=None), name="one_unfinished_import_a_file"
            )
        ]

    def __str__(self) -> str:
        return f"Archive of {self.begun_at:%F} for {self.forum}"


class ArchivedMail(models.Model):
    """That a mail of this Message-ID came with an archive: for ever, so that it never comes again."""

    archive = models.ForeignKey(Archive, on_delete=models.CASCADE, related_name="mails")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of its Message-ID.")
    thread = models.UUIDField(
        db_index=True, help_text="The thread that it belongs to, also where that is not there yet or any more."
    )
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    matched = models.BooleanField(help_text="Whether its writer is a member.")
    held = models.BooleanField(help_text="Whether it waited in the queue.")
    left_out = models.PositiveSmallIntegerField(help_text="Files that came with it.")

    class Meta:
        verbose_name_plural = "archived mail"

    def __str__(self) -> str:
        return f"Mail of {self.archive_id}"


class DoubtfulMail(models.Model):
    """A mail of an archive that could identify somebody. Staff alone read it, until they decide; then this goes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, help_text="Its post will have it.")
    mail = models.OneToOneField(ArchivedMail, on_delete=models.CASCADE, related_name="doubtful")
    seq = models.PositiveBigIntegerField(help_text="The number that is kept for its post.")
    title = models.CharField(max_length=1000, blank=True, help_text="Its subject, where it opens its thread.")
    body = models.TextField()
    content_note = models.CharField(max_length=160, blank=True)
    intensity = models.PositiveSmallIntegerField(default=0)
    author = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(help_text="When it was written.")
    findings = models.JSONField(help_text="[class, start, end] of each in the title, an empty line, and the body.")

    labels: list[str]  # the kinds of what was found; set for the page of staff

    class Meta:
        verbose_name_plural = "doubtful mail"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Doubtful {self.pk}"

    @property
    def text(self) -> str:
        return f"{self.title}\n\n{self.body}"

    @property
    def by(self) -> str:
        return self.author.name if self.author else "A former list member"
