"""What a page sends when somebody writes."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from spaces.screening import tells_nobody_apart


class IdsField(forms.Field):
    """Several ids under one name."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value) -> list[UUID]:
        try:
            return [UUID(one) for one in value or []]
        except ValueError:
            raise ValidationError("That is not an id.") from None


class WordsField(forms.Field):
    """Text as it came. What must not stand in it is taken out when it is kept."""

    def to_python(self, value) -> str:
        return value or ""


class WriteForm(forms.Form):
    """A new post. What may stand in it is the action's to say."""

    body = WordsField(required=False)
    client_id = forms.UUIDField()
    reply_to = forms.UUIDField(required=False)
    files = IdsField(required=False)  # type: ignore[assignment]  # a form keeps its fields elsewhere
    announcement = forms.BooleanField(required=False)


class EditForm(forms.Form):
    body = WordsField(required=False)
    version = forms.CharField(required=False)


class RemoveForm(forms.Form):
    """A facilitator removes somebody else's post."""

    reason = forms.CharField(
        max_length=1000,
        validators=[tells_nobody_apart],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Its author and the group read the reason.",
    )
