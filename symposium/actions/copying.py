"""Beginning an edition with what another is made of."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import models, transaction

from members.models import Member
from symposium.actions.editions import open_edition
from symposium.models import CertificateTerms, Edition, Lobby, Questionnaire

OPEN_FOR = timedelta(days=14)  # evaluations, after the last day


@transaction.atomic
def copy_edition(*, edition: Edition, by: Member, **said: Any) -> Edition:
    """Begin another, which says this of itself, with the tracks, formats, rooms, rules and words of this one.

    Sessions, members, evaluations and certificates stay where they are.
    """
    new = open_edition(by=by, **said)
    formats = {one.pk: _copied(one, new) for one in edition.formats.all()}
    for part in (*edition.tracks.all(), *edition.rooms.all()):
        _copied(part, new)
    for rule in edition.credit_rules.prefetch_related("formats"):
        of = [formats[one.pk] for one in rule.formats.all()]
        _copied(rule, new).formats.set(of)
    if terms := CertificateTerms.objects.filter(edition=edition).first():
        terms.edition = new
        terms.save(force_insert=True)
    if asked := Questionnaire.objects.filter(edition=edition).first():
        closes = datetime.combine(new.last_on + OPEN_FOR, time.min, new.tz)
        Questionnaire.objects.create(edition=new, of_session=asked.of_session, overall=asked.overall, closes_at=closes)
    if lobby := Lobby.objects.filter(edition=edition).first():
        Lobby.objects.create(edition=new, help_text=lobby.help_text)
    return new


def _copied(row: models.Model, edition: Edition) -> Any:
    """A row of its own like this one, with a new id, of another edition."""
    same = {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name != "edition"
    }
    return type(row)._default_manager.create(edition=edition, **same)
