"""The kinds of activity and of space. Each room registers its own; the pipeline knows none of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID


@dataclass(frozen=True)
class Kind:
    """How one kind of activity reaches a page.

    `load` takes target ids and gives {id: thing as it is now} in a fixed number of queries; what is gone is left out.
    `partial` is rendered with {"thing": …} and nothing else, no viewer; `element` is its DOM id, "{id}" filled in;
    `into` is the DOM id of the list that an append goes to, with what it asks of the thing, as in
    "posts-{thing.thread_id}", filled in.
    """

    name: str
    op: Literal["append", "replace", "remove", "none"]
    element: str
    load: Callable[[Iterable[UUID]], Mapping[UUID, Any]]
    partial: str = ""
    into: str = ""
    counts: bool = False

    def element_of(self, target: UUID) -> str:
        return self.element.format(id=target)

    def into_of(self, thing: Any) -> str:
        return self.into.format(thing=thing)


@dataclass(frozen=True)
class SpaceKind:
    """What one kind of space is called, where it lives, and who (member, space) may read, write and moderate there.

    `why_not(member, space)` says, in a sentence with the way out, why somebody who reads may not write now.
    `threads` is the address of its list of threads, where that is not its own. `names_people`: whether its members
    know of each other; else nobody is told who is there. `tells_content`: whether mail and notices may quote it; else
    they say only that there is something new. `usual_way` (Membership.Notify): how one hears of it without a choice.
    `is_open`: one may read it without belonging to it.
    `goes_on(meeting)`: whether one still writes in the room of a meeting of it that is over.
    `page_of_meeting(meeting)`: the page that says what a meeting of it is, and when; empty where its own does.
    `why_not_meet(member, series)`: why somebody who writes there may not come to these meetings of it.
    `noun`: the relation by which its title finds what the space is of, to be fetched along.
    """

    name: str
    may_read: Callable[[Any, Any], bool]
    may_write: Callable[[Any, Any], bool]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    may_moderate: Callable[[Any, Any], bool] = lambda member, space: False
    why_not: Callable[[Any, Any], str] = lambda member, space: "You can read this, but not write here."
    threads: Callable[[Any], str] | None = None
    names_people: bool = True
    tells_content: bool = False
    usual_way: str = "mentions"
    is_open: bool = False
    noun: str = ""
    page_of_meeting: Callable[[Any], str] | None = None
    why_not_meet: Callable[[Any, Any], str] = lambda member, series: ""
    goes_on: Callable[[Any], bool] = lambda meeting: False

    def threads_url(self, space: Any) -> str:
        return (self.threads or self.url)(space)


_kinds: dict[str, Kind] = {}
_space_kinds: dict[str, SpaceKind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def register_space(kind: SpaceKind) -> None:
    _space_kinds[kind.name] = kind


def kind_named(name: str) -> Kind:
    return _kinds[name]


def space_kind(name: str) -> SpaceKind:
    return _space_kinds[name]


def open_kinds() -> list[str]:
    return [kind.name for kind in _space_kinds.values() if kind.is_open]


def nouns() -> list[str]:
    return [kind.noun for kind in _space_kinds.values() if kind.noun]


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def all_space_kinds() -> list[SpaceKind]:
    return list(_space_kinds.values())
