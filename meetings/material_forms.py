"""What is said of materials, of a recording, and of what somebody needs to take part."""

from uuid import uuid4

from django import forms

from access.forms import Line
from meetings.forms import link
from spaces.screening import tells_nobody_apart


class MaterialForm(forms.Form):
    title = Line(label="What it is", max_length=120, validators=[tells_nobody_apart])
    upload = forms.FileField(label="A file", required=False, allow_empty_file=True, max_length=1000)
    url = link("Or an address", "Of something that is elsewhere.")
    client_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)


class RecordingForm(forms.Form):
    url = link(
        "Where it can be watched",
        "Its address at the video service. Everyone whom the meeting is for opens it from here.",
    )
    captioned = forms.BooleanField(
        label="It has captions, and I have looked through them",
        required=False,
        help_text="Captions that a machine made need correcting: names of medicines and of laws above all.",
    )
    upload = forms.FileField(
        label="The transcript",
        required=False,
        allow_empty_file=True,
        max_length=1000,
        help_text="As text, Word or PDF. A new one takes the place of the one before.",
    )
    client_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)


class AccommodationForm(forms.Form):
    needs = forms.CharField(
        label="What do you need?",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="An interpreter for ASL or another language, captions by a person, large print, breaks, …",
    )


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label="What is arranged",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="They read it on the page of the meeting, and get a letter that says so.",
    )
