"""The search: of what a member may read now, what fits, the best first.

Of each kind the newest MOST that fit are ranked and counted, so that a word that everybody uses costs no more than a
rare one does.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from finding.index import engine
from finding.kinds import Findable, findables
from finding.spans import Marked
from finding.words import Query, understand, words_of

MOST = 500
PAGE = 20
FEW = 4  # of each kind, where all kinds are shown
TEXTS = 1000  # of each kind that a slip is mended from


@dataclass(frozen=True)
class Hit:
    """Something found. A text that may not be shown is not in it."""

    thing: Any
    findable: Findable
    marked: Marked | None

    @property
    def whole(self) -> list[tuple[str, bool]]:
        return self.marked.whole() if self.marked else []

    @property
    def part(self) -> list[tuple[str, bool]]:
        return self.marked.part() if self.marked else []


@dataclass(frozen=True)
class Section:
    """What was found of one kind, and those of it that this page shows."""

    findable: Findable
    count: int
    hits: list[Hit]

    @property
    def name(self) -> str:
        return self.findable.name

    @property
    def counted(self) -> str:
        return f"{MOST}+" if self.count == MOST else str(self.count)


@dataclass(frozen=True)
class Results:
    query: Query
    kind: str
    sections: list[Section]
    page: int = 1
    suggestion: str = ""

    @property
    def open(self) -> list[Section]:
        """Those that the page shows."""
        return [section for section in self.sections if section.hits]

    @property
    def next(self) -> int | None:
        more = any(section.name == self.kind and section.count > self.page * PAGE for section in self.sections)
        return self.page + 1 if more else None

    @property
    def asks_for_nothing(self) -> bool:
        """Whether there is no word in it that a text could be found by."""
        return not self.query.wanted(stemmed=True)


def search(
    member: Any,
    text: str,
    *,
    spaces: Collection[UUID],
    only: Mapping[str, Any] | None = None,
    kind: str = "",
    page: int = 1,
) -> Results:
    """What the member finds. `spaces` are those that they may read now: the caller has asked. `only`: filters."""
    query = understand(text)
    scopes = [(findable, _scope(findable, member, spaces, only or {})) for findable in findables()]
    among = [(findable, things) for findable, things in scopes if things is not None]
    sections = []
    for findable, things in among:
        ids = _best(findable, things, query, MOST)
        if not kind:
            shown = ids[:FEW]
        else:
            shown = ids[(page - 1) * PAGE : page * PAGE] if findable.name == kind else []
        sections.append(Section(findable, len(ids), _hits(findable, things, query, shown)))
    found = any(section.count for section in sections)
    suggestion = "" if found else _mended(among, query)
    return Results(query, kind, [one for one in sections if one.count or one.name == kind], page, suggestion)


def _scope(findable: Findable, member: Any, spaces: Collection[UUID], only: Mapping[str, Any]) -> QuerySet | None:
    """What the member sees of a kind, narrowed; None where it does not know one of the filters."""
    if not set(only) <= set(findable.narrowed):
        return None
    things = findable.visible(member, spaces)
    for name, value in only.items():
        things = findable.narrowed[name](things, value)
    return things


def _best(findable: Findable, things: QuerySet, query: Query, most: int) -> list[Any]:
    if not query.wanted(stemmed=findable.index.stemmed):
        return []
    return engine().best(things, findable.index, query, findable.newest, most)


def _hits(findable: Findable, things: QuerySet, query: Query, ids: list[Any]) -> list[Hit]:
    if not ids:
        return []
    shown = findable.shown(things).in_bulk(ids)
    texts = engine().marked(findable.index, query, [pk for pk in ids if pk in shown and findable.quoted(shown[pk])])
    return [Hit(shown[pk], findable, texts.get(pk)) for pk in ids if pk in shown]


def _mended(among: list[tuple[Findable, QuerySet]], query: Query) -> str:
    """What was probably meant, where the member would find something by it; empty if nothing is near.

    Its words are from texts that the member may read, so that it tells of nothing else.
    """
    text = query.text
    for typed in [term.word for term in query.terms if term.wanted and len(term.word) > 3]:
        if not _finds(among, typed):
            known = {
                word for part in _texts(among, typed) for word in words_of(part) if abs(len(word) - len(typed)) < 3
            }
            for near in get_close_matches(typed, known, n=1, cutoff=0.7):
                text = " ".join(near if words_of(word) == (typed,) else word for word in text.split())
    return text if text != query.text and _finds(among, text) else ""


def _finds(among: list[tuple[Findable, QuerySet]], text: str) -> bool:
    query = understand(text)
    return any(_best(findable, things, query, 1) for findable, things in among)


def _texts(among: list[tuple[Findable, QuerySet]], word: str) -> Iterator[str]:
    for findable, things in among:
        yield from engine().nearly(findable.spellable(things), findable.index, word, findable.newest, TEXTS)
