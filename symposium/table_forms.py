"""What staff say of a table."""

from uuid import uuid4

from django import forms

from access.forms import Line
from meetings.forms import link
from spaces.screening import tells_nobody_apart
from symposium.models.tables import FEWEST_SEATS, MOST_SEATS


class TableForm(forms.Form):
    topic = Line(label="Topic", max_length=80, validators=[tells_nobody_apart])
    seats = forms.IntegerField(label="Seats", min_value=FEWEST_SEATS, max_value=MOST_SEATS, initial=6)
    room_url = link("Video room", "Its address at the video service. Only who sits at the table is led there.")
    client_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
