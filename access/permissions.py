from typing import Any, TypeVar

import rules
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


class Refusal(Exception):
    """A rule of the community says no. The message is one sentence for a person, with the way out.

    `url` leads there.
    """

    def __init__(self, sentence: str, url: str = "") -> None:
        super().__init__(sentence)
        self.url = url


def still_there(rows: QuerySet[Row], pk: Any) -> Row:
    """One of these rows, where nobody has just taken it away. Raises Refusal."""
    try:
        return rows.get(pk=pk)
    except ObjectDoesNotExist:
        raise Refusal("Somebody has just taken this away. Reload the page.") from None


def may(member: Any, verb: str, thing: Any = None) -> bool:
    """Whether this member may do this to this thing. A verb nobody has a rule for is an error, never a yes."""
    if not rules.perm_exists(verb):
        raise LookupError(f"No rule says who may {verb}.")
    return bool(member.is_authenticated and member.is_active and rules.has_perm(verb, member, thing))


def require(member: Any, verb: str, thing: Any = None) -> None:
    """Raise PermissionDenied (403) unless this member may."""
    if not may(member, verb, thing):
        raise PermissionDenied
