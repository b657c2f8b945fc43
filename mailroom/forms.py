"""What staff decide about a mail that could identify somebody."""

from typing import Any
from uuid import UUID

from django import forms

from discussions.actions.threads import LONGEST_TITLE
from discussions.forms import IdsField
from mailroom.importing import LONGEST

OUTCOMES = [(name, name) for name in ("approve", "change", "drop")]


class SeveralForm(forms.Form):
    """The same decision about several."""

    ids = IdsField(error_messages={"required": "Tick at least one mail first."})
    outcome = forms.ChoiceField(choices=OUTCOMES)

    def clean_ids(self) -> set[UUID]:
        return set(self.cleaned_data["ids"])


class ReviewForm(forms.Form):
    """Show it as it came, show this text instead, or drop it."""

    outcome = forms.ChoiceField(choices=OUTCOMES, widget=forms.HiddenInput)
    title = forms.CharField(label="Title of the thread", max_length=LONGEST_TITLE)
    body = forms.CharField(label="Text", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, *args: Any, opens: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not opens:
            del self.fields["title"]
        if self.data.get("outcome") in ("approve", "drop"):  # what stands in the fields is not asked for
            for field in self.visible_fields():
                field.field.required, field.field.validators = False, []

    def clean(self) -> dict[str, Any]:
        return {"title": "", **super().clean()}  # type: ignore[dict-item]
