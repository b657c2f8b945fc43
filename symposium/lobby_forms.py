"""What staff say in the lobby."""

from typing import Any
from uuid import uuid4

from django import forms

from spaces.screening import tells_nobody_apart
from symposium.models import Edition, Lobby


class LobbyForm(forms.ModelForm):
    class Meta:
        model = Lobby
        fields = ["help_text", "desk", "quiet_text"]
        widgets = {"help_text": forms.Textarea({"rows": 3}), "quiet_text": forms.Textarea({"rows": 5})}

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desk = forms.ModelChoiceField(
            edition.sessions.on().exclude(meeting=None), label="Help desk", required=False, empty_label="No room"
        )
        desk.help_text = Lobby._meta.get_field("desk").help_text
        self.fields["desk"] = desk


class AnnouncementForm(forms.Form):
    text = forms.CharField(
        label="Tell everybody",
        max_length=500,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        validators=[tells_nobody_apart],
    )
    client_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
