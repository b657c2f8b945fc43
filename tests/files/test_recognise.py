"""Types by content, names made safe: a corpus of what people and attackers upload."""

import random
import warnings
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from access import Refusal
from files import images
from files.recognise import IMAGES, clean_name, recognise


def picture(shape="PNG", size=(40, 30), **options):
    into = BytesIO()
    Image.new("RGB", size, "teal").save(into, shape, **options)
    return into.getvalue()


def archive(parts, compression=zipfile.ZIP_DEFLATED):
    into = BytesIO()
    with zipfile.ZipFile(into, "w", compression) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return into.getvalue()


DOCX = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj trailer<</Root 1 0 R>>"


@pytest.mark.parametrize(
    ("name", "content", "label"),
    [
        ("plan.pdf", PDF, "PDF"),
        ("PLAN.PDF", PDF, "PDF"),
        ("photo.jpg", picture("JPEG"), "JPEG image"),
        ("photo.jpeg", picture("JPEG"), "JPEG image"),
        ("chart.png", picture("PNG"), "PNG image"),
        ("chart.webp", picture("WEBP"), "WebP image"),
        ("notes.txt", "Grüße, नमस्ते, مرحبا\r\n\tindented".encode(), "Text"),
        ("notes.md", b"# Agenda", "Text"),
        ("counts.csv", b"a,b\n1,2\n", "Text"),
        ("long.txt", ("é" * 70_000).encode(), "Text"),
        ("letter.docx", archive(DOCX), "Word document"),
        ("numbers.xlsx", archive({"[Content_Types].xml": "", "xl/workbook.xml": ""}), "Excel workbook"),
        ("slides.pptx", archive({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "PowerPoint slides"),
        ("letter.odt", archive({"mimetype": "application/vnd.oasis.opendocument.text"}), "OpenDocument text"),
    ],
)
def test_what_we_take_is_known_by_its_content(name, content, label):
    assert recognise(BytesIO(content), name).label == label


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("run.pdf", b"MZ\x90\x00" + bytes(100), "not of a kind"),
        ("run.exe", b"MZ\x90\x00" + bytes(100), "not of a kind"),
        ("page.html", b"<script>alert(1)</script>", "Rename it"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Rename it"),
        ("page.png", b"<script>alert(1)</script>", "Rename it"),
        ("photo.png", picture("JPEG"), "Rename it"),
        ("photo.pdf", picture("PNG"), "Rename it"),
        ("plan", PDF, "called nothing"),
        ("plan.pdf.exe", PDF, "Rename it"),
        ("many.zip", archive({"a.txt": "a"}), "not of a kind"),
        ("letter.docx", archive({"a.txt": "a"}), "not of a kind"),
        ("letter.docx", archive({**DOCX, "word/vbaProject.bin": "x"}), "macros"),
        ("letter.docx", archive({**DOCX, "word/media/bomb": bytes(400 * 1024 * 1024)}), "unpacks"),
        ("letter.docx", archive({**DOCX, **{f"word/{n}": "" for n in range(10_001)}}), "unpacks"),
        ("letter.docx", archive(DOCX)[:60], "not of a kind"),
        ("old.gif", picture("GIF"), "not of a kind"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not of a kind"),
        ("notes.txt", b"nul\x00here", "not of a kind"),
        ("notes.txt", b"escape \x1b[31m", "not of a kind"),
        ("notes.txt", b"latin \xe9", "not of a kind"),
        ("notes.txt", "cut é".encode()[:-1], "not of a kind"),
    ],
)
def test_what_we_do_not_take_is_refused_in_a_sentence(name, content, says):
    with pytest.raises(Refusal, match=says):
        recognise(BytesIO(content), name)


def test_an_image_of_too_many_pixels_is_refused_before_it_is_opened():
    bomb = picture("PNG", size=(10_000, 10_000))
    assert len(bomb) < 400_000
    with pytest.raises(Refusal, match="megapixels"):
        recognise(BytesIO(bomb), "bomb.png")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ann\\plan.pdf", "plan.pdf"),
        ("a\x00b\nc.txt", "a b c.txt"),
        ("invoice\u202efdp.txt", "invoice fdp.txt"),
        ("  spaced   out .pdf", "spaced out.pdf"),
        ('what: "now"?.txt', "what_ _now__.txt"),
        ("...", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("Résumé für Ж.docx", "Résumé für Ж.docx"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert clean_name(given) == kept


@given(st.text(max_size=400))
def test_any_name_becomes_a_safe_one(name):
    cleaned = clean_name(name)
    assert 1 <= len(cleaned) <= 165
    assert not set(cleaned) & set('/\\<>:"|?*\x00\n\r')
    assert cleaned == clean_name(cleaned)


@given(st.binary(max_size=300))
def test_any_content_is_recognised_or_refused(content):
    for name in ("a.txt", "a.pdf", "a.docx"):
        with suppress(Refusal):
            recognise(BytesIO(content), name)


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file_is_refused_with_a_sentence_whatever_is_broken_in_it(seed):
    """Some hundred files with a few bytes changed: none brings down what looks at it."""
    dice = random.Random(seed)
    exif = Image.Exif()
    exif[0x0112], exif[0x8825] = 6, {1: "N", 2: (1.0, 2.0, 3.0)}
    whole = {
        "a.jpg": picture("JPEG", (40, 30), exif=exif),
        "a.webp": picture("WEBP", (40, 30), exif=exif),
        "a.odt": archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x" * 99}),
    }
    for _ in range(150):
        name = dice.choice(list(whole))
        content = bytearray(whole[name])
        for _ in range(dice.choice([1, 5, 20])):
            content[dice.randrange(8, min(len(content), 250))] = dice.choice([0, 1, 127, 255])
        file = ContentFile(bytes(content), name)
        with suppress(Refusal), warnings.catch_warnings(action="ignore"):  # Pillow remarks on bad metadata
            if recognise(file, name) in IMAGES.values():
                images.rewritten(file)
