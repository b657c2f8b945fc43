"""What staff say of credit, certificates and evaluations, and what learners say of themselves and of sessions."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms

from meetings.forms import day
from spaces.screening import tells_nobody_apart
from symposium.models import CertificateTerms, CreditRule, Edition, Format, Learner, Questionnaire
from symposium.papers import not_printable

MOST_STATEMENTS, LONGEST_STATEMENT = 6, 200
OPEN_FOR = timedelta(days=14)  # after the last day, as a rule
ANSWERS = [(5, "5, wholly"), (4, "4"), (3, "3"), (2, "2"), (1, "1, not at all")]


def printable(text: str) -> None:
    """Refuse what the letters of a certificate cannot write."""
    if letter := not_printable(text):
        raise forms.ValidationError(f"Certificates cannot print “{letter}”. Write it in other letters, please.")


class TermsForm(forms.ModelForm):
    class Meta:
        model = CertificateTerms
        fields = ["participation_minutes", "held_as", "signed_by", "statement"]
        widgets = {"statement": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("held_as", "signed_by", "statement"):
            self.fields[name].validators.append(printable)


class RuleForm(forms.ModelForm):
    class Meta:
        model = CreditRule
        fields = [
            *("profession", "formats", "minimum_minutes", "minimum_percent", "late_by", "early_by", "longest_gap"),
            *("evaluation_within", "hours_per_session", "rounding", "statement"),
        ]
        widgets = {"statement": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial["formats"] = edition.formats.exclude(kind=Format.Kind.BREAK)
        self.fields["formats"] = forms.ModelMultipleChoiceField(
            edition.formats.all(),
            widget=forms.CheckboxSelectMultiple,
            help_text="Sessions of these give credit.",
        )
        for name in ("profession", "statement"):
            self.fields[name].validators.append(printable)

    def validate_unique(self) -> None:
        """The action says it, in a sentence with the way out."""

    def validate_constraints(self) -> None:
        """As above."""


class LearnerForm(forms.ModelForm):
    class Meta:
        model = Learner
        fields = ["name", "rules"]
        labels = {"name": "Your name on certificates"}
        help_texts = {"name": "As your board knows you."}

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(printable)
        rules = edition.credit_rules.all()
        self.fields["rules"] = forms.ModelMultipleChoiceField(
            rules, label="CE credit for", required=False, widget=forms.CheckboxSelectMultiple
        )
        if not rules:
            del self.fields["rules"]

    def clean(self) -> dict[str, Any]:
        return {"rules": [], **(super().clean() or self.cleaned_data)}

    def validate_unique(self) -> None:
        """The action changes what there is."""


class QuestionnaireForm(forms.ModelForm):
    closes_on = day("Open until", help_text="This day included, by the clock of the edition. Then the results show.")

    class Meta:
        model = Questionnaire
        fields = ["of_session", "overall"]
        widgets = {name: forms.Textarea({"rows": 4}) for name in fields}

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        closes = edition.last_on + OPEN_FOR
        if not self.instance._state.adding:
            closes = (self.instance.closes_at.astimezone(edition.tz) - timedelta(days=1)).date()
        self.fields["closes_on"].initial = closes
        for name in ("of_session", "overall"):
            self.fields[name].validators.append(_few_statements)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        on = said.pop("closes_on", None)
        if on:
            said["closes_at"] = datetime.combine(on + timedelta(days=1), time.min, self.edition.tz)
        return said


class EvaluationForm(forms.Form):
    """A number for each statement, and words where one has some."""

    text = forms.CharField(
        label="What else should those who plan it know?",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        validators=[tells_nobody_apart],
        help_text="It is read without your name. What only you can know tells that it is yours.",
    )

    def __init__(self, *args: Any, statements: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [f"rating_{number}" for number in range(len(statements))]
        for name, statement in zip(self.names, statements, strict=True):
            self.fields[name] = forms.TypedChoiceField(
                label=statement, choices=ANSWERS, coerce=int, widget=forms.RadioSelect
            )
        self.order_fields([*self.names, "text"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        return {"ratings": [said.get(name) for name in self.names], "text": said.get("text", "")}


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label="Why", max_length=280, validators=[tells_nobody_apart], help_text="The learner reads it."
    )


def _few_statements(text: str) -> None:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_STATEMENTS or any(len(line) > LONGEST_STATEMENT for line in lines):
        raise forms.ValidationError(
            f"{MOST_STATEMENTS} statements at most, of {LONGEST_STATEMENT} letters at most each: it is to be short."
        )
