"""What somebody wrote in a mail themselves: without what they quote, their signature and their employer's footer.

Words of others, names, titles and telephone numbers would else go into a thread with every reply. Where it is not sure
that a line is the writer's no more, it stays: a signature in a thread is a blemish, a lost sentence is a loss.
"""

import re
from dataclasses import dataclass

from django.conf import settings

from mailroom.markup import text_of
from mailroom.phrases import (
    BANNER,
    DELIMITER,
    DEVICES,
    DIVIDERS,
    FAREWELLS,
    FOOTERS,
    INTRODUCTIONS,
    OTHER_HEADER,
    RULE,
    SENDER,
    STAMP,
)

LONGEST = 200_000  # characters that are looked at
LONGEST_LINE = 500  # of what can begin a quotation or a signature
IMAGE = re.compile(r"\[image:([^\]\n]{1,200})\]")


@dataclass(frozen=True)
class Own:
    """The writer's own text, and the names (Content-ID) of the images that stand in it."""

    text: str
    images: frozenset[str] = frozenset()


def own_text(*, plain: str, html: str, flowed: bool = False, joined: bool = False, name: str = "") -> Own:
    """From the parts of a mail. `name` is the writer's, by which a signature is known.

    HTML is preferred: it keeps paragraphs whole, where the plain part is often broken into lines of 72 characters.
    """
    if html.strip():
        found = cleaned(text_of(html[:LONGEST]), name)
        images = frozenset(IMAGE.findall(found))
        if text := _tidy(IMAGE.sub("", found)):
            return Own(text, images)
        if images:
            return Own("", images)
    plain = plain[:LONGEST]
    return Own(cleaned(unflowed(plain, joined=joined) if flowed else plain, name))


def unflowed(text: str, *, joined: bool = False) -> str:
    """Format=flowed (RFC 3676) as whole paragraphs. `joined`: DelSp=yes, the space at a line's end is not its own."""
    lines: list[str] = []
    open_at = None  # the depth of quotation of a line that goes on
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        flows = words.endswith(" ") and words != "-- "
        if lines and open_at == depth and words != "-- ":
            lines[-1] += words
        else:
            lines.append(">" * depth + (" " if depth else "") + words)
        if flows and joined:
            lines[-1] = lines[-1][:-1]
        open_at = depth if flows else None
    return "\n".join(lines)


def cleaned(text: str, name: str = "") -> str:
    """Without quotations, signature, footer and addresses of ours that only their owner may see."""
    lines = [line.rstrip().replace("\u00a0", " ") for line in text.replace("\r\n", "\n").split("\n")]
    lines = _without_quotations(lines)
    lines = _without_signature(lines, name)
    return _tidy(_without_tokens("\n".join(lines)))


def _without_quotations(lines: list[str]) -> list[str]:
    """Lines that begin with > go, with what announces them. What is quoted without marks goes to the end."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if _is_quoted(lines[at]) or _goes_on(lines, at):
            at += 1
            continue
        if size := _introduction(lines, at):
            following = next((line for line in lines[at + size :] if line.strip()), "")
            if not _is_quoted(following) and STAMP.search(" ".join(lines[at : at + size])):
                break
            kept += [] if _is_quoted(following) else lines[at : at + size]
            at += size
            continue
        if _begins_headers(lines, at) or (len(lines[at]) < LONGEST_LINE and DIVIDERS.fullmatch(lines[at])):
            break
        kept.append(lines[at])
        at += 1
    while kept and (not kept[-1].strip() or (at < len(lines) and RULE.fullmatch(kept[-1]))):
        kept.pop()
    return kept


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith((">", "|>")) or line.lstrip().startswith("&gt;")


def _goes_on(lines: list[str], at: int) -> bool:
    """Whether a line is the rest of a long quoted one that a program broke without marking it."""
    if not 0 < at < len(lines) - 1 or not lines[at].strip():
        return False
    return _is_quoted(lines[at - 1]) and len(lines[at - 1]) > 60 and _is_quoted(lines[at + 1])


def _introduction(lines: list[str], at: int) -> int:
    """How many lines from here say who wrote what is quoted below; 0 where none does."""
    if not lines[at].strip():
        return 0
    for size in range(1, 5):
        part = lines[at : at + size]
        if len(part) < size or not part[-1].strip():
            return 0
        whole = " ".join(line.strip() for line in part)
        if len(whole) > LONGEST_LINE:
            return 0
        if INTRODUCTIONS.fullmatch(whole) and (re.search(r"\d|@", whole)):
            return size
    return 0


def _begins_headers(lines: list[str], at: int) -> bool:
    """From:, and two more headers just below, as Outlook writes above what it quotes."""
    if len(lines[at]) > LONGEST_LINE or not SENDER.fullmatch(lines[at]):
        return False
    below = [line for line in lines[at + 1 : at + 10] if line.strip()][:6]
    return sum(len(line) < LONGEST_LINE and bool(OTHER_HEADER.fullmatch(line)) for line in below) >= 2


MOST_SIGNED = 12  # lines of a signature that nothing but a farewell or a name announces
CARD = re.compile(r".{0,20}|[^.!?…]{0,80}|.{0,120}(@|www\.|https?://|\d{3}[).\-\s]\s?\d{3,4}).{0,120}", re.IGNORECASE)


def _without_signature(lines: list[str], name: str) -> list[str]:
    lines = _until_footer(_until_delimiter(lines))
    while lines and (not lines[-1].strip() or DEVICES.fullmatch(lines[-1].strip()[:200])):
        lines = lines[:-1]
    for at in range(max(1, len(lines) - MOST_SIGNED), len(lines)):
        if _begins_signature(lines, at, name):
            lines = lines[:at]
            break
    while lines and (
        not lines[-1].strip() or DELIMITER.fullmatch(lines[-1]) or DEVICES.fullmatch(lines[-1].strip()[:200])
    ):
        lines = lines[:-1]
    return lines


def _until_delimiter(lines: list[str]) -> list[str]:
    """Up to "-- ", the one mark that was agreed on (RFC 3676, 4.3), or to what a telephone adds."""
    for at, line in enumerate(lines):
        if line.strip() in ("--", "—") and any(one.strip() for one in lines[:at]):
            return lines[:at]
        if DEVICES.fullmatch(line.strip()[:200]) and any(one.strip() for one in lines[:at]):
            rest = [one for one in lines[at + 1 :] if one.strip()]
            if len(rest) <= MOST_SIGNED and all(CARD.fullmatch(one.strip()[:300]) for one in rest):
                return lines[:at]
    return lines


def _until_footer(lines: list[str]) -> list[str]:
    """Up to a paragraph that says what only lawyers say; banners of a mail server at the very top go as well."""
    while lines and (not lines[0].strip() or BANNER.fullmatch(lines[0][:LONGEST_LINE])):
        lines = lines[1:]
    for at, line in enumerate(lines):
        begins = at > 0 and not lines[at - 1].strip() or at > 0 and RULE.fullmatch(lines[at - 1]) or _is_tail(lines, at)
        paragraph = " ".join(lines[at : at + 4])[:600]
        if line.strip() and begins and FOOTERS.fullmatch(paragraph):
            return lines[:at]
    return lines


def _is_tail(lines: list[str], at: int) -> bool:
    return at > 0 and not any(line.strip() for line in lines[at + 12 :])


def _begins_signature(lines: list[str], at: int, name: str) -> bool:
    """A farewell or the writer's own name, with nothing below but what stands on a visiting card."""
    line, rest = lines[at].strip(), [one.strip() for one in lines[at + 1 :] if one.strip()]
    if not line or not all(CARD.fullmatch(one[:300]) for one in rest):
        return False
    if len(line) <= 60 and FAREWELLS.fullmatch(line):
        return True
    if DELIMITER.fullmatch(lines[at]) and rest:
        return _is_name(rest[0], name)
    return _is_name(line, name)


def _is_name(line: str, name: str) -> bool:
    """The writer's name, whole or the first of it, alone or before a degree or a title."""
    names = name.casefold().split()
    words = re.sub(r"^[\W_]+", "", line).casefold()
    if not names or len(line) > 80 or not words:
        return False
    return bool(re.fullmatch(rf"{re.escape(' '.join(names))}([\s,|(–—-].*)?\W*", words)) or bool(
        re.fullmatch(rf"{re.escape(names[0])}( \w\.?)?\W*", words)
    )


def _without_tokens(text: str) -> str:
    """Addresses of ours that are one member's own. Nobody else is to read them."""
    if not settings.MAIL_DOMAIN:
        return text
    return re.sub(rf"\b[rb]-[a-z2-7]{{42}}@{re.escape(settings.MAIL_DOMAIN)}", "", text, flags=re.IGNORECASE)


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
