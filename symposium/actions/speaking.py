"""What those who speak at an edition do before it."""

from datetime import date, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from access import Refusal, require
from members.models import Member
from symposium.models import Edition, SpeakerProfile, TechCheck
from symposium.schedules import instant_of


@transaction.atomic
def confirm_speaking(*, edition: Edition, by: Member) -> SpeakerProfile:
    """Say that one comes and speaks. Twice is once."""
    require(by, "edition.speak", edition)
    profile, _ = SpeakerProfile.objects.get_or_create(edition=edition, member=by)
    SpeakerProfile.objects.filter(pk=profile.pk, confirmed_at=None).update(confirmed_at=now())
    return profile


@transaction.atomic
def write_bio(*, edition: Edition, by: Member, bio: str) -> SpeakerProfile:
    """Say something of oneself, for the programme."""
    require(by, "edition.speak", edition)
    return SpeakerProfile.objects.update_or_create(edition=edition, member=by, defaults={"bio": bio})[0]


@transaction.atomic
def offer_tech_checks(*, edition: Edition, by: Member, on: date, at: time, minutes: int, number: int) -> int:
    """Offer so many, one after the other from a wall time of the edition on. Those that are there already stay."""
    require(by, "edition.manage", edition)
    first = instant_of(edition, on, at)
    if first <= now():
        raise Refusal("That is in the past. Choose a time to come.")
    times = [first + timedelta(minutes=minutes * place) for place in range(number)]
    there = set(edition.tech_checks.filter(starts_at__in=times).values_list("starts_at", flat=True))
    offered = [TechCheck(edition=edition, starts_at=one, minutes=minutes) for one in times if one not in there]
    return len(TechCheck.objects.bulk_create(offered, ignore_conflicts=True))


@transaction.atomic
def withdraw_tech_check(*, check: TechCheck, by: Member) -> None:
    """Offer one no more, that nobody has."""
    require(by, "edition.manage", check.edition)
    if not TechCheck.objects.filter(pk=check.pk, member=None).delete()[0]:
        raise Refusal("A speaker has this one. Ask them to take another first.")


@transaction.atomic
def take_tech_check(*, check: TechCheck, by: Member) -> None:
    """Take one, instead of the one that one has. The first who asks has it."""
    require(by, "edition.speak", check.edition)
    if check.starts_at <= now():
        raise Refusal("This time is over. Choose one to come.")
    Edition.objects.select_for_update(of=("self",), no_key=True).get(pk=check.edition_id)  # one at a time
    wanted = TechCheck.objects.filter(Q(member=None) | Q(member=by), pk=check.pk)
    if not wanted.exists():
        raise Refusal("Somebody was faster. Choose another time.")
    TechCheck.objects.filter(edition=check.edition_id, member=by).exclude(pk=check.pk).update(member=None)
    wanted.update(member=by)


def leave_tech_check(*, edition: Edition, by: Member) -> None:
    """Give the time that one has back."""
    TechCheck.objects.filter(edition=edition, member=by).update(member=None)
