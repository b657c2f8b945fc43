"""What people say when they do something to a group."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import normalize_newlines

from groups.models import Covenant, Group
from groups.years import this_year
from members.models import Member, RoleGrant
from spaces.screening import tells_nobody_apart

HOURS = [(1, "An hour"), (24, "A day"), (72, "Three days"), (168, "A week")]


def long_text(
    label: str, hint: str = "", *, required: bool = True, length: int = 1000, rows: int = 4
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=length,
        validators=[tells_nobody_apart],
        widget=forms.Textarea({"rows": rows}),
    )


class Ask(forms.Form):
    note = long_text(
        "A note to the facilitators",
        "What you do and what you hope for. They see your name and your organisation too.",
        required=False,
    )


class Reason(forms.Form):
    reason = long_text("Reason", "They will read this.")


class GlassReason(forms.Form):
    reason = long_text(
        "Why you need to read this group",
        "The members will read this, with your name. Do not name anyone here.",
        length=2000,
    )


class Mute(forms.Form):
    hours = forms.TypedChoiceField(label="For how long", choices=HOURS, coerce=int, initial=24)


class Description(forms.Form):
    description = long_text("What this group is about", required=False, length=2000, rows=8)


class KeepFor(forms.Form):
    """Nothing is shorter than two weeks: what was said on a day off would be gone before it was read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"] = forms.IntegerField(
            label="Keep messages and files for so many days", min_value=14, max_value=settings.CHAT_KEEP_DAYS
        )


class SignCovenant(forms.Form):
    """The name has to be the member's own, so that nobody signs by pressing Enter."""

    name = forms.CharField(label="Your full name", max_length=120, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["name"].help_text = f"Type it as it is in your profile: {member.name}"

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if name.casefold() != " ".join(self.member.name.split()).casefold():
            raise forms.ValidationError(f"Sign with your full name, as it is in your profile: {self.member.name}")
        return name


class CovenantText(forms.Form):
    text = long_text("Text", "Markdown: an empty line between paragraphs, - for a list.", length=20_000, rows=18)

    def clean_text(self) -> str:
        return normalize_newlines(self.cleaned_data["text"]).strip()


class OpenGroup(forms.Form):
    topic = forms.CharField(max_length=120, validators=[tells_nobody_apart])
    fiscal_year = forms.TypedChoiceField(label="Fiscal year", coerce=int)
    seats = forms.IntegerField(
        label="Seats for participants",
        min_value=1,
        max_value=12,
        initial=12,
        help_text="Up to 12. Facilitators do not take a seat.",
    )
    description = long_text("What this group is about", required=False, length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = this_year()
        _choice(self, "fiscal_year").choices = [(each, f"FY{each % 100:02}") for each in (year, year + 1)]
        self.fields["fiscal_year"].initial = year


class Appoint(forms.Form):
    """One of those who hold the facilitator's role."""

    member = forms.ModelChoiceField(queryset=Member.objects.none(), label="Facilitator", empty_label="Choose a person")

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self, "member").queryset = (
            Member.objects.filter(
                role_grants__role=RoleGrant.Role.FACILITATOR, role_grants__ended_at=None, deactivated_at=None
            )
            .exclude(memberships__in=group.facilitators)
            .distinct()
            .order_by("name")
        )


class Find(forms.Form):
    """Filters of the list of groups."""

    year = forms.TypedChoiceField(label="Fiscal year", required=False, coerce=int, empty_value=None)
    topic = forms.CharField(label="Topic", required=False, max_length=120)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self, "year").choices = [("", "All years"), *((each, f"FY{each % 100:02}") for each in years)]


FIRST_COVENANT = """This group is for consultation among peers. It is not supervision: nobody directs another's work.

- I keep what I read and hear here in confidence, after I have left as well.
- I write nothing that could identify a client: no name, place, date, number or picture.
- If I think that I recognise a person, I say so and step out of that conversation.
- I do not record, photograph or copy what is said, and I use no transcription or writing tool that would.
- I speak from my own work, and I treat my colleagues' work with respect.
"""


def _choice(form: forms.Form, name: str) -> Any:
    """A field that chooses, whose choices are known only now."""
    return form.fields[name]


def covenant_draft() -> str:
    """The current text to start from, or a first one."""
    current = Covenant.objects.current()
    return current.text if current else FIRST_COVENANT
