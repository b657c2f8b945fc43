"""What people say when they ask a question or answer one."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.text import Truncator

from meetings.actions.questions import LONGEST_ANSWER, LONGEST_QUESTION
from meetings.forms import day
from meetings.models import Question, QuestionQuerySet
from spaces.screening import tells_nobody_apart

State = Question.State


class QuestionForm(forms.Form):
    """A new question. What may stand in it is the action's to say."""

    text = forms.CharField(
        label="Your question",
        max_length=LONGEST_QUESTION,
        strip=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    unnamed = forms.BooleanField(
        label="Ask without my name",
        required=False,
        help_text="Everybody reads “A member”: ORR, who convenes and NCB staff too. No page tells them who it was.",
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"client_id": uuid4()})


class StateForm(forms.Form):
    """Where a question stands."""

    state = forms.ChoiceField(label="It is", choices=State.choices, widget=forms.RadioSelect)
    due_on = day("In writing by", required=False, help_text="The day that members are told. Empty: none is promised.")


class AnswerForm(forms.Form):
    """An answer in writing."""

    answer = forms.CharField(
        label="Answer",
        max_length=LONGEST_ANSWER,
        strip=False,
        widget=forms.Textarea({"rows": 8, "dir": "auto"}),
        help_text="Members read it beside the question at once. Once the answers are published, search finds it too. "
        "Markdown: an empty line between paragraphs, - for a list.",
    )


class OtherQuestion(forms.ModelChoiceField):
    """One of some questions, each by its words and votes."""

    widget = forms.RadioSelect

    def label_from_instance(self, one: Question) -> str:
        return f"{Truncator(one.text).chars(160)} ({one.vote_count})"


class MergeForm(forms.Form):
    """Which other question asks the same."""

    def __init__(self, data: Any = None, *, others: QuestionQuerySet) -> None:
        super().__init__(data)
        self.fields["into"] = OtherQuestion(others, label="It is asked already as", empty_label=None)


class RefuseForm(forms.Form):
    """Why a question is taken away."""

    note = forms.CharField(
        label="Why",
        required=False,
        max_length=280,
        help_text="Its asker reads it, nobody else.",
        validators=[tells_nobody_apart],
    )
