"""A mail as it came, read with care: nothing in it is trusted to be well-formed, short or shallow.

The parser of compat32 is used on purpose: it keeps headers as they came, and does not try to understand each.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from functools import cached_property
from typing import Any

MOST_PARTS = 100
DEEPEST = 20  # multiparts within multiparts
LONGEST_HEADER = 2000  # characters that we look at
MOST_HEADERS = 256 * 1024  # bytes of all
ADDRESS = re.compile(r"[^@\s<>\",;:()\[\]\\\x00-\x1f\x7f]{1,64}@[^@\s<>\",;:()\[\]\\\x00-\x1f\x7f]{1,253}")
MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,500}>")


class Unreadable(Exception):
    """What came is no mail that a person's program writes."""


@dataclass(frozen=True)
class Attachment:
    """A file in a mail. `cid` is the name by which its HTML shows it, if it does."""

    name: str
    content: bytes
    content_type: str
    cid: str


class Mail:
    """One mail, by its parts. Raises Unreadable where it is not one, or too wide or deep."""

    def __init__(self, content: bytes) -> None:
        head = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]
        if len(head) > MOST_HEADERS or content.count(b"boundary=") > MOST_PARTS:
            raise Unreadable
        self.content = content
        try:
            self.message: Message[Any, Any] = message_from_bytes(content)
            self.parts = list(self._parts(self.message, 0))
        except (RecursionError, MessageError, ValueError, LookupError, AttributeError, TypeError) as trouble:
            raise Unreadable from trouble

    def header(self, name: str) -> str:
        """The first of this name, as one line of plain characters."""
        return _line(str(self.message.get(name, "")))

    def headers(self, name: str) -> list[str]:
        return [_line(str(value)) for value in self.message.get_all(name, [])]

    @cached_property
    def senders(self) -> list[str]:
        """Every address that it says it is from, in small letters; one, in an honest mail.

        Encoded words stay as they are: decoded, a name could pass for an address.
        """
        found = getaddresses(self.headers("From"))
        return [address.lower() if ADDRESS.fullmatch(address) else "" for _, address in found]

    @cached_property
    def message_id(self) -> str:
        found = MESSAGE_ID.search(self.header("Message-ID"))
        return found[0] if found else ""

    @cached_property
    def digest(self) -> str:
        """Of its Message-ID; of all of it, where it has none."""
        return hashlib.sha256(self.message_id.encode() or self.content).hexdigest()

    @cached_property
    def answers(self) -> list[str]:
        """The Message-IDs that it refers to, nearest first."""
        named = MESSAGE_ID.findall(self.header("In-Reply-To")) + MESSAGE_ID.findall(self.header("References"))[::-1]
        return list(dict.fromkeys(named))[:50]

    @cached_property
    def subject(self) -> str:
        return self.decoded("Subject")

    def decoded(self, name: str) -> str:
        """The first of this name in the letters that its writer saw, also where no encoding was declared for them."""
        for key, value in self.message.raw_items():
            if key.lower() == name.lower():
                return _line(_decoded(_line(_meant(str(value)))))
        return ""

    @property
    def return_path(self) -> str | None:
        value = self.message.get("Return-Path")
        return None if value is None else parseaddr(_line(str(value)))[1]

    def text(self, kind: str) -> str:
        """All of its own text of one kind (plain, html), not what is attached."""
        parts = [part for part in self.parts if part.get_content_type() == f"text/{kind}" and not _is_attached(part)]
        return "\n".join(filter(None, (_words(part) for part in parts)))

    @property
    def is_flowed(self) -> bool:
        """Format=flowed (RFC 3676): a line that ends in a space goes on in the next."""
        plain = [part for part in self.parts if part.get_content_type() == "text/plain" and not _is_attached(part)]
        return bool(plain) and all(str(part.get_param("format", "")).lower() == "flowed" for part in plain)

    @property
    def deletes_spaces(self) -> bool:
        return any(str(part.get_param("delsp", "")).lower() == "yes" for part in self.parts)

    def attachments(self) -> Iterator[Attachment]:
        for part in self.parts:
            content_type = part.get_content_type()
            if content_type.startswith("multipart/") or (
                content_type in ("text/plain", "text/html") and not _is_attached(part)
            ):
                continue
            yield Attachment(
                _decoded(_line(part.get_filename() or "")) or _named_by(content_type),
                _bytes(part),
                content_type,
                _line(str(part.get("Content-ID", ""))).strip("<> "),
            )

    def _parts(self, part: Message, depth: int) -> Iterator[Message]:
        """Every part, itself first. What is forwarded as a mail of its own is one part, and stays closed."""
        if depth > DEEPEST:
            raise Unreadable
        yield part
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            count = 0
            for inner in part.get_payload():
                for one in self._parts(inner, depth + 1):  # type: ignore[arg-type]
                    count += 1
                    if count > MOST_PARTS:
                        raise Unreadable
                    yield one


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _words(part: Message) -> str:
    """Its text, in whatever charset it says, or must have meant."""
    content = _bytes(part)
    said = (part.get_content_charset() or "utf-8").strip("'\"")
    for charset in (said, "utf-8", "windows-1252"):
        try:
            return content.decode(
                {"us-ascii": "utf-8", "ascii": "utf-8", "iso-8859-1": "windows-1252"}.get(charset, charset)
            )
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("latin-1")


def _bytes(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and inner else b""  # type: ignore[union-attr]
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _named_by(content_type: str) -> str:
    endings = {"image/png": ".png", "image/jpeg": ".jpg", "application/pdf": ".pdf", "image/webp": ".webp"}
    return "attached" + endings.get(content_type, "")


def _decoded(value: str) -> str:
    """Encoded words (RFC 2047) as what they say; as they came where they say nothing."""
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return value


def _meant(value: str) -> str:
    """Bytes outside of ASCII, as the parser keeps them, as what they must have been."""
    said = value.encode("ascii", "surrogateescape")
    try:
        return said.decode()
    except UnicodeDecodeError:
        return said.decode("windows-1252", "replace")


def _line(value: str) -> str:
    """One line, without what controls a terminal or begins another header, and not endless."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]+", " ", value[:LONGEST_HEADER]).split())
