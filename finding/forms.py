from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from finding.kinds import filters, findables
from finding.words import LONGEST

DAY = forms.DateInput(attrs={"type": "date"})
SOME_DAY = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]  # as far as zones go, and more


class SearchForm(forms.Form):
    """What is sought, and by what it is narrowed. What is no answer counts as not asked."""

    q = forms.CharField(label="Search", required=False, max_length=LONGEST)
    kind = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=100, widget=forms.HiddenInput)
    space = forms.ChoiceField(label="Where", required=False)
    by = forms.CharField(label="By whom", required=False, max_length=120)
    since = forms.DateField(label="From", required=False, widget=DAY, validators=SOME_DAY)
    until = forms.DateField(label="Until", required=False, widget=DAY, validators=SOME_DAY)

    def __init__(self, data: Any, *, spaces: list[tuple[Any, str]]) -> None:
        """`spaces` are (id, title) of those that the member may read."""
        super().__init__(data)
        self.fields["kind"].choices = [("", "All"), *((one.name, one.label) for one in findables())]
        self.fields["space"].choices = [("", "Everywhere"), *((str(pk), title) for pk, title in spaces)]
        for one in filters():
            choices = one.choices([pk for pk, _ in spaces])
            self.fields[one.name] = forms.ChoiceField(label=one.label, required=False, choices=[("", "Any"), *choices])

    def value(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or ""

    def narrowing(self) -> dict[str, Any]:
        """The filters that are set: what each narrows by. Days begin and end in the member's time zone."""
        names = ["space", "by", *(one.name for one in filters())]
        only = {name: self.value(name) for name in names if self.value(name)}
        if since := self.value("since"):
            only["since"] = _begin(since)
        if until := self.value("until"):
            only["until"] = _begin(until + timedelta(days=1))
        return only

    def filter_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in ("q", "kind", "page")]


def _begin(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
