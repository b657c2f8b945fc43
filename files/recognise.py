"""What a file is, by its content and never by its name; and a name that is safe to show and to give."""

import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any, Literal

from django.core.files.base import File as Blob
from PIL import Image, UnidentifiedImageError

from access import Refusal

MAX_PIXELS = 50_000_000
Image.MAX_IMAGE_PIXELS = None  # Pillow only warns up to twice its limit; ours is asked before anything is decoded.
MAX_UNPACKED = 300 * 1024 * 1024  # Office documents are zip archives; more than this is a zip bomb.
MAX_RATIO = 200


@dataclass(frozen=True)
class FileType:
    """A type that we take: its media type, the endings that go with it, and how it can be looked at here."""

    content_type: str
    label: str
    endings: tuple[str, ...]
    preview: Literal["image", "pages", "text", ""] = ""


PDF = FileType("application/pdf", "PDF", (".pdf",), "pages")
TEXT = FileType("text/plain", "Text", (".txt", ".md", ".csv", ".tsv"), "text")
IMAGES = {
    "PNG": FileType("image/png", "PNG image", (".png",), "image"),
    "JPEG": FileType("image/jpeg", "JPEG image", (".jpg", ".jpeg"), "image"),
    "WEBP": FileType("image/webp", "WebP image", (".webp",), "image"),
}
_OOXML = "application/vnd.openxmlformats-officedocument."
DOCUMENTS = {
    "word/document.xml": FileType(_OOXML + "wordprocessingml.document", "Word document", (".docx",)),
    "xl/workbook.xml": FileType(_OOXML + "spreadsheetml.sheet", "Excel workbook", (".xlsx",)),
    "ppt/presentation.xml": FileType(_OOXML + "presentationml.presentation", "PowerPoint slides", (".pptx",)),
}
OPEN_DOCUMENTS = {
    f"application/vnd.oasis.opendocument.{name}": FileType(
        f"application/vnd.oasis.opendocument.{name}", f"OpenDocument {name}", (ending,)
    )
    for name, ending in (("text", ".odt"), ("spreadsheet", ".ods"), ("presentation", ".odp"))
}
TYPES = [PDF, TEXT, *IMAGES.values(), *DOCUMENTS.values(), *OPEN_DOCUMENTS.values()]
BY_CONTENT_TYPE = {kind.content_type: kind for kind in TYPES}
TAKEN = "PDF, Word, Excel, PowerPoint, OpenDocument, plain text, CSV, and PNG, JPEG or WebP images"


def recognise(file: IO[Any] | Blob, name: str) -> FileType:
    """The type of a file by its content. Refusal where we do not take it, or where the name says something else."""
    found = _by_content(file)
    file.seek(0)
    if found is None:
        raise Refusal(f"“{name}” is not of a kind that can be shared here. You can share {TAKEN}.")
    ending = PurePosixPath(name).suffix.lower()
    if ending not in found.endings:
        wanted = " or ".join(found.endings)
        raise Refusal(f"“{name}” is called {ending or 'nothing'} but is {found.label}. Rename it to {wanted}.")
    return found


def clean_name(name: str) -> str:
    """A name without folders, control, bidirectional or reserved characters; at most 150 long, ending kept."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in name)
    name = re.sub(r'[<>:"|?*]', "_", name)
    path = PurePosixPath(re.sub(r"\s+", " ", name).strip(" ."))
    stem, ending = path.stem.strip(" ."), path.suffix[:12].strip()
    return (stem[: 150 - len(ending)] or "file") + ending


def _by_content(file: IO[Any] | Blob) -> FileType | None:
    head = file.read(8)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _document(file)
    return _image(file) or _text(file)


def _image(file: IO[Any] | Blob) -> FileType | None:
    try:
        with Image.open(file, formats=list(IMAGES)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refusal("This image has more than 50 megapixels. Make it smaller and try again.")
            return IMAGES[image.format or ""]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        file.seek(0)
        return None


def _document(file: IO[Any] | Blob) -> FileType | None:
    """Only the archive's list of contents is read; nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
            if len(parts) > 10_000 or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1):
                raise Refusal("This document unpacks to far more than it should. Save it anew and try again.")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Refusal("This document contains macros. Save it without macros and try again.")
            if parts and parts[0].filename == "mimetype" and parts[0].file_size < 100:
                return OPEN_DOCUMENTS.get(archive.read("mimetype").decode("ascii", "replace"))
            if "[Content_Types].xml" in names:
                return next((kind for part, kind in DOCUMENTS.items() if part in names), None)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        pass
    return None


def _text(file: IO[Any] | Blob) -> FileType | None:
    """UTF-8 without control characters but tab and line breaks."""
    tail = b""
    while chunk := file.read(65536):
        try:
            text = (tail + chunk).decode("utf-8")
            tail = b""
        except UnicodeDecodeError as error:
            if error.reason != "unexpected end of data" or error.start < len(tail + chunk) - 3:
                return None
            text, tail = (tail + chunk)[: error.start].decode("utf-8"), (tail + chunk)[error.start :]
        if any(unicodedata.category(one) == "Cc" and one not in "\t\r\n\f" for one in set(text)):
            return None
    return None if tail else TEXT
