"""What those who run the house fill in."""

import re
from datetime import date

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator

from members.actions.organisations import BASIS_FIELDS, ORGANISATION_FIELDS, RULE_FIELDS, fingerprint
from members.domains import is_domain
from members.models import Affiliation, Basis, EligibilityRule, Member, Organisation, RoleGrant
from members.roles import may_give

STATES = """
AL AK AS AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MP MT NE NV NH NJ NM NY NC ND OH OK
OR PA PR RI SC SD TN TX UT VT VA VI WA WV WI WY
""".split()  # noqa: SIM905
LAST_DAY = date(9998, 12, 31)  # the day after it is a day too
AWARD_NUMBER = re.compile(r"90[A-Z]{2}\d{4}(-\d{2}-\d{2})?\Z")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SeenForm(forms.ModelForm):
    """Knows what the editor was shown, so that of two who edit at once the second is told."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["seen"].initial = fingerprint(self.instance, self.shown)


class OrganisationForm(SeenForm):
    shown = ORGANISATION_FIELDS
    state = forms.ChoiceField(choices=[("", "Choose"), *((state, state) for state in STATES)])
    website = forms.URLField(required=False, assume_scheme="https")
    domains = forms.CharField(
        required=False,
        label="Domains of work addresses",
        help_text="One a line, such as clinic.example.org. They suggest it to applicants; they open nothing.",
        widget=forms.Textarea({"rows": 3}),
    )

    class Meta:
        model = Organisation
        fields = ["name", "state", "time_zone", "website"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.instance._state.adding:
            self.fields["domains"].initial = "\n".join(domain.name for domain in self.instance.domains.all())

    def clean_domains(self) -> list[str]:
        names = re.split(r"[\s,;]+", self.cleaned_data["domains"].strip().lower())
        names = [name for name in names if name]
        for name in names:
            if not is_domain(name):
                raise forms.ValidationError(
                    "%(name)s is not a domain of one organisation. Write it as in clinic.example.org.",
                    params={"name": name},
                )
        return names


class AwardForm(SeenForm):
    """An ORR award."""

    shown = BASIS_FIELDS

    class Meta:
        model = Basis
        fields = ["number", "award_type", "starts_on", "ends_on", "evidence", "override_reason"]
        widgets = {
            "starts_on": DayInput,
            "ends_on": DayInput,
            "evidence": forms.Textarea({"rows": 2}),
            "override_reason": forms.Textarea({"rows": 2}),
        }
        labels = {
            "number": "Award number",
            "starts_on": "First day",
            "ends_on": "Last day",
            "override_reason": "Why the number has another shape",
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = Basis.Kind.ORR_AWARD
        for name in ("number", "award_type"):
            self.fields[name].required = True

    def clean_number(self) -> str:
        return self.cleaned_data["number"].strip().upper()

    def clean(self) -> dict:
        values = super().clean()
        number = values.get("number", "")
        if number and not AWARD_NUMBER.match(number) and not values.get("override_reason"):
            self.add_error(
                "number", "Award numbers look like 90ZT0123 or 90ZT0123-04-00. If this one is right, say why below."
            )
        return _in_order(self, values)


class MembershipForm(SeenForm):
    """An NCTTP membership."""

    shown = BASIS_FIELDS
    level = forms.ChoiceField()

    class Meta:
        model = Basis
        fields = ["level", "starts_on", "ends_on", "evidence"]
        widgets = {"starts_on": DayInput, "ends_on": DayInput, "evidence": forms.Textarea({"rows": 2})}
        labels = {"starts_on": "First day", "ends_on": "Last day"}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = Basis.Kind.NCTTP
        levels = list(dict.fromkeys([*settings.NCTTP_LEVELS, *filter(None, [self.instance.level])]))
        self.fields["level"].choices = [("", "Choose"), *((level, level) for level in levels)]

    def clean(self) -> dict:
        return _in_order(self, super().clean())


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, help_text="It is kept in the audit trail.", widget=forms.Textarea({"rows": 3})
    )


class EndAffiliationForm(forms.Form):
    last_day = forms.DateField(label="Last day", help_text="Today or earlier closes at once.", widget=DayInput)
    reason = forms.CharField(max_length=500, required=False)


class AffiliationForm(forms.ModelForm):
    class Meta:
        model = Affiliation
        fields = ["organisation", "title", "starts_on"]
        widgets = {"starts_on": DayInput}
        labels = {"starts_on": "First day", "title": "What they do there"}


class RoleForm(forms.Form):
    role = forms.ChoiceField()
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), required=False, help_text="For a contact only: whom they speak for."
    )
    reason = forms.CharField(max_length=500, required=False)

    def __init__(self, *args, by: Member, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [choice for choice in RoleGrant.Role.choices if may_give(by, choice[0])]


class RuleForm(SeenForm):
    shown = RULE_FIELDS
    reason = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 2}))

    class Meta:
        model = EligibilityRule
        fields = ["service", "basis", "valid_from", "valid_to"]
        widgets = {"valid_from": DayInput, "valid_to": DayInput}
        labels = {"valid_from": "First day", "valid_to": "Last day"}

    def clean(self) -> dict:
        values = super().clean()
        first, last = values.get("valid_from"), values.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "The last day lies before the first.")
        return values


class MemberSearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=80, label="Name or address")
    role = forms.ChoiceField(required=False, choices=[("", "Any role"), *RoleGrant.Role.choices])
    organisation = forms.ModelChoiceField(Organisation.objects.all(), required=False, empty_label="Any organisation")
    state = forms.ChoiceField(required=False, choices=[("", "Active"), ("all", "All"), ("deactivated", "Deactivated")])


class TrailForm(forms.Form):
    verb = forms.CharField(required=False, max_length=80, label="What", help_text="Such as basis or basis.ended")
    who = forms.CharField(required=False, max_length=120, label="Who", help_text="A name, an address or an id")
    subject = forms.CharField(required=False, max_length=120, label="Of what", help_text="A model or an id")
    since = forms.DateField(required=False, label="From", widget=DayInput, validators=[MaxValueValidator(LAST_DAY)])
    until = forms.DateField(required=False, label="To", widget=DayInput, validators=[MaxValueValidator(LAST_DAY)])


class ImportForm(forms.Form):
    file = forms.FileField(label="A CSV file", help_text="Commas or semicolons; UTF-8 or Windows; at most 1 MB.")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > 1024 * 1024:
            raise forms.ValidationError("This file is larger than 1 MB. Split it, and import the parts in turn.")
        return file


def _in_order(form: forms.ModelForm, values: dict) -> dict:
    first, last = values.get("starts_on"), values.get("ends_on")
    if first and last and last < first:
        form.add_error("ends_on", "The last day lies before the first.")
    for name in ("starts_on", "ends_on"):
        if values.get(name) and not 1980 <= values[name].year < 2100:
            form.add_error(name, "Choose a year between 1980 and 2099.")
    return values
