"""What staff say of credit, certificates and evaluations, and what learners say of themselves and of sessions."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms

from access.forms import Line
from meetings.forms import day
from spaces.screening import tells_nobody_apart
from symposium.models import CertificateTerms, CreditRule, Edition, Format, Learner, Questionnaire
from symposium.papers import not_printable
from symposium.post_tests import Question, questions_in

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
    profession = Line(max_length=80, help_text="For whom the credit is: “Social workers”.")

    class Meta:
        model = CreditRule
        fields = [
            *("profession", "formats", "minimum_minutes", "minimum_percent", "late_by", "early_by", "longest_gap"),
            *("evaluation_within", "post_test", "hours_per_session", "rounding", "statement"),
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
    name = Line(label="Your name on certificates", max_length=120, help_text="As your board knows you.")
    licence = Line(
        label="Licence number",
        required=False,
        max_length=80,
        help_text="For your board: it does not stand on certificates. NCB staff alone read this.",
    )

    class Meta:
        model = Learner
        fields = ["name", "rules", "licence"]

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(printable)
        rules = edition.credit_rules.all()
        self.fields["rules"] = forms.ModelMultipleChoiceField(
            rules, label="CE credit for", required=False, widget=forms.CheckboxSelectMultiple
        )
        if not rules:
            del self.fields["rules"], self.fields["licence"]

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


class PostTestForm(forms.Form):
    """What is asked of who watched a recording."""

    questions = forms.CharField(
        max_length=8000,
        widget=forms.Textarea({"rows": 16, "dir": "auto"}),
        validators=[tells_nobody_apart],
        help_text="A question on a line; below it its answers, a line each, after a -, the right one after a *."
        " An empty line parts questions.",
    )
    percent = forms.IntegerField(label="Percent right, to pass", min_value=1, max_value=100, initial=80)
    attempts = forms.IntegerField(label="How often one may take it", min_value=1, max_value=10, initial=3)

    def clean_questions(self) -> str:
        said = "\n".join(self.cleaned_data["questions"].splitlines())  # the same from every browser
        try:
            questions_in(said)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        return said


class TakeTestForm(forms.Form):
    """The questions of a post-test, and that one has watched the recording."""

    watched = forms.BooleanField(label="I have watched the recording, from its beginning to its end")

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [f"question_{number}" for number in range(len(questions))]
        for name, question in zip(self.names, questions, strict=True):
            choices = list(enumerate(question.answers))
            self.fields[name] = forms.TypedChoiceField(
                label=question.text, choices=choices, coerce=int, widget=forms.RadioSelect
            )
        self.order_fields([*self.names, "watched"])

    @property
    def answers(self) -> list[int]:
        return [self.cleaned_data[name] for name in self.names]


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
