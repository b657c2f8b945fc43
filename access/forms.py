from collections.abc import Callable
from typing import Any

from django import forms

from access.permissions import Refusal


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
