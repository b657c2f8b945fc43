"""What people say when they make the agenda of a meeting, and write down what came of it."""

from typing import Any
from uuid import uuid4

from django import forms

from access.forms import Line
from meetings.asked import asked_to
from meetings.forms import day
from meetings.models import AgendaItem, Meeting
from members.models import Member
from spaces.screening import tells_nobody_apart


def those_asked(meeting: Meeting) -> Any:
    """Whoever may come to a meeting, by name."""
    return Member.objects.filter(pk__in=[one.pk for one in asked_to(meeting)]).order_by("name")


class AgendaItemForm(forms.ModelForm):
    """A part of a meeting."""

    title = Line(max_length=120)
    owner_name = Line(
        max_length=120, required=False, label="Or somebody else", help_text="By name, where they are no member here."
    )

    class Meta:
        model = AgendaItem
        fields = ("title", "kind", "minutes", "owner", "owner_name")
        labels = {"owner": "Who leads it"}

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = forms.ModelChoiceField(
            those_asked(meeting), label="Who leads it", required=False, empty_label="Nobody yet"
        )
        self.fields["kind"] = forms.ChoiceField(choices=AgendaItem.Kind.choices, initial=AgendaItem.Kind.DISCUSSION)
        self.fields["minutes"] = forms.IntegerField(label="Minutes", min_value=1, max_value=480, initial=10)
        for name in ("title", "owner_name"):
            self.fields[name].validators.append(tells_nobody_apart)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("owner") and said.get("owner_name"):
            self.add_error("owner_name", "Choose a member, or write a name: not both.")
        return said


class NewItemForm(AgendaItemForm):
    client_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)


class NoteForm(forms.Form):
    """A section of the notes, and the version of the text that it began with."""

    heading = forms.CharField(max_length=120)
    body = forms.CharField(
        label="Notes",
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 14, "dir": "auto"}),
        help_text="A line that begins with “Decision:” is marked as one.",
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class HeadingForm(forms.Form):
    heading = forms.CharField(label="Another section", max_length=120, validators=[tells_nobody_apart])


class ScribeForm(forms.Form):
    """Who writes the notes too."""

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = those_asked(meeting).exclude(pk__in=meeting.scribes.values("member"))
        self.fields["member"] = forms.ModelChoiceField(others, label="Somebody who writes too")


class FollowUpForm(forms.Form):
    """Who does what, by when."""

    what = forms.CharField(label="What is to be done", max_length=280, validators=[tells_nobody_apart])
    due_on = day("By when", required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = forms.ModelChoiceField(those_asked(meeting), label="Who does it")
        self.order_fields(["what", "owner", "due_on"])


class NewFollowUpForm(FollowUpForm):
    client_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
