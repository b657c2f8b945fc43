"""What time itself changes: organisations are told before a lapse, pages when a state turns."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from audit.trail import append
from members.eligibility import CLOSED, GRACE, OPEN, Eligibility, organisation_standings, standings
from members.models import LapseNotice, Member, Organisation, RoleGrant
from spaces.inbox import access_changed
from worker.letters import send

Step = LapseNotice.Step
BEFORE = [(7, Step.SEVEN), (30, Step.THIRTY), (60, Step.SIXTY)]


def people_of(organisation: Organisation) -> list[Member]:
    """Everyone who is or was linked to it: what changes about it may change what is open to them."""
    return list(Member.objects.filter(affiliations__organisation=organisation).distinct())


def tell_turned_standings() -> int:
    """Check the pages of members for whom a service opened, went into grace or closed since they were last told."""
    members = Member.objects.filter(deactivated_at=None)
    turned = [member for member, marks in _marks(members) if member.told_standing != marks]
    return sum(_tell_turned(turned[start : start + 100]) for start in range(0, len(turned), 100))


def send_lapse_notices() -> int:
    """Write to organisations whose last basis ends in 60, 30 or 7 days, or has just ended. Once for each step."""
    standing_of = organisation_standings(Organisation.objects.all())
    organisations = Organisation.objects.in_bulk(list(standing_of))
    return sum(
        _notify(organisations[pk], step, ends_on)
        for pk, answer in standing_of.items()
        for step, ends_on in _due(organisations[pk], answer)
    )


def _due(organisation: Organisation, answer: Eligibility) -> list[tuple[Step, date]]:
    if answer.state == OPEN and answer.until:
        left = (answer.until - organisation.today()).days
        return [(step, answer.until) for days, step in BEFORE if left <= days][:1]
    if answer.basis is None or answer.until is None:
        return []
    if answer.state == GRACE:
        return [(Step.GRACE, answer.until)]
    just_closed = organisation.today() - answer.until <= timedelta(days=30)
    return [(Step.CLOSED, answer.until)] if answer.state == CLOSED and just_closed else []


@transaction.atomic
def _notify(organisation: Organisation, step: Step, ends_on: date) -> int:
    row = {"organisation": organisation, "ends_on": ends_on, "step": step}
    if LapseNotice.objects.filter(**row).exists():
        return 0
    try:
        with transaction.atomic():
            LapseNotice.objects.create(**row)
    except IntegrityError:  # Another worker was first.
        return 0
    append("lapse.told", subject=organisation, facts={"step": step.value, "ends_on": ends_on})
    contacts = RoleGrant.objects.current().filter(role=RoleGrant.Role.CONTACT, organisation=organisation)
    contact_ids = set(contacts.values_list("member", flat=True))
    for member in Member.objects.filter(
        affiliations__in=organisation.affiliations.current(), deactivated_at=None
    ).distinct():
        context = {
            "member": member,
            "organisation": organisation,
            "ends_on": ends_on,
            "grace_days": settings.GRACE_DAYS,
            "is_contact": member.pk in contact_ids,
        }
        send(member.email, _LETTERS[step], context)
    return 1


_LETTERS = {
    Step.SIXTY: "lapse_ahead",
    Step.THIRTY: "lapse_ahead",
    Step.SEVEN: "lapse_ahead",
    Step.GRACE: "lapse_grace",
    Step.CLOSED: "lapse_closed",
}


def _marks(members: Iterable[Member]) -> list[tuple[Member, str]]:
    """The first letter of each service's state, for each member."""
    members = list(members)
    answers = standings(members)
    return [(member, "".join(answer.state[0] for answer in answers[member.pk].values())) for member in members]


@transaction.atomic
def _tell_turned(turned: list[Member]) -> int:
    # Whoever holds the row is telling them; who is told for the first time has no page that is older.
    rows = Member.objects.select_for_update(skip_locked=True).filter(pk__in=[member.pk for member in turned])
    news = []
    for member, marks in _marks(rows):
        if member.told_standing and member.told_standing != marks:
            news.append(member)
        member.told_standing = marks
        member.save(update_fields=["told_standing"])
    access_changed(news)
    return len(news)
