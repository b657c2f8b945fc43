"""What staff say of a call for proposals, and what people propose."""

from typing import Any
from uuid import UUID

from django import forms

from access.forms import Line
from finding.forms import SOME_DAY
from meetings.forms import day
from symposium.days import begins, ends, first_day, last_day
from symposium.models import CallForProposals, CallQuestion, Edition, Proposal
from symposium.models.proposals import NOT_PROPOSED

YES_NO = [("Yes", "Yes"), ("No", "No")]


def words(label: str, hint: str = "", *, rows: int = 4, length: int = 4000, required: bool = False) -> forms.CharField:
    """A longer text of members', which the identifier check reads elsewhere."""
    widget = forms.Textarea({"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, help_text=hint, max_length=length, required=required, widget=widget)


class DaysForm(forms.Form):
    """From one day to another, both whole, by the edition's clock. Gives `opens_at` and `closes_at`."""

    opens_on = day("First day", validators=SOME_DAY)
    closes_on = day("Last day", help_text="The whole day, by the clock of the symposium.", validators=SOME_DAY)

    def __init__(self, data: Any = None, *, edition: Edition, **more: Any) -> None:
        super().__init__(data, **more)
        self.edition = edition

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "opens_on" in said and "closes_on" in said:
            said["opens_at"] = begins(said.pop("opens_on"), self.edition)
            said["closes_at"] = ends(said.pop("closes_on"), self.edition)
        return said


class CallForm(DaysForm):
    """When the call is open, and what is said in it."""

    intro = words("What you are looking for", "Members read it above the button that begins a proposal.")
    blind = forms.BooleanField(
        label="Reviewers do not learn who proposes",
        required=False,
        initial=True,
        help_text="Once a session was proposed, this cannot be taken back.",
    )
    words_accepted = words("In the letter to those accepted", length=2000)
    words_waitlisted = words("In the letter to those waitlisted", length=2000)
    words_declined = words("In the letter to those declined", length=2000)

    def __init__(self, data: Any = None, *, edition: Edition, call: CallForProposals | None = None) -> None:
        initial = {}
        if call:
            initial = {name: getattr(call, name) for name in self.base_fields if hasattr(call, name)}
            initial |= {"opens_on": first_day(call.opens_at, edition), "closes_on": last_day(call.closes_at, edition)}
        super().__init__(data, edition=edition, initial=initial)


class GraceForm(forms.Form):
    until = day("Good until", help_text="The whole day. The link before this one works no longer.", validators=SOME_DAY)


class CallQuestionForm(forms.ModelForm):
    class Meta:
        model = CallQuestion
        fields = ["label", "kind", "choices", "required", "for_reviewers"]
        widgets = {"kind": forms.RadioSelect, "choices": forms.Textarea({"rows": 4})}
        help_texts = {"for_reviewers": "Leave it out where the answer could tell who somebody is."}

    def clean_choices(self) -> str:
        return "\n".join(line.strip() for line in self.cleaned_data["choices"].splitlines() if line.strip())

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") != CallQuestion.Kind.CHOICE:
            said["choices"] = ""
        elif "choices" in said and len(said["choices"].splitlines()) < 2:
            self.add_error("choices", "Give at least two answers to choose from, one a line.")
        return said


class ProposalForm(forms.Form):
    """What somebody proposes. A draft may leave anything open."""

    title = Line(max_length=120, widget=forms.TextInput({"dir": "auto"}))
    abstract = words(
        "Abstract", "For the programme: what people take home. Do not name yourself.", rows=6, required=True
    )
    outline = words("Outline", "For those who review it: what happens when.", rows=5)

    def __init__(self, data: Any = None, *, proposal: Proposal, questions: list[CallQuestion], whole: bool) -> None:
        self.questions = {f"answer-{one.pk}": one for one in questions}
        said = {f"answer-{one.question_id}": one.text for one in proposal.answers.all()}
        initial = {name: getattr(proposal, name) for name in ("title", "abstract", "outline", "track", "format")}
        super().__init__(data, initial=initial | said)
        edition = proposal.edition
        formats = edition.formats.exclude(kind__in=NOT_PROPOSED)
        self.fields["track"] = forms.ModelChoiceField(edition.tracks.all(), widget=forms.RadioSelect, empty_label=None)
        self.fields["format"] = forms.ModelChoiceField(formats, widget=forms.RadioSelect, empty_label=None)
        for name, question in self.questions.items():
            self.fields[name] = _field_of(question)
        if not whole:
            for field in self.fields.values():
                field.required = False

    @property
    def said(self) -> dict[str, Any]:
        """What the actions take."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in self.questions}
        answers: dict[UUID, str] = {one.pk: self.cleaned_data.get(name, "") for name, one in self.questions.items()}
        return {**said, "answers": answers}


class PresenterForm(forms.Form):
    email = forms.EmailField(
        label="Their e-mail address",
        max_length=254,
        help_text="They get a letter with a link, and say yes or no. It names you, not what you propose.",
    )


def _field_of(question: CallQuestion) -> forms.Field:
    usual: dict[str, Any] = {"label": question.label, "required": question.required}
    if question.kind == CallQuestion.Kind.TEXT:
        return forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 3, "dir": "auto"}), **usual)
    options = YES_NO if question.kind == CallQuestion.Kind.YES_NO else [(one, one) for one in question.options]
    if not question.required:
        options = [*options, ("", "No answer")]
    return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **usual)
