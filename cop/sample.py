"""What the style sheet (/style/, demonstration mode) shows: invented people and forms, short and long."""

import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import NAMESPACE_URL, uuid5

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.utils import timezone

STATIC = settings.BASE_DIR / "static"


class SampleForm(forms.Form):
    """Every sort of control."""

    name = forms.CharField(help_text="As colleagues should see it.", max_length=120)
    email = forms.EmailField(label="Work e-mail")
    about = forms.CharField(widget=forms.Textarea, required=False, label="About you")
    state = forms.ChoiceField(choices=[("", "Choose a state"), ("MN", "Minnesota"), ("ND", "North Dakota")])
    starts_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label="Starts on")
    photo = forms.FileField(required=False)
    notify = forms.ChoiceField(
        widget=forms.RadioSelect,
        label="Tell me about",
        choices=[("all", "Every message"), ("mentions", "Messages that mention me"), ("none", "Nothing")],
    )
    languages = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[(n, n) for n in ("Amharic", "Arabic", "Dari", "French", "Haitian Creole", "Spanish", "Tigrinya")],
    )
    listed = forms.BooleanField(
        required=False,
        label="List me in the directory",
        help_text="Members of all eligible organisations can find you.",
    )


def person(name: str, does: str, at: str, *, here: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        pk=uuid5(NAMESPACE_URL, name), name=name, does=does, organisation=at, here=here, photo_version=0
    )


def sample() -> dict:
    now = timezone.now()
    people = [
        person("Mara Member", "Clinical social work", "Harbor Light Healing Center", here=True),
        person("Cole Colleague", "Immigration law", "Open Door Legal & Wellness", here=True),
        person("Fay Facilitator", "Psychology", "Prairie Bridge Survivor Services", here=True),
        person("Ines Interpreter", "Interpreting", "River Commons Refugee Services"),
        person(
            "Wilhelmina-Anastasia Nurse-Practitioner von Longname",
            "Psychiatric-mental health nursing, Integrated care, Program evaluation",
            "Mesa Springs Torture Treatment Program and Community Partners",
        ),
        person("Manu Manager", "Case management", "Juniper House"),
        person("Edda Evaluator", "Monitoring and evaluation", "Blue Ridge Welcome Network"),
        person("Nour Nurse", "Nursing", "Cedar Gate Clinic for Refugee Health", here=True),
    ]
    return {
        "people": people,
        "mara": people[0],
        "cole": people[1],
        "fay": people[2],
        "ines": people[3],
        "long": people[4],
        "empty_form": SampleForm(prefix="empty"),
        "wrong_form": SampleForm({"wrong-name": "", "wrong-email": "mara@", "wrong-notify": "some"}, prefix="wrong"),
        "page": Paginator(range(1000), 20).page(7),
        "times": [now - timedelta(minutes=m) for m in (0, 3, 200, 1500, 5000, 90000, 900000)]
        + [now + timedelta(minutes=m) for m in (25, 1500)],
        "now": now,
        "earlier": now - timedelta(days=1, hours=3),
        "hues": range(1, 9),
        "colors": re.findall(r"--((?!hue)[\w-]+): light-dark\(#", (STATIC / "css/tokens.css").read_text()),
        "icons": re.findall(r'symbol id="(\w+)"', (STATIC / "images/icons.svg").read_text()),
    }
