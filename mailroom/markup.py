"""A mail's HTML as text, as its writer saw it: without what programs mark as quoted or as a signature."""

# ruff: noqa: E501  (names of one program a line)

import re
from html.parser import HTMLParser

import nh3

VOID = {"br", "img", "hr"}
UNSEEN = {"style", "script", "title", "template", "object", "svg", "math"}
LOOKED_AT = {"class", "id", "style", "type", "cite", "src", "hidden"}
BLOCKS = {
    "p", "div", "ul", "ol", "table", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "section", "article",
    "header", "footer", "li", "dl", "dt", "dd", "center", "form", "address",
}  # fmt: skip
SEEN = BLOCKS | {"br", "img", "hr", "td", "th", "tbody", "thead", "span", "b", "i", "a", "strong", "em", "font"}
SPACED = {"p", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table"}
# What programs name the parts that are not the writer's own: quotations (of Gmail, Yahoo, Proton, Thunderbird, Outlook,
# Zimbra, Apple) and signatures.
NOT_OWN = re.compile(
    r"gmail_attr|gmail_signature\w*|yahoo_quoted|yahoo-quoted.*|protonmail_quote|protonmail_signature_block.*|tutanota_quote"
    r"|moz-cite-prefix|moz-signature|moz-forward-container|ms-outlook-mobile-signature|ms-outlook-ios-signature|signature|x_signature"
    r"|zmail_extra|zimbra-quote|ydp\w*yahoo_quoted|applemailsignature|edo-signature|bloop_sign\w*|airmail_sign|gmx_quote"
    r"|OutlookMessageHeader|cf_signature|sparkquote|front-blockquote|front-signature|hs_reply|mailmate-quote|mcntmcntmcnt",
    re.IGNORECASE,
)
# From here on nothing is the writer's own.
ENDS_HERE = re.compile(
    r"(x_)*(divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|replySplit|OLK_SRC_BODY_SECTION)",
    re.IGNORECASE,
)
DEEPEST = 400
MOST_TAGS = 8000  # what is nested costs the square of its depth


def text_of(html: str) -> str:
    """HTML as text: paragraphs, lists and lines as they are seen; quotations left out or marked with >."""
    html = "<".join(html.split("<", MOST_TAGS)[:MOST_TAGS])
    reader = _Reader()
    # Levelled first: what is malformed, or made to keep a parser busy, is neither any more.
    reader.feed(
        nh3.clean(
            html, tags=SEEN, clean_content_tags=UNSEEN, attributes={"*": LOOKED_AT}, url_schemes={"cid"}, link_rel=None
        )
    )
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.open: list[tuple[str, bool]] = []  # elements, and whether what is in them counts
        self.lists: list[int | None] = []
        self.skipped = 0
        self.preformatted = 0
        self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.is_over:
            return
        named = dict(attrs)
        marks = [*(named.get("class") or "").split(), named.get("id") or ""]
        if any(ENDS_HERE.fullmatch(mark) for mark in marks):
            self.is_over = not self.skipped and bool("".join(self.out).strip())
            if self.is_over:
                return
        if tag in VOID:
            self._void(tag, named)
            return
        skips = _is_hidden(named) or self._is_not_own(tag, named, marks)
        if len(self.open) >= DEEPEST:
            self.is_over = True
            return
        if skips and tag == "blockquote" and not self.skipped:
            self._break(1)
            self.out.append("> \n")  # that something is quoted here, and no word of it
        self.open.append((tag, skips))
        self.skipped += skips
        if self.skipped:
            return
        self._begin(tag, named)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.is_over or not any(name == tag for name, _ in self.open):
            return
        while self.open:
            name, skips = self.open.pop()
            if not self.skipped:
                self._end(name)
            self.skipped -= skips
            if skips and not self.skipped and name in BLOCKS:
                self._break(1)
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.is_over or self.skipped:
            return
        if self.preformatted:
            self.out.append(data)
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data)
        if words == " " and (not self.out or self.out[-1].endswith(("\n", " "))):
            return
        if self.out and self.out[-1].endswith("\n"):
            words = words.lstrip(" ")
        self.out.append(words)

    def text(self) -> str:
        return re.sub(r"[ \t]+\n", "\n", "".join(self.out))

    def _void(self, tag: str, named: dict[str, str | None]) -> None:
        if self.skipped:
            return
        if tag == "br":
            self.out.append("\n")
        elif tag == "hr":
            self._break(1)
            self.out.append("_" * 32 + "\n")
        elif tag == "img" and (named.get("src") or "").lower().startswith("cid:"):
            self.out.append(f"[image:{(named['src'] or '')[4:].strip()}]")

    def _begin(self, tag: str, named: dict[str, str | None]) -> None:
        if tag in BLOCKS:
            self._break(2 if tag in SPACED and not (tag in ("ul", "ol") and self.lists) and not _is_tight(named) else 1)
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.out.append("  " * max(len(self.lists) - 1, 0) + self._bullet())
        elif tag in ("td", "th") and "".join(self.out[-4:]).rstrip(" ")[-1:] not in ("", "\n"):
            self.out.append(" ")
        elif tag == "pre":
            self.preformatted += 1

    def _end(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "pre" and self.preformatted:
            self.preformatted -= 1
        if tag in BLOCKS:
            self._break(2 if tag in SPACED and tag not in ("p",) and not self.lists else 1)

    def _bullet(self) -> str:
        number = self.lists[-1] if self.lists else None
        if number is None:
            return "- "
        self.lists[-1] = number + 1
        return f"{number + 1}. "

    def _break(self, lines: int) -> None:
        """End the line, and leave an empty one where two are asked for; nothing at the very beginning."""
        written = "".join(self.out[-4:])
        if not "".join(self.out).strip() if len(self.out) < 4 else False:
            return
        missing = lines - (len(written) - len(written.rstrip("\n")))
        self.out.append("\n" * max(missing, 0))

    def _is_not_own(self, tag: str, named: dict[str, str | None], marks: list[str]) -> bool:
        if tag == "blockquote":
            is_cited = (named.get("type") or "").lower() == "cite" or "gmail_quote" in marks or bool(named.get("cite"))
            return (
                is_cited
                or any(NOT_OWN.fullmatch(mark) for mark in marks)
                or "border-left" in (named.get("style") or "")
            )
        return any(NOT_OWN.fullmatch(mark) for mark in marks)


def _is_hidden(named: dict[str, str | None]) -> bool:
    style = re.sub(r"\s", "", (named.get("style") or "").lower())
    return "display:none" in style or "mso-hide:all" in style or "hidden" in named


def _is_tight(named: dict[str, str | None]) -> bool:
    """Outlook's paragraphs have no space between them: an empty one is what separates."""
    return "msonormal" in (named.get("class") or "").lower() or "margin:0" in re.sub(
        r"\s", "", (named.get("style") or "").lower()
    )
