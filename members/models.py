"""Members, organisations, and the dated facts that eligibility rests on."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from access import may
from spaces.kinds import space_kind
from spaces.models import Membership, Space

Answer = TypeVar("Answer")

TIME_ZONES = [
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Mountain, no daylight saving (Arizona)"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("America/Adak", "Aleutian Islands"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic (Puerto Rico, US Virgin Islands)"),
    ("Pacific/Guam", "Chamorro (Guam, Northern Mariana Islands)"),
    ("Pacific/Pago_Pago", "Samoa"),
]


class Discipline(models.Model):
    """What somebody does: clinical social work, law, interpreting."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Language(models.Model):
    """A language that somebody works in."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, member: "Member") -> "OrganisationQuerySet":
        """Those who run the house see all; everybody else the ones they work for, or are the contact of."""
        if member.has_role(Role.STAFF, Role.ADMIN, Role.ORR_SPECIALIST):
            return self
        works_there = Affiliation.objects.current().filter(member=member).values("organisation")
        return self.filter(Q(pk__in=works_there) | Q(pk__in=member.contact_of()))


class Organisation(models.Model):
    """A treatment programme or a partner. Its bases say what it is eligible for, and when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=2, help_text="Two letters, such as MN.")
    time_zone = models.CharField(
        max_length=40,
        choices=TIME_ZONES,
        default="America/New_York",
        help_text="Its days begin and end in this zone.",
    )
    website = models.URLField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="one_organisation_a_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:organisation", args=[self.pk])

    def today(self) -> date:
        return timezone.now().astimezone(ZoneInfo(self.time_zone)).date()


class Domain(models.Model):
    """A domain of work addresses. It suggests the organisation to an applicant; it opens nothing."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(max_length=253, unique=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(name=Lower("name")), name="domain_in_small_letters")]

    def __str__(self) -> str:
        return self.name


class Basis(models.Model):
    """A dated fact that makes an organisation eligible: an ORR award or an NCTTP membership. Both days are included."""

    class Kind(models.TextChoices):
        ORR_AWARD = "orr_award", "ORR award"
        NCTTP = "ncttp", "NCTTP membership"

    class AwardType(models.TextChoices):
        DS = "DS", "Direct Services"
        TA = "TA", "Technical Assistance"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="bases")
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.CharField(max_length=40, blank=True, help_text="The award's number, such as 90ZT0123.")
    award_type = models.CharField(max_length=2, choices=AwardType, blank=True)
    level = models.CharField(max_length=60, blank=True, help_text="The level of an NCTTP membership.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    evidence = models.TextField(blank=True, help_text="Where this is written down: a letter, a notice of award.")
    override_reason = models.TextField(blank=True, help_text="Why a number of an unusual shape was taken.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When staff ended it early: at once, no grace.")
    ended_by = models.ForeignKey("Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_reason = models.TextField(blank=True, help_text="Why staff ended it early.")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-ends_on"]
        verbose_name_plural = "bases"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), starts_on__gte=date(1980, 1, 1), ends_on__lt=date(2100, 1, 1)),
                name="basis_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(kind="orr_award", award_type__in=["DS", "TA"], level="") & ~Q(number="")
                | Q(kind="ncttp", award_type="", number="") & ~Q(level=""),
                name="basis_has_the_fields_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_reason="") | Q(ended_at__isnull=False) & ~Q(ended_reason=""),
                name="basis_ended_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "number", "level", "starts_on"], name="one_basis_a_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number or self.level}"


class EligibilityRule(models.Model):
    """A kind of basis opens a service, from a day and until a day where one is given."""

    class Service(models.TextChoices):
        GROUPS = "groups", "Peer consultation groups"
        MEETINGS = "meetings", "Virtual Town Meetings"
        DISCUSSIONS = "discussions", "Discussions"
        SYMPOSIUM = "symposium", "Symposium"
        COURSES = "courses", "Courses"
        CONSULTATIONS = "consultations", "Consultations"
        LIBRARY = "library", "Library"
        MEASURE = "measure", "Integrated Care Measure"

    service = models.CharField(max_length=20, choices=Service)
    basis = models.CharField(max_length=20, choices=Basis.Kind)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["service", "basis", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="rule_ends_after_it_starts"
            ),
            models.UniqueConstraint(fields=["service", "basis", "valid_from"], name="one_rule_a_start"),
        ]

    def __str__(self) -> str:
        return f"{self.get_basis_display()} opens {self.get_service_display()}"


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.get(email__iexact=username)


class MemberQuerySet(models.QuerySet["Member"]):
    def visible_to(self, viewer: "Member") -> "MemberQuerySet":
        """Oneself, those one shares a readable space with, and who chose to be listed if one may use the directory."""
        together = Membership.objects.filter(space__in=_readable_spaces(viewer), left_at=None)
        seen = Q(pk=viewer.pk) | Q(pk__in=together.values("member"))
        if may(viewer, "directory.read"):
            seen |= Q(listed_at__isnull=False)
        return self.filter(seen, deactivated_at=None)

    def listed(self) -> "MemberQuerySet":
        return self.exclude(listed_at=None)

    def showing(self, field: str) -> "MemberQuerySet":
        """Those who let the directory show this of their profile (Member.SHOWABLE)."""
        return self.filter(shown_fields__icontains=f'"{field}"')


class Member(AbstractBaseUser):
    """A person with an account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    pronouns = models.CharField(max_length=40, blank=True)
    about = models.TextField(blank=True, max_length=2000)
    disciplines = models.ManyToManyField(Discipline, blank=True)
    languages = models.ManyToManyField(Language, blank=True)
    time_zone = models.CharField(max_length=40, choices=TIME_ZONES, default="America/New_York")
    photo_version = models.PositiveIntegerField(default=0, help_text="0 where there is no photo.")
    listed_at = models.DateTimeField(null=True, blank=True, help_text="Since when they are in the directory.")
    shown_fields = models.JSONField(default=list, help_text="What of their profile the directory shows.")
    joined_at = models.DateTimeField(default=timezone.now)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    told_standing = models.CharField(
        max_length=20,
        blank=True,
        help_text="The state of each service, a letter each, that their pages were last told.",
    )
    _kept: dict[str, Any]  # see ask_once()
    session_version = models.PositiveIntegerField(default=0, help_text="Raised to end every session at once.")
    is_active = models.GeneratedField(
        expression=Q(deactivated_at=None),  # type: ignore[arg-type]  # an expression by its methods, if not by its type
        output_field=models.BooleanField(),
        db_persist=True,
    )

    SHOWABLE = {
        "pronouns": "Pronouns",
        "organisation": "Organisation and title",
        "state": "State",
        "disciplines": "Disciplines",
        "languages": "Languages",
        "about": "About you",
        "time_zone": "Time zone",
        "email": "E-mail address",
    }
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = MemberManager.from_queryset(MemberQuerySet)()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_member_an_address")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:person", args=[self.pk])

    def get_full_name(self) -> str:
        return self.name

    def is_as_of(self, session_version: int) -> bool:
        """Whether the account is open, and nothing ended its sessions since: what was given out then is still good."""
        return self.is_active and self.session_version == session_version

    def has_role(self, *roles: str) -> bool:
        """Whether they hold one of these roles now. Asked once a request: the answer is kept on the object."""
        if not hasattr(self, "_roles"):
            self._roles = set(self.role_grants.filter(ended_at=None).values_list("role", flat=True))
        return not self._roles.isdisjoint(roles)

    def ask_once(self) -> None:
        """Look up once what the answers to this object rest on: for one page, or one visit of a socket.

        Not for what writes: an action may change it, and ask again.
        """
        self._kept = {}

    @property
    def asks_once(self) -> bool:
        return hasattr(self, "_kept")

    def once(self, name: str, look_up: Callable[[], Answer]) -> Answer:
        """What was looked up before for this page; looked up anew where nothing is kept."""
        if not self.asks_once:
            return look_up()
        if name not in self._kept:
            self._kept[name] = look_up()
        return self._kept[name]

    def contact_of(self) -> "models.QuerySet[RoleGrant, uuid.UUID]":
        """The ids of the organisations whose contact they are now."""
        grants = self.role_grants.filter(role=Role.CONTACT, ended_at=None)
        return grants.values_list("organisation", flat=True)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match to be this member's: it changes with the password and with `session_version`."""
        sealed = f"{self.password} {self.session_version}"
        return salted_hmac("members.Member.session", sealed, secret=secret, algorithm="sha256").hexdigest()


def _readable_spaces(viewer: Member) -> list[Space]:
    def look_up() -> list[Space]:
        spaces = Space.objects.of(viewer).exclude(kind=Space.Kind.INBOX)
        named = [space for space in spaces if space_kind(space.kind).names_people]
        return [space for space in named if may(viewer, "space.read", space)]

    return viewer.once("spaces", look_up)


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def current(self) -> "AffiliationQuerySet":
        """Of today, wherever today is. What it opens is asked of members/eligibility.py."""
        today, day = timezone.now().date(), timedelta(days=1)
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today - day), starts_on__lte=today + day, ended_at=None)


class Affiliation(models.Model):
    """A member works for an organisation, from a day until a day where it has ended. Both are included."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="affiliations")
    title = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was ended by hand; it closes then.")
    basis_then = models.JSONField(null=True, blank=True, help_text="The basis that applied on the first day.")

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="affiliation_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["member", "organisation"], condition=Q(ends_on=None), name="one_current_affiliation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} at {self.organisation}"


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def current(self) -> "RoleGrantQuerySet":
        return self.filter(ended_at=None)


class RoleGrant(models.Model):
    """A role, given by somebody and ended by somebody."""

    class Role(models.TextChoices):
        CONTACT = "contact", "Organisation contact"
        FACILITATOR = "facilitator", "PCG facilitator"
        EXPERT = "expert", "Expert"
        ORR_SPECIALIST = "orr_specialist", "ORR program specialist"
        STAFF = "staff", "NCB staff"
        ADMIN = "admin", "NCB admin"
        PRIVACY_OFFICER = "privacy_officer", "Privacy officer"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="role_grants",
        help_text="A contact's.",
    )
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_reason = models.TextField(blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["granted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "role"],
                condition=Q(ended_at=None, organisation=None),
                name="one_current_grant_a_role",
            ),
            models.UniqueConstraint(
                fields=["member", "role", "organisation"],
                condition=Q(ended_at=None, organisation__isnull=False),
                name="one_current_grant_a_role_and_organisation",
            ),
            models.CheckConstraint(
                condition=Q(role="contact", organisation__isnull=False) | ~Q(role="contact") & Q(organisation=None),
                name="only_a_contact_has_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_role_display()}"


Role = RoleGrant.Role


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, member: Member) -> "InvitationQuerySet":
        """NCB staff see all, a contact those to their own organisation."""
        if member.has_role(Role.STAFF, Role.ADMIN):
            return self
        return self.filter(organisation__in=member.contact_of())

    def waiting(self) -> "InvitationQuerySet":
        """Not used, not withdrawn; perhaps expired."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """A link, for one address, once, that makes them a member of an organisation. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="invitations",
        help_text="Empty for staff of the programme.",
    )
    roles = models.JSONField(default=list, blank=True, help_text="Roles that it gives; values of RoleGrant.Role.")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                condition=Q(accepted_at=None, revoked_at=None, organisation__isnull=False),
                name="one_waiting_invitation",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None, organisation=None),
                name="one_waiting_invitation_of_the_programme",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_accepted_or_revoked"
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"

    @property
    def expired(self) -> bool:
        return timezone.now() >= self.expires_at

    def role_labels(self) -> list[str]:
        return [RoleGrant.Role(role).label for role in self.roles]


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, member: Member) -> "ApplicationQuerySet":
        """With a proven address only. NCB staff see all, a contact those to their own organisation."""
        if member.has_role(Role.STAFF, Role.ADMIN):
            return self.confirmed()
        return self.confirmed().filter(organisation__in=member.contact_of())

    def confirmed(self) -> "ApplicationQuerySet":
        """Their address was proven: nobody is asked to decide on anything else."""
        return self.exclude(confirmed_at=None)

    def undecided(self) -> "ApplicationQuerySet":
        return self.confirmed().filter(decided_at=None)

    def appealed(self) -> "ApplicationQuerySet":
        return self.exclude(appealed_at=None).filter(appeal_decided_at=None)

    def waiting(self) -> "ApplicationQuerySet":
        """For a first decision, or for one on an appeal."""
        return self.confirmed().filter(Q(decided_at=None) | Q(appealed_at__isnull=False) & Q(appeal_decided_at=None))


class Application(models.Model):
    """Somebody asks to join. The organisation's contact or NCB staff decides; a refusal gives a reason.

    An appeal is decided once more, by somebody of NCB who did not decide the first time.
    """

    class Outcome(models.TextChoices):
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="applications"
    )
    organisation_name = models.CharField(
        max_length=200, blank=True, help_text="What they wrote, where it is not listed."
    )
    title = models.CharField(max_length=120, blank=True)
    message = models.TextField(blank=True, max_length=2000)
    token_hash = models.CharField(max_length=64, unique=True, help_text="Confirms the address, later opens the reply.")
    token_expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When the address was confirmed.")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    reason = models.TextField(blank=True)
    appeal = models.TextField(blank=True, max_length=4000)
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal_decided_at = models.DateTimeField(null=True, blank=True)
    appeal_decided_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    appeal_outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    appeal_reason = models.TextField(blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(confirmed_at__isnull=False, decided_at=None),
                name="one_undecided_application",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="") | Q(decided_at__isnull=False) & ~Q(outcome=""),
                name="application_decided_one_way",
            ),
            models.CheckConstraint(
                condition=Q(appealed_at=None) | Q(outcome="refused"), name="only_a_refusal_is_appealed"
            ),
            models.CheckConstraint(
                condition=Q(appeal_decided_by=None) | Q(decided_by=None) | ~Q(appeal_decided_by=F("decided_by")),
                name="appeal_decided_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"Application {self.pk}"

    @property
    def under_appeal(self) -> bool:
        return bool(self.appealed_at and not self.appeal_decided_at)

    @property
    def waits(self) -> bool:
        return bool(self.confirmed_at and (not self.decided_at or self.under_appeal))


class LapseNotice(models.Model):
    """That an organisation was told about the end of its last basis. Once for each end and step."""

    class Step(models.TextChoices):
        SIXTY = "60", "60 days before"
        THIRTY = "30", "30 days before"
        SEVEN = "7", "7 days before"
        GRACE = "grace", "Grace began"
        CLOSED = "closed", "Closed"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="lapse_notices")
    ends_on = models.DateField()
    step = models.CharField(max_length=10, choices=Step)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "ends_on", "step"], name="one_lapse_notice_each")
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_step_display()}"


class Remembered(models.Model):
    """What sign-in remembers for a while: attempts counted, codes used. The rows of Django's cache in the database."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "members_remembered"
        verbose_name_plural = "remembered"

    def __str__(self) -> str:
        return self.cache_key
