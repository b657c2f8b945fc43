"""Appending to the trail, and proving that it is whole."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.timezone import now

from audit.models import Entry, Head

PURGED = "audit.purged"


@transaction.atomic
def append(verb: str, *, subject: models.Model | None, by: Any = None, facts: dict | None = None) -> Entry:
    """Write down that somebody did something. Ids, dates and reasons only, never message text."""
    head = locked_head()
    entry = Entry(
        number=head.number + 1,
        at=now(),
        verb=verb,
        actor=getattr(by, "pk", None),
        subject=name_of(subject) if subject is not None else "",
        facts=json.loads(json.dumps(facts or {}, default=str)),
    )
    entry.hash = digest(entry, head.hash)
    entry.save(force_insert=True)
    head.number, head.hash = entry.number, entry.hash
    head.seal = seal(head)
    head.save()
    return entry


def hash_of(keys: Iterable[Any]) -> str:
    """What a destruction record keeps of which rows went: SHA-256 of their keys, sorted; hexadecimal."""
    return hashlib.sha256("".join(sorted(map(str, keys))).encode()).hexdigest()


def name_of(subject: models.Model) -> str:
    """How the trail names a row: members.Basis:9f…"""
    return f"{subject._meta.label}:{subject.pk}"


def head_now() -> Head:
    """The end of the chain. Its number and hash, kept elsewhere, prove later that nothing before it is gone."""
    return Head.objects.filter(pk=1).first() or Head()


def locked_head() -> Head:
    """The end of the chain, so that nobody else can append until this transaction is through."""
    return Head.objects.select_for_update().get_or_create(pk=1)[0]


def checkpoint(head: Head) -> tuple[int, str]:
    """Where the kept part of the chain begins: its first number, and the hash of the entry before (audit/retention.py).

    The record that says so is an entry of the kept part: if it was forged, the chain shows it.
    """
    purged = Entry.objects.filter(verb=PURGED, number__lte=head.number).order_by("-number").first()
    try:
        return (int(purged.facts["through"]) + 1, str(purged.facts["hash"])) if purged else (1, "")
    except (KeyError, TypeError, ValueError):
        return 1, ""


def faults() -> list[str]:
    """What is wrong with the chain, a sentence a fault; nothing where it is whole. Rows are streamed."""
    head = head_now()
    first, previous = checkpoint(head)
    found = [*faults_between(first, previous, head.number), *faults_of_the_end(head)]
    if Entry.objects.filter(number__lt=first).exists():
        found.append(f"There are entries before the beginning of the chain, {first}.")
    if found and checkpoint(head_now())[0] != first:  # the oldest were destroyed while we read
        return faults()
    return found


def faults_of_the_end(head: Head) -> Iterator[str]:
    """Whether the chain ends where and as its sealed head says."""
    last = Entry.objects.filter(number=head.number).first()
    if last and not hmac.compare_digest(head.hash, last.hash):
        yield f"The end of the chain is not that of entry {head.number}."
    if head.number and not hmac.compare_digest(seal(head), head.seal):
        yield "The end of the chain was moved: entries after it may be gone."
    if Entry.objects.filter(number__gt=head_now().number).exists():
        yield f"There are entries after the end of the chain, {head_now().number}."


def faults_between(first: int, previous: str, last: int) -> Iterator[str]:
    """What is wrong with entries `first` to `last`, where `previous` is the hash of the one before."""
    expected = first
    for entry in Entry.objects.filter(number__range=(first, last)).order_by("number").iterator(chunk_size=2000):
        missing = entry.number - expected
        if missing:
            yield _missing(expected, entry.number - 1)
        elif not hmac.compare_digest(digest(entry, previous), entry.hash):
            yield f"Entry {entry.number} was changed, or the one before it."
        expected, previous = entry.number + 1, entry.hash
    if expected <= last:
        yield _missing(expected, last)


def digest(entry: Entry, previous: str) -> str:
    """The keyed hash (HMAC-SHA-256, hex) of a row and of the one before it."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    row = [previous, entry.number, at, entry.verb, str(entry.actor or ""), entry.subject, entry.facts]
    return _keyed(row)


def seal(head: Head) -> str:
    """What nobody can compute without the key: without it, a shorter chain could be given a fitting end."""
    return _keyed(["head", head.number, head.hash])


def _keyed(row: list) -> str:
    text = json.dumps(row, sort_keys=True, separators=(",", ":"))
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def _missing(first: int, last: int) -> str:
    return f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."
