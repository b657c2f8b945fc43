"""What every page knows of the reader: how they stand, and which parts of the staff area are theirs."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from access import may
from members.eligibility import Standing
from members.eligibility import standing as standing_of


def standing(request: HttpRequest) -> dict:
    """`standing` for the banner and `can` for the staff area's tabs. Asked only where a page shows them."""
    return {"standing": SimpleLazyObject(lambda: _standing(request)), "can": SimpleLazyObject(lambda: _can(request))}


def _standing(request: HttpRequest) -> Standing | None:
    member: Any = request.user
    return member.once("standing", lambda: standing_of(member)) if member.is_authenticated else None


def _can(request: HttpRequest) -> dict[str, bool]:
    verbs = {"people": "members.manage", "organisations": "organisations.browse", "trail": "audit.read"}
    return {name: may(request.user, verb) for name, verb in verbs.items()}
