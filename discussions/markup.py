"""Members' text: cleaned once when it is written, turned into HTML that can do no harm."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "blockquote", "code", "pre", "a", "span"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "span": {"class", "data-member"}}
SCHEMES = {"http", "https", "mailto"}
# Control characters but tab and line feed, overrides and isolates of direction, annotations, halves of a pair.
UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
BLANK = re.compile(r"[\s\u00ad\u034f\u115f\u1160\u180e\u200b-\u200d\u2028\u2029\u2060-\u2064\u2800\u3164\uffa0]*")


def clean(text: str) -> str:
    """The text as it is kept: one kind of line break, composed characters, nothing invisible that misleads."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", UNWANTED.sub("", text)).strip("\n").rstrip()


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in it."""
    return BLANK.fullmatch(text) is not None


def to_html(text: str, people: Iterable[tuple[UUID, str]] = ()) -> str:
    """Members' text as safe HTML. `people` are the (id, name) that an @name may mean."""
    return render(text, people)[0]


def render(text: str, people: Iterable[tuple[UUID, str]] = ()) -> tuple[str, set[UUID]]:
    """The safe HTML, and whom the text mentions: those whose whole name follows an @, outside of code and links."""
    env: dict[str, Any] = {"people": list(people), "mentioned": set()}
    html = nh3.clean(
        _markdown().render(text, env),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow ugc",
    )
    return html, env["mentioned"]


def without_mentions(text: str, people: Iterable[tuple[UUID, str]]) -> str:
    """The text with blanks in place of each @name; every other character stays where it was."""
    pattern = _names_pattern([name for _, name in people])
    return pattern.sub(lambda match: " " * len(match[0]), text) if pattern else text


@cache
def _markdown() -> MarkdownIt:
    """Paragraphs, lists, quotes, code, links, emphasis. No images, no HTML, no headings."""
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": 20})
    markdown.disable(["code", "heading", "lheading", "hr", "reference", "html_block", "html_inline", "image"])
    markdown.enable(["linkify", "strikethrough"])
    # Only what says that it is an address becomes a link: "e.g.this" is a slip of the finger.
    markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    markdown.validateLink = lambda url: url.partition(":")[0].lower() in SCHEMES
    markdown.core.ruler.push("mentions", _mentions)
    return markdown


def _mentions(state: StateCore) -> None:
    ids: dict[str, list[UUID]] = {}
    for pk, name in state.env.get("people", ()):
        ids.setdefault(name.casefold(), []).append(pk)
    pattern = _names_pattern(ids)
    if pattern is None:
        return
    for block in state.tokens:
        if block.type == "inline" and block.children and "@" in block.content:
            block.children = list(_with_mentions(block.children, pattern, ids, state.env["mentioned"]))


def _with_mentions(
    tokens: list[Token], pattern: re.Pattern, ids: dict[str, list[UUID]], found: set[UUID]
) -> Iterable[Token]:
    in_link = 0
    for token in tokens:
        in_link += (token.type == "link_open") - (token.type == "link_close")
        if token.type != "text" or in_link:
            yield token
            continue
        at = 0
        for match in pattern.finditer(token.content):
            members = ids.get(match["name"].casefold(), [])  # a dotless ı matches an i, and is nobody's name
            if not members:
                continue
            found.update(members)
            yield Token("text", "", 0, content=token.content[at : match.start()])
            yield Token(
                "mention_open", "span", 1, attrs={"class": "mention", "data-member": " ".join(map(str, members))}
            )
            yield Token("text", "", 0, content=match[0])
            yield Token("mention_close", "span", -1)
            at = match.end()
        yield Token("text", "", 0, content=token.content[at:])


def _names_pattern(names: Iterable[str]) -> re.Pattern | None:
    """@ and one of the names, whole; the longest first, so that @Ana Lima is not @Ana."""
    longest_first = sorted({re.escape(name) for name in names}, key=len, reverse=True)
    if not longest_first:
        return None
    return re.compile(rf"(?<![\w@])@(?P<name>{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)
