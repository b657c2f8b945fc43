"""Appending to the trail, and proving that it is whole."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.timezone import now

from audit.models import Entry, Head


@transaction.atomic
def append(verb: str, *, subject: models.Model | None, by: Any = None, facts: dict | None = None) -> Entry:
    """Write down that somebody did something. Ids, dates and reasons only, never message text."""
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    entry = Entry(
        number=head.number + 1,
        at=now(),
        verb=verb,
        actor=getattr(by, "pk", None),
        subject=f"{subject._meta.label}:{subject.pk}" if subject is not None else "",
        facts=facts or {},
    )
    entry.hash = digest(entry, head.hash)
    entry.save(force_insert=True)
    head.number, head.hash = entry.number, entry.hash
    head.save()
    return entry


def digest(entry: Entry, previous: str) -> str:
    """The keyed hash (HMAC-SHA-256, hex) of a row and of the one before it."""
    row = [
        previous,
        entry.number,
        _instant(entry.at),
        entry.verb,
        str(entry.actor or ""),
        entry.subject,
        entry.facts,
    ]
    text = json.dumps(row, sort_keys=True, separators=(",", ":"), default=str)
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def faults() -> Iterator[str]:
    """What is wrong with the chain, a sentence a fault; nothing where it is whole."""
    expected, previous = 1, ""
    for entry in Entry.objects.iterator():
        while expected < entry.number:
            yield f"Entry {expected} is missing."
            expected += 1
            previous = None
        if previous is not None and not hmac.compare_digest(digest(entry, previous), entry.hash):
            yield f"Entry {entry.number} was changed, or the one before it."
        expected, previous = entry.number + 1, entry.hash
    head = Head.objects.filter(pk=1).first()
    if head and (head.number, head.hash) != (expected - 1, previous or ""):
        yield f"The end is missing: the chain's head says {head.number}, the last entry is {expected - 1}."


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
