"""What staff say of an edition."""

from django import forms

from access.forms import Line
from meetings.forms import day
from members.models import TIME_ZONES
from symposium.models import Edition, Format, Room, Track

OURS = {"certificates", "open", "verify"}  # words of our own addresses


class EditionForm(forms.ModelForm):
    title = Line(max_length=120)
    first_on = day("First day")
    last_on = day("Last day")
    zone = forms.ChoiceField(
        label="Time zone", choices=TIME_ZONES, help_text="Its clock is the one that the programme is printed by."
    )

    class Meta:
        model = Edition
        fields = ["title", "slug", "description", "first_on", "last_on", "zone"]
        widgets = {"description": forms.Textarea({"rows": 5})}

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug in OURS:
            raise forms.ValidationError("This word has a meaning of its own here. Take another, as in 2027.")
        return slug

    def validate_unique(self) -> None:
        """The action says it, in a sentence with the way out."""


class PartForm(forms.ModelForm):
    name = Line(max_length=80)

    def validate_unique(self) -> None:
        """As above."""


class TrackForm(PartForm):
    class Meta:
        model = Track
        fields = ["name"]


class FormatForm(PartForm):
    class Meta:
        model = Format
        fields = ["name", "kind", "minutes"]


class RoomForm(PartForm):
    class Meta:
        model = Room
        fields = ["name"]


PARTS = {"tracks": TrackForm, "formats": FormatForm, "rooms": RoomForm}
