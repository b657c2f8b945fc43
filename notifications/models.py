"""Mail and pushes that wait to go out, notices in a member's inbox, how each hears, and how far they were told."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from discussions.models import Thread
from spaces.models import Membership, Space

MEMBER = settings.AUTH_USER_MODEL


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self) -> "LetterQuerySet":
        return self.filter(sent_at=None, given_up_at=None)


class Letter(models.Model):
    """A mail in the outbox. It outlives a mail server that is down.

    What tells of posts is written when it is handed over: until then the outbox holds nobody's words, and what was
    removed, edited or closed to its reader meanwhile is told as it is then.
    """

    class Kind(models.TextChoices):
        WRITTEN = "", "Written when it was asked for: a code, an invitation"
        POST = "post", "One post of a space that tells its content"
        DIGEST = "digest", "All that is new to a member"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind, blank=True, default=Kind.WRITTEN)
    to = models.EmailField()
    member = models.ForeignKey(
        MEMBER, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="Of all but written ones."
    )
    posts = models.JSONField(default=list, blank=True, help_text="The ids of the posts that it tells of.")
    elsewhere = models.BooleanField(default=False, help_text="Says that there is more, where mail says no more.")
    subject = models.CharField(max_length=250, blank=True)
    message = models.BinaryField(default=b"", help_text="The whole mail (RFC 5322); emptied when it was sent.")
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    handed_at = models.DateTimeField(null=True, blank=True, help_text="When a worker last took it to hand it over.")
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(
        max_length=250, blank=True, help_text="What went wrong the last time, without addresses."
    )

    text: str  # set by the demonstration's outbox page

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="") | Q(member__isnull=False), name="told_letters_have_a_member")
        ]
        indexes = [
            # What somebody waits for goes before what tells of news.
            models.Index(
                fields=["kind", "next_try_at"], condition=Q(sent_at=None, given_up_at=None), name="letters_waiting"
            ),
            models.Index(fields=["sent_at"], condition=~Q(kind=""), name="letters_by_pace"),
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk}"


class DeadAddress(models.Model):
    """A mail server said for good that it takes nothing for this address: no news goes there."""

    email = models.EmailField(primary_key=True)
    said = models.CharField(max_length=40, help_text="The status that it answered with, such as 550 5.1.1.")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "dead addresses"
        ordering = ["-since"]
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="dead_address_in_small_letters")]

    def __str__(self) -> str:
        return f"Dead since {self.since:%F}"


class Hearing(models.Model):
    """How one member wants to hear of what happens, where they chose nothing else; and when their letters are due."""

    member = models.OneToOneField(MEMBER, on_delete=models.CASCADE, primary_key=True, related_name="hearing")
    way = models.CharField(max_length=20, choices=Membership.Notify, blank=True, default="")
    hour = models.PositiveSmallIntegerField(default=7, help_text="Of their day; when letters of a day and a week go.")
    weekday = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday; of letters of a week.")
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The hour when quiet begins.")
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    zone = models.CharField(max_length=40, help_text="The member's time zone that the times below were made for.")
    daily_at = models.DateTimeField(db_index=True)
    weekly_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__lt=24, quiet_until__lt=24) & ~Q(quiet_from=F("quiet_until")),
                name="quiet_from_one_hour_to_another",
            ),
            models.CheckConstraint(condition=Q(hour__lt=24, weekday__lt=7), name="hour_and_weekday"),
        ]

    def __str__(self) -> str:
        return f"How {self.member_id} hears"


class Mailed(models.Model):
    """How far one member has been written to of the posts of a space that tells its content: up to `seq`."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, primary_key=True, related_name="mailed")
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.membership_id} mailed to {self.seq}"


class Told(models.Model):
    """How far the notices of a space have been made: everything up to `seq`."""

    space = models.OneToOneField(Space, on_delete=models.CASCADE, primary_key=True, related_name="told")
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.space_id} told to {self.seq}"


class Notice(models.Model):
    """A line in a member's inbox: that something happened, and where; never what was said."""

    class Kind(models.TextChoices):
        MENTION = "mention", "You were mentioned"
        REPLIES = "replies", "There are replies where you follow"
        MESSAGES = "messages", "There are new messages"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="notices")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(
        Thread, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="None: the room's chat."
    )
    kind = models.CharField(max_length=20, choices=Kind)
    first_seq = models.PositiveBigIntegerField(help_text="The first activity of the space that it tells of.")
    seq = models.PositiveBigIntegerField(help_text="The last one.")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True, help_text="None: with the letter of a day or a week.")
    mailed_at = models.DateTimeField(null=True, blank=True)
    title: str  # of where it leads; these are set by notices.readable
    why: str

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["member", "-created_at"]),
            models.Index(fields=["mail_at"], condition=Q(read_at=None, mailed_at=None), name="notices_to_mail"),
        ]
        constraints = [
            # Calm: one line for any number of messages until it is read.
            models.UniqueConstraint(
                fields=["member", "space", "kind"],
                condition=Q(read_at=None, thread=None),
                name="one_unread_notice_each",
            ),
            models.UniqueConstraint(
                fields=["member", "thread", "kind"], condition=Q(read_at=None), name="one_unread_notice_a_thread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.member_id}"


class ReplyAddress(models.Model):
    """Where one member answers in one thread by mail. The address is the id, signed (notifications/addresses.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+")
    session_version = models.PositiveIntegerField(
        help_text="The member's when it was made: what ends sessions ends it."
    )
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "reply addresses"
        constraints = [models.UniqueConstraint(fields=["member", "thread"], name="one_reply_address_each")]

    def __str__(self) -> str:
        return f"Replies of {self.member_id} in {self.thread_id}"

    @property
    def is_good(self) -> bool:
        return self.session_version == self.member.session_version and timezone.now() < self.expires_at


class FeedAddress(models.Model):
    """Where one member's feed reader asks for what is new. The address is the id, signed (addresses.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.OneToOneField(MEMBER, on_delete=models.CASCADE, related_name="feed_address")
    session_version = models.PositiveIntegerField(
        help_text="The member's when it was made: what ends sessions ends it."
    )
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "feed addresses"

    def __str__(self) -> str:
        return f"Feed of {self.member_id}"

    @property
    def is_good(self) -> bool:
        return self.member.is_as_of(self.session_version)


class PushedBrowserQuerySet(models.QuerySet["PushedBrowser"]):
    def current(self) -> "PushedBrowserQuerySet":
        """Those that still get something: nothing ended them, nor their member's sessions since."""
        of_now = {"session_version": F("member__session_version"), "member__deactivated_at": None}
        return self.filter(ended_at=None, **of_now)


class PushedBrowser(models.Model):
    """A browser that shows its member that something is new: where its push service takes that, and its keys."""

    class Ending(models.TextChoices):
        GONE = "gone", "It takes nothing any more: it was reset, or its permission was taken back."
        REPLACED = "replaced", "Ten newer ones took its place."

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="pushed_browsers")
    session_version = models.PositiveIntegerField(
        help_text="The member's when it was turned on: what ends sessions ends it."
    )
    session_key = models.CharField(max_length=40, db_index=True, help_text="Who ends this session ends it, too.")
    endpoint = models.CharField(max_length=1000, unique=True)
    public_key = models.CharField(max_length=90, help_text="A point of P-256, 65 bytes in base64url.")
    secret = models.CharField(max_length=24, help_text="16 bytes in base64url.")
    device = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=40, blank=True, help_text="Why the last push was not taken.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=20, choices=Ending, blank=True)
    is_here: bool  # set by the page that lists them

    objects = PushedBrowserQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | Q(ended_at__isnull=False) & ~Q(ending=""),
                name="pushed_browser_ended_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} of {self.member_id}"


class Push(models.Model):
    """That a browser is to show that something is new in one place. It waits here, and is gone when it was taken."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    browser = models.ForeignKey(PushedBrowser, on_delete=models.CASCADE, related_name="pushes")
    place = models.CharField(max_length=40, help_text="A space that is named, one word for all others, or a try-out.")
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "pushes"
        ordering = ["next_try_at"]
        # Calm: one for any number of things until it was taken.
        constraints = [models.UniqueConstraint(fields=["browser", "place"], name="one_push_a_browser_and_place")]

    def __str__(self) -> str:
        return f"Push to {self.browser_id}"
