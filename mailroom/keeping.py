"""The door: a mail is in the database, whole, before anybody is told that we have it."""

from collections.abc import Sequence

from django.db import transaction

from mailroom.models import Incoming
from mailroom.places import place_of


def is_known(address: str) -> bool:
    return place_of(address) is not None


@transaction.atomic
def keep(content: bytes, *, sender: str, recipients: Sequence[str]) -> int:
    """Keep a mail, a row a recipient; replies first, so that who copies a forum too is heard in the thread once."""
    places = [(recipient, place) for recipient in dict.fromkeys(recipients) if (place := place_of(recipient))]
    rows = [
        Incoming(sender=sender[:254], recipient=recipient, place=place.name[:60], content=content, size=len(content))
        for recipient, place in sorted(places, key=lambda one: one[1].name != "a reply")
    ]
    return len(Incoming.objects.bulk_create(rows))
