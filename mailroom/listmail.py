"""One mail as a list's archive keeps it: addresses written with "at", subjects under prefixes, footers, wrong dates."""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from functools import cached_property

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import now

from discussions.markup import clean
from identifiers import CLASSES, Finding, find
from mailroom.cleaning import own_text
from mailroom.reading import ADDRESS, Mail

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
REPLY = re.compile(r"(re|aw|antw|sv|vs|rv|rif|res|fwd?|wg|tr|enc)\s*(\[\d+\])?\s*:\s*|\(fwd\)\s*", re.IGNORECASE)
TAG = re.compile(r"\[([^\[\]\n]{1,40})\]\s*")
AT = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64})(?: at | ?\(at\) ?|_at_)((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})", re.IGNORECASE
)
SCRUBBED = re.compile(r"^A non-text attachment was scrubbed|^An embedded .{0,60}was scrubbed", re.MULTILINE)
NEXT_PART = re.compile(r"^-{10,} next part -{10,}\s*$.*", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"\s*[_#=*~-]{10,}\s*")
FOOTER = re.compile(
    r"mailing list|listinfo|listserv|unsubscribe|lista de correo|darse de baja|cancelar (su|la) suscripci[óo]n"
    r"|liste de diffusion|se d[ée]sabonner",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W_]+")
MOST_FOOTER = 12  # lines of what a list adds below
NOT_FILES = re.compile(r"application/(pgp|pkcs7|x-pkcs7)-signature|text/(calendar|x-amp-html|x-vcard|vcard)")


class ListMail(Mail):
    """A mail of an archive."""

    @cached_property
    def _from(self) -> tuple[str, str]:
        said = self.header("From") if "@" in self.header("From") else AT.sub(r"\1@\2", self.header("From"), count=1)
        _, address = parseaddr(said)
        name, _ = parseaddr(AT.sub(r"\1@\2", self.decoded("From"), count=1))
        if " via " in name:  # the list wrote in its own name, because of DMARC
            name = name.partition(" via ")[0]
            _, address = parseaddr(AT.sub(r"\1@\2", self.header("X-Original-From") or self.header("Reply-To"), count=1))
        return (address.lower() if ADDRESS.fullmatch(address) else ""), "" if "@" in name else name.strip("'\" ")

    @property
    def sender(self) -> str:
        """The address of its writer; empty where there is none."""
        return self._from[0]

    @property
    def writer(self) -> str:
        """The name that its writer's program gives them."""
        return self._from[1]

    @cached_property
    def about(self) -> "About":
        return about(self.subject)

    def written_at(self, said: str = "") -> datetime | None:
        """When: by its own header, or the line above it (`said`), or when a server took it; None where nobody says."""
        received = [value.rpartition(";")[2] for value in self.headers("Received")]
        return next(filter(None, map(_moment, [self.header("Date"), said, *received])), None)

    def own_words(self) -> str:
        """What its writer said themselves, and in place of files how many there were."""
        plain, html = self.text("plain"), self.text("html")
        own = own_text(
            plain=without_footer(plain), html=html, flowed=self.is_flowed, joined=self.deletes_spaces, name=self.writer
        )
        return clean(without_footer(own.text))

    def left_out(self) -> int:
        """How many files came with it."""
        files = [one for one in self.attachments() if not NOT_FILES.fullmatch(one.content_type)]
        return len([one for one in files if not one.cid]) + len(SCRUBBED.findall(self.text("plain")))


def seal_of(mail: ListMail) -> str:
    """What a mail of our own export bears, over all that an import believes of it: nobody else can write one."""
    headers = [" ".join(mail.header(name).split()) for name in ("Message-ID", "From", "Date", "X-Intensity")]
    said = [*headers, mail.decoded("X-Content-Note"), " ".join(mail.text("plain").split())]
    return salted_hmac("mailroom.archive", json.dumps(said), algorithm="sha256").hexdigest()


def is_ours(mail: ListMail) -> bool:
    """Whether this site wrote it, in an export of a forum."""
    seal = mail.header("X-Seal")
    return bool(seal) and constant_time_compare(seal, seal_of(mail))


@dataclass(frozen=True)
class About:
    """A subject: what it says, the tags before that, and whether it answers."""

    words: str
    tags: tuple[str, ...]
    is_reply: bool

    @property
    def key(self) -> str:
        """The same for a thread, however programs write its subject."""
        return " ".join(re.findall(r"\w+", self.words.casefold()))

    def title(self, common: Iterable[str]) -> str:
        """Without the tags that a list puts before everything."""
        own = [f"[{tag}]" for tag in self.tags if tag not in common]
        return " ".join([*own, self.words])


def about(subject: str) -> About:
    """Take apart "[list] RE: Fwd: [tag] words"."""
    tags: list[str] = []
    is_reply, words = False, subject.strip()
    while True:
        if found := REPLY.match(words):
            is_reply = True
        elif found := TAG.match(words):
            tags.append(found[1].strip())
        else:
            return About(words, tuple(dict.fromkeys(tags)), is_reply)
        words = words[found.end() :]


def without_footer(text: str) -> str:
    """Without what a list adds below, and from where its archive took files away."""
    lines = NEXT_PART.sub("", text).rstrip().split("\n")
    for at in range(max(0, len(lines) - MOST_FOOTER), len(lines)):
        if LINE.fullmatch(lines[at][:200]) and FOOTER.search("\n".join(lines[at:])[:4000]):
            return "\n".join(lines[:at])
    return "\n".join(lines)


def doubts(text: str, names: Collection[tuple[str, ...]] = ()) -> list[Finding]:
    """What could tell who somebody is: by the identifier check, an address written with "at", and one of the names
    (each as its words, in small letters) of those who wrote on the list and are no members.
    """
    found = find(text)
    found += [_finding("email", match.start(), match.end()) for match in AT.finditer(text)]
    words = list(WORD.finditer(text))
    for size in {len(name) for name in names}:
        for some in zip(*(words[at:] for at in range(size)), strict=False):
            if tuple(word[0].casefold() for word in some) in names:
                found.append(_finding("name", some[0].start(), some[-1].end()))
    kept: list[Finding] = []
    for one in sorted(found, key=lambda finding: (finding.start, -finding.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def words_of(name: str) -> tuple[str, ...]:
    """A whole name as doubts() looks for it, "Doe, Dana" and "Dana Doe, LCSW" alike; nothing for a single word."""
    first, _, rest = name.partition(",")
    if rest and " " not in first.strip():
        first = f"{rest} {first}"
    words = tuple(word.casefold() for word in WORD.findall(first))
    return words if len(words) > 1 else ()


def _finding(cls: str, start: int, end: int) -> Finding:
    of = CLASSES[cls]
    return Finding(cls, of.level, start, end, of.why, of.instead)


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text.strip())
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if EARLIEST <= found <= now() + timedelta(days=1) else None
