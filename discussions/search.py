"""Search within one space: every word must occur; the newest first. Rights come before anything is looked for.

A page looks through so many numbers of the space and no further, so that it costs the same in an old space as in a
young one; whoever wants to look further back turns the page.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from access import require
from discussions.models import Post
from members.models import Member
from spaces.models import Space

PAGE = 30
REACH = 10_000  # numbers of the space that one page looks through
MOST_WORDS = 8
AROUND = 90  # characters shown on each side of the first word found


@dataclass(frozen=True)
class Hit:
    """A post, and the part of it around the first word found: (text, whether it was sought)."""

    post: Post
    pieces: list[tuple[str, bool]]


@dataclass(frozen=True)
class Search:
    text: str
    hits: list[Hit]
    before: int | None = None  # from where to go on, further back


def search_of(space: Space, member: Member, query: Mapping[str, str]) -> dict[str, Search]:
    """The context of `discussions/_search.html`: `q` is what is sought, `before` turns pages."""
    require(member, "space.read", space)
    text = " ".join(query.get("q", "").replace("\x00", "").split())[:200]
    words = text.split()[:MOST_WORDS]
    if not words:
        return {"search": Search(text, [])}
    posts = space.posts.kept().select_related("author", "reply_to").order_by("-seq")
    for word in words:
        posts = posts.filter(_contains(word))
    before = query.get("before", "")
    given = before.isascii() and before.isdigit() and len(before) < 19
    end = min(int(before), space.last_seq + 1) if given else space.last_seq + 1
    start = max(0, end - REACH)
    found = list(posts.filter(seq__gte=start, seq__lt=end)[: PAGE + 1])
    hits = [Hit(post, list(_pieces(post.body, words))) for post in found[:PAGE]]
    further = found[PAGE - 1].seq if len(found) > PAGE else start or None
    return {"search": Search(text, hits, further)}


def _contains(word: str) -> Q:
    """SQLite compares the case of plain letters only: others are tried as they are usually written."""
    word = unicodedata.normalize("NFC", word)
    ways = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    return reduce(or_, (Q(body__icontains=way) for way in ways))


def _pieces(body: str, words: list[str]) -> Iterator[tuple[str, bool]]:
    sought = re.compile("|".join(re.escape(unicodedata.normalize("NFC", word)) for word in words), re.IGNORECASE)
    first = sought.search(body)
    start = max(0, first.start() - AROUND) if first else 0
    end = min(len(body), (first.end() if first else 0) + AROUND)
    yield ("…" if start else ""), False
    at = start
    for match in sought.finditer(body, start, end):
        yield body[at : match.start()], False
        yield match[0], True
        at = match.end()
    yield body[at:end] + ("…" if end < len(body) else ""), False
