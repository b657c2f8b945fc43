"""A certificate as a PDF that anybody can read: tagged, by PDF/UA-1 (docs/decisions/0136). Drawn when it is asked for.

Everything on it is in its row, the time of the file too, so that it is the same file whenever it is drawn.
"""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import qrcode
import typst
from django.conf import settings
from qrcode.image.svg import SvgPathImage

from symposium.models import Certificate

LAYOUT = Path(__file__).with_name("certificate.typ")


def drawn(certificate: Certificate) -> bytes:
    """Its PDF. Typst refuses to write one that would break PDF/UA-1."""
    said = {
        "provider": settings.SITE_NAME,
        "kind": certificate.kind,
        "name": certificate.name,
        "verb": f"earned credit for {certificate.profession.lower()} at" if certificate.profession else "took part in",
        "title": certificate.title,
        "dates": days(certificate),
        "format": certificate.held_as,
        "hours": f"{in_hours(certificate.hours)}{' of credit' if certificate.profession else ''}.",
        "statement": certificate.statement,
        "signed_by": certificate.signed_by,
        "issued": day(certificate.issued_at.date()),
        "serial": certificate.serial,
        "url": certificate.verify_url,
        "qr": qrcode.make(certificate.verify_url, image_factory=SvgPathImage).to_string(encoding="unicode"),
        "acknowledgement": certificate.acknowledgement,
        "column": "Credit" if certificate.profession else "Time there",
        "sessions": certificate.sessions,
    }
    return _compiled(said, int(certificate.issued_at.timestamp()))


@cache
def _layout() -> bytes:
    return LAYOUT.read_bytes()


def _compiled(said: dict, at: int = 0) -> bytes:
    inputs = {"said": json.dumps(said)}
    return typst.compile(
        _layout(), format="pdf", pdf_standards=["ua-1"], sys_inputs=inputs, ignore_system_fonts=True, timestamp=at
    )


def not_printable(text: str) -> str:
    """The first letter for which its fonts have no sign; empty where they have all."""
    for letter in dict.fromkeys(text):
        try:
            typst.compile(
                b'#set document(title: "Letter")\n#set text(lang: "en", font: "Libertinus Serif")\n#sys.inputs.letter',
                format="pdf",
                pdf_standards=["ua-1"],
                sys_inputs={"letter": f"a{letter}"},
                ignore_system_fonts=True,
            )
        except typst.TypstError:
            return letter
    return ""


def in_hours(hours: Decimal) -> str:
    """ "1 hour", "2.5 hours"."""
    number = f"{hours.normalize():f}"
    return f"{number} hour{'' if number == '1' else 's'}"


def days(certificate: Certificate) -> str:
    first, last = certificate.first_on, certificate.last_on
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def day(that) -> str:
    return f"{that:%B} {that.day}, {that.year}"
