"""Issuing certificates, all at once or again, and revoking them."""

from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from access import Refusal, require
from audit.trail import append, hash_of
from members.models import Member
from symposium.certificate_letters import tell_of_certificates
from symposium.credit import Outcome
from symposium.models import Attempt, Certificate, CertificateRun, CertificateTerms, Edition, Learner
from symposium.papers import day, in_hours
from symposium.standing import Standing, hours_of, standings, who_was_there
from worker.queues import first_free

AT_ONCE = 20  # people in a transaction
REPLACED = "A newer one stands in its place."
QUARTER = Decimal("0.25")


@transaction.atomic
def start_run(*, edition: Edition, by: Member) -> CertificateRun:
    """Have the worker issue what everybody has earned by now. Raises Refusal where it is under way already."""
    require(by, "edition.manage", edition)
    if not CertificateTerms.objects.filter(edition=edition).exists():
        raise Refusal("Say first what the certificates say.")
    people = who_was_there(edition).count()
    try:
        with transaction.atomic():
            run = CertificateRun.objects.create(edition=edition, asked_by=by, people=people)
    except IntegrityError as taken:
        raise Refusal("They are being issued already. This page says how far that is.") from taken
    append("certificates.asked", subject=edition, by=by, facts={"people": people})
    return run


@transaction.atomic
def go_on_with_a_run() -> int:
    """Issue those of the next people of a run. How many certificates, or people who got none."""
    run = first_free(
        CertificateRun.objects.filter(finished_at=None).select_related("edition", "asked_by").order_by("asked_at")
    )
    if run is None:
        return 0
    rest = who_was_there(run.edition)
    if run.last:
        rest = rest.filter(pk__gt=run.last)
    people = list(rest.order_by("pk")[:AT_ONCE])
    for standing in standings(run.edition, people).values():
        issued = _issue_all(run.edition, standing, by=run.asked_by)
        if issued:
            tell_of_certificates(run.edition, standing.member)
        run.issued += len(issued)
    if people:
        run.last, run.done = people[-1].pk, min(run.done + len(people), run.people)
    if len(people) < AT_ONCE:
        run.finished_at, run.done = now(), run.people
        append("certificates.issued", subject=run.edition, by=run.asked_by, facts={"issued": run.issued})
    run.save(update_fields=["last", "done", "issued", "finished_at"])
    return len(people)


@transaction.atomic
def revoke(*, certificate: Certificate, by: Member, reason: str) -> None:
    """It is not valid from now on, and says so to whoever looks. No run issues it again by itself."""
    require(by, "edition.manage", certificate.edition)
    if not _ended(certificate, by, reason):
        raise Refusal("It was revoked already.")
    append("certificate.revoked", subject=certificate, by=by, facts={"reason": reason})


@transaction.atomic
def reissue(*, certificate: Certificate, by: Member) -> Certificate:
    """Issue it anew, with what is so now, under a new number. Raises Refusal where nothing is earned now."""
    edition = certificate.edition
    require(by, "edition.manage", edition)
    if Certificate.objects.filter(replaces=certificate).exists():
        raise Refusal("There is a newer one in its place. Issue that one anew.")
    member = certificate.member
    standing = standings(edition, [member]).get(member.pk) if member else None
    earned = _earned(edition, standing) if standing else {}
    if standing is None or certificate.profession not in earned:
        raise Refusal("By the rules of today they have not earned it. Their credit page says why.")
    _ended(certificate, by, REPLACED)
    new = Certificate.objects.create(**earned[certificate.profession], issued_by=by, replaces=certificate)
    append("certificate.issued", subject=new, by=by)
    tell_of_certificates(edition, standing.member)
    return new


@transaction.atomic
def purge_certificates() -> int:
    """Destroy the certificates of editions that are long over, and who evaluated them. How many rows."""
    before = now().date() - timedelta(days=settings.CE_KEEP_DAYS)
    purged = 0
    for edition in Edition.objects.filter(last_on__lt=before):
        serials = edition.certificates.values_list("serial", flat=True)
        taken = Attempt.objects.filter(test__session__edition=edition)
        counts = {
            "certificates": edition.certificates.count(),
            "evaluated": edition.evaluated.count(),
            "post_tests": taken.count(),
            "learners": edition.learners.count(),
        }
        if not any(counts.values()):
            continue
        facts = {**counts, "before": before.isoformat(), "sha256": hash_of(serials)}
        append("certificates.purged", subject=edition, facts=facts)
        edition.certificates.update(replaces=None)
        edition.certificates.all().delete()
        edition.evaluated.all().delete()
        taken.delete()
        edition.learners.all().delete()
        purged += sum(counts.values())
    return purged


def _issue_all(edition: Edition, standing: Standing, *, by: Member | None) -> list[Certificate]:
    """What they have earned and do not have; in place of one that says something else by now, a new one."""
    last = {one.profession: one for one in edition.certificates.filter(member=standing.member).order_by("issued_at")}
    issued = []
    for profession, said in _earned(edition, standing).items():
        before = last.get(profession)
        if before and (
            before.revoked_at or all(getattr(before, name) == said[name] for name in ("name", "hours", "sessions"))
        ):
            continue
        if before:
            _ended(before, by, REPLACED)
        issued.append(Certificate.objects.create(**said, issued_by=by, replaces=before))
    return issued


def _earned(edition: Edition, standing: Standing) -> dict[str, dict[str, Any]]:
    """What each certificate that they have earned says, by its profession; of participation by an empty one."""
    terms = edition.terms
    learner = Learner.objects.filter(edition=edition, member=standing.member).first()
    common = {
        "edition": edition,
        "member": standing.member,
        "name": (learner.name if learner else "") or standing.member.name,
        "title": edition.title,
        "first_on": edition.first_on,
        "last_on": edition.last_on,
        "held_as": terms.held_as,
        "signed_by": terms.signed_by,
        "acknowledgement": settings.ACKNOWLEDGEMENT,
    }
    earned = {}
    if standing.visits and standing.minutes >= terms.participation_minutes:
        hours = (Decimal(standing.minutes) / 15).quantize(Decimal(1), rounding=ROUND_DOWN) * QUARTER
        sessions = [[str(one.session), _day(one, edition), f"{one.minutes} minutes"] for one in standing.visits]
        earned[""] = {**common, "profession": "", "hours": hours, "sessions": sessions, "statement": terms.statement}
    for rule in learner.rules.prefetch_related("formats") if learner else []:
        given = [(visit, credit) for visit, credit in standing.credits(rule) if credit.outcome == Outcome.GRANTED]
        if given:
            earned[rule.profession] = {
                **common,
                "profession": rule.profession,
                "hours": hours_of(given),
                "sessions": [[str(one.session), _day(one, edition), in_hours(credit.hours)] for one, credit in given],
                "statement": rule.statement,
            }
    return earned


def _day(visit, edition: Edition) -> str:
    return day(visit.start.astimezone(edition.tz).date())


def _ended(certificate: Certificate, by: Member | None, reason: str) -> bool:
    valid = Certificate.objects.valid().filter(pk=certificate.pk)
    return bool(valid.update(revoked_at=now(), revoked_by=by, reason=reason))
