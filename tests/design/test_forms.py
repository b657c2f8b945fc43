"""Every form, as it comes out of {{ form }} and of _form.html."""

from html.parser import HTMLParser

import pytest
from django import forms
from django.template.loader import render_to_string

from cop.sample import SampleForm


class Page(HTMLParser):
    """The tags of a piece of HTML, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict]:
        return [attrs for tag, attrs in self.tags if tag in names]

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]


@pytest.fixture(params=["empty", "wrong"])
def page(request) -> Page:
    data = {"email": "mara@", "notify": "some"} if request.param == "wrong" else None
    return Page(render_to_string("_form.html", {"form": SampleForm(data), "submit": "Send"}))


def test_no_id_occurs_twice(page: Page) -> None:
    assert sorted(page.ids) == sorted(set(page.ids))


def test_every_control_has_a_label(page: Page) -> None:
    labelled = {attrs["for"] for attrs in page.all("label")}
    controls = {attrs["id"] for attrs in page.all("input", "select", "textarea") if attrs.get("type") != "hidden"}
    assert controls - labelled == set()


def test_what_describes_a_control_is_on_the_page(page: Page) -> None:
    described = [attrs["aria-describedby"].split() for _, attrs in page.tags if attrs.get("aria-describedby")]
    assert described
    assert {name for names in described for name in names} - set(page.ids) == set()


def test_mistakes_are_listed_first_and_lead_to_their_fields() -> None:
    form = SampleForm({"email": "mara@", "notify": "some"})
    page = Page(str(form))
    links = [attrs["href"] for attrs in page.all("a")]
    assert links == ["#id_name", "#id_email", "#id_state", "#id_starts_on", "#id_notify"]
    assert {link[1:] for link in links} - set(page.ids) == set()
    assert page.tags[0] == (
        "div",
        {
            "class": "error-summary",
            "tabindex": "-1",
            "autofocus": None,
            "role": "group",
            "aria-labelledby": "errors-form",
        },
    )
    assert [attrs.get("aria-invalid") for attrs in page.all("input") if attrs.get("id") == "id_name"] == ["true"]


def test_a_mistake_of_the_whole_form_and_of_a_hidden_field_is_told() -> None:
    class Dated(forms.Form):
        client_id = forms.UUIDField(widget=forms.HiddenInput)

        def clean(self) -> None:
            raise forms.ValidationError("The group is full.")

    html = str(Dated({"client_id": "x"}))
    assert "The group is full." in html
    assert "Enter a valid UUID." in html
    assert 'type="hidden"' in html


def test_what_was_typed_is_escaped_and_kept() -> None:
    html = str(SampleForm({"name": '"><script>alert(1)</script>'}))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_form_with_a_file_is_sent_as_one() -> None:
    assert 'enctype="multipart/form-data"' in render_to_string("_form.html", {"form": SampleForm()})
