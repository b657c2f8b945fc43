from typing import Any

from django import forms
from django.db.models import QuerySet

from members.forms.names import NameField
from members.models import Affiliation, Discipline, Language, Member, Organisation


class LongChoices(forms.CheckboxSelectMultiple):
    """Boxes for a list too long to stand on a page: folded, with the chosen ones named."""

    template_name = "django/forms/widgets/long_choices.html"

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        options = [option for _, group, _ in context["widget"]["optgroups"] for option in group]
        context["widget"]["chosen"] = [option["label"] for option in options if option["selected"]]
        return context


class ProfileForm(forms.ModelForm):
    """What a member says of themselves. Nothing is in the directory unless they ask for it."""

    listed = forms.BooleanField(
        label="List me in the directory",
        required=False,
        help_text="Members who are eligible then find your name and photo. You choose below what else they see.",
    )
    shown_fields = forms.MultipleChoiceField(
        label="The directory shows",
        choices=list(Member.SHOWABLE.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="People in your groups see this too, whether you are listed or not.",
    )

    class Meta:
        model = Member
        fields = ["name", "pronouns", "disciplines", "languages", "time_zone", "about", "listed", "shown_fields"]
        field_classes = {"name": NameField}
        widgets = {
            "disciplines": forms.CheckboxSelectMultiple,
            "languages": LongChoices,
            "about": forms.Textarea(attrs={"rows": 5, "data-counter": ""}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
        }
        labels = {"about": "About you"}
        help_texts = {
            "name": "As colleagues know you; it stands beside what you write.",
            "languages": "The languages that you work in.",
            "time_zone": "All times on this site are shown in it.",
            "about": "Your work, in a few sentences. Never about a client.",
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["listed"].initial = self.instance.listed_at is not None


class PeopleFilter(forms.Form):
    """What the directory is narrowed by. A value that does not exist narrows nothing."""

    name = forms.CharField(label="Name", required=False, max_length=120)
    discipline = forms.ModelChoiceField(Discipline.objects.all(), required=False, empty_label="Any")
    language = forms.ModelChoiceField(Language.objects.all(), required=False, empty_label="Any")
    state = forms.ChoiceField(required=False)
    organisation = forms.ModelChoiceField(Organisation.objects.none(), required=False, empty_label="Any")

    def __init__(self, *args, people: QuerySet[Member], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = _organisations(people.showing("organisation"))
        states = _organisations(people.showing("state")).order_by("state").values_list("state", flat=True)
        self.fields["state"].choices = [("", "Any"), *((state, state) for state in states.distinct())]

    def narrow(self, people: QuerySet[Member]) -> QuerySet[Member]:
        """Only by what those people let the directory show."""
        self.is_valid()
        asked = self.cleaned_data
        current = Affiliation.objects.current()
        if asked.get("name"):
            people = people.filter(name__icontains=asked["name"])
        if asked.get("discipline"):
            people = people.showing("disciplines").filter(disciplines=asked["discipline"])
        if asked.get("language"):
            people = people.showing("languages").filter(languages=asked["language"])
        if asked.get("organisation"):
            at = current.filter(organisation=asked["organisation"])
            people = people.showing("organisation").filter(pk__in=at.values("member"))
        if asked.get("state"):
            at = current.filter(organisation__state=asked["state"])
            people = people.showing("state").filter(pk__in=at.values("member"))
        return people


def _organisations(people: QuerySet[Member]) -> QuerySet[Organisation]:
    return Organisation.objects.filter(
        pk__in=Affiliation.objects.current().filter(member__in=people).values("organisation")
    )


class DeactivateForm(forms.Form):
    """Typing the address shows that nobody closed an account by a slip."""

    email = forms.EmailField(
        label="Your e-mail address",
        help_text="Type it to confirm.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, member: Member, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if email.lower() != self.member.email.lower():
            raise forms.ValidationError("This is not the address of your account.")
        return email
