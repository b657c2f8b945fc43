"""Who comes to an edition: what registration asks and offers, and what became of each who registered."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from members.eligibility import OPEN, Eligibility, ways_in
from members.models import Basis, Organisation
from symposium.models.editions import Edition
from symposium.models.seats import Capacity, Place, PlaceQuerySet
from symposium.models.sessions import Session, Speaker

MEMBER = settings.AUTH_USER_MODEL


class RegistrationDesk(Capacity):
    """How one registers for an edition."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="desk")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True, help_text="Empty: until the last day.")
    asks_accommodation = models.BooleanField(default=True)
    asks_language = models.BooleanField(default=True)
    # Unused, as are `ce_kept_years` and those of `Details`, since a learner says it (docs/decisions/0156): they go when
    # no server runs any more that knows of them.
    ce_professions = models.JSONField(
        default=list, blank=True, help_text="For which there is continuing-education credit; empty: none is asked for."
    )
    needs_kept_days = models.PositiveSmallIntegerField(
        default=30, help_text="After the last day, accommodation and language are destroyed."
    )
    ce_kept_years = models.PositiveSmallIntegerField(
        default=7, help_text="After the last day, profession and licence are destroyed."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at")), name="desk_closes_after_it_opens"
            ),
            models.CheckConstraint(condition=Q(offer_hours__gte=1, offer_hours__lte=720), name="desk_offers_for_hours"),
        ]

    def __str__(self) -> str:
        return f"Registration for {self.edition}"

    @property
    def title(self) -> str:
        return self.edition.title

    @property
    def is_open(self) -> bool:
        return self.opens_at <= timezone.now() and not self.has_closed

    @property
    def asks_credit(self) -> bool:
        """Whether some profession gets continuing-education credit."""
        return self.edition.credit_rules.exists()

    @property
    def has_closed(self) -> bool:
        return self.is_over or bool(self.closes_at and self.closes_at <= timezone.now())

    @property
    def is_over(self) -> bool:
        return self.edition.is_over

    def is_full_for(self, place: "Registration") -> bool:
        return self.is_full() or place.category_id in self.full_categories()

    def in_line(self) -> PlaceQuerySet:
        if self.is_over:
            return self.places.none()
        return super().in_line().exclude(category__in=self.full_categories())

    def full_categories(self) -> list[Any]:
        """The ids of those that have seats of their own, all taken."""
        taken = dict(self.places.taking().order_by().values_list("category").annotate(Count("pk")))
        limited = self.categories.exclude(seats=None).values_list("pk", "seats")
        return [pk for pk, seats in limited if taken.get(pk, 0) >= seats]


class Way(models.TextChoices):
    """What opens a category to somebody."""

    ORR_AWARD = Basis.Kind.ORR_AWARD.value, "An ORR award of their organisation"
    NCTTP = Basis.Kind.NCTTP.value, "An NCTTP membership of their organisation"
    ROLE = "role", "A role in the programme"
    SPEAKER = "speaker", "Speaking at this symposium"
    INVITATION = "invitation", "An invitation by link"


class Category(models.Model):
    """Whom registration tells apart, and how many of them may come."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(RegistrationDesk, on_delete=models.CASCADE, related_name="categories")
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    opened_by = models.CharField(max_length=20, choices=Way)
    seats = models.PositiveIntegerField(null=True, blank=True, help_text="Of those of the edition. Empty: no limit.")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="Since when nobody registers in it anew.")

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "name"], name="one_category_a_name"),
            models.UniqueConstraint(fields=["desk", "position"], name="one_category_a_place"),
        ]

    def __str__(self) -> str:
        return self.name


def ways_of(member: Any, desk: RegistrationDesk) -> dict[Any, Eligibility]:
    """The categories (by id) that are open to a member now, each with what opens it."""
    ways = ways_in(member, "symposium")
    if Speaker.objects.filter(session__edition=desk.edition_id, member=member, session__cancelled_at=None).exists():
        ways[Way.SPEAKER.value] = Eligibility(OPEN, why="You speak at this symposium.")
    invited = set(GuestPass.objects.filter(category__desk=desk, used_by=member).values_list("category", flat=True))
    invitation = Eligibility(OPEN, why="You are invited.")
    return {
        one.pk: ways.get(one.opened_by, invitation)
        for one in desk.categories.all()
        if one.opened_by in ways or one.pk in invited
    }


class Registration(Place):
    """Somebody registers for an edition; with what made them eligible then."""

    of = models.ForeignKey(RegistrationDesk, on_delete=models.PROTECT, related_name="places")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="registrations")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="Through which."
    )
    basis = models.JSONField(null=True, blank=True, help_text="What made them eligible then.")
    registered_by = models.ForeignKey(
        MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="Empty: they themselves."
    )
    days_told = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Which of the changes of its days their calendar has."
    )
    week_told_at = models.DateTimeField(null=True, blank=True, help_text="When they were reminded a week before.")
    day_told_at = models.DateTimeField(null=True, blank=True, help_text="When they were reminded a day before.")

    class Meta(Place.Meta):
        pass

    def __str__(self) -> str:
        return f"Registration {self.pk}"

    def may_come(self) -> bool:
        return self.member.is_active and self.category_id in ways_of(self.member, self.of)


class Details(models.Model):
    """What somebody needs to take part. For NCB staff alone; destroyed in time."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="details")
    accommodation = models.TextField(blank=True, max_length=1000)
    language = models.CharField(max_length=120, blank=True)
    ce_profession = models.CharField(max_length=80, blank=True)
    ce_licence = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name_plural = "details"
        constraints = [
            models.CheckConstraint(
                condition=Q(ce_profession="", ce_licence="") | ~Q(ce_profession="") & ~Q(ce_licence=""),
                name="details_profession_with_licence",
            )
        ]

    def __str__(self) -> str:
        return f"Details of {self.registration_id}"


class GuestPass(models.Model):
    """A link for one guest into a category: single use. Only a hash of it is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="passes")
    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(MEMBER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name_plural = "guest passes"
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "email"], condition=Q(used_at=None), name="one_unused_pass_an_address"
            )
        ]

    def __str__(self) -> str:
        return f"Guest pass {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.expires_at <= timezone.now()


class Workshop(Capacity):
    """A session with seats of its own."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="workshop")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seats__isnull=False), name="workshop_has_seats"),
            models.CheckConstraint(
                condition=Q(offer_hours__gte=1, offer_hours__lte=720), name="workshop_offers_for_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"Seats of {self.session}"

    @property
    def title(self) -> str:
        return self.session.title

    @property
    def edition(self) -> Edition:
        return self.session.edition

    @property
    def is_over(self) -> bool:
        meeting = self.session.meeting
        return bool(self.session.cancelled_at or (meeting and meeting.is_over))

    def in_line(self) -> PlaceQuerySet:
        return self.places.none() if self.is_over else super().in_line()


class WorkshopPlace(Place):
    """Somebody who is registered wants a seat in a workshop."""

    of = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="places")

    class Meta(Place.Meta):
        pass

    def __str__(self) -> str:
        return f"Workshop place {self.pk}"
