"""What somebody is called."""

import unicodedata
from typing import Any

from django import forms

JOINERS = "\u200c\u200d"  # invisible, and part of how some names are spelled


class NameField(forms.CharField):
    """A name on one line, with nothing in it that hides, turns or breaks what stands beside it."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_python(value))
        seen = "".join(" " if _misleads(one) else one for one in text)
        name = " ".join(seen.split())
        if name and not any(unicodedata.category(one)[0] == "L" for one in name):
            raise forms.ValidationError("Write a name with letters.")
        return name


def _misleads(one: str) -> bool:
    return unicodedata.category(one)[0] in "CZ" and one not in JOINERS
