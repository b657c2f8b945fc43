"""What credit takes, and what learners want on their certificates."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from access import Refusal, require
from audit.trail import append
from members.models import Member
from symposium.models import CertificateTerms, CreditRule, Edition, Format, Learner


@transaction.atomic
def set_terms(*, edition: Edition, by: Member, **said: Any) -> CertificateTerms:
    """Say what certificates say, and what one of participation takes. Those that are out stay as they are."""
    require(by, "edition.manage", edition)
    terms = CertificateTerms.objects.update_or_create(edition=edition, defaults=said)[0]
    append("certificate.terms_set", subject=edition, by=by)
    return terms


@transaction.atomic
def set_rule(*, rule: CreditRule, by: Member, formats: Iterable[Format], **said: Any) -> CreditRule:
    """Write down a rule, new or not, as its board has it. Raises Refusal."""
    require(by, "edition.manage", rule.edition)
    for name, value in said.items():
        setattr(rule, name, value)
    if (rule.minimum_minutes is None) == (rule.minimum_percent is None):
        raise Refusal("Say how much of a session it takes: minutes, or a share of it. One of the two.")
    if rule.evaluation_within is not None and not hasattr(rule.edition, "questionnaire"):
        raise Refusal("Nothing is asked yet that could be evaluated. Write the questionnaire first.")
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as taken:
        raise Refusal(f"There is a rule for {rule.profession} already. Change that one.") from taken
    rule.formats.set(formats)
    append("credit_rule.set", subject=rule, by=by)
    return rule


@transaction.atomic
def remove_rule(*, rule: CreditRule, by: Member) -> None:
    """Give no credit to this profession any more. Certificates that are out stay."""
    require(by, "edition.manage", rule.edition)
    append("credit_rule.removed", subject=rule, by=by)
    rule.delete()


@transaction.atomic
def set_learner(
    *, edition: Edition, by: Member, rules: Iterable[CreditRule], name: str = "", licence: str = ""
) -> Learner:
    """Say what is to stand on one's own certificates: one's name, and the professions for which one wants credit; and
    one's licence. Without a name it stays as it was: until one says another, it is the member's own.
    """
    said = {"licence": licence, **({"name": name} if name else {})}
    learner = Learner.objects.update_or_create(edition=edition, member=by, defaults=said)[0]
    learner.rules.set(rules)
    return learner
