"""What an upload carries."""

from django import forms


class UploadForm(forms.Form):
    file = forms.FileField(allow_empty_file=True, max_length=1000)
    client_id = forms.UUIDField()


class NewVersion(forms.Form):
    file = forms.FileField(label="The new version", allow_empty_file=True, max_length=1000)
    client_id = forms.UUIDField(widget=forms.HiddenInput)


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label="A photo of you", help_text="PNG, JPEG or WebP. It is cut square, and metadata is taken out."
    )
