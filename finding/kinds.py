"""What can be found, and by what it can be narrowed. Each room registers its own; the search knows none of them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from finding.index import Index

Narrowing = Callable[[QuerySet, Any], QuerySet]
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Findable:
    """A kind of thing that is found by words.

    `visible(member, spaces)` gives what this member may see, of these spaces, which they may read: nothing else is
    ever looked through. `newest` is the field that says how new a thing is, `shown` brings what `partial` asks of it;
    the partial gets `hit`. `quoted(thing)`: whether its text may be shown; `spellable` leaves out what may not, as a
    slip is mended from texts. `narrowed` has a function for each filter that it understands: under any other filter
    nothing of this kind is found. `place` is where it stands among the others.
    """

    name: str
    label: str
    place: int
    index: Index
    visible: Callable[[Any, Collection[UUID]], QuerySet]
    partial: str
    newest: str = "created_at"
    shown: Callable[[Any], QuerySet] = lambda things: things
    quoted: Callable[[Any], bool] = lambda thing: True
    spellable: Callable[[QuerySet], QuerySet] = lambda things: things
    narrowed: Mapping[str, Narrowing] = field(default_factory=dict)


@dataclass(frozen=True)
class Filter:
    """A choice that narrows a search; `choices(spaces)` gives (value, label) of what is in these spaces."""

    name: str
    label: str
    choices: Callable[[Collection[UUID]], Choices]


_findables: dict[str, Findable] = {}
_filters: dict[str, Filter] = {}


def register(findable: Findable) -> None:
    _findables[findable.name] = findable


def register_filter(filter_: Filter) -> None:
    _filters[filter_.name] = filter_


def findables() -> list[Findable]:
    return sorted(_findables.values(), key=lambda findable: findable.place)


def filters() -> list[Filter]:
    return list(_filters.values())
