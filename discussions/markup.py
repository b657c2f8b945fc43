"""Members' text: cleaned once when it is written, turned into HTML that can do no harm."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any
from uuid import UUID

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "blockquote", "code", "pre", "a", "span"}
ATTRIBUTES = {"*": set(), "a": {"href"}, "ol": {"start"}, "span": {"class", "data-member"}}
SCHEMES = {"http", "https", "mailto"}
# Only what says that it is an address becomes a link: "e.g.this" is a slip of the finger.
ADDRESS = re.compile(r"(?<!\w)https?://[^\s<>\"\u201c\u201d]+", re.IGNORECASE)
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
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    markdown.disable(["code", "heading", "lheading", "hr", "reference", "html_block", "html_inline", "image"])
    markdown.enable("strikethrough")
    markdown.validateLink = lambda url: url.partition(":")[0].lower() in SCHEMES  # type: ignore[method-assign]
    markdown.core.ruler.push("marks", _marks)
    return markdown


def _marks(state: StateCore) -> None:
    """Links and mentions in what is plain text after all else was understood."""
    ids: dict[str, list[UUID]] = {}
    for pk, name in state.env.get("people", ()):
        ids.setdefault(name.casefold(), []).append(pk)
    names = _names_pattern(ids)
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        if "://" in block.content:
            block.children = list(_split(block.children, ADDRESS, _link))
        if names and "@" in block.content:
            mention = partial(_mention, ids=ids, found=state.env["mentioned"])
            block.children = list(_split(block.children, names, mention))


def _split(tokens: list[Token], pattern: re.Pattern, marked: Callable[[re.Match], list[Token]]) -> Iterator[Token]:
    """The tokens, with what the pattern finds in plain text outside of links replaced by what `marked` makes of it."""
    in_link = 0
    for token in tokens:
        in_link += (token.type == "link_open") - (token.type == "link_close")
        if token.type != "text" or in_link:
            yield token
            continue
        at = 0
        for match in pattern.finditer(token.content):
            yield _text(token.content[at : match.start()])
            yield from marked(match)
            at = match.end()
        yield _text(token.content[at:])


def _link(match: re.Match) -> list[Token]:
    address = match[0].rstrip(".,;:!?'*_~)]}")
    while address.count("(") > address.count(")") and match[0][len(address) : len(address) + 1] == ")":
        address += ")"
    rest = _text(match[0][len(address) :])
    if address.endswith(":"):
        return [_text(match[0])]
    return [Token("link_open", "a", 1, attrs={"href": address}), _text(address), Token("link_close", "a", -1), rest]


def _mention(match: re.Match, ids: dict[str, list[UUID]], found: set[UUID]) -> list[Token]:
    members = ids.get(match["name"].casefold(), [])  # a dotless ı matches an i, and is nobody's name
    if not members:
        return [_text(match[0])]
    found.update(members)
    attributes: dict[str, str | int | float] = {"class": "mention", "data-member": " ".join(map(str, members))}
    return [Token("mention_open", "span", 1, attrs=attributes), _text(match[0]), Token("mention_close", "span", -1)]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _names_pattern(names: Iterable[str]) -> re.Pattern | None:
    """@ and one of the names, whole; the longest first, so that @Ana Lima is not @Ana."""
    longest_first = sorted({re.escape(name) for name in names}, key=len, reverse=True)
    if not longest_first:
        return None
    return re.compile(rf"(?<![\w@])@(?P<name>{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)
