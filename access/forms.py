import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms

from access.permissions import Refusal

UNSEEN = {"Cc", "Zl", "Zp"}  # control characters, ends of lines and paragraphs
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # what overrides the direction of words


class Line(forms.CharField):
    """Words on one line, as titles are: what moves, hides or turns them around is left out."""

    def to_python(self, value: Any) -> str:
        said = super().to_python(value) or ""
        seen = "".join(" " if one in TURNING or unicodedata.category(one) in UNSEEN else one for one in said)
        return " ".join(seen.split())


def carried_out(form: forms.Form | forms.ModelForm, act: Callable[..., Any]) -> bool:
    """Do it with what the form says, by name. Otherwise the form shows why not, and keeps what was typed."""
    if not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
