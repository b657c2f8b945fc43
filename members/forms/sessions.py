from typing import Any

from django import forms

from members.codes import take_code


class FreshCodeForm(forms.Form):
    """The code that was just sent to the member's own address."""

    code = forms.CharField(
        label="Code",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
        help_text="From the mail that we have just sent you.",
    )

    def __init__(self, *args: Any, seed: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seed = seed

    def clean_code(self) -> str:
        return take_code(self.cleaned_data["code"], self.seed)
