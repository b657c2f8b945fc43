"""What staff say of the review, and what reviewers say."""

from typing import Any
from uuid import UUID

from django import forms

from access.forms import Line
from members.models import Member
from spaces.screening import tells_nobody_apart
from symposium.call_forms import DaysForm
from symposium.models import Assignment, Criterion, Edition, Proposal, ReviewPhase

VALUES = [(5, "5, excellent"), (4, "4"), (3, "3"), (2, "2"), (1, "1, poor")]
DECISIONS = [("", "Not decided"), *Proposal.Decision.choices]
FILTERS = [
    ("", "All that stand"),
    ("draft", "Waits for a decision"),
    *Proposal.Decision.choices,
    ("withdrawn", "Withdrawn"),
]


def said(label: str, hint: str = "", *, required: bool = False, length: int = 4000, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=length,
        validators=[tells_nobody_apart],
        widget=forms.Textarea({"rows": rows, "dir": "auto"}),
    )


class PhaseForm(DaysForm):
    name = Line(max_length=80)
    kind = forms.ChoiceField(label="How", choices=ReviewPhase.Kind.choices, widget=forms.RadioSelect, initial="alone")


class CriterionForm(forms.Form):
    name = Line(max_length=80)
    hint = forms.CharField(label="What it asks", max_length=200, required=False)
    weight = forms.IntegerField(
        min_value=1, max_value=10, initial=1, help_text="A criterion of weight 2 counts twice as much as one of 1."
    )


class ReviewerForm(forms.Form):
    """A member, by their address: there are too many to choose from a list."""

    email = forms.EmailField(label="E-mail address of a member", max_length=254)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "email" in given:
            member = Member.objects.filter(email__iexact=given.pop("email"), deactivated_at=None).first()
            if member is None:
                self.add_error("email", "No member has this address. Ask them to join first.")
            given["member"] = member
        return given


class AssignForm(forms.Form):
    each = forms.IntegerField(label="Reviews for each proposal", min_value=1, max_value=10, initial=3)


class ReviewForm(forms.Form):
    """A score by each criterion, and words."""

    def __init__(self, data: Any = None, *, assignment: Assignment, criteria: list[Criterion]) -> None:
        self.criteria = {f"score-{one.pk}": one for one in criteria}
        given = {f"score-{one.criterion_id}": one.value for one in assignment.scores.all()}
        initial = {"comment": assignment.comment, "for_author": assignment.for_author}
        super().__init__(data, initial=initial | given)
        for name, one in self.criteria.items():
            self.fields[name] = forms.TypedChoiceField(
                label=one.name, help_text=one.hint, choices=VALUES, coerce=int, widget=forms.RadioSelect
            )
        self.fields["comment"] = said("What you think of it", "Staff and the others who review it read this.")
        self.fields["for_author"] = said(
            "What you say to those who proposed it",
            "They read it once it is decided, without your name. Do not sign it.",
        )

    @property
    def said(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        scores: dict[UUID, int] = {one.pk: given[name] for name, one in self.criteria.items()}
        return {"scores": scores, "comment": given["comment"], "for_author": given["for_author"]}


class NoteForm(forms.Form):
    text = said(
        "Say something to the others", "Those who proposed it never read this.", required=True, length=2000, rows=3
    )


class FeedbackForm(forms.Form):
    feedback = said(
        "What you say to those who proposed it", "They read it with the decision, beside what reviewers say to them."
    )


class FilterForm(forms.Form):
    """By what a list of proposals is narrowed."""

    state = forms.ChoiceField(required=False, choices=FILTERS)

    def __init__(self, data: Any = None, *, edition: Edition) -> None:
        super().__init__(data)
        for name, there in (("track", edition.tracks.all()), ("format", edition.formats.all())):
            self.fields[name] = forms.ModelChoiceField(there, required=False, empty_label="Any")

    def narrowed(self, found: Any) -> Any:
        """Those of some proposals, also of ranked ones by `proposal`, that it asks for."""
        given = self.cleaned_data if self.is_valid() else {}
        state = given.get("state")
        if state == "withdrawn":
            found = found.exclude(withdrawn_at=None)
        else:
            found = found.filter(withdrawn_at=None)
        if state in ("draft", *Proposal.Decision.values):
            found = found.filter(decision="" if state == "draft" else state)
        return found.filter(**{name: given[name] for name in ("track", "format") if given.get(name)})


class DecideForm(forms.Form):
    """What is decided on those that were ticked."""

    decision = forms.ChoiceField(choices=DECISIONS, required=False)

    def __init__(self, data: Any = None, *, edition: Edition) -> None:
        super().__init__(data)
        self.fields["proposals"] = forms.ModelMultipleChoiceField(edition.proposals.submitted())
